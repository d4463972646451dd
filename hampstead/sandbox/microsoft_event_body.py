"""The body of a create or a change: which properties an event has and what they may hold."""

import re
from dataclasses import dataclass, field
from typing import Any

from hampstead.sandbox.microsoft_errors import GraphRefusalError
from hampstead.sandbox.microsoft_times import Span, shown, shown_day, span_of
from hampstead.sandbox.microsoft_wishes import TAGS, tag_key

JsonObject = dict[str, Any]
TAG_ID = re.compile(
    r"(String|Integer|Boolean|Double|SystemTime|CLSID) "
    r"\{[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\} (Name \S.*|Id 0x[0-9a-fA-F]+)"
)
DEFAULTS: JsonObject = {
    "subject": "",
    "body": {"contentType": "html", "content": ""},
    "location": {"displayName": ""},
    "attendees": [],
    "showAs": "busy",
    "sensitivity": "normal",
    "importance": "normal",
    "categories": [],
    "isReminderOn": True,
    "reminderMinutesBeforeStart": 15,
    "allowNewTimeProposals": True,
    "hideAttendees": False,
    "responseRequested": True,
    "isOnlineMeeting": False,
}
CHOICES = {
    "showAs": {"free", "tentative", "busy", "oof", "workingElsewhere", "unknown"},
    "sensitivity": {"normal", "personal", "private", "confidential"},
    "importance": {"low", "normal", "high"},
}
KINDS = {name: type(value) for name, value in DEFAULTS.items()}
TIMES = {"start", "end", "isAllDay"}
CREATE_ONLY = {"transactionId"}


@dataclass(frozen=True)
class EventBody:
    """What a request says of an event; only what it names."""

    content: JsonObject = field(default_factory=dict)
    times: JsonObject = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    transaction_id: str = ""

    @classmethod
    def read(cls, data: JsonObject, *, is_new: bool) -> "EventBody":
        known = KINDS.keys() | TIMES | {TAGS} | (CREATE_ONLY if is_new else set())
        for name in data:
            if name not in known:
                text = f"The property '{name}' does not exist on type 'microsoft.graph.event'."
                raise GraphRefusalError(400, "RequestBodyRead", text)
        content = {name: checked(name, data[name]) for name in data if name in KINDS}
        times = {name: data[name] for name in data if name in TIMES}
        return cls(content, times, tags_of(data.get(TAGS)), transaction(data))

    def span(self, before: Span | None = None) -> Span:
        """The new span; `before` fills what a change leaves out."""
        times = {**(as_times(before) if before else {}), **self.times}
        is_all_day = times.get("isAllDay") or False
        return span_of(times.get("start"), times.get("end"), is_all_day=is_all_day is True)


def as_times(span: Span) -> JsonObject:
    show = shown_day if span.is_all_day else shown
    return {
        "start": show(span.starts, span.start_zone),
        "end": show(span.ends, span.end_zone),
        "isAllDay": span.is_all_day,
    }


def checked(name: str, value: Any) -> Any:
    if name in CHOICES and value not in CHOICES[name]:
        text = f"Requested value '{value}' was not found."
        raise GraphRefusalError(400, "RequestBodyRead", text)
    if not isinstance(value, KINDS[name]):
        text = f"The value of property '{name}' has the wrong type."
        raise GraphRefusalError(400, "RequestBodyRead", text)
    if name == "body" and str(value.get("contentType", "text")).lower() not in ("text", "html"):
        raise GraphRefusalError(400, "RequestBodyRead", "Requested value was not found.")
    if name == "attendees" and not all(map(has_address, value)):
        raise GraphRefusalError(
            400, "ErrorInvalidRecipients", "At least one recipient isn't valid."
        )
    return value


def has_address(attendee: Any) -> bool:
    address = attendee.get("emailAddress") if isinstance(attendee, dict) else None
    return isinstance(address, dict) and "@" in str(address.get("address", ""))


def tags_of(value: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in value or []:
        if not isinstance(item, dict) or not TAG_ID.fullmatch(str(item.get("id", ""))):
            text = "PropertyId values may only be in one of the following formats."
            raise GraphRefusalError(400, "ErrorInvalidProperty", text)
        found[tag_key(item["id"])] = str(item.get("value", ""))
    return found


def transaction(data: JsonObject) -> str:
    return str(data.get("transactionId") or "")
