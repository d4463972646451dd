"""What has changed in a calendar since the last reading: delta of the calendar view."""

from datetime import datetime
from typing import Any

from hampstead.core.errors import CalendarError, NextStep
from leads.outlook.entries import UNREADABLE, read_entry
from leads.outlook.events import rows
from leads.outlook.graph import Ask, Graph, Json, unreadable, user
from leads.outlook.refusals import SyncStateLostError
from leads.outlook.shapes import Changes
from leads.outlook.zones import write_instant

ROUTE = "calendarView/delta"
PREFER = ("odata.maxpagesize=200",)
# An occurrence of a series may come without what it has in common with its master.
INHERITED = ("subject", "showAs", "isCancelled", "isAllDay", "transactionId")


def read_changes(
    graph: Graph, mailbox: str, *, link: str, starts: datetime | None, ends: datetime | None
) -> Changes:
    """With a `link` what is new since it was given, else all between `starts` and `ends`.

    Raises SyncStateLostError when only a whole round can tell; else as Graph.pages.
    """
    ask = _following(graph, mailbox, link) if link else _whole(mailbox, starts, ends)
    found: dict[str, Json] = {}
    new_link: Any = None
    for page in graph.pages(ask):
        for row in rows(ask, page):
            # An item may repeat within a round: the last one holds, in its later place.
            found.pop(str(row.get("id")), None)
            found[str(row.get("id"))] = row
        new_link = page.get("@odata.deltaLink")
    if not graph.is_ours(new_link):
        raise CalendarError("no link to the next changes, or another host's")
    return _changes(ask, found, link=new_link, is_whole=not link)


def _whole(mailbox: str, starts: datetime | None, ends: datetime | None) -> Ask:
    if starts is None or ends is None:
        raise ValueError("a first reading needs its window")
    window = {"startDateTime": write_instant(starts), "endDateTime": write_instant(ends)}
    path = f"{user(mailbox)}/calendarView/delta"
    return Ask(ROUTE, mailbox, "GET", path, query=window, prefer=PREFER)


def _following(graph: Graph, mailbox: str, link: str) -> Ask:
    if not graph.is_ours(link):  # stored when we talked to another host
        raise SyncStateLostError("the stored link is another host's", next_step=NextStep.GIVE_UP)
    return Ask(ROUTE, mailbox, "GET", link, prefer=PREFER)


def _changes(ask: Ask, found: dict[str, Json], *, link: str, is_whole: bool) -> Changes:
    removed = tuple(key for key, row in found.items() if "@removed" in row)
    present = [
        _completed(row, found.get(str(row.get("seriesMasterId"))))
        for row in found.values()
        # The master is no entry in itself: its occurrences are.
        if "@removed" not in row and row.get("type") != "seriesMaster"
    ]
    try:
        entries = tuple(map(read_entry, present))
    except UNREADABLE as error:
        raise unreadable(ask, f"no entry, {error!r}"[:200]) from error
    return Changes(entries=entries, removed=removed, link=link, is_whole=is_whole)


def _completed(row: Json, master: Json | None) -> Json:
    known = {name: master[name] for name in INHERITED if name in master} if master else {}
    return {**known, **row}
