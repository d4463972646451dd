"""Four surveyors whose next weeks are as full as real ones, in our rows and in their calendars."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import httpx
from psycopg.types.range import Range

from hampstead.core.clock import now, to_london
from leads.models import CalendarEvent, Person, Survey, Surveyor, SurveyRules, WorkingHours
from leads.slots import at_local
from scripts.benchmarks.surveys import DAYS_FILLED

SURVEYORS = ("NW3", "NW6", "NW11", "N6")  # the outcodes from which they set out
WORKING_WEEK = range(5)
VISIT_MINUTES = 45
POSTCODES = ("NW3 2QG", "NW6 1AA", "NW11 7AA", "NW2 3AA", "NW8 9AA", "N6 4AA", "N2 9AA")
# What a day of work holds: visits of ours by their start, and other entries from when to when.
PATTERNS = (
    (("09:00", "11:00"), (("13:00", "14:00"), ("16:30", "17:00"))),
    (("09:30", "12:00", "15:30"), (("11:00", "11:30"), ("13:30", "14:15"))),
    (("11:30", "14:30"), (("09:00", "09:30"), ("13:00", "13:45"))),
    (("09:00", "13:30", "16:00"), (("11:00", "12:00"), ("15:00", "15:30"))),
)


@dataclass(frozen=True)
class Entry:
    """Time taken in a calendar, UTC; by a visit if there is a postcode."""

    starts_at: datetime
    ends_at: datetime
    postcode: str = ""


def entries_of(surveyor: int, day: date) -> list[Entry]:
    """What the surveyor of that number has on that day, in order of time."""
    if day.weekday() not in WORKING_WEEK:
        return []
    turn = surveyor + day.toordinal()
    visits, others = PATTERNS[turn % len(PATTERNS)]
    found = [Entry(_at(day, begins), _at(day, ends)) for begins, ends in others]
    for number, begins in enumerate(visits):
        starts_at = _at(day, begins)
        ends_at = starts_at + timedelta(minutes=VISIT_MINUTES)
        found.append(Entry(starts_at, ends_at, POSTCODES[(turn + number) % len(POSTCODES)]))
    return sorted(found, key=lambda entry: entry.starts_at)


def _at(day: date, clock: str) -> datetime:
    return at_local(day, time.fromisoformat(clock))


def build(sandbox: httpx.Client) -> None:
    """The firm's only surveyors, their surveys, and the same in the simulated calendars."""
    Surveyor.objects.update(is_active=False)
    customer = Person.objects.create(name="Anybody")
    for number, outcode in enumerate(SURVEYORS):
        surveyor = _surveyor(number, outcode)
        entries = list(_entries_ahead(number))
        _store(surveyor, customer, [entry for entry in entries if entry.postcode])
        for entry in entries:
            _enter(sandbox, surveyor.mailbox, entry)


def look_ahead(days: int) -> None:
    """Surveys are booked so many days ahead."""
    SurveyRules.objects.update_or_create(pk=1, defaults={"days_ahead": days})


def _surveyor(number: int, outcode: str) -> Surveyor:
    surveyor, is_new = Surveyor.objects.update_or_create(
        mailbox=f"bench{number}@hampstead.example",
        defaults={"name": f"Surveyor {number}", "outcode": outcode, "is_active": True},
    )
    if is_new:
        WorkingHours.objects.bulk_create(
            WorkingHours(surveyor=surveyor, weekday=day, begins=time(9), ends=time(17))
            for day in WORKING_WEEK
        )
    return surveyor


def _entries_ahead(number: int) -> Iterator[Entry]:
    today = to_london(now()).date()
    for ahead in range(1, DAYS_FILLED + 1):
        yield from entries_of(number, today + timedelta(days=ahead))


def _store(surveyor: Surveyor, customer: Person, visits: list[Entry]) -> None:
    surveys = Survey.objects.bulk_create(
        Survey(
            person=customer,
            surveyor=surveyor,
            span=Range(visit.starts_at, visit.ends_at, "[)"),
            status=Survey.Status.CONFIRMED,
            postcode=visit.postcode,
            source="benchmark",
        )
        for visit in visits
    )
    CalendarEvent.objects.bulk_create(
        CalendarEvent(survey=survey, surveyor=surveyor, version=1, event_id=f"bench{survey.pk}")
        for survey in surveys
    )


def _enter(sandbox: httpx.Client, mailbox: str, entry: Entry) -> None:
    event = {
        "starts": entry.starts_at.isoformat(),
        "ends": entry.ends_at.isoformat(),
        "subject": "Survey" if entry.postcode else "Private",
        "show_as": "busy",
    }
    sandbox.post(f"/_calendar/{mailbox}/events", json=event).raise_for_status()
