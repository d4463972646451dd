"""All free times within some days: what the calendars say now, and what could not be read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hampstead.core.clock import now
from leads import rosters
from leads.diaries import CACHE_AGE, read_diaries
from leads.models import SurveyRules
from leads.slots import Slot, free_slots


@dataclass(frozen=True)
class Availability:
    """`names`: of the surveyors by id. `unread`: whose calendar could not be read, so that none
    of their time is offered. `closed`: days on which nobody goes out."""

    slots: Sequence[Slot]
    minutes: int
    names: dict[int, str]
    unread: list[str]
    closed: list[date]


def find_availability(
    *, first: date, last: date, outcode: str = "", minutes: int | None = None
) -> Availability:
    """From `first` to `last`, both included, London. Raises CalendarError, BreakerOpenError or
    RateLimitError when no calendar could be read. Not to be called inside a transaction.
    """
    at, rules = now(), SurveyRules.current()
    surveyors = rosters.active_surveyors()
    starts, ends = rosters.window(rules, at)
    diaries = (
        read_diaries(surveyors, starts=starts, ends=ends, max_age=CACHE_AGE) if surveyors else {}
    )
    visits = rosters.visits_of(surveyors, starts=starts, ends=ends, at=at)
    terms = replace(rosters.terms_of(rules, at), minutes=minutes or rules.minutes)
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    known = rosters.rosters_of(surveyors, diaries=diaries, visits=visits)
    return Availability(
        slots=free_slots(known, terms, at=at, outcode=outcode, days=days),
        minutes=terms.minutes,
        names={each.pk: each.name for each in surveyors},
        unread=[each.name for each in surveyors if each.pk not in diaries],
        closed=[day for day in days if day in terms.closed],
    )
