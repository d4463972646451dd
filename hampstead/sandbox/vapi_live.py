"""A call while it lasts: both sides speak, tools are called, staff step in."""

import asyncio
import time
from typing import Any

from hampstead.sandbox.counters import Counters
from hampstead.sandbox.vapi_answers import (
    NO_RESULT,
    CallOverError,
    Chosen,
    chosen,
    filled,
    tool_result,
)
from hampstead.sandbox.vapi_ending import NOT_REACHED, Ending
from hampstead.sandbox.vapi_messages import tool_lists
from hampstead.sandbox.vapi_records import PhoneCall, Records
from hampstead.sandbox.vapi_script import Script, Turn
from hampstead.sandbox.vapi_speech import Speech
from hampstead.sandbox.vapi_wire import Wire

JsonObject = dict[str, Any]
FIXED_SENTENCE = "Thank you, I have noted that."
NOTHING_FOUND = "I am sorry, I could not look that up."
OWN_TOOLS = ("endCall", "transferCall")
LONGEST_STAY_SECONDS = 60.0
HANGS_UP: JsonObject = {"type": "customer-hangs-up"}


class LiveCall:
    def __init__(
        self, script: Script, wire: Wire, records: Records, counters: Counters, ending: Ending
    ) -> None:
        self.script = script
        self.wire = wire
        self.orders: list[JsonObject] = []
        self._waiting: asyncio.Queue[JsonObject] = asyncio.Queue()
        self._records = records
        self._counters = counters
        self._ending = ending
        self._speech = Speech(wire)

    @property
    def call(self) -> PhoneCall:
        return self.wire.call

    def order(self, order: JsonObject) -> None:
        """Live call control: obeyed as soon as nobody is being asked anything."""
        self.orders.append(order)
        self._waiting.put_nowait(order)

    def hang_up(self) -> None:
        """The customer does."""
        self._waiting.put_nowait(HANGS_UP)

    async def play(self) -> None:
        try:
            await self._connect()
            await self._talk()
            over = CallOverError(self.script.ends)
        except CallOverError as found:
            over = found
        await self._ending.play(over, self.script.analysis)

    async def _connect(self) -> None:
        if self.call.assistant is None:
            await self._choose()
        if self.script.ends in NOT_REACHED:
            raise CallOverError(self.script.ends)
        self.call.started_at = self.wire.clock.now()
        await self.wire.status("in-progress")
        await self.wire.tell("assistant.started")
        assistant = self.call.assistant or {}
        waits = str(assistant.get("firstMessageMode", "")).startswith("assistant-waits")
        if not waits:
            await self._first_message()

    async def _first_message(self) -> None:
        values = self.call.overrides.get("variableValues") or {}
        first = (self.call.assistant or {}).get("firstMessage") or ""
        await self._speech.assistant(filled(first, values))

    async def _choose(self) -> None:
        answer = await self.wire.ask("assistant-request")
        found: Chosen = chosen(answer, self._records, self.call.line or {})
        if found.destination is not None:
            await self._forward(
                found.destination, "assistant-request-returned-forwarding-phone-number"
            )
        self.call.assistant = found.assistant
        self.call.assistant_id = found.assistant_id
        self.call.overrides = found.overrides
        self.wire.delivery.server = (found.assistant or {}).get("server") or {}

    async def _talk(self) -> None:
        for turn in self.script.turns:
            await self._wait(self.script.seconds_per_line)
            if turn.interrupts:
                await self._speech.interrupted()
            await self._speech.customer(turn.text)
            if turn.hangs:
                await self.wire.tell("hang")
            await self._answer(turn)
        if self.script.stays:
            await self._wait(LONGEST_STAY_SECONDS)
        await self._wait(0)

    async def _answer(self, turn: Turn) -> None:
        if turn.transfers:
            await self._ask_where()
        said = ""
        own = [use for use in turn.tools if use["name"] in OWN_TOOLS]
        ours = [{**use, "id": self._id_of(use)} for use in turn.tools if use not in own]
        if ours:
            said = await self._use(ours)
        await self._speech.assistant(turn.says if turn.says is not None else said or FIXED_SENTENCE)
        for use in own:
            await self._use_own(use)

    def _id_of(self, use: JsonObject) -> str:
        return str(use.get("id") or self._counters.next("toolu_"))

    async def _use(self, uses: list[JsonObject]) -> str:
        """What the assistant makes of the results."""
        await self._speech.tools(uses)
        shape = self.wire.conduct.tool_shape
        answer = await self.wire.ask("tool-calls", **tool_lists(uses, shape))
        results = [tool_result(answer, use) for use in uses]
        for use, result in zip(uses, results, strict=True):
            self._speech.tool_answer(use, result.text)
        for result in results:
            if result.is_last:
                await self._speech.assistant(result.spoken or result.text)
                raise CallOverError("assistant-ended-call-after-message-spoken")
        said = [r.spoken or (NOTHING_FOUND if r.text == NO_RESULT else r.text) for r in results]
        return " ".join(said)

    async def _use_own(self, use: JsonObject) -> None:
        """VAPI's own tools are never posted to us."""
        if use["name"] == "endCall":
            raise CallOverError("assistant-ended-call")
        arguments = use["arguments"] if isinstance(use["arguments"], dict) else {}
        number = arguments.get("destination")
        if not number:
            await self._ask_where()
            return
        await self._forward({"type": "number", "number": number})

    async def _ask_where(self) -> None:
        answer = await self.wire.ask("transfer-destination-request")
        body = answer.body if answer.is_accepted and isinstance(answer.body, dict) else {}
        if isinstance(body.get("destination"), dict):
            await self._forward(body["destination"])
        await self._speech.assistant(str(body.get("error") or ""))

    async def _forward(
        self, destination: JsonObject, reason: str = "assistant-forwarded-call"
    ) -> None:
        """What becomes of the second leg nobody is ever told."""
        await self._speech.assistant(str(destination.get("message") or ""))
        self.call.destination = destination
        await self.wire.status("forwarding", destination=destination)
        if self.call.assistant is not None:
            await self.wire.tell(
                "transfer-update", destination=destination, fromAssistant=self.call.assistant
            )
        raise CallOverError(reason)

    async def _wait(self, seconds: float) -> None:
        """So long, but what staff order meanwhile is done at once."""
        until = time.monotonic() + seconds
        while not self._waiting.empty() or (left := until - time.monotonic()) > 0:
            if not self._waiting.empty():
                await self._obey(self._waiting.get_nowait())
                continue
            try:
                order = await asyncio.wait_for(self._waiting.get(), left)
            except TimeoutError:
                return
            await self._obey(order)

    async def _obey(self, order: JsonObject) -> None:
        kind = order["type"]
        if order is HANGS_UP:
            raise CallOverError(self.script.ends)
        if kind == "end-call":
            raise CallOverError("assistant-ended-call")
        if kind == "say":
            await self._speech.assistant(str(order["content"]))
            if order.get("endCallAfterSpoken"):
                raise CallOverError("assistant-ended-call-after-message-spoken")
        elif kind == "add-message":
            self._speech.note("system", message=str(order["message"].get("content", "")))
            if order.get("triggerResponseEnabled", True):
                await self._speech.assistant(FIXED_SENTENCE)
        elif kind == "transfer":
            await self._speech.assistant(str(order.get("content") or ""))
            await self._forward(order["destination"])
        elif order.get("control") == "say-first-message":
            await self._first_message()
