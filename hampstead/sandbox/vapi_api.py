"""VAPI's REST API: calls, recordings, live control, and what calls are made of."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from aiohttp import web

from hampstead.sandbox.door import Call, Door, Handler
from hampstead.sandbox.reply import Reply
from hampstead.sandbox.vapi_call_json import shown
from hampstead.sandbox.vapi_calls import Calls
from hampstead.sandbox.vapi_checks import check, check_call, check_call_patch
from hampstead.sandbox.vapi_conduct import Conduct
from hampstead.sandbox.vapi_control_orders import checked_order
from hampstead.sandbox.vapi_errors import VapiErrors, VapiRefusalError
from hampstead.sandbox.vapi_filters import listed
from hampstead.sandbox.vapi_recordings import VOICES, Recordings
from hampstead.sandbox.vapi_records import KINDS, Records

Simulate = Callable[[Call], Awaitable[Reply]]


class VapiApi:
    def __init__(
        self,
        errors: VapiErrors,
        conduct: Conduct,
        records: Records,
        recordings: Recordings,
        calls: Calls,
    ) -> None:
        self._errors = errors
        self._conduct = conduct
        self._records = records
        self._recordings = recordings
        self._calls = calls

    def add_routes(self, app: web.Application, door: Door) -> None:
        base = "/vapi"
        with_key = partial(self._open, door, needs_key=True)
        without_key = partial(self._open, door, needs_key=False)
        routes = [
            web.get(f"{base}/call", with_key(self.calls)),
            web.post(f"{base}/call", with_key(self.order_call)),
            web.get(f"{base}/call/{{id}}", with_key(self.call)),
            web.patch(f"{base}/call/{{id}}", with_key(self.rename_call)),
            web.delete(f"{base}/call/{{id}}", with_key(self.erase_call)),
            web.get(f"{base}/call/{{id}}/{{file}}", with_key(self.recording)),
            web.get(f"{base}/files/{{token}}", without_key(self.file)),
            web.post(f"{base}/control/{{id}}", without_key(self.control)),
        ]
        for kind in KINDS:
            one = f"{base}/{kind}/{{id}}"
            routes += [
                web.get(f"{base}/{kind}", with_key(partial(self.all_of, kind))),
                web.post(f"{base}/{kind}", with_key(partial(self.add, kind))),
                web.get(one, with_key(partial(self.one, kind))),
                web.patch(one, with_key(partial(self.change, kind))),
                web.delete(one, with_key(partial(self.remove, kind))),
            ]
        app.add_routes([*routes, web.route("*", f"{base}/{{rest:.*}}", with_key(self.unknown))])

    def _open(self, door: Door, simulate: Simulate, *, needs_key: bool) -> Handler:
        async def guarded(call: Call) -> Reply:
            await asyncio.sleep(self._conduct.latency_seconds)
            scheme, _, key = call.headers.get("authorization", "").partition(" ")
            if needs_key and (scheme.lower() != "bearer" or not key.strip()):
                return self._errors(401)
            try:
                return await simulate(call)
            except VapiRefusalError as refusal:
                return self._errors(refusal.status, refusal.message)
            except ValueError:
                return self._errors(400, "Unexpected token in JSON")

        return door.open(guarded)

    async def calls(self, asked: Call) -> Reply:
        kept = [call for call in self._records.calls.values() if not call.is_erased]
        return Reply(body=[shown(call) for call in listed(kept, asked.query)])

    async def call(self, asked: Call) -> Reply:
        return Reply(body=shown(self._records.call(asked.path["id"])))

    async def order_call(self, asked: Call) -> Reply:
        """The same order again is another call: there is no key against that."""
        origin = f"http://{asked.headers['host']}"
        found, start = self._calls.outbound(check_call(asked.json()), origin)
        return Reply(status=201, body=found, after_answer=start)

    async def rename_call(self, asked: Call) -> Reply:
        call = self._records.call(asked.path["id"])
        self._records.rename(call, check_call_patch(asked.json()))
        return Reply(body=shown(call))

    async def erase_call(self, asked: Call) -> Reply:
        """One call, or those whose ids the body lists."""
        ids = asked.json_or_empty().get("ids") or [asked.path["id"]]
        erased = [self._calls.erase(str(call_id)) for call_id in ids]
        return Reply(body=shown(erased[0]) if len(erased) == 1 else [shown(c) for c in erased])

    async def recording(self, asked: Call) -> Reply:
        call = self._records.call(asked.path["id"])
        if asked.path["file"] not in VOICES:
            raise VapiRefusalError(404, f"the sandbox does not serve {asked.route}")
        link = self._recordings.link(call, asked.path["file"])
        return Reply(status=302, body="", headers={"Location": link})

    async def file(self, asked: Call) -> Reply:
        """The store behind the link takes no second credential beside its signature."""
        if "authorization" in asked.headers:
            raise VapiRefusalError(400, "Only one auth mechanism allowed")
        content, media_type = await self._recordings.file(asked.path["token"])
        return Reply(body=content, headers={"Content-Type": media_type})

    async def control(self, asked: Call) -> Reply:
        self._calls.going_on(asked.path["id"]).order(checked_order(asked.json()))
        return Reply(body={"status": "ok"})

    async def all_of(self, kind: str, asked: Call) -> Reply:
        return Reply(body=[readable(record) for record in self._records.all_of(kind)])

    async def one(self, kind: str, asked: Call) -> Reply:
        return Reply(body=readable(self._records.one(kind, asked.path["id"])))

    async def add(self, kind: str, asked: Call) -> Reply:
        record = self._records.add(kind, check(kind, asked.json()))
        return Reply(status=201, body=readable(record))

    async def change(self, kind: str, asked: Call) -> Reply:
        fields = check(kind, asked.json())
        return Reply(body=readable(self._records.change(kind, asked.path["id"], fields)))

    async def remove(self, kind: str, asked: Call) -> Reply:
        return Reply(body=readable(self._records.remove(kind, asked.path["id"])))

    async def unknown(self, asked: Call) -> Reply:
        raise VapiRefusalError(404, f"the sandbox does not serve {asked.route}")


def readable(record: dict[str, object]) -> dict[str, object]:
    """Secrets cannot be read back."""
    found = {k: v for k, v in record.items() if k not in ("credentials", "serverUrlSecret")}
    server = found.get("server")
    if isinstance(server, dict):
        found["server"] = {name: value for name, value in server.items() if name != "secret"}
        found["isServerUrlSecretSet"] = "secret" in server
    return found
