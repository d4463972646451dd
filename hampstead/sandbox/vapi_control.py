"""The way in behind VAPI's back: customers who ring, and how VAPI behaves."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from hampstead.sandbox.vapi_call_json import transcript
from hampstead.sandbox.vapi_calls import Calls
from hampstead.sandbox.vapi_conduct import SETTABLE, Conduct, VapiOrderError
from hampstead.sandbox.vapi_errors import VapiRefusalError
from hampstead.sandbox.vapi_live import LiveCall
from hampstead.sandbox.vapi_records import KINDS, Records
from hampstead.sandbox.vapi_script import Script

JsonObject = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
# What somebody made at the dashboard, with ids of their own choice.
MADE = {f"{kind.replace('-', '_')}s": kind for kind in KINDS}


class VapiControl:
    def __init__(self, conduct: Conduct, records: Records, calls: Calls) -> None:
        self._conduct = conduct
        self._records = records
        self._calls = calls

    def add_routes(self, app: web.Application) -> None:
        app.add_routes(
            [
                web.get("/_vapi", self.conduct),
                web.post("/_vapi", guarded(self.order)),
                web.post("/_customer/call", guarded(self.rings)),
                web.get("/_customer/call/{id}", guarded(self.so_far)),
                web.delete("/_customer/call/{id}", guarded(self.hangs_up)),
            ]
        )

    async def conduct(self, request: web.Request) -> web.Response:
        return web.json_response(self._conduct.listing())

    async def order(self, request: web.Request) -> web.Response:
        wanted = await object_of(request)
        if unknown := sorted(wanted.keys() - SETTABLE.keys() - MADE.keys()):
            raise VapiOrderError(f"unknown fields: {', '.join(unknown)}")
        if "outbound" in wanted:
            Script.parse(wanted["outbound"])
        made = [(MADE[name], record) for name in MADE for record in records_of(wanted, name)]
        self._conduct.order({k: v for k, v in wanted.items() if k in SETTABLE})
        for kind, record in made:
            self._records.add(kind, record)
        return web.json_response(self._conduct.listing())

    async def rings(self, request: web.Request) -> web.Response:
        script = Script.parse(await object_of(request))
        live, task = self._calls.inbound(script, str(request.url.origin()))
        if not script.wait:
            return web.json_response({"id": live.call.id})
        # A reset ends the call, not this request.
        await asyncio.wait({task})
        if task.cancelled():
            raise VapiOrderError("the call was broken off by a reset")
        await task
        return web.json_response(told(live))

    async def so_far(self, request: web.Request) -> web.Response:
        return web.json_response(told(self._calls.live(request.match_info["id"])))

    async def hangs_up(self, request: web.Request) -> web.Response:
        self._calls.going_on(request.match_info["id"]).hang_up()
        return web.json_response({"status": "ok"})


def told(live: LiveCall) -> JsonObject:
    call = live.call
    return {
        "id": call.id,
        "status": call.status,
        "ended_reason": call.ended_reason,
        "transcript": transcript(call),
        "orders": live.orders,
        "answers": [answer.listing() for answer in live.wire.delivery.answers],
    }


def records_of(wanted: JsonObject, name: str) -> list[JsonObject]:
    records = wanted.get(name, [])
    if not isinstance(records, list) or not all(isinstance(item, dict) for item in records):
        raise VapiOrderError(f"{name} is a list of objects")
    return records


def guarded(handler: Handler) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except VapiOrderError as exc:
            return web.json_response({"error": str(exc)}, status=400)
        except VapiRefusalError as exc:
            return web.json_response({"error": str(exc)}, status=exc.status)

    return answer


async def object_of(request: web.Request) -> JsonObject:
    try:
        found = await request.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise VapiOrderError("a JSON object is expected")
    return found
