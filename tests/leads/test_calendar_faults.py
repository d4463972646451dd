"""Whatever goes wrong at Microsoft: one entry for each survey, and none for a cancelled one."""

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from hampstead.core import breaker, lanes
from hampstead.core.models import Outbox, StaffTask, VendorHealth
from leads.calendar_writing import CalendarSender, write_again
from leads.models import CalendarEvent, Survey, Surveyor
from tests.leads.calendars import (
    NOW,
    TOM,
    asked,
    booked,
    drop,
    effect,
    monday,
    move,
    times,
    write,
    written,
)
from tests.leads.calendars import tom as tom
from tests.running import make_lanes_due
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "monday")]
Status = Survey.Status

ONCE = [
    {"status": 401},
    {"status": 409},
    {"status": 412},
    {"status": 429, "headers": {"Retry-After": "1"}},
    {"status": 500},
    {"status": 503},
    {"status": 504},
    {"cut": "before"},
    {"cut": "after"},
    {"delay_seconds": 0.8},
    {"garbage": True},
]


@pytest.fixture
def hasty(settings: Settings) -> None:
    settings.MICROSOFT_DEADLINE_SECONDS = 0.4


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("fault", ONCE, ids=str)
def test_a_fault_of_creating_leaves_one_entry(
    sandbox: Sandbox, tom: Surveyor, fault: dict[str, Any]
) -> None:
    survey = booked(tom)
    sandbox.fault("microsoft", "/events", method="POST", **fault)
    survey = write(survey, tries=3)
    assert (times(sandbox), survey.status) == (["10:00"], Status.CONFIRMED)
    assert effect().status == Outbox.Status.SENT


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("fault", ONCE, ids=str)
def test_a_fault_of_moving_leaves_one_entry(
    sandbox: Sandbox, tom: Surveyor, fault: dict[str, Any]
) -> None:
    survey = written(tom)
    move(survey, 14)
    sandbox.fault("microsoft", method="PATCH", **fault)
    survey = write(survey, tries=3)
    assert (times(sandbox), survey.status) == (["14:00"], Status.CONFIRMED)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("fault", ONCE, ids=str)
def test_a_fault_of_removing_leaves_no_entry(
    sandbox: Sandbox, tom: Surveyor, fault: dict[str, Any]
) -> None:
    survey = written(tom)
    drop(survey)
    sandbox.fault("microsoft", method="DELETE", **fault)
    write(survey, tries=3)
    assert sandbox.calendar(TOM) == []
    assert effect().status == Outbox.Status.SENT


def test_a_fault_is_seen_by_its_code(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = booked(tom)
    sandbox.fault("microsoft", "/events", status=500)
    lanes.drain(survey.lane)
    assert effect().error_code == "E009"
    assert VendorHealth.objects.get(vendor="microsoft").last_error_code == "E009"


def test_a_final_refusal_is_a_task_with_its_code(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = booked(tom)
    sandbox.fault("microsoft", "/events", status=400)
    survey = write(survey)
    assert (survey.status, effect().status) == (Status.PROVISIONAL, Outbox.Status.FAILED)
    assert StaffTask.objects.get(subject=f"outbox:{effect().pk}").code == "E009"


def test_without_the_right_to_write_it_waits_unspent(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = booked(tom)
    body = {"error": {"code": "Authorization_RequestDenied", "message": "no consent"}}
    sandbox.fault("microsoft", "/events", status=403, body=body)
    write(survey)
    assert (effect().status, effect().attempts) == (Outbox.Status.HELD, 0)
    breaker.reset(vendor="microsoft", by=None)
    assert write(survey).status == Status.CONFIRMED


def test_a_long_outage_spends_no_attempts_and_ends_well(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = booked(tom)
    sandbox.fault("microsoft", "/events", status=503, times=5)
    write(survey, tries=12)
    assert (effect().status, effect().attempts) == (Outbox.Status.HELD, 0)
    breaker.reset(vendor="microsoft", by=None)
    survey = write(survey)
    assert (times(sandbox), survey.status) == (["10:00"], Status.CONFIRMED)


@pytest.mark.parametrize("cut", ["before", "after"])
def test_cancelled_after_a_lost_answer_nothing_stays(
    sandbox: Sandbox, tom: Surveyor, cut: str
) -> None:
    survey = booked(tom)
    sandbox.fault("microsoft", "/events", method="POST", cut=cut)
    lanes.drain(survey.lane)
    drop(survey)
    make_lanes_due()
    write(survey)
    assert sandbox.calendar(TOM) == []


def test_an_old_effect_finds_what_it_made_in_another_life(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = written(tom)
    CalendarEvent.objects.update(event_id="", version=0)
    Survey.objects.update(status=Status.PROVISIONAL)
    write_again(survey.events.get())
    Outbox.objects.update(created_at=NOW - timedelta(hours=3))
    survey = write(survey)
    assert (times(sandbox), survey.status) == (["10:00"], Status.CONFIRMED)
    assert len(asked(sandbox, "/events", "POST")) == 1


def test_while_sending_is_frozen_nothing_goes_out(
    sandbox: Sandbox, tom: Surveyor, settings: Settings
) -> None:
    settings.SENDING_FROZEN = True
    survey = booked(tom)
    write(survey)
    assert (effect().status, sandbox.log("microsoft")) == (Outbox.Status.HELD, [])


def test_an_effect_whose_survey_was_erased_is_refused(tom: Surveyor) -> None:
    survey = booked(tom)
    CalendarEvent.objects.all().delete()
    assert CalendarSender().refusal(effect()) == "the survey is gone"
    write(survey)
    assert effect().status == Outbox.Status.CANCELLED
