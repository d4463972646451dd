"""Shorthands of the tests of the calendar adapter."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from hampstead.core.errors import CalendarError
from leads.outlook import EventDraft, FreeBusy, outlook
from tests.vendors import Sandbox

Restart = Callable[..., None]
TOM = "tom@hampstead.example"
AISHA = "aisha@hampstead.example"
DAY, NEXT_DAY = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 2, tzinfo=UTC)


def at(hour: int, minute: int = 0, *, day: int = 1) -> datetime:
    """In December 2026, when London's time is UTC."""
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


def draft(uid: UUID | None = None, **more: Any) -> EventDraft:
    usual = {
        "subject": "Survey NW3: Priya Shah",
        "body": "Loft conversion",
        "location": "1 Example Road, NW3 2QG",
        "starts": at(10),
        "ends": at(10, 45),
    }
    return EventDraft(**{**usual, **more}, uid=uid or uuid4())


def busy(mailbox: str = TOM, **more: Any) -> FreeBusy:
    window: dict[str, Any] = {"starts": DAY, "ends": NEXT_DAY, **more}
    return outlook().free_busy([mailbox], **window)[mailbox]


def refused(sandbox: Sandbox, route: str, ask: Any, **fault: Any) -> CalendarError:
    """What `ask` raises while the vendor plays the fault."""
    sandbox.fault("microsoft", route, **fault)
    with pytest.raises(CalendarError) as caught:
        ask()
    return caught.value


def asked(sandbox: Sandbox, ending: str) -> list[dict[str, Any]]:
    """The log's entries of the routes that end so."""
    return [entry for entry in sandbox.log("microsoft") if entry["route"].endswith(ending)]


def graph_error(code: str, message: str = "words") -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}
