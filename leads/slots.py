"""When a surveyor could come, and why a wished start cannot be booked. Pure: no rows, no clock.

Moments are UTC and aware; everything a person calls a day or a time is London's. The gaps around
a survey: the way between two visits by their outcodes, the least travel time beside any other
entry, nothing at either end of the working day.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from hampstead.core.clock import LONDON, to_london
from leads.travel import travel_minutes

LONGEST_CLOSED_DAYS = 60  # how far the next working day is looked for
_MINUTE = timedelta(minutes=1)


class UnrealTimeError(ValueError):
    """The clocks skip this London time, or show it twice, on this day."""


@dataclass(frozen=True, slots=True)
class Slot:
    surveyor_id: int
    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        _need_utc(self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class Busy:
    """Somebody else's time in the surveyor's calendar, already chosen by the firm's rules."""

    starts_at: datetime
    ends_at: datetime

    def __post_init__(self) -> None:
        _need_utc(self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class Visit:
    """A live survey of ours; `outcode` may be unknown (empty)."""

    starts_at: datetime
    ends_at: datetime
    outcode: str

    def __post_init__(self) -> None:
        _need_utc(self.starts_at, self.ends_at)


@dataclass(frozen=True)
class Roster:
    """One surveyor: London working hours by weekday (0 is Monday), and what is taken."""

    surveyor_id: int
    outcode: str
    hours: Mapping[int, tuple[time, time]]
    max_a_day: int
    busy: tuple[Busy, ...] = ()
    visits: tuple[Visit, ...] = ()


@dataclass(frozen=True)
class Terms:
    """The firm's rules. `closed`: bank holidays and other days on which nobody goes out."""

    minutes: int
    every_minutes: int
    travel_minutes: int
    minutes_per_mile: int
    days_notice: int
    days_ahead: int
    closed: frozenset[date] = frozenset()


class Refusal(StrEnum):
    PAST = "past"
    TOO_SOON = "too_soon"
    TOO_FAR = "too_far"
    CLOSED_DAY = "closed_day"
    DAY_OFF = "day_off"
    OUTSIDE_HOURS = "outside_hours"
    BUSY = "busy"
    TOO_CLOSE = "too_close"
    FULL_DAY = "full_day"
    GAP_TOO_SHORT = "gap_too_short"

    @property
    def words(self) -> str:
        """Plain English, fit for staff and for customers."""
        return _WORDS[self]


_WORDS = {
    Refusal.PAST: "That time has already passed.",
    Refusal.TOO_SOON: "That is too soon: we need more notice for a visit.",
    Refusal.TOO_FAR: "That is further ahead than we book visits.",
    Refusal.CLOSED_DAY: "We are closed on that day.",
    Refusal.DAY_OFF: "The surveyor does not work on that day.",
    Refusal.OUTSIDE_HOURS: "That is outside the surveyor's working hours.",
    Refusal.BUSY: "The surveyor is not free at that time.",
    Refusal.TOO_CLOSE: "That leaves the surveyor too little time to travel between visits.",
    Refusal.FULL_DAY: "The surveyor has no more visits left on that day.",
    Refusal.GAP_TOO_SHORT: "There is not enough free time then for a visit of that length.",
}


@dataclass(frozen=True, slots=True)
class _Taken:
    starts_at: datetime
    ends_at: datetime
    way: timedelta


def at_local(day: date, at: time) -> datetime:
    """The UTC moment at which London's clocks show `at` on `day`.

    Raises UnrealTimeError where they never do, or do so twice.
    """
    first = datetime.combine(day, at, LONDON)
    if first.utcoffset() != first.replace(fold=1).utcoffset():
        raise UnrealTimeError(f"{at:%H:%M} is no plain time on {day:%d %B %Y}: the clocks change")
    return first.astimezone(UTC)


def free_slots(
    rosters: Sequence[Roster],
    terms: Terms,
    *,
    at: datetime,
    outcode: str,
    days: Iterable[date] | None = None,
) -> list[Slot]:
    """All free starts on the grid, within notice and as far as we book; by time, then surveyor.

    The grid begins with each working day and goes on in steps of `every_minutes`.
    """
    today, wanted = _today(at), None if days is None else set(days)
    window = [today + timedelta(days=ahead) for ahead in range(terms.days_ahead + 1)]
    if wanted is not None:
        window = [day for day in window if day in wanted]
    now = at.astimezone(UTC)
    found = [
        Slot(roster.surveyor_id, starts_at, starts_at + terms.minutes * _MINUTE)
        for roster in rosters
        for starts_at in _free_starts(roster, terms, now, outcode, window)
    ]
    return sorted(found, key=lambda slot: (slot.starts_at, slot.surveyor_id))


def refusal(
    roster: Roster,
    terms: Terms,
    starts_at: datetime,
    *,
    at: datetime,
    outcode: str,
    minutes: int | None = None,
) -> Refusal | None:
    """Why this start cannot be booked; None: it can. `minutes`: another length than usual.

    Raises ValueError when `starts_at` is not in UTC or `at` has no zone.
    """
    _need_utc(starts_at)
    today, day = _today(at), to_london(starts_at).date()
    ends_at = starts_at + (terms.minutes if minutes is None else minutes) * _MINUTE
    if starts_at <= at:
        return Refusal.PAST
    if day in terms.closed:
        return Refusal.CLOSED_DAY
    if day > today + timedelta(days=terms.days_ahead):
        return Refusal.TOO_FAR
    if day.weekday() not in roster.hours:
        return Refusal.DAY_OFF
    first = _first_day(roster, terms, today)
    if first is None or day < first:
        return Refusal.TOO_SOON
    begins_at, closes_at = _working(roster, day)
    if starts_at < begins_at or ends_at > closes_at or not _is_real(starts_at):
        return Refusal.OUTSIDE_HOURS
    if refused := _clash(
        _taken(roster, terms, outcode), (begins_at, closes_at), starts_at, ends_at
    ):
        return refused
    return Refusal.FULL_DAY if _visits_on(roster)[day] >= roster.max_a_day else None


def _need_utc(*moments: datetime) -> None:
    """A London moment is refused too: adding hours to it goes wrong when the clocks change."""
    for moment in moments:
        if moment.tzinfo is not UTC and moment.tzname() != "UTC":
            raise ValueError(f"not a moment in UTC: {moment.isoformat()}")


def _today(at: datetime) -> date:
    if at.tzinfo is None:
        raise ValueError("the present moment needs a zone")
    return to_london(at).date()


def _first_day(roster: Roster, terms: Terms, today: date) -> date | None:
    """`days_notice` working days of this surveyor from today; None: hardly ever at work."""
    if terms.days_notice <= 0:
        return today
    left = terms.days_notice
    for ahead in range(1, LONGEST_CLOSED_DAYS + terms.days_notice * 7):
        day = today + timedelta(days=ahead)
        left -= day.weekday() in roster.hours and day not in terms.closed
        if left == 0:
            return day
    return None


def _working(roster: Roster, day: date) -> tuple[datetime, datetime]:
    """Of hours that begin or end while the clocks change, only what is certain."""
    begins, ends = (datetime.combine(day, each, LONDON) for each in roster.hours[day.weekday()])
    begun = max(begins.astimezone(UTC), begins.replace(fold=1).astimezone(UTC))
    return begun, min(ends.astimezone(UTC), ends.replace(fold=1).astimezone(UTC))


def _is_real(moment: datetime) -> bool:
    """Not within the hour that London has twice: nobody could be told when that is."""
    local = to_london(moment)
    return local.utcoffset() == local.replace(fold=1 - local.fold).utcoffset()


def _taken(roster: Roster, terms: Terms, outcode: str) -> list[_Taken]:
    """In order of time. An entry without length takes no time."""
    least = terms.travel_minutes * _MINUTE
    taken = [
        _Taken(busy.starts_at, busy.ends_at, least)
        for busy in roster.busy
        if busy.starts_at < busy.ends_at
    ]
    taken += [
        _Taken(
            visit.starts_at,
            visit.ends_at,
            travel_minutes(visit.outcode, outcode, terms) * _MINUTE,
        )
        for visit in roster.visits
        if visit.starts_at < visit.ends_at
    ]
    return sorted(taken, key=lambda each: each.starts_at)


def _visits_on(roster: Roster) -> Counter[date]:
    return Counter(to_london(visit.starts_at).date() for visit in roster.visits)


def _free_starts(
    roster: Roster, terms: Terms, now: datetime, outcode: str, window: Sequence[date]
) -> Iterator[datetime]:
    first = _first_day(roster, terms, to_london(now).date())
    length, step = terms.minutes * _MINUTE, max(1, terms.every_minutes) * _MINUTE
    visits = _visits_on(roster)
    # A survey may not begin within these, ends excluded.
    barred = [
        (each.starts_at - each.way - length, each.ends_at + each.way)
        for each in _taken(roster, terms, outcode)
    ]
    for day in window:
        is_at_work = day.weekday() in roster.hours and day not in terms.closed
        is_full = visits[day] >= roster.max_a_day
        if first is None or day < first or not is_at_work or is_full:
            continue
        start, closes_at = _working(roster, day)
        of_day = [each for each in barred if each[0] < closes_at and each[1] > start]
        while start + length <= closes_at:
            is_barred = any(begin < start < end for begin, end in of_day)
            if start > now and not is_barred and _is_real(start):
                yield start
            start += step


def _clash(
    taken: Sequence[_Taken],
    working: tuple[datetime, datetime],
    starts_at: datetime,
    ends_at: datetime,
) -> Refusal | None:
    """What stands in the way: something at that moment, the way, or too small a gap."""
    meets = [
        each
        for each in taken
        if each.starts_at - each.way < ends_at and each.ends_at + each.way > starts_at
    ]
    if not meets:
        return None
    if any(each.starts_at <= starts_at < each.ends_at for each in meets):
        return Refusal.BUSY
    if any(each.starts_at <= starts_at for each in meets):
        return Refusal.TOO_CLOSE  # it comes too soon after the one before
    ended = [each.ends_at + each.way for each in taken if each.starts_at <= starts_at]
    gap_begins = max([working[0], *ended])
    gap_ends = min(each.starts_at - each.way for each in meets)
    if gap_ends - gap_begins < ends_at - starts_at:
        return Refusal.GAP_TOO_SHORT
    is_overlapping = any(each.starts_at < ends_at for each in meets)
    return Refusal.BUSY if is_overlapping else Refusal.TOO_CLOSE
