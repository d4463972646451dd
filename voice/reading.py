"""VAPI's messages in our words. Pure: no database. Tolerant of what is missing, null or new."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from hampstead.core.inbox import UnreadablePostError
from hampstead.core.storable import storable

LONGEST_LINE = 10_000
MOST_LINES = 5_000
KINDS = {"inboundPhoneCall": "inbound", "outboundPhoneCall": "outbound", "webCall": "web"}
STATUSES = {
    "scheduled": "queued",
    "queued": "queued",
    "ringing": "ringing",
    "in-progress": "talking",
    "forwarding": "forwarding",
    "ended": "ended",
}
SPEAKERS = {"user": "caller", "assistant": "assistant", "bot": "assistant"}


@dataclass(frozen=True)
class Line:
    speaker: str
    text: str
    said_at: datetime

    @property
    def key(self) -> str:
        """VAPI numbers nothing: who said what, when."""
        told = f"{self.speaker}|{self.said_at.isoformat()}|{self.text}"
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True)
class Report:
    """The end of a call; empty where VAPI says nothing."""

    reason: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    cost_usd: Decimal | None = None
    summary: str = ""
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class CallFacts:
    """What a message says of its call. `status`: only the message's own, `call.status` is stale."""

    vendor_id: str
    kind: str = "inbound"
    caller: str = ""
    line: str = ""
    control_url: str = ""
    status: str = ""
    reason: str = ""
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


@dataclass(frozen=True)
class Heard:
    """One message of VAPI."""

    kind: str  # "status-update"; whatever stands there
    call: CallFacts | None
    body: Mapping[str, Any]
    line: Line | None = None
    report: Report | None = None


def read_message(raw: bytes) -> Heard:
    """Raises UnreadablePostError: not JSON, or no message in it."""
    try:
        payload = storable(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise UnreadablePostError(type(error).__name__) from error
    message = payload.get("message") if isinstance(payload, dict) else None
    if not isinstance(message, dict):
        raise UnreadablePostError("no message in it")
    kind = text(message.get("type")).partition("[")[0][:60]
    at = moment(message.get("timestamp")) or datetime.now(UTC)
    return Heard(
        kind=kind,
        call=_call(message, kind, at),
        body=message,
        line=_line(message, at) if kind == "transcript" else None,
        report=read_report(message) if kind == "end-of-call-report" else None,
    )


def _call(message: Mapping[str, Any], kind: str, at: datetime) -> CallFacts | None:
    call = part(message, "call")
    if not (vendor_id := text(call.get("id"))[:64]):
        return None
    is_over = kind == "end-of-call-report"
    status = "ended" if is_over else STATUSES.get(text(message.get("status")), "")
    customer = part(message, "customer") or part(call, "customer")
    return CallFacts(
        vendor_id=vendor_id,
        kind=KINDS.get(text(call.get("type")), "inbound"),
        caller=text(customer.get("number"))[:40],
        line=text(part(message, "phoneNumber").get("number"))[:20],
        control_url=text(part(call, "monitor").get("controlUrl"))[:500],
        status=status if is_over or kind == "status-update" else "",
        reason=text(message.get("endedReason"))[:160],
        at=at,
    )


def _line(message: Mapping[str, Any], at: datetime) -> Line | None:
    """Partials are revised: only what is final counts."""
    speaker = SPEAKERS.get(text(message.get("role")))
    said = text(message.get("transcript")).strip()[:LONGEST_LINE]
    if text(message.get("transcriptType")) == "partial" or speaker is None or not said:
        return None
    return Line(speaker, said, at)


def read_report(record: Mapping[str, Any]) -> Report:
    """From a final report, or from a call as the API lists it: both have these names."""
    artifact, analysis = part(record, "artifact"), part(record, "analysis")
    messages = artifact.get("messages") or record.get("messages")
    summary = text(analysis.get("summary")) or text(record.get("summary"))
    return Report(
        reason=text(record.get("endedReason"))[:160],
        started_at=moment(record.get("startedAt")),
        ended_at=moment(record.get("endedAt")),
        cost_usd=money(record.get("cost")),
        summary=summary[:5000],
        lines=tuple(_lines(messages)),
    )


def _lines(messages: Any) -> Iterator[Line]:
    for one in messages[:MOST_LINES] if isinstance(messages, list) else ():
        if not isinstance(one, dict):
            continue
        speaker, at = SPEAKERS.get(text(one.get("role"))), moment(one.get("time"))
        said = text(one.get("message")).strip()[:LONGEST_LINE]
        if speaker is not None and at is not None and said:
            yield Line(speaker, said, at)


# --- values that may be anything ----------------------------------------------------------


def text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def part(value: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def moment(value: Any) -> datetime | None:
    """Milliseconds since 1970, or ISO; None for nonsense."""
    try:
        if isinstance(value, str):
            at = datetime.fromisoformat(value)
            return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
        return datetime.fromtimestamp(float(value) / 1000, UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def money(value: Any) -> Decimal | None:
    """From its text: a float's digits would be invented."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    is_sane = found.is_finite() and 0 <= found < 10_000
    return found.quantize(Decimal("0.0001")) if is_sane else None
