"""The calls that are going on: started by customers or by our app, ended by either."""

import asyncio
from collections.abc import Callable
from typing import Any

from hampstead.sandbox.counters import Counters
from hampstead.sandbox.delivery_statuses import cancelled
from hampstead.sandbox.vapi_answers import resolved
from hampstead.sandbox.vapi_call_json import shown
from hampstead.sandbox.vapi_conduct import Conduct
from hampstead.sandbox.vapi_delivery import Delivery
from hampstead.sandbox.vapi_ending import Ending
from hampstead.sandbox.vapi_errors import VapiRefusalError
from hampstead.sandbox.vapi_live import LiveCall
from hampstead.sandbox.vapi_posts import Posts
from hampstead.sandbox.vapi_recordings import Recordings
from hampstead.sandbox.vapi_records import PhoneCall, Records
from hampstead.sandbox.vapi_script import Script
from hampstead.sandbox.vapi_wire import CallClock, Wire

JsonObject = dict[str, Any]
CONCURRENT_CALLS = 10
WEB_ASSISTANT: JsonObject = {"name": "sandbox", "firstMessage": "Hello, how can I help?"}


class Calls:
    def __init__(
        self,
        records: Records,
        recordings: Recordings,
        counters: Counters,
        conduct: Conduct,
        posts: Posts,
    ) -> None:
        self._records = records
        self._recordings = recordings
        self._counters = counters
        self._conduct = conduct
        self._posts = posts
        self._live: dict[str, LiveCall] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def stop(self) -> None:
        """Nothing more is posted afterwards, but what is on its way already."""
        await cancelled(self._tasks)
        for live in self._live.values():
            await live.wire.delivery.stop()
        self._live.clear()

    def inbound(self, script: Script, origin: str) -> tuple[LiveCall, asyncio.Task[None]]:
        """A customer rings. Raises VapiRefusalError for an unknown assistant."""
        is_web = script.type == "webCall"
        line = None if is_web else self._records.line(script.line)
        assistant_id = script.assistant_id or (line or {}).get("assistantId")
        assistant: JsonObject | None = WEB_ASSISTANT if is_web else None
        if assistant_id:
            assistant = self._records.one("assistant", assistant_id)
        call = self._records.add_call(
            type=script.type,
            origin=origin,
            line=line,
            customer=None if is_web else customer(script.caller),
            assistant_id=assistant_id or None,
            assistant=assistant,
            starts_at=script.starts_at,
        )
        call.status = "ringing"
        return self._begun(call, script)

    def outbound(self, body: JsonObject, origin: str) -> tuple[JsonObject, Callable[[], None]]:
        """The answer to the order, and what starts the dialling behind it."""
        many = body.get("customers")
        calls = [self._dialled(body, one, origin) for one in many or [body["customer"]]]
        limits = self._limits()

        def start() -> None:
            for call in calls:
                if call.status == "queued":
                    self._begun(call, Script.parse({"lines": ["Hello?"], **self._conduct.outbound}))

        if many:
            results = [shown(call) for call in calls]
            return {"results": results, "errors": [], "subscriptionLimits": limits}, start
        return {**shown(calls[0]), "subscriptionLimits": limits}, start

    def _dialled(self, body: JsonObject, one: JsonObject, origin: str) -> PhoneCall:
        overrides = body.get("assistantOverrides") or {}
        assistant_id = body.get("assistantId")
        saved_one = self._records.one("assistant", assistant_id) if assistant_id else None
        call = self._records.add_call(
            type="outboundPhoneCall",
            origin=origin,
            line=self._records.one("phone-number", body["phoneNumberId"]),
            customer=one,
            assistant_id=assistant_id,
            assistant=resolved(saved_one or body["assistant"], overrides),
            overrides=overrides,
            name=body.get("name"),
            schedule_plan=body.get("schedulePlan"),
        )
        if call.schedule_plan:
            call.status = "scheduled"
        return call

    def _limits(self) -> JsonObject:
        left = CONCURRENT_CALLS - len(self._live)
        limits: JsonObject = {"concurrencyBlocked": left <= 0, "concurrencyLimit": CONCURRENT_CALLS}
        return {**limits, "remainingConcurrentCalls": max(0, left)}

    def _begun(self, call: PhoneCall, script: Script) -> tuple[LiveCall, asyncio.Task[None]]:
        delivery = Delivery(self._posts, self._conduct)
        delivery.server = (call.assistant or {}).get("server") or {}
        wire = Wire(call, delivery, CallClock(script.starts_at), self._conduct)
        ending = Ending(wire, self._recordings)
        live = LiveCall(script, wire, self._records, self._counters, ending)
        self._live[call.id] = live
        task = asyncio.create_task(live.play())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return live, task

    def live(self, call_id: str) -> LiveCall:
        """Also when it is over already. Raises VapiRefusalError."""
        found = self._live.get(call_id)
        if found is None:
            raise VapiRefusalError(404, "Call not found.")
        return found

    def going_on(self, call_id: str) -> LiveCall:
        """Raises VapiRefusalError once the call is over."""
        live = self.live(call_id)
        if live.call.ended_at is not None or live.call.is_erased:
            raise VapiRefusalError(404, "Call not found or already ended.")
        return live

    def erase(self, call_id: str) -> PhoneCall:
        """The data are gone; a call that is still going on is broken off."""
        call = self._records.call(call_id)
        live = self._live.get(call_id)
        if live is not None and call.ended_at is None:
            live.order({"type": "end-call"})
        call.is_erased = True
        return call


def customer(number: str | None) -> JsonObject:
    """Who withholds the number is a customer without one."""
    return {"number": number} if number is not None else {}
