"""What one call says to our app, at the time of its own clock."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hampstead.sandbox.vapi_conduct import Conduct
from hampstead.sandbox.vapi_delivery import Delivery
from hampstead.sandbox.vapi_messages import is_wanted, message
from hampstead.sandbox.vapi_posts import Answer
from hampstead.sandbox.vapi_records import PhoneCall

JsonObject = dict[str, Any]


class CallClock:
    """Real time, or a time of its own in which only speaking takes any."""

    def __init__(self, starts_at: datetime | None = None) -> None:
        self._at = starts_at

    def now(self) -> datetime:
        return self._at or datetime.now(UTC)

    def pass_seconds(self, seconds: float) -> None:
        if self._at is not None:
            self._at += timedelta(seconds=seconds)


class Wire:
    def __init__(
        self, call: PhoneCall, delivery: Delivery, clock: CallClock, conduct: Conduct
    ) -> None:
        self.call = call
        self.delivery = delivery
        self.clock = clock
        self.conduct = conduct
        self._last = 0

    async def tell(self, kind: str, **more: Any) -> None:
        """Only what the assistant subscribes to."""
        found = self._message(kind, **more)
        if not is_wanted(found, self.call.assistant):
            return
        if kind == "transcript" and self.conduct.is_transcript_type_literal:
            found["type"] = f'transcript[transcriptType="{found["transcriptType"]}"]'
        await self.delivery.tell(found)

    async def ask(self, kind: str, **more: Any) -> Answer:
        found = self._message(kind, **more)
        if not is_wanted(found, self.call.assistant):
            return Answer(kind, 0)
        return await self.delivery.ask(found)

    def _message(self, kind: str, **more: Any) -> JsonObject:
        """The time is all that tells their order, so no two have the same."""
        found = message(self.call, self.clock.now(), kind, **more)
        self._last = found["timestamp"] = max(found["timestamp"], self._last + 1)
        return found

    async def status(self, status: str, **more: Any) -> None:
        self.call.status = status
        self.call.updated_at = self.clock.now()
        await self.tell("status-update", status=status, **more)
