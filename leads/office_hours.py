"""When somebody is in the office: opening hours and the bank holidays of England.

Days by appointment count as closed: nobody sits by the phone then.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import import_module
from itertools import groupby

from hampstead.core.clock import LONDON, to_london
from leads.models import OpeningHours
from leads.wording import listed

LOOK_AHEAD_DAYS = 60
# Assumed for the next day when the rows leave no day open: a promise needs some time.
ASSUMED = (time(9), time(18))


@dataclass(frozen=True)
class Span:
    """The office is open from `opens` until just before `closes`, both in UTC."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True)
class Hours:
    """The week as the rows had it, so that one reading answers many questions."""

    days: Mapping[int, tuple[time, time]]

    def without(self, weekday: int | None) -> "Hours":
        return Hours({day: hours for day, hours in self.days.items() if day != weekday})

    def on(self, day: date) -> Span | None:
        hours = self.days.get(day.weekday())
        return None if hours is None or day in bank_holidays(day.year) else _span(day, hours)

    def spans(self, at: datetime) -> Iterator[Span]:
        """What is left of today's opening, then the next ones; never empty."""
        today, was_open, at = to_london(at).date(), False, at.astimezone(UTC)
        for ahead in range(LOOK_AHEAD_DAYS):
            span = self.on(today + timedelta(days=ahead))
            if span is not None and span.closes > at:
                was_open = True
                yield Span(max(span.opens, at), span.closes)
        if not was_open:
            yield _span(today + timedelta(days=1), ASSUMED)

    def are_open(self, at: datetime) -> bool:
        span = self.on(to_london(at).date())
        return span is not None and span.opens <= at < span.closes

    def after_minutes(self, at: datetime, minutes: int) -> datetime:
        left, due = timedelta(minutes=minutes), at.astimezone(UTC)
        for span in self.spans(at):
            due = span.opens + left
            if due <= span.closes:
                break
            left -= span.closes - span.opens
        return due


def week() -> list[OpeningHours]:
    """The rows from Monday on."""
    return list(OpeningHours.objects.order_by("weekday"))


def current_hours() -> Hours:
    return hours_of(week())


def hours_of(rows: Iterable[OpeningHours]) -> Hours:
    kept = (row for row in rows if not row.by_appointment)
    return Hours({row.weekday: (row.opens, row.closes) for row in kept if row.opens and row.closes})


def is_open(at: datetime) -> bool:
    return current_hours().are_open(at)


def next_opening(at: datetime) -> datetime:
    """`at` itself while the office is open."""
    return next(current_hours().spans(at)).opens


def after_office_minutes(at: datetime, minutes: int) -> datetime:
    """`minutes` of opening later; the time in which nobody is there does not count."""
    return current_hours().after_minutes(at, minutes)


def spoken_hours(rows: Sequence[OpeningHours]) -> str:
    """'Monday to Friday 08:00 to 18:00, Saturday 09:00 to 13:00 by appointment and …'"""
    if not rows:
        return "by arrangement"
    groups = [(spoken, list(days)) for spoken, days in groupby(rows, _spoken_times)]
    opened = [f"{_spoken_days(days)} {spoken}" for spoken, days in groups if spoken]
    closed = [_spoken_days(days) for spoken, days in groups if not spoken]
    return listed([*opened, f"closed on {listed([*closed, 'bank holidays'])}"])


@cache
def bank_holidays(year: int) -> frozenset[date]:
    # The library costs a third of a second to load: paid by who asks first, not by each start.
    found = import_module("holidays").country_holidays("GB", subdiv="ENG", years=year)
    return frozenset(found)


def _span(day: date, hours: tuple[time, time]) -> Span:
    # In UTC at once: two London times subtract by the wall clock, across a clock change too.
    opens, closes = (datetime.combine(day, each, LONDON).astimezone(UTC) for each in hours)
    return Span(opens, closes)


def _spoken_times(row: OpeningHours) -> str:
    if row.opens is None or row.closes is None:
        return ""
    by_appointment = " by appointment" if row.by_appointment else ""
    return f"{row.opens:%H:%M} to {row.closes:%H:%M}{by_appointment}"


def _spoken_days(rows: list[OpeningHours]) -> str:
    first, last = str(rows[0]), str(rows[-1])
    return first if len(rows) == 1 else f"{first} {'and' if len(rows) == 2 else 'to'} {last}"
