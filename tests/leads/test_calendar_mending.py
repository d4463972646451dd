"""A survey whose writing was given up is found, told to staff, and written after all."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from hampstead.core.models import Outbox, StaffTask
from leads.admin.board import problem_of
from leads.calendar_mending import STILL_SHOWN, mend_calendars
from leads.models import CalendarEvent, Survey, Surveyor
from leads.moving import move_survey
from leads.slots import Slot
from leads.survey_records import NOT_SHOWN
from tests.leads.calendars import (
    AISHA,
    MINUTES,
    TOM,
    again,
    at,
    booked,
    change,
    drop,
    effect,
    monday,
    move,
    times,
    write,
    written,
)
from tests.leads.calendars import aisha as aisha
from tests.leads.calendars import tom as tom
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "monday")]
Status = Survey.Status


def refused(sandbox: Sandbox, survey: Survey, method: str = "POST") -> Survey:
    """Microsoft wants nothing of it, for good."""
    sandbox.fault("microsoft", method=method, status=400)
    return write(survey)


def rested() -> None:
    """The last attempt is some time ago."""
    Outbox.objects.filter(claimed_at__isnull=False).update(claimed_at=Now() - timedelta(hours=1))


def tasks() -> set[tuple[str, str]]:
    found = StaffTask.objects.filter(subject__startswith="survey:", done_at=None)
    return set(found.values_list("title", "urgency"))


def mended(survey: Survey) -> Survey:
    mend_calendars()
    return write(survey)


def test_what_was_refused_is_told_and_tried_again_later(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = refused(sandbox, booked(tom))
    assert mended(survey).status == Status.PROVISIONAL
    assert tasks() == {(NOT_SHOWN, "urgent")}
    rested()
    assert mended(survey).status == Status.CONFIRMED
    assert (times(sandbox), tasks()) == (["10:00"], set())


def test_however_often_it_is_refused_staff_hear_it_once(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = refused(sandbox, booked(tom))
    for _ in range(3):
        rested()
        mend_calendars()
        refused(sandbox, survey)
    assert StaffTask.objects.filter(done_at=None).count() == 2
    assert Outbox.objects.count() == 1


def test_what_nobody_knows_the_outcome_of_is_found_out(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = booked(tom)
    Outbox.objects.update(status=Outbox.Status.UNCERTAIN, claimed_at=Now() - timedelta(hours=1))
    assert mended(survey).status == Status.CONFIRMED


def test_a_survey_without_an_entry_gets_one(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = written(tom)
    CalendarEvent.objects.update(is_wanted=False, removed_at=at(9))
    mended(survey)
    assert survey.events.filter(is_wanted=True).exclude(event_id="").exists()


def test_new_words_that_were_refused_are_written(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = written(tom)
    change(survey, access_notes="Mind the dog")
    refused(sandbox, survey, "PATCH")
    rested()
    mended(survey)
    assert "Mind the dog" in sandbox.calendar(TOM)[0]["body"]["content"]
    mend_calendars()
    assert tasks() == set()


def test_what_could_not_be_removed_is_removed(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = written(tom)
    drop(survey)
    refused(sandbox, survey, "DELETE")
    mend_calendars()
    assert tasks() == {(STILL_SHOWN, "urgent")}
    rested()
    mended(survey)
    mend_calendars()
    assert (sandbox.calendar(TOM), tasks()) == ([], set())


@pytest.mark.parametrize("how", ["waits", "awaits approval", "over", "fine"])
def test_what_is_as_it_should_be_is_left_alone(tom: Surveyor, how: str, monday: Any) -> None:
    survey = written(tom) if how == "fine" else booked(tom)
    if how == "awaits approval":
        Survey.objects.update(needs_approval=True)
    elif how == "over":
        monday.shift(timedelta(days=3))
    if how in ("awaits approval", "over"):
        Outbox.objects.update(status=Outbox.Status.CANCELLED)
    before = Outbox.objects.count()
    mend_calendars()
    assert (Outbox.objects.count(), tasks()) == (before, set())
    assert survey.events.count() == 1


def test_the_board_says_when_nothing_is_tried_any_more(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = booked(tom)
    assert "tried again by itself" in problem_of(survey)
    survey = refused(sandbox, survey)
    assert "has failed" in problem_of(survey)


def test_the_board_knows_what_was_approved(tom: Surveyor, olive: Any) -> None:
    survey = booked(tom, needs_approval=True, approved_by=olive)
    assert "approval" not in problem_of(survey)


# --- another surveyor -----------------------------------------------------------------------
def test_the_old_entry_stays_until_the_new_one_is_there(
    sandbox: Sandbox, tom: Surveyor, aisha: Surveyor
) -> None:
    survey = written(tom)
    slot = Slot(aisha.pk, at(14), at(14) + MINUTES)
    move_survey(survey=survey, slot=slot, source="conversation:1")
    refused(sandbox, survey)
    assert (times(sandbox, TOM), times(sandbox, AISHA)) == (["10:00"], [])
    mend_calendars()
    assert tasks() == {(NOT_SHOWN, "urgent")}
    rested()
    assert mended(survey).status == Status.CONFIRMED
    write(survey)
    assert (times(sandbox, TOM), times(sandbox, AISHA)) == ([], ["14:00"])


def test_waiting_for_microsoft_spends_no_attempts(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = booked(tom)
    sandbox.fault("microsoft", "/events", status=429, times=12)
    write(survey, tries=12)
    assert (effect().status, effect().attempts) == (Outbox.Status.PENDING, 0)
    assert write(survey).status == Status.CONFIRMED


def test_moved_meanwhile_it_is_written_as_it_is_now(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = refused(sandbox, booked(tom))
    move(survey, 14)
    write(survey)
    assert (times(sandbox), again(survey).status) == (["14:00"], Status.CONFIRMED)
