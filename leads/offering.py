"""Which times to offer for a survey: as wished, else the nearest; never one that nobody checked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hampstead.core.clock import now, to_london
from hampstead.core.errors import CalendarError
from leads import rosters
from leads.diaries import CACHE_AGE, read_diaries
from leads.models import Person, Survey, Surveyor, SurveyRules
from leads.slots import Refusal, Roster, Slot, Terms, free_slots, refusal
from leads.travel import travel_minutes
from leads.wanted import Wanted, read_wanted, suits

FRESH = timedelta(0)
APART = timedelta(hours=2)  # two offers of one day that are closer are no choice
NOON, EVENING = time(12), time(17)

NOBODY = "No surveyor is set up, so no visit can be offered."
UNREADABLE = "No surveyor's calendar could be read, so no visit can be offered."
NOTHING_FREE = "No visit is free in the time for which we book."
NOT_THEN = "No visit is free at the time they asked for; these are the nearest that are."
NOT_READ = "It is not clear when they would like the visit; these are the next that are free."


@dataclass(frozen=True)
class Offers:
    """`reason`: why the offers are not as wished, or why there are none; for the assistant."""

    offers: tuple[Slot, ...]
    is_as_wished: bool
    reason: str = ""


def find_slots(
    *,
    wish: str = "",
    outcode: str = "",
    at: datetime | None = None,
    limit: int = 3,
    person: Person | None = None,
    instead_of: Survey | None = None,
    max_age: timedelta = CACHE_AGE,
) -> Offers:
    """At most `limit` free times, spread over days and parts of the day, in order of time.

    What `person` holds and the time of `instead_of` count as free. Raises CalendarError when no
    calendar could be read.
    """
    at = at or now()
    surveyors = rosters.active_surveyors()
    if not surveyors:
        return Offers((), is_as_wished=False, reason=NOBODY)
    rules = SurveyRules.current()
    starts, ends = rosters.window(rules, at)
    diaries = read_diaries(surveyors, starts=starts, ends=ends, max_age=max_age)
    if not diaries:
        raise CalendarError(UNREADABLE)
    visits = rosters.visits_of(
        surveyors, starts=starts, ends=ends, at=at, person=person, instead_of=instead_of
    )
    terms = rosters.terms_of(rules, at)
    known = rosters.rosters_of(surveyors, diaries=diaries, visits=visits)
    free = _one_each(free_slots(known, terms, at=at, outcode=outcode), known, terms, outcode)
    if instead_of is not None:
        free = [slot for slot in free if slot.starts_at != instead_of.starts_at]
    return _chosen(free, wish, at, limit)


def check_slot(
    *,
    surveyor: Surveyor,
    starts_at: datetime,
    minutes: int | None = None,
    outcode: str,
    fresh: bool,
    person: Person | None = None,
    instead_of: Survey | None = None,
) -> Refusal | None:
    """Why a survey cannot begin then; None: it can. `fresh`: by the calendar as it is now, else
    as it was a minute ago at most. Raises CalendarError when it could not be read.
    """
    at, rules = now(), SurveyRules.current()
    length = timedelta(minutes=minutes or rules.minutes)
    starts, ends = rosters.window_of(rules, at, starts_at=starts_at, ends_at=starts_at + length)
    max_age = FRESH if fresh else CACHE_AGE
    diaries = read_diaries([surveyor], starts=starts, ends=ends, max_age=max_age)
    if surveyor.pk not in diaries:
        raise CalendarError(f"the calendar of {surveyor} could not be read")
    visits = rosters.visits_of(
        [surveyor], starts=starts, ends=ends, at=at, person=person, instead_of=instead_of
    )
    (roster,) = rosters.rosters_of([surveyor], diaries=diaries, visits=visits)
    terms = rosters.terms_of(rules, at)
    return refusal(roster, terms, starts_at, at=at, outcode=outcode, minutes=minutes)


def _one_each(
    free: Sequence[Slot], known: Sequence[Roster], terms: Terms, outcode: str
) -> list[Slot]:
    """One slot for each start: of whoever sets out from nearest."""
    way = {each.surveyor_id: travel_minutes(each.outcode, outcode, terms) for each in known}
    nearest: dict[datetime, Slot] = {}
    for slot in free:
        best = nearest.get(slot.starts_at)
        if best is None or way[slot.surveyor_id] < way[best.surveyor_id]:
            nearest[slot.starts_at] = slot
    return list(nearest.values())


def _chosen(free: Sequence[Slot], wish: str, at: datetime, limit: int) -> Offers:
    if not free:
        return Offers((), is_as_wished=False, reason=NOTHING_FREE)
    if not wish.strip():
        return Offers(_spread(free, limit), is_as_wished=True)
    wanted = read_wanted(wish, at)
    if wanted == Wanted():
        return Offers(_spread(free, limit), is_as_wished=False, reason=NOT_READ)
    fitting = [slot for slot in free if suits(wanted, slot)]
    if fitting:
        return Offers(_spread(fitting, limit), is_as_wished=True)
    return Offers(_nearest(free, wanted, limit), is_as_wished=False, reason=NOT_THEN)


def _nearest(free: Sequence[Slot], wanted: Wanted, limit: int) -> tuple[Slot, ...]:
    """As close to the wish as there is: the day first, then the time of day."""
    allowed = [slot for slot in free if _day(slot).weekday() not in wanted.never_on]
    closest = sorted(allowed or free, key=lambda slot: _distance(slot, wanted))
    first = closest[0]
    same_day = [slot for slot in closest if _day(slot) == _day(first) and _is_apart(slot, [first])]
    return _spread(closest, limit, taken=[first, *same_day[:1]][:limit], by_part=False)


def _distance(slot: Slot, wanted: Wanted) -> tuple[int, int, datetime]:
    days = min((abs((_day(slot) - day).days) for day in wanted.days or ()), default=0)
    minute = _minute(to_london(slot.starts_at).time())
    early = _minute(wanted.begin) - minute if wanted.begin is not None else 0
    late = minute - _minute(wanted.end) if wanted.end is not None else 0
    return days, max(early, late, 0), slot.starts_at


def _spread(
    slots: Sequence[Slot], limit: int, *, taken: Sequence[Slot] = (), by_part: bool = True
) -> tuple[Slot, ...]:
    """To `taken`, each time the first that differs most from those taken; in order of time."""
    chosen = list(taken)
    left = [slot for slot in slots if slot not in chosen]
    while left and len(chosen) < limit:
        best = max(left, key=lambda slot: _novelty(slot, chosen, by_part))  # of equals the first
        chosen.append(best)
        left.remove(best)
    return tuple(sorted(chosen, key=lambda slot: slot.starts_at))


def _novelty(slot: Slot, taken: Sequence[Slot], by_part: bool) -> int:
    is_new_day = all(_day(slot) != _day(other) for other in taken)
    is_new_part = by_part and all(_part(slot) != _part(other) for other in taken)
    return is_new_day + is_new_part + 2 * _is_apart(slot, taken)


def _is_apart(slot: Slot, taken: Sequence[Slot]) -> bool:
    return all(abs(slot.starts_at - other.starts_at) >= APART for other in taken)


def _day(slot: Slot) -> date:
    return to_london(slot.starts_at).date()


def _part(slot: Slot) -> int:
    """Morning, afternoon or evening."""
    clock = to_london(slot.starts_at).time()
    return (clock >= NOON) + (clock >= EVENING)


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute
