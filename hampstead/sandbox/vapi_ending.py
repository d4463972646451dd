"""How a call ends: its last status, and the report behind it."""

from typing import Any

from hampstead.sandbox.vapi_answers import CallOverError
from hampstead.sandbox.vapi_call_json import SPOKEN
from hampstead.sandbox.vapi_messages import report
from hampstead.sandbox.vapi_recordings import Recordings
from hampstead.sandbox.vapi_wire import Wire

JsonObject = dict[str, Any]
# Nobody ever picked up.
NOT_REACHED = ("customer-did-not-answer", "customer-busy", "voicemail")
FEWEST_MESSAGES = 2


class Ending:
    def __init__(self, wire: Wire, recordings: Recordings) -> None:
        self._wire = wire
        self._call = wire.call
        self._recordings = recordings

    async def play(self, over: CallOverError, ordered: JsonObject) -> None:
        """A call refused before anybody spoke has no report."""
        call, wire = self._call, self._wire
        call.ended_at = wire.clock.now()
        call.ended_reason = over.reason
        call.ended_message = f"Call ended: {over.reason}"
        is_recorded = call.started_at is not None and self._is_on(
            "artifactPlan", "recordingEnabled"
        )
        call.has_recording = is_recorded and not wire.conduct.lose_recordings
        call.analysis = {**self._analysis(), **ordered}
        # Out of their order these two change places with each other, never with earlier ones.
        await wire.delivery.let_go()
        await wire.status("ended", endedReason=over.reason, **over.details)
        if over.is_connected:
            links = self._recordings.links(call)
            await wire.tell("end-of-call-report", **report(call, links))
        await wire.delivery.finish()

    def _analysis(self) -> JsonObject:
        spoken = [m for m in self._call.messages if m["role"] in SPOKEN]
        if len(spoken) < FEWEST_MESSAGES:
            return {}
        found: JsonObject = {"successEvaluation": "true"}
        if self._is_on("analysisPlan", "summaryPlan", "enabled"):
            said = " ".join(m["message"] for m in spoken if m["role"] == "user")
            found["summary"] = f"The caller said: {said}"
        return found

    def _is_on(self, *path: str) -> bool:
        """On unless the assistant switches it off."""
        value: Any = self._call.assistant or {}
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value is not False
