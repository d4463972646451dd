"""The calendar shows what our rows say: one entry for each survey, whatever goes wrong."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import F

from hampstead.core import lanes
from hampstead.core.models import Outbox, StaffTask, StaffUser
from leads.booking import book_survey
from leads.calendar_writing import write_again
from leads.conflicts import settle_conflict
from leads.models import CalendarEvent, Diary, Survey, Surveyor
from leads.moving import cancel_survey, move_survey
from leads.outlook import Outlook
from leads.slots import Slot
from tests.factories.leads import LeadFactory
from tests.leads.calendars import (
    AISHA,
    MINUTES,
    NOW,
    TOM,
    asked,
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


# --- the usual way --------------------------------------------------------------------------
def test_the_calendar_accepts_it_and_it_is_confirmed(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = written(tom)
    event = survey.events.get()
    (shown,) = sandbox.calendar(TOM)
    assert survey.status == Status.CONFIRMED
    assert (event.event_id, event.version) == (shown["id"], survey.version)
    assert shown["transactionId"] == str(event.uid)
    assert shown["subject"].startswith("Survey: ")
    assert shown["attendees"] == []


def test_the_next_question_about_free_time_is_put_to_microsoft(tom: Surveyor) -> None:
    Diary.objects.create(surveyor=tom, read_at=NOW)
    written(tom)
    assert Diary.objects.get().read_at is None


def test_written_again_nothing_is_sent(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = written(tom)
    before = len(sandbox.log("microsoft"))
    write_again(survey.events.get())
    write(survey)
    assert (effect().status, len(sandbox.log("microsoft"))) == (Outbox.Status.SENT, before)


def test_a_moved_survey_moves_its_entry(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = written(tom)
    (before,) = sandbox.calendar(TOM)
    move(survey, 14)
    survey = write(survey)
    (after,) = sandbox.calendar(TOM)
    assert (after["id"], times(sandbox), survey.status) == (
        before["id"],
        ["14:00"],
        Status.CONFIRMED,
    )


def test_a_cancelled_survey_leaves_the_calendar(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = written(tom)
    drop(survey)
    write(survey)
    assert sandbox.calendar(TOM) == []
    assert survey.events.get().removed_at is not None


def test_what_was_cancelled_before_it_was_written_never_appears(
    sandbox: Sandbox, tom: Surveyor
) -> None:
    survey = booked(tom)
    drop(survey)
    write(survey)
    assert (sandbox.calendar(TOM), asked(sandbox, "/events", "POST")) == ([], [])
    assert survey.events.get().removed_at is not None


def test_a_removed_entry_is_not_asked_for_again(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = booked(tom)
    drop(survey)
    write(survey)
    before = len(sandbox.log("microsoft"))
    Outbox.objects.update(status=Outbox.Status.PENDING, due_at=NOW)
    write(survey)
    assert len(sandbox.log("microsoft")) == before


def test_another_surveyor_gets_an_entry_and_the_first_loses_it(
    sandbox: Sandbox, tom: Surveyor, aisha: Surveyor
) -> None:
    survey = written(tom)
    slot = Slot(aisha.pk, at(14), at(14) + MINUTES)
    move_survey(survey=survey, slot=slot, source="conversation:1")
    write(survey)
    assert (times(sandbox, TOM), times(sandbox, AISHA)) == ([], ["14:00"])


def test_from_booking_to_cancelling(sandbox: Sandbox, tom: Surveyor) -> None:
    lead = LeadFactory()
    slot = Slot(tom.pk, at(10), at(10) + MINUTES)
    survey = book_survey(
        person=lead.person, lead=lead, slot=slot, postcode="NW3 2QG", source="conversation:1"
    )
    assert write(survey).status == Status.CONFIRMED
    cancel_survey(survey=survey, source="conversation:1")
    write(survey)
    assert sandbox.calendar(TOM) == []


# --- what happens meanwhile -----------------------------------------------------------------
@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[], None]], None]:
    """`meanwhile("create_event", act)`: something happens once, while that call is under way."""

    def arrange(method: str, act: Callable[[], None]) -> None:
        usual, acts = getattr(Outlook, method), [act]

        def call(self: Outlook, *given: Any, **named: Any) -> Any:
            result = usual(self, *given, **named)
            if acts:
                acts.pop()()
            return result

        monkeypatch.setattr(Outlook, method, call)

    return arrange


@pytest.mark.parametrize("method", ["create_event", "update_event"])
def test_a_survey_that_moves_while_it_is_written_is_written_again(
    sandbox: Sandbox, tom: Surveyor, meanwhile: Any, method: str
) -> None:
    survey = booked(tom)
    if method == "update_event":
        write(survey)
        move(survey, 12)
        survey.refresh_from_db()
    meanwhile(method, lambda: move(survey, 14))
    survey = write(survey)
    assert (times(sandbox), survey.status) == (["14:00"], Status.CONFIRMED)


def test_a_survey_cancelled_while_it_is_created_is_removed(
    sandbox: Sandbox, tom: Surveyor, meanwhile: Any
) -> None:
    survey = booked(tom)
    meanwhile("create_event", lambda: drop(survey))
    assert write(survey).status == Status.CANCELLED
    assert sandbox.calendar(TOM) == []


def test_new_words_do_not_undo_what_somebody_just_moved(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = written(tom)
    sandbox.person_edits(TOM, survey.events.get().event_id, starts=at(14), ends=at(14, 45))
    change(survey, access_notes="Mind the dog")
    survey = write(survey)
    (shown,) = sandbox.calendar(TOM)
    assert (survey.starts_at, times(sandbox)) == (at(14), ["14:00"])
    assert "Mind the dog" in shown["body"]["content"]


def test_one_that_keeps_changing_is_left_for_a_moment(
    tom: Surveyor, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = written(tom)
    move(survey, 14)
    usual = Outlook.update_event

    def restless(self: Outlook, *given: Any) -> Any:
        Survey.objects.filter(pk=survey.pk).update(version=F("version") + 1)
        return usual(self, *given)

    monkeypatch.setattr(Outlook, "update_event", restless)
    lanes.drain(survey.lane)
    assert (effect().status, effect().attempts) == (Outbox.Status.PENDING, 1)


# --- deleted in Outlook ---------------------------------------------------------------------
def test_an_entry_that_somebody_deleted_is_a_conflict(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = written(tom)
    sandbox.person_deletes(TOM, survey.events.get().event_id)
    move(survey, 14)
    survey = write(survey)
    assert (survey.status, survey.trouble) == (Status.CONFLICT, "deleted in the calendar")
    assert sandbox.calendar(TOM) == []
    assert StaffTask.objects.filter(subject=survey.subject, done_at=None).exists()


def test_kept_by_staff_it_gets_a_new_entry(
    sandbox: Sandbox, tom: Surveyor, olive: StaffUser
) -> None:
    survey = written(tom)
    sandbox.person_deletes(TOM, survey.events.get().event_id)
    move(survey, 14)
    write(survey)
    settle_conflict(survey=survey, by=olive, keep=True)
    survey = write(survey)
    assert (times(sandbox), survey.status) == (["14:00"], Status.CONFIRMED)


def test_an_attempt_that_died_before_it_told_staff_tells_them_later(
    sandbox: Sandbox, tom: Surveyor
) -> None:
    survey = written(tom)
    CalendarEvent.objects.update(removed_at=NOW)
    move(survey, 14)
    assert write(survey).status == Status.CONFLICT
