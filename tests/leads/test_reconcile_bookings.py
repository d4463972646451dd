"""manage.py reconcile_bookings: the calendars and our surveys, compared and mended."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models.functions import Now
from psycopg.types.range import Range
from pytest_django import Settings

from hampstead.core import lanes
from hampstead.core.models import Outbox
from leads.calendar_writing import write_again
from leads.models import CalendarEvent, Survey, Surveyor
from tests.core.threads import held_elsewhere
from tests.factories.leads import SurveyFactory, SurveyorFactory
from tests.leads.calendars import AISHA, MINUTES, NOW, TOM, again, asked, at, monday, visit, written
from tests.leads.calendars import aisha as aisha
from tests.leads.calendars import survey as survey
from tests.leads.calendars import tom as tom
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "monday")]
Status = Survey.Status


def run(**options: Any) -> tuple[int, str]:
    """Exit status and what an operator reads."""
    out = StringIO()
    try:
        call_command("reconcile_bookings", stdout=out, **options)
    except CommandError as error:
        return error.returncode, out.getvalue()
    return 0, out.getvalue()


def agrees() -> bool:
    return run(dry_run=True)[0] == 0


def waiting() -> int:
    return Outbox.objects.filter(status__in=Outbox.LIVE).count()


def restore_from_before_the_booking() -> None:
    """The backup was taken when the survey was booked but not written yet."""
    CalendarEvent.objects.update(event_id="", version=0)
    Survey.objects.update(status=Status.PROVISIONAL)
    Outbox.objects.update(status=Outbox.Status.PENDING, attempts=0, due_at=Now())


# --- agreement ------------------------------------------------------------------------------
def test_nothing_to_do_is_said(survey: Survey) -> None:
    assert run() == (0, "Tom Whitfield: calendar and surveys agree.\n")


def test_other_peoples_entries_are_none_of_its_business(sandbox: Sandbox, survey: Survey) -> None:
    sandbox.person_adds(TOM, at(14), at(15))
    assert agrees()


def test_what_waits_to_be_written_is_no_difference(tom: Surveyor) -> None:
    write_again(visit(tom, status=Status.PROVISIONAL).events.get())
    assert agrees()


def test_a_survey_that_staff_have_not_approved_is_no_difference(tom: Surveyor) -> None:
    SurveyFactory(surveyor=tom, starts_at=at(10), status=Status.PROVISIONAL, needs_approval=True)
    assert agrees()


def test_a_past_survey_is_none_of_its_business(sandbox: Sandbox, tom: Surveyor) -> None:
    visit(tom, NOW - timedelta(days=1))
    assert agrees()


# --- differences, one by one ----------------------------------------------------------------
def test_a_missing_entry_is_written(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = visit(tom, status=Status.PROVISIONAL)
    status, said = run()
    assert (status, "is not in the calendar. Mended." in said) == (0, True)
    lanes.drain(survey.lane)
    assert (again(survey).status, len(sandbox.calendar(TOM))) == (Status.CONFIRMED, 1)


def test_a_survey_without_any_entry_gets_one(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = SurveyFactory(surveyor=tom, starts_at=at(10), status=Status.PROVISIONAL)
    assert run()[0] == 0
    lanes.drain(survey.lane)
    assert (again(survey).status, len(sandbox.calendar(TOM))) == (Status.CONFIRMED, 1)


def test_an_older_state_is_written_again(sandbox: Sandbox, survey: Survey) -> None:
    span = Range(at(14), at(14) + MINUTES, "[)")
    Survey.objects.update(version=2, span=span, status=Status.PROVISIONAL)
    status, said = run()
    assert (status, "an older state" in said) == (0, True)
    lanes.drain(survey.lane)
    assert sandbox.calendar(TOM)[0]["start"]["dateTime"].startswith("2026-12-01T14:00")


def test_a_moved_entry_is_followed(sandbox: Sandbox, survey: Survey) -> None:
    sandbox.person_edits(TOM, survey.events.get().event_id, starts=at(14), ends=at(14, 45))
    status, said = run()
    assert (status, "has it on Tuesday 1 December at 14:00" in said) == (0, True)
    assert again(survey).starts_at == at(14)


def test_a_deleted_entry_is_a_conflict(sandbox: Sandbox, survey: Survey) -> None:
    sandbox.person_deletes(TOM, survey.events.get().event_id)
    status, said = run()
    assert (status, "was deleted in the calendar" in said) == (0, True)
    assert again(survey).trouble == "deleted in the calendar"
    assert agrees()


def test_an_entry_of_a_cancelled_survey_is_removed(sandbox: Sandbox, survey: Survey) -> None:
    Survey.objects.update(status=Status.CANCELLED)
    CalendarEvent.objects.update(is_wanted=False, removed_at=NOW)
    status, said = run()
    assert (status, "is still in the calendar" in said) == (0, True)
    lanes.drain(survey.lane)
    assert sandbox.calendar(TOM) == []


def test_a_removal_that_was_never_carried_out_is(sandbox: Sandbox, survey: Survey) -> None:
    Survey.objects.update(status=Status.CANCELLED)
    CalendarEvent.objects.update(is_wanted=False)
    sandbox.person_deletes(TOM, survey.events.get().event_id)
    assert run()[0] == 0
    lanes.drain(survey.lane)
    assert survey.events.get().removed_at is not None


def test_an_entry_of_ours_that_no_survey_knows_is_a_persons(
    sandbox: Sandbox, survey: Survey
) -> None:
    CalendarEvent.objects.all().delete()
    Survey.objects.all().delete()
    status, said = run()
    assert status == 1
    assert "an entry of ours on Tuesday 1 December at 10:00 belongs to no survey we know" in said
    assert "A person must decide." in said
    assert len(sandbox.calendar(TOM)) == 1


# --- after a restore ------------------------------------------------------------------------
def test_an_entry_that_we_forgot_is_ours_again(sandbox: Sandbox, survey: Survey) -> None:
    known = survey.events.get().event_id
    restore_from_before_the_booking()
    status, said = run()
    assert (status, "is in the calendar, which we did not know. Mended." in said) == (0, True)
    assert (survey.events.get().event_id, again(survey).status) == (known, Status.CONFIRMED)


def test_it_is_not_made_twice_when_sending_is_released(
    sandbox: Sandbox, survey: Survey, settings: Settings
) -> None:
    settings.SENDING_FROZEN = True
    restore_from_before_the_booking()
    run()
    settings.SENDING_FROZEN = False
    lanes.drain(survey.lane)
    assert waiting() == 0
    assert (len(sandbox.calendar(TOM)), len(asked(sandbox, "/events", "POST"))) == (1, 1)


def test_what_moved_after_the_backup_is_followed(sandbox: Sandbox, survey: Survey) -> None:
    sandbox.person_edits(TOM, survey.events.get().event_id, starts=at(14), ends=at(14, 45))
    restore_from_before_the_booking()
    run()
    assert (again(survey).starts_at, again(survey).status) == (at(14), Status.CONFIRMED)


# --- how it is run --------------------------------------------------------------------------
def test_a_dry_run_only_says_what_differs(sandbox: Sandbox, survey: Survey) -> None:
    restore_from_before_the_booking()
    sandbox.person_edits(TOM, sandbox.calendar(TOM)[0]["id"], starts=at(14), ends=at(14, 45))
    visit(survey.surveyor, at(16), status=Status.PROVISIONAL)
    before = waiting()
    status, said = run(dry_run=True)
    assert (status, said.count("Would be mended.")) == (1, 2)
    assert (waiting(), again(survey).starts_at) == (before, at(10))
    assert survey.events.get().event_id == ""


def test_one_calendar_may_be_chosen(sandbox: Sandbox, tom: Surveyor, aisha: Surveyor) -> None:
    status, said = run(surveyor=AISHA.upper())
    assert (status, said) == (0, "Aisha Rahman: calendar and surveys agree.\n")


def test_an_unknown_surveyor_is_an_error(tom: Surveyor) -> None:
    assert run(surveyor="nobody@hampstead.example") == (1, "")


def test_a_calendar_that_cannot_be_read_does_not_hide_the_others(
    sandbox: Sandbox, tom: Surveyor, aisha: Surveyor
) -> None:
    visit(aisha, status=Status.PROVISIONAL)
    sandbox.fault("microsoft", f"{TOM}/calendarView", status=500)
    status, said = run()
    assert status == 1
    assert "Tom Whitfield: could not be read. E009" in said
    assert "is not in the calendar. Mended." in said


@pytest.mark.django_db(transaction=True)
def test_what_is_being_written_is_left_for_another_run(sandbox: Sandbox) -> None:
    surveyor = SurveyorFactory(mailbox=TOM)
    survey = written(surveyor)
    sandbox.person_edits(TOM, survey.events.get().event_id, starts=at(14), ends=at(14, 45))
    with held_elsewhere(survey.lane):
        status, said = run()
    assert status == 1
    assert "Not mended: its entry is being written just now." in said
    assert run()[0] == 0


def test_nobodys_name_is_on_the_screen(sandbox: Sandbox, survey: Survey) -> None:
    restore_from_before_the_booking()
    assert survey.person.name not in run(dry_run=True)[1]
