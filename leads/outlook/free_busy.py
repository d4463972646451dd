"""When mailboxes are busy: getSchedule. What cannot be read is an error, never free time."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

from hampstead.core.clock import LONDON
from leads.outlook.graph import Ask, Graph, Json, unreadable, user
from leads.outlook.shapes import Block, FreeBusy
from leads.outlook.zones import read_moment, write_moment

MOST_MAILBOXES = 20
LONGEST = timedelta(days=60)  # Microsoft takes less than 62 days
VIEW_MINUTES = 15
STATUSES = {"free", "tentative", "busy", "oof", "workingElsewhere"}
VIEW = {"0": "free", "1": "tentative", "2": "busy", "3": "oof", "4": "workingElsewhere"}
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError)
SILENT = "Microsoft said nothing of this mailbox"


def read_free_busy(
    graph: Graph,
    mailboxes: Sequence[str],
    *,
    starts: datetime,
    ends: datetime,
    seconds: float | None,
) -> dict[str, FreeBusy]:
    """By mailbox as it was given. `seconds`: for each of the calls, one for 20 mailboxes and 60
    days. Raises as Graph.ask.
    """
    found = {mailbox: FreeBusy(()) for mailbox in mailboxes}
    for begin, end in _windows(starts, ends):
        for some in _batches(list(found)):
            ask = _ask(some, begin, end, seconds)
            answers = _by_mailbox(ask, graph.ask(ask) or {})
            for mailbox in some:
                read = _read(answers.get(mailbox.lower()), begin, end)
                found[mailbox] = _joined(found[mailbox], read)
    return found


def _windows(starts: datetime, ends: datetime) -> Iterator[tuple[datetime, datetime]]:
    while starts < ends:
        yield starts, min(starts + LONGEST, ends)
        starts += LONGEST


def _batches(mailboxes: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(mailboxes), MOST_MAILBOXES):
        yield mailboxes[first : first + MOST_MAILBOXES]


def _ask(mailboxes: list[str], starts: datetime, ends: datetime, seconds: float | None) -> Ask:
    """The address asks in the name of one of the mailboxes."""
    return Ask(
        route="getSchedule",
        mailbox=mailboxes[0],
        method="POST",
        path=f"{user(mailboxes[0])}/calendar/getSchedule",
        body={
            "schedules": mailboxes,
            "startTime": write_moment(starts),
            "endTime": write_moment(ends),
            "availabilityViewInterval": VIEW_MINUTES,
        },
        seconds=seconds,
    )


def _by_mailbox(ask: Ask, answer: Json) -> dict[str, Json]:
    rows = answer.get("value")
    if not isinstance(rows, list):
        raise unreadable(ask, "no schedules")
    return {str(row.get("scheduleId")).lower(): row for row in rows if isinstance(row, dict)}


def _read(row: Json | None, starts: datetime, ends: datetime) -> FreeBusy:
    if row is None:
        return FreeBusy((), SILENT)
    if row.get("error"):
        return FreeBusy((), _trouble(row["error"]))
    items, view = row.get("scheduleItems"), row.get("availabilityView")
    try:
        if isinstance(items, list) and items:
            return FreeBusy(tuple(filter(None, map(_block, items))))
        if isinstance(view, str) and view:
            return FreeBusy(tuple(_blocks_of_view(view, starts, ends)))
    except UNREADABLE as error:
        return FreeBusy((), f"Microsoft's answer for this mailbox is unreadable: {error}"[:300])
    return FreeBusy((), SILENT)


def _trouble(error: Any) -> str:
    known = error if isinstance(error, dict) else {}
    said = f"{known.get('responseCode') or ''} {known.get('message') or ''}".strip()
    return f"Microsoft cannot read this mailbox: {said or 'no reason given'}"[:300]


def _block(item: Json) -> Block | None:
    """None for an entry that takes no time, such as a reminder."""
    starts, ends = read_moment(item["start"]), read_moment(item["end"], is_end=True)
    if ends < starts:
        raise ValueError("an entry ends before it starts")
    status = item.get("status")
    if ends == starts:
        return None
    return Block(
        starts=starts,
        ends=ends,
        show_as=str(status) if status in STATUSES else "unknown",
        is_all_day=_is_whole_days(starts, ends),
        subject="" if item.get("isPrivate") is True else str(item.get("subject") or ""),
    )


def _is_whole_days(starts: datetime, ends: datetime) -> bool:
    """Free/busy does not say so; the edges of whole days do, in London's days or UTC's."""
    return any(
        starts.astimezone(zone).time() == time(0) and ends.astimezone(zone).time() == time(0)
        for zone in (LONDON, UTC)
    )


def _blocks_of_view(view: str, starts: datetime, ends: datetime) -> Iterator[Block]:
    """From the digits, one for each quarter of an hour, when the entries themselves are kept."""
    step = timedelta(minutes=VIEW_MINUTES)
    if starts + step * len(view) < ends:
        raise ValueError("the view is too short")
    for n, digit in enumerate(view):
        begin = starts + step * n
        if digit != "0":
            yield Block(begin, begin + step, VIEW.get(digit, "unknown"), False, "")


def _joined(one: FreeBusy, other: FreeBusy) -> FreeBusy:
    """Of two windows; an entry across their border is in both."""
    blocks = tuple(dict.fromkeys((*one.blocks, *other.blocks)))
    error = one.error or other.error
    return FreeBusy(() if error else blocks, error)
