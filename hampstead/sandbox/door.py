"""Every vendor request comes in here: it is logged, meets its fault, then the simulator."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import web

from hampstead.sandbox.faults import Fault, FaultQueue
from hampstead.sandbox.journal import Entry, Journal
from hampstead.sandbox.reply import GARBAGE, Reply, cut_connection, put_on_wire


@dataclass(frozen=True)
class Call:
    """One vendor request, read and taken apart."""

    route: str
    headers: dict[str, str]
    raw: bytes
    query: list[tuple[str, str]]
    path: dict[str, str]
    fault: Fault | None = None

    def json(self) -> Any:
        """Raises ValueError for anything that is not JSON."""
        try:
            return json.loads(self.raw)
        except RecursionError as exc:
            raise ValueError("nested too deeply") from exc

    def json_or_empty(self) -> dict[str, Any]:
        try:
            data = self.json()
        except ValueError:
            return {}
        return data if isinstance(data, dict) else {}


class ErrorShape(Protocol):
    def __call__(self, status: int) -> Reply: ...


Simulate = Callable[[Call], Awaitable[Reply]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Door:
    def __init__(
        self, vendor: str, journal: Journal, faults: FaultQueue, error_shape: ErrorShape
    ) -> None:
        self.vendor = vendor
        self._journal = journal
        self._faults = faults
        self._error_shape = error_shape

    def open(self, simulate: Simulate) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            route = request.path.removeprefix(f"/{self.vendor}")
            raw = await request.read()
            entry = self._journal.record(
                self.vendor, route, request.method, request.headers, raw, request.query.items()
            )
            call = Call(
                route=route,
                headers={k.lower(): v for k, v in request.headers.items()},
                raw=raw,
                query=list(request.query.items()),
                path=dict(request.match_info),
            )
            call = self._with_fault(request.method, call)
            return await self._play(request, entry, call, simulate)

        return handle

    def _with_fault(self, method: str, call: Call) -> Call:
        body = call.json_or_empty()
        fault = self._faults.take(
            self.vendor,
            method,
            call.route,
            stream=body.get("stream") is True,
            send=call.route == "/messages" and body.get("status") != "read",
        )
        return Call(call.route, call.headers, call.raw, call.query, call.path, fault)

    async def _play(
        self, request: web.Request, entry: Entry, call: Call, simulate: Simulate
    ) -> web.StreamResponse:
        fault = call.fault
        if fault is not None and (fault.cut == "before" or fault.canned):
            await asyncio.sleep(fault.delay_seconds)
            if fault.cut == "before":
                return cut_connection(request)
            return await put_on_wire(request, entry, self._canned(fault), fault)
        reply = await simulate(call)
        try:
            return await self._answer(request, entry, reply, fault)
        finally:
            # Also after a cut: the vendor did the work and will tell about it.
            if reply.after_answer is not None:
                reply.after_answer()

    async def _answer(
        self, request: web.Request, entry: Entry, reply: Reply, fault: Fault | None
    ) -> web.StreamResponse:
        if reply.before_answer is not None:
            await reply.before_answer()
        if fault is not None:
            await asyncio.sleep(fault.delay_seconds)
            if fault.cut == "after":
                return cut_connection(request)
        return await put_on_wire(request, entry, reply, fault)

    def _canned(self, fault: Fault) -> Reply:
        status = fault.status or 200
        body = GARBAGE if fault.garbage else fault.body
        reply = Reply(status=status, body=body) if body is not None else self._error_shape(status)
        return Reply(reply.status, reply.body, {**reply.headers, **(fault.headers or {})})
