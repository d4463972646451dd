"""Notices that WhatsApp does not deliver after all, or that name another visit or person."""

from datetime import timedelta
from typing import Any

import pytest
from psycopg.types.range import Range

from hampstead.core import outbox
from hampstead.core.clock import LONDON
from hampstead.core.models import Outbox, StaffTask
from leads.models import Survey
from leads.notices import TELL
from tests.factories.leads import LeadFactory, OfficeUserFactory, SurveyFactory, SurveyorFactory
from tests.vendors import Sandbox
from tests.whatsapp.surveys import (
    AFTERNOON,
    LATER,
    MONDAY,
    SOON,
    VISIT,
    Purpose,
    State,
    Status,
    Told,
    cancel,
    change,
    effects,
    known,
    move,
    notice,
    replan,
    sent,
    survey_on_whatsapp,
    swept,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def survey(db: None) -> Survey:
    return survey_on_whatsapp()


def fail(number: int = 0) -> None:
    outbox.record_failure(effect=effects()[number], code="E006", detail="131026 undeliverable")


def said(at: Any = SOON) -> None:
    swept(at)
    sent(at)


# --- reported as failed later -------------------------------------------------------------
def test_what_was_not_delivered_was_not_told(survey: Survey, sandbox: Sandbox) -> None:
    said()
    fail()
    swept(SOON + MINUTE)
    survey.refresh_from_db()
    assert (survey.told, survey.told_starts_at, survey.told_surveyor) == ("", None, None)
    assert notice(Purpose.CONFIRMATION).state == State.LEFT
    task = StaffTask.objects.get(title=TELL)
    assert "Tuesday 1 December at 10:30" in task.detail


def test_they_still_expect_what_they_knew_before(survey: Survey, sandbox: Sandbox) -> None:
    known(survey)
    move(survey, MONDAY)
    said()
    fail()
    swept(SOON + MINUTE)
    survey.refresh_from_db()
    assert (survey.told, survey.told_starts_at, survey.told_at) == (Told.BOOKED, VISIT, MONDAY)
    assert notice(Purpose.MOVED, LATER).state == State.LEFT


def test_what_they_heard_since_stands(survey: Survey, sandbox: Sandbox) -> None:
    said()
    known(survey, at=SOON + MINUTE)
    fail()
    swept(SOON + 2 * MINUTE)
    survey.refresh_from_db()
    assert survey.is_told
    assert not StaffTask.objects.filter(title=TELL, done_at=None).exists()


def test_a_reminder_that_was_not_delivered_is_left_to_staff(
    survey: Survey, sandbox: Sandbox
) -> None:
    known(survey)
    said(AFTERNOON)
    fail()
    swept(AFTERNOON + MINUTE)
    survey.refresh_from_db()
    assert (notice(Purpose.DAY_BEFORE).state, survey.is_told) == (State.LEFT, True)
    assert len(effects()) == 1


def test_a_delivery_that_is_reported_after_all_counts(survey: Survey, sandbox: Sandbox) -> None:
    said()
    fail()
    swept(SOON + MINUTE)
    outbox.record_arrival(effect=effects()[0], vendor_id="", status=Outbox.Status.DELIVERED)
    swept(SOON + 2 * MINUTE)
    survey.refresh_from_db()
    assert (survey.is_told, notice(Purpose.CONFIRMATION).state) == (True, State.SENT)
    assert StaffTask.objects.get(title=TELL).done_at is not None


def test_nobody_knows_whether_it_arrived_so_staff_decide(survey: Survey) -> None:
    swept(SOON)
    Outbox.objects.update(status=Outbox.Status.UNCERTAIN)
    swept(SOON + MINUTE)
    assert notice(Purpose.CONFIRMATION).state == State.LEFT


def test_what_was_said_afresh_is_not_sent_again_from_the_old_message(
    survey: Survey, sandbox: Sandbox
) -> None:
    swept(SOON)
    Outbox.objects.update(status=Outbox.Status.UNCERTAIN)
    swept(SOON + MINUTE)
    survey.notices.filter(purpose=Purpose.CONFIRMATION).update(
        state=State.DUE, effect="", due_at=SOON
    )
    said(SOON + MINUTE)
    outbox.release(effect=effects()[0], by=OfficeUserFactory())
    sent(SOON + 2 * MINUTE)
    assert len(sandbox.phone()) == 1


# --- another surveyor ---------------------------------------------------------------------
def test_the_message_tells_whom_to_expect(survey: Survey, sandbox: Sandbox) -> None:
    said()
    survey.refresh_from_db()
    assert survey.told_surveyor == survey.surveyor


def test_a_queued_message_that_names_somebody_else_is_written_anew(
    survey: Survey, sandbox: Sandbox
) -> None:
    swept(SOON)
    change(survey, SOON, surveyor=SurveyorFactory(name="Aisha Khan"))
    sent(SOON)
    swept(SOON + MINUTE)
    said(SOON + 2 * MINUTE)
    (text,) = sandbox.phone()
    assert "Aisha Khan will visit you" in text


def test_a_message_on_its_way_tells_of_whom_it_names(survey: Survey) -> None:
    swept(SOON)
    tom = survey.surveyor
    change(survey, SOON, surveyor=SurveyorFactory(name="Aisha Khan"))
    outbox.record_arrival(effect=effects()[0], vendor_id="wamid.X", status=Outbox.Status.SENT)
    swept(SOON + MINUTE)
    survey.refresh_from_db()
    assert (survey.told_surveyor, survey.is_told) == (tom, False)
    assert notice(Purpose.MOVED).state == State.DUE


# --- cancelled, and booked again ----------------------------------------------------------
def rebooked(survey: Survey, at: Any = VISIT, **more: Any) -> Survey:
    lead = LeadFactory(person=survey.person, status="lost")
    made: Survey = SurveyFactory(lead=lead, starts_at=at.astimezone(), **more)
    return made


def test_whoever_booked_that_time_again_does_not_hear_that_nobody_comes(survey: Survey) -> None:
    known(survey)
    cancel(survey, MONDAY)
    rebooked(survey)
    swept(SOON)
    assert effects() == []
    assert notice(Purpose.CANCELLED).why == "they have booked that time again"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (
            Status.CONFIRMED,
            "Hello Ada, your survey on Tuesday 1 December at 10:30 is cancelled. The one on "
            "Thursday 3 December at 14:00 stands.",
        ),
        (
            Status.PROVISIONAL,
            "Hello Ada, your survey on Tuesday 1 December at 10:30 is cancelled. This is not "
            "about the other one, of which we will write to you.",
        ),
    ],
)
def test_whoever_booked_another_time_hears_which_one_stands(
    survey: Survey, sandbox: Sandbox, status: str, words: str
) -> None:
    known(survey)
    cancel(survey, MONDAY)
    rebooked(survey, LATER, status=status)
    said()
    assert sandbox.phone() == [words]


# --- early visits -------------------------------------------------------------------------
@pytest.mark.parametrize(
    "visit",
    [VISIT.replace(hour=9, minute=0), VISIT.replace(year=2027, month=6, hour=9, minute=0)],
    ids=["winter", "summer"],
)
def test_the_last_reminder_of_a_visit_at_nine_goes_out_at_eight(
    survey: Survey, sandbox: Sandbox, visit: Any
) -> None:
    starts_at = visit.replace(tzinfo=LONDON).astimezone(MONDAY.tzinfo)
    span = Range(starts_at, starts_at + timedelta(minutes=45), "[)")
    change(survey, MONDAY, span=span)
    known(survey)
    replan(survey)
    survey.notices.exclude(purpose=Purpose.TWO_HOURS).delete()
    said(starts_at - timedelta(minutes=60))
    (text,) = sandbox.phone()
    assert "will be with you today" in text
