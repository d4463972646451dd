"""360dialog's posts in our words: every entry, change, message and status of a post.

Tolerant of what may be missing, strict about what may be stored. Pure: no database.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hampstead.core.inbox import UnreadablePostError

MAX_TEXT = 10_000
_BSUID = re.compile(r"^[A-Z]{2}\.")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class Sender:
    """Who wrote: at least one of the two ids is set."""

    wa_id: str | None
    bsuid: str | None
    name: str = ""
    username: str = ""


@dataclass(frozen=True)
class MessageEvent:
    phone_number_id: str
    sender: Sender
    vendor_id: str
    kind: str
    text: str
    sent_at: datetime


@dataclass(frozen=True)
class StatusEvent:
    vendor_id: str
    status: str
    at: datetime
    correlation: str
    error_code: str
    detail: str


@dataclass(frozen=True)
class UnknownEvent:
    """Something we keep in the inbox and count, but do not act on."""

    kind: str


Event = MessageEvent | StatusEvent | UnknownEvent


def read_post(body: bytes) -> list[Event]:
    """All events of a post in order. Raises UnreadablePostError if it is not such a post."""
    payload = _parse(body)
    if payload.get("object") != "whatsapp_business_account":
        raise UnreadablePostError("not a WhatsApp Business post")
    events: list[Event] = []
    for entry in _dicts(payload.get("entry")):
        for change in _dicts(entry.get("changes")):
            events.extend(_read_change(change))
    return events


def _parse(body: bytes) -> dict[str, Any]:
    try:
        payload = json.loads(body, parse_constant=_no_constant)
        _refuse_unstorable(payload)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise UnreadablePostError(f"{type(error).__name__}: {error}"[:200]) from error
    if not isinstance(payload, dict):
        raise UnreadablePostError("not a JSON object")
    return payload


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _refuse_unstorable(value: Any) -> None:
    """PostgreSQL cannot hold NUL characters or lone surrogates."""
    if isinstance(value, str):
        if _UNSTORABLE.search(value):
            raise ValueError("a text holds characters that cannot be stored")
    elif isinstance(value, dict):
        for key, item in value.items():
            _refuse_unstorable(key)
            _refuse_unstorable(item)
    elif isinstance(value, list):
        for item in value:
            _refuse_unstorable(item)


def _read_change(change: dict[str, Any]) -> Iterator[Event]:
    field = str(change.get("field", ""))
    value = change.get("value")
    if field != "messages" or not isinstance(value, dict):
        yield UnknownEvent(f"field:{field}"[:80])
        return
    number = _text(_dict(value.get("metadata")).get("phone_number_id"))
    contacts = _contacts(value)
    for message in _dicts(value.get("messages")):
        yield _read_message(message, number, contacts)
    for status in _dicts(value.get("statuses")):
        yield _read_status(status)
    if not value.get("messages") and not value.get("statuses"):
        yield UnknownEvent("messages:errors" if value.get("errors") else "messages:other")


def _contacts(value: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Contacts of a change by each id they carry."""
    found: dict[str, dict[str, Any]] = {}
    for contact in _dicts(value.get("contacts")):
        for key in (contact.get("wa_id"), contact.get("user_id")):
            if isinstance(key, str):
                found[key] = contact
    return found


def _read_message(
    message: dict[str, Any], number: str, contacts: dict[str, dict[str, Any]]
) -> MessageEvent | UnknownEvent:
    kind = _text(message.get("type")) or "unknown"
    vendor_id = _text(message.get("id"))
    sender = _sender(message, contacts)
    if message.get("group_id"):
        return UnknownEvent("group message")
    if not vendor_id or len(vendor_id) > 255 or sender is None:
        return UnknownEvent(f"message without ids:{kind}"[:80])
    return MessageEvent(
        phone_number_id=number,
        sender=sender,
        vendor_id=vendor_id,
        kind=kind[:20],
        text=_words(message, kind)[:MAX_TEXT],
        sent_at=_time(message.get("timestamp")),
    )


def _sender(message: dict[str, Any], contacts: dict[str, dict[str, Any]]) -> Sender | None:
    ids = [_text(message.get("from")), _text(message.get("from_user_id"))]
    bsuid = next((one for one in ids if _BSUID.match(one)), None)
    wa_id = next((one for one in ids if one.lstrip("+").isdigit()), None)
    contact = next((contacts[one] for one in ids if one in contacts), {})
    if bsuid is None and _BSUID.match(_text(contact.get("user_id"))):
        bsuid = _text(contact.get("user_id"))
    if bsuid is None and wa_id is None:
        return None
    profile = _dict(contact.get("profile"))
    return Sender(
        wa_id=wa_id.lstrip("+")[:32] if wa_id else None,
        bsuid=bsuid[:140] if bsuid else None,
        name=_text(profile.get("name"))[:120],
        username=_text(profile.get("username"))[:80],
    )


def _words(message: dict[str, Any], kind: str) -> str:
    """The text a person would read in the chat, if the kind has one."""
    part = _dict(message.get(kind))
    if kind == "text":
        return _text(part.get("body"))
    if kind == "button":
        return _text(part.get("text"))
    if kind == "interactive":
        reply = _dict(part.get("button_reply")) or _dict(part.get("list_reply"))
        return _text(reply.get("title"))
    if kind in ("image", "video", "document"):
        return _text(part.get("caption"))
    return ""


def _read_status(status: dict[str, Any]) -> StatusEvent | UnknownEvent:
    vendor_id, name = _text(status.get("id")), _text(status.get("status"))
    if not vendor_id or len(vendor_id) > 255 or not name:
        return UnknownEvent("status without ids")
    errors = _dicts(status.get("errors"))
    problem = errors[0] if errors else {}
    details = _text(_dict(problem.get("error_data")).get("details"))
    return StatusEvent(
        vendor_id=vendor_id,
        status=name[:20],
        at=_time(status.get("timestamp")),
        correlation=_text(status.get("biz_opaque_callback_data"))[:64],
        error_code=str(problem.get("code", ""))[:10],
        detail=(details or _text(problem.get("title")))[:1000],
    )


def _time(raw: Any) -> datetime:
    """Epoch seconds as a string; some senders give milliseconds. Nonsense counts as now."""
    try:
        seconds = float(raw)
        if seconds > 1e12:
            seconds /= 1000
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return datetime.now(tz=UTC)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
