"""The calendar view of a window, and what has changed in it since: delta."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from aiohttp import web

from hampstead.sandbox.door import Door
from hampstead.sandbox.microsoft_calendars import Calendars, Change, Event
from hampstead.sandbox.microsoft_errors import GraphRefusalError
from hampstead.sandbox.microsoft_event_json import event_json, shown_id
from hampstead.sandbox.microsoft_events import page
from hampstead.sandbox.microsoft_gate import Gate, GraphCall
from hampstead.sandbox.microsoft_times import instant
from hampstead.sandbox.microsoft_wishes import Options, bad_query
from hampstead.sandbox.reply import Reply

JsonObject = dict[str, Any]
DELTA_PAGE = 10
NOT_WITH_DELTA = ("$select", "$filter", "$expand", "$orderby", "$search")
LOST_STATUS = {"syncStateNotFound": 410, "resyncRequired": 400}


@dataclass(frozen=True)
class Item:
    event: Event
    is_removed: bool


@dataclass(frozen=True)
class Round:
    """A place in one round of delta: what is left of it, and the step it began at."""

    mailbox: str
    starts: datetime
    ends: datetime
    step: int
    items: tuple[Item, ...] = ()


class View:
    def __init__(self, calendars: Calendars, run_id: str) -> None:
        self._calendars = calendars
        self._run_id = run_id
        self._rounds: dict[str, Round] = {}
        # Never starts again: a link of before a reset must not fit a round of after it.
        self._numbers = count(1)
        self._lost = "syncStateNotFound"

    def clear(self) -> None:
        self.lose("syncStateNotFound")

    def lose(self, code: str) -> None:
        """Every link given so far is dead."""
        self._rounds.clear()
        self._lost = code

    def add_routes(self, app: web.Application, door: Door, gate: Gate) -> None:
        base = "/microsoft/v1.0/users/{user}"
        for path in (f"{base}/calendarView", f"{base}/calendar/calendarView"):
            app.add_routes(
                [
                    web.get(path, gate.open(door, self.view)),
                    web.get(f"{path}/delta", gate.open(door, self.delta)),
                ]
            )

    async def view(self, asked: GraphCall) -> Reply:
        starts, ends = window(asked.query)
        found = self._calendars.between(asked.mailbox, starts, ends)
        return page(asked, Options.read(asked.query), found)

    async def delta(self, asked: GraphCall) -> Reply:
        for name in NOT_WITH_DELTA:
            if name in asked.query:
                raise bad_query(f"The query parameter '{name}' is not supported with delta.")
        return self._answer(asked, self._round(asked))

    def _round(self, asked: GraphCall) -> Round:
        token = asked.query.get("$skiptoken") or asked.query.get("$deltatoken")
        if token is None:
            starts, ends = window(asked.query)
            found = self._calendars.between(asked.mailbox, starts, ends)
            items = tuple(Item(event, False) for event in found)
            return Round(asked.mailbox, starts, ends, self._calendars.step, items)
        earlier = self._rounds.get(token)
        if earlier is None or earlier.mailbox != asked.mailbox:
            text = "The sync state generation is not found; start again."
            raise GraphRefusalError(LOST_STATUS[self._lost], self._lost, text)
        if "$skiptoken" in asked.query:
            return earlier
        items = tuple(self._since(earlier))
        return Round(earlier.mailbox, earlier.starts, earlier.ends, self._calendars.step, items)

    def _since(self, earlier: Round) -> Iterable[Item]:
        """Each changed event once, as it is now; one that left the window as removed."""
        lives: dict[int, list[Change]] = {}
        for change in self._calendars.changes_since(earlier.mailbox, earlier.step):
            lives.setdefault(change.event.number, []).append(change)
        for life in lives.values():
            before, after = life[0].before, life[-1].after
            if after is not None and after.overlaps(earlier.starts, earlier.ends):
                yield Item(life[-1].event, False)
            elif before is not None and before.overlaps(earlier.starts, earlier.ends):
                yield Item(life[-1].event, True)

    def _answer(self, asked: GraphCall, place: Round) -> Reply:
        size = asked.wishes.page_size or DELTA_PAGE
        body: JsonObject = {
            "@odata.context": asked.context("Collection(event)"),
            "value": [delta_json(item, asked) for item in place.items[:size]],
        }
        rest = place.items[size:]
        token = f"R0usmcCM996atia_s{self._run_id}x{next(self._numbers):06d}"
        self._rounds[token] = Round(place.mailbox, place.starts, place.ends, place.step, rest)
        if rest:
            body["@odata.nextLink"] = asked.link({"$skiptoken": token})
        else:
            body["@odata.deltaLink"] = asked.link({"$deltatoken": token})
        return Reply(body=body)


def window(query: dict[str, str]) -> tuple[datetime, datetime]:
    names = ("startDateTime", "endDateTime")
    if missing := [name for name in names if not query.get(name)]:
        text = f"This request requires a time window: '{missing[0]}' is missing."
        raise GraphRefusalError(400, "ErrorInvalidParameter", text)
    starts, ends = (instant(query[name], name) for name in names)
    if ends <= starts:
        text = "The end of the time window must be after its start."
        raise GraphRefusalError(400, "ErrorInvalidParameter", text)
    return starts, ends


def delta_json(item: Item, asked: GraphCall) -> JsonObject:
    kind = {"@odata.type": "#microsoft.graph.event"}
    if item.is_removed:
        return {**kind, "id": shown_id(item.event, asked.wishes), "@removed": {"reason": "deleted"}}
    return {**kind, **event_json(item.event, asked.wishes)}
