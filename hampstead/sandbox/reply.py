"""A vendor's answer before it is put on the wire, and the wire itself with its faults."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from hampstead.sandbox.faults import Fault
from hampstead.sandbox.journal import Entry

Event = tuple[str, dict[str, Any]]
GARBAGE = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


@dataclass(frozen=True)
class Reply:
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    events: list[Event] | None = None
    before_answer: Callable[[], Awaitable[None]] | None = None
    after_answer: Callable[[], None] | None = None


def cut_connection(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    # aiohttp wants a response object; the transport is gone, so nobody receives it.
    return web.Response(status=500)


def payload_of(body: Any) -> tuple[bytes, str]:
    if isinstance(body, bytes):
        return body, "application/octet-stream"
    if isinstance(body, str):
        return body.encode(), "text/html" if body == GARBAGE else "text/plain"
    return json.dumps(body, ensure_ascii=False).encode(), "application/json"


def frame(event: Event) -> bytes:
    name, data = event
    return f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n".encode()


async def put_on_wire(
    request: web.Request, entry: Entry, reply: Reply, fault: Fault | None
) -> web.StreamResponse:
    drip = fault.drip_seconds if fault else 0.0
    if reply.events is not None:
        return await _stream(request, entry, reply, fault, drip)
    payload, content_type = payload_of(reply.body)
    entry.status = reply.status
    headers = {"Content-Type": content_type, **reply.headers}
    cut_at = fault.cut_after_bytes if fault else None
    if not drip and cut_at is None:
        return web.Response(status=reply.status, body=payload, headers=headers)
    response = web.StreamResponse(status=reply.status, headers=headers)
    response.content_length = len(payload)
    await response.prepare(request)
    await _write(response, payload[:cut_at], drip)
    if cut_at is not None:
        cut_connection(request)
        return response
    await response.write_eof()
    return response


async def _stream(
    request: web.Request, entry: Entry, reply: Reply, fault: Fault | None, drip: float
) -> web.StreamResponse:
    events = bent_events(reply.events or [], fault)
    headers = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-cache"}
    response = web.StreamResponse(status=reply.status, headers={**headers, **reply.headers})
    await response.prepare(request)
    entry.status = reply.status
    limit = fault.cut_after_events if fault else None
    for count, event in enumerate(events):
        if count == limit:
            break
        await _write(response, frame(event), drip)
    if limit is not None:
        cut_connection(request)
        return response
    await response.write_eof()
    return response


async def _write(response: web.StreamResponse, data: bytes, drip: float) -> None:
    if not drip:
        await response.write(data)
        return
    for byte in data:
        await response.write(bytes([byte]))
        await asyncio.sleep(drip)


def bent_events(events: list[Event], fault: Fault | None) -> list[Event]:
    if fault is None:
        return events
    if fault.error_event is not None:
        return [*_up_to_two_deltas(events), ("error", {"error": fault.error_event})]
    if fault.end_without_stop:
        # The real failure: the stream ends before the model finished, so no stop_reason either.
        return [e for e in events if e[0] not in ("message_delta", "message_stop")]
    return events


def _up_to_two_deltas(events: list[Event]) -> list[Event]:
    kept: list[Event] = []
    deltas = 0
    for event in events:
        if event[0] == "message_delta":
            break
        kept.append(event)
        deltas += event[0] == "content_block_delta"
        if deltas == 2:
            break
    return kept
