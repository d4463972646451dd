"""Entries of a calendar: reading them, and making, changing and removing ours."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from hampstead.core.errors import CalendarError, NextStep
from leads.outlook.entries import (
    FIELDS,
    TAG,
    UNREADABLE,
    created,
    read_body,
    read_entry,
    shown,
)
from leads.outlook.graph import Ask, Graph, Json, segment, unreadable, user
from leads.outlook.refusals import AlreadyCreatedError
from leads.outlook.shapes import Entry, EventDraft
from leads.outlook.zones import write_instant

PAGE = "100"


def view(graph: Graph, mailbox: str, *, starts: datetime, ends: datetime) -> list[Entry]:
    """What touches the time between, recurring entries one by one. Raises as Graph.pages."""
    ask = Ask(
        route="calendarView",
        mailbox=mailbox,
        method="GET",
        path=f"{user(mailbox)}/calendarView",
        query={
            "startDateTime": write_instant(starts),
            "endDateTime": write_instant(ends),
            "$select": FIELDS,
            "$top": PAGE,
        },
    )
    found = [_entry(ask, row) for page in graph.pages(ask) for row in rows(ask, page)]
    # Entries of whole days leak in from the days beside.
    return [entry for entry in found if entry.starts < ends and starts < entry.ends]


def create(graph: Graph, mailbox: str, draft: EventDraft) -> Entry:
    """The entry as drafted; a repeat finds what the first attempt made and brings it up to date.

    Raises CalendarError to reconcile while the outcome is unknown: repeat the same then.
    """
    ask = Ask("create event", mailbox, "POST", f"{user(mailbox)}/events", body=created(draft))
    try:
        entry = _entry(ask, graph.ask(ask))
    except AlreadyCreatedError as error:
        found = find(graph, mailbox, draft.uid)
        if found is None:
            why = "made before, they say, but not found"
            raise CalendarError(why, next_step=NextStep.RECONCILE) from error
        entry = found
    if (entry.starts, entry.ends, entry.subject) == (draft.starts, draft.ends, draft.subject):
        return entry
    updated = update(graph, mailbox, entry.id, draft)
    if updated is None:
        raise CalendarError("removed while we made it", next_step=NextStep.RECONCILE)
    return updated


def find(graph: Graph, mailbox: str, uid: UUID) -> Entry | None:
    """By our tag; one that is not cancelled before one that is."""
    tagged = f"ep/id eq '{TAG}' and ep/value eq '{uid}'"
    ask = Ask(
        route="find event",
        mailbox=mailbox,
        method="GET",
        path=f"{user(mailbox)}/events",
        query={"$filter": f"singleValueExtendedProperties/any(ep: {tagged})", "$select": FIELDS},
    )
    found = [_entry(ask, row) for row in rows(ask, graph.ask(ask))]
    found.sort(key=lambda entry: entry.is_cancelled)
    return replace(found[0], uid=str(uid)) if found else None


def read(graph: Graph, mailbox: str, event_id: str) -> Entry | None:
    query = {"$select": f"{FIELDS},body"}
    ask = _one("read event", "GET", mailbox, event_id)
    ask = replace(ask, query=query, prefer=('outlook.body-content-type="text"',))
    answer = graph.ask(ask)
    return None if answer is None else replace(_entry(ask, answer), body=read_body(answer))


def update(
    graph: Graph, mailbox: str, event_id: str, draft: EventDraft, *, kept: Collection[str] = ()
) -> Entry | None:
    body = {name: value for name, value in shown(draft).items() if name not in kept}
    ask = replace(_one("update event", "PATCH", mailbox, event_id), body=body)
    answer = graph.ask(ask)
    return None if answer is None else _entry(ask, answer)


def delete(graph: Graph, mailbox: str, event_id: str) -> bool:
    return graph.ask(_one("delete event", "DELETE", mailbox, event_id)) is not None


def _one(route: str, method: str, mailbox: str, event_id: str) -> Ask:
    path = f"{user(mailbox)}/events/{segment(event_id)}"
    return Ask(route, mailbox, method, path, may_be_gone=True)


def _entry(ask: Ask, event: Any) -> Entry:
    try:
        return read_entry(event)
    except UNREADABLE as error:
        raise unreadable(ask, f"no entry, {error!r}"[:200]) from error


def rows(ask: Ask, page: Json | None) -> list[Json]:
    found = (page or {}).get("value")
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise unreadable(ask, "no list")
    return found
