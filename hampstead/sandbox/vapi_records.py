"""What the simulated VAPI keeps: calls, assistants, phone numbers, tools."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from hampstead.sandbox.counters import Counters
from hampstead.sandbox.vapi_errors import VapiRefusalError

JsonObject = dict[str, Any]
ORGANISATION = str(uuid5(NAMESPACE_URL, "vapi-organisation"))
OUR_NUMBER = "+442079460000"
KINDS = ("assistant", "phone-number", "tool")


def iso(at: datetime | None) -> str | None:
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class PhoneCall:
    """One call as VAPI knows it; `origin` is where the sandbox was reached."""

    id: str
    type: str
    origin: str
    created_at: datetime
    updated_at: datetime
    line: JsonObject | None = None
    customer: JsonObject | None = None
    assistant_id: str | None = None
    assistant: JsonObject | None = None
    overrides: JsonObject = field(default_factory=dict)
    status: str = "queued"
    name: str | None = None
    schedule_plan: JsonObject | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    ended_reason: str | None = None
    ended_message: str | None = None
    destination: JsonObject | None = None
    messages: list[JsonObject] = field(default_factory=list)
    analysis: JsonObject = field(default_factory=dict)
    has_recording: bool = True
    is_erased: bool = False

    @property
    def is_over(self) -> bool:
        return self.status == "ended"

    @property
    def seconds(self) -> float:
        if self.started_at is None or self.ended_at is None:
            return 0.0
        return max(0.0, (self.ended_at - self.started_at).total_seconds())


class Records:
    def __init__(self, counters: Counters, clock: Callable[[], datetime]) -> None:
        self._counters = counters
        self._clock = clock
        self.calls: dict[str, PhoneCall] = {}
        self.kinds: dict[str, dict[str, JsonObject]] = {kind: {} for kind in KINDS}

    def clear(self) -> None:
        self.calls.clear()
        for kept in self.kinds.values():
            kept.clear()

    def new_id(self, kind: str) -> str:
        """A UUID that comes out the same in every run with the same run id."""
        return str(uuid5(NAMESPACE_URL, self._counters.next(f"vapi-{kind}-")))

    def add_call(self, *, starts_at: datetime | None = None, **known: Any) -> PhoneCall:
        at = starts_at or self._later_than_all()
        call = PhoneCall(id=self.new_id("call"), created_at=at, updated_at=at, **known)
        self.calls[call.id] = call
        return call

    def _later_than_all(self) -> datetime:
        """The list is walked by createdAt alone, so no two calls share a millisecond."""
        now = self._clock()
        taken = {iso(call.created_at) for call in self.calls.values()}
        while iso(now) in taken:
            now += timedelta(milliseconds=1)
        return now

    def call(self, call_id: str) -> PhoneCall:
        call = self.calls.get(call_id)
        if call is None or call.is_erased:
            raise VapiRefusalError(404, "Call not found.")
        return call

    def rename(self, call: PhoneCall, name: str | None) -> None:
        call.name = name
        call.updated_at = self._clock()

    def all_of(self, kind: str) -> list[JsonObject]:
        return list(self.kinds[kind].values())

    def add(self, kind: str, fields: JsonObject) -> JsonObject:
        """As created by the API; a dashboard's record may bring its own id."""
        now = iso(self._clock())
        record = {"id": self.new_id(kind), "orgId": ORGANISATION, "createdAt": now, **fields}
        record["updatedAt"] = now
        self.kinds[kind][record["id"]] = record
        return record

    def one(self, kind: str, record_id: str) -> JsonObject:
        found = self.kinds[kind].get(record_id)
        if found is None:
            raise VapiRefusalError(404, f"{kind.replace('-', ' ').capitalize()} not found.")
        return found

    def change(self, kind: str, record_id: str, fields: JsonObject) -> JsonObject:
        """Every field that is sent is replaced whole."""
        record = self.one(kind, record_id)
        record.update(fields)
        record["updatedAt"] = iso(self._clock())
        return record

    def remove(self, kind: str, record_id: str) -> JsonObject:
        record = self.one(kind, record_id)
        del self.kinds[kind][record_id]
        return record

    def line(self, number: str = OUR_NUMBER) -> JsonObject:
        """Our number as VAPI knows it; one never seen is taken for imported just now."""
        for record in self.kinds["phone-number"].values():
            if record.get("number") == number:
                return record
        fields = {"provider": "twilio", "number": number, "name": "Office", "status": "active"}
        return self.add("phone-number", fields)
