"""Shorthands of the tests about surveyors' calendars, in the week of 30 November 2026."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from psycopg.types.range import Range
from pytest_django import Settings

from hampstead.core import lanes, ratelimit
from hampstead.core.models import Incident, Outbox, StaffTask
from leads.calendar_reading import sync
from leads.calendar_writing import write_again
from leads.models import CalendarEvent, Survey, Surveyor
from tests.factories.leads import SurveyFactory, SurveyorFactory
from tests.running import make_lanes_due
from tests.vendors import Sandbox

TOM = "tom@hampstead.example"
AISHA = "aisha@hampstead.example"
MINUTES = timedelta(minutes=45)
Status = Survey.Status
NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)  # a Monday; London's time is UTC


def at(hour: int, minute: int = 0, *, day: int = 1) -> datetime:
    """In December 2026."""
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


@pytest.fixture
def monday(settings: Settings) -> Iterator[time_machine.Traveller]:
    """It is Monday morning, for us and (told by `tell_time`) for Microsoft."""
    settings.MICROSOFT_CALLS_PER_SECOND = 10_000  # time stands still, which the limit sees
    ratelimit.forget()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def tom(db: None) -> Surveyor:
    surveyor: Surveyor = SurveyorFactory(name="Tom Whitfield", mailbox=TOM)
    return surveyor


@pytest.fixture
def aisha(db: None) -> Surveyor:
    surveyor: Surveyor = SurveyorFactory(name="Aisha Rahman", mailbox=AISHA)
    return surveyor


def visit(surveyor: Surveyor, starts_at: datetime | None = None, **more: Any) -> Survey:
    """A survey of 45 minutes that is to be in the calendar, without anything sent yet."""
    survey: Survey = SurveyFactory(surveyor=surveyor, starts_at=starts_at or at(10), **more)
    CalendarEvent.objects.create(survey=survey, surveyor=surveyor)
    return survey


def asked(sandbox: Sandbox, ending: str, method: str = "") -> list[dict[str, Any]]:
    """The log's entries of the routes that end so."""
    return [
        entry
        for entry in sandbox.log("microsoft")
        if entry["route"].endswith(ending) and method in ("", entry["method"])
    ]


def open_incidents(code: str = "E009") -> set[str]:
    found = Incident.objects.filter(code=code, closed_at__isnull=True)
    return set(found.values_list("scope", flat=True))


def later(machine: time_machine.Traveller, **more: float) -> None:
    machine.shift(timedelta(**more))


# --- writing them ---------------------------------------------------------------------------
def booked(surveyor: Surveyor, **more: Any) -> Survey:
    """Its entry waits to be written."""
    survey = visit(surveyor, **{"status": Status.PROVISIONAL, **more})
    write_again(survey.events.get())
    return survey


def write(survey: Survey, *, tries: int = 1) -> Survey:
    """What the worker does, so often with the waits between them over."""
    for _ in range(tries):
        lanes.drain(survey.lane)
        make_lanes_due()
    return Survey.objects.get(pk=survey.pk)


def written(surveyor: Surveyor) -> Survey:
    return write(booked(surveyor))


def change(survey: Survey, **values: Any) -> None:
    """As a use case does: the survey and what the calendar should show, then the effect."""
    Survey.objects.filter(pk=survey.pk).update(version=survey.version + 1, **values)
    write_again(survey.events.get())


def move(survey: Survey, hour: int) -> None:
    change(survey, span=Range(at(hour), at(hour) + MINUTES, "[)"), status=Status.PROVISIONAL)


def drop(survey: Survey) -> None:
    CalendarEvent.objects.filter(survey=survey).update(is_wanted=False)
    change(survey, status=Status.CANCELLED)


def times(sandbox: Sandbox, mailbox: str = TOM) -> list[str]:
    """When the mailbox's events begin, as "10:00"."""
    return [event["start"]["dateTime"][11:16] for event in sandbox.calendar(mailbox)]


def effect() -> Outbox:
    return Outbox.objects.latest("pk")


# --- reading them ---------------------------------------------------------------------------
@pytest.fixture
def survey(sandbox: Sandbox, tom: Surveyor) -> Survey:
    """Tuesday at ten, in the calendar and confirmed; all of which we have read."""
    return synced(written(tom))


def again(survey: Survey) -> Survey:
    return Survey.objects.get(pk=survey.pk)


def synced(survey: Survey) -> Survey:
    assert sync(survey.surveyor)
    return again(survey)


def event_id(survey: Survey) -> str:
    return survey.events.latest("pk").event_id


def open_tasks(survey: Survey) -> int:
    return StaffTask.objects.filter(subject=survey.subject, done_at=None).count()
