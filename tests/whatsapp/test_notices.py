"""Notices of surveys on WhatsApp: true when they leave, and once each."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from psycopg.types.range import Range

from conversations.models import Message
from hampstead.core import outbox
from hampstead.core.clock import LONDON, to_london
from hampstead.core.models import Outbox
from leads.models import Survey, SurveyNotice
from leads.notices import plan
from tests.vendors import Sandbox
from tests.whatsapp.surveys import (
    AFTERNOON,
    LATER,
    MONDAY,
    MORNING,
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
    sent,
    survey_on_whatsapp,
    swept,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(db: None) -> Survey:
    return survey_on_whatsapp()


# --- said ---------------------------------------------------------------------------------------
def test_a_confirmation_reaches_the_phone_and_is_remembered(
    survey: Survey, sandbox: Sandbox
) -> None:
    swept(SOON)
    sent(SOON)
    (text,) = sandbox.phone()
    assert text.startswith("Hello Ada, your survey is booked: Tom Harris")
    survey.refresh_from_db()
    assert survey.is_told
    assert notice(Purpose.CONFIRMATION).state == State.SENT


def test_staff_see_it_in_the_chat(survey: Survey) -> None:
    swept(SOON)
    message = Message.objects.get()
    assert message.author == Message.Author.SYSTEM
    assert message.conversation.person == survey.person
    assert "Tuesday 1 December at 10:30" in message.text


def test_what_the_chat_has_said_is_not_said_again(survey: Survey) -> None:
    known(survey)
    swept(SOON)
    assert effects() == []
    assert notice(Purpose.CONFIRMATION).why == "the customer knows it already"


def test_the_answer_in_the_chat_comes_first(survey: Survey) -> None:
    swept(MONDAY + timedelta(seconds=89))
    assert effects() == []


def test_both_reminders_are_sent_in_their_time(survey: Survey, sandbox: Sandbox) -> None:
    known(survey)
    for at in (AFTERNOON - timedelta(minutes=1), AFTERNOON, MORNING):
        swept(at)
        sent(at)
    first, second = sandbox.phone()
    assert first.startswith("Hello Ada, a short reminder of your survey")
    assert "today, Tuesday 1 December at 10:30" in second


def test_sweeping_again_and_again_sends_once(survey: Survey, sandbox: Sandbox) -> None:
    for _ in range(3):
        swept(SOON)
        sent(SOON)
        swept(SOON)
    assert len(sandbox.phone()) == 1


def test_a_reminder_is_of_no_use_once_the_visit_is_near(survey: Survey) -> None:
    known(survey)
    swept(VISIT - timedelta(minutes=44))
    assert effects() == []
    assert notice(Purpose.DAY_BEFORE).why == "too late to be useful"


def test_after_a_long_stop_only_one_reminder_goes_out(survey: Survey) -> None:
    known(survey)
    swept(MORNING + timedelta(minutes=5))
    assert [effect.payload["notice"] for effect in effects()] == [notice(Purpose.TWO_HOURS).pk]


def test_what_is_queued_ends_with_its_use(survey: Survey) -> None:
    known(survey)
    swept(AFTERNOON)
    (effect,) = effects()
    assert effect.not_after == VISIT - timedelta(hours=2)


def test_nobody_is_reminded_of_what_they_have_just_heard(survey: Survey) -> None:
    known(survey, at=AFTERNOON - timedelta(minutes=30))
    swept(AFTERNOON)
    assert effects() == []


# --- by night -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "night",
    [
        datetime(2027, 3, 27, 21, 0, tzinfo=LONDON),
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC),
        datetime(2026, 11, 30, 20, 0, tzinfo=LONDON),
        datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
    ],
    ids=[
        "before the clocks change",
        "in the hour of change",
        "winter",
        "the hour that comes twice",
    ],
)
def test_by_night_a_reminder_waits_for_the_morning(survey: Survey, night: datetime) -> None:
    known(survey, at=MONDAY)
    starts_at = (night + timedelta(days=3)).astimezone(UTC)
    change(
        survey,
        MONDAY,
        is_planned=False,
        span=Range(starts_at, starts_at + timedelta(minutes=45), "[)"),
        told_starts_at=starts_at,
    )
    SurveyNotice.objects.exclude(purpose=Purpose.DAY_BEFORE).delete()
    SurveyNotice.objects.update(due_at=night, starts_at=starts_at)
    swept(night)
    assert effects() == []
    assert f"{to_london(SurveyNotice.objects.get().due_at):%H:%M}" == "08:00"


def test_queued_at_dusk_it_is_sent_in_the_morning(survey: Survey, sandbox: Sandbox) -> None:
    known(survey)
    SurveyNotice.objects.filter(purpose=Purpose.DAY_BEFORE).update(
        due_at=AFTERNOON.replace(hour=19, minute=59)
    )
    swept(AFTERNOON.replace(hour=19, minute=59))
    sent(AFTERNOON.replace(hour=20))
    assert sandbox.phone() == []
    swept(AFTERNOON.replace(hour=20, minute=1))
    assert to_london(notice(Purpose.DAY_BEFORE).due_at) == MORNING.replace(minute=0)
    swept(MORNING.replace(minute=0))
    sent(MORNING.replace(minute=0))
    assert len(sandbox.phone()) == 1


def test_a_confirmation_answers_them_even_late(survey: Survey) -> None:
    swept(MONDAY.replace(hour=22))
    assert len(effects()) == 1


# --- no longer so ---------------------------------------------------------------------------------
def test_no_reminder_once_it_is_cancelled(survey: Survey) -> None:
    known(survey)
    cancel(survey, MONDAY, told=Told.CANCELLED)
    swept(AFTERNOON)
    swept(MORNING)
    assert effects() == []


@pytest.mark.parametrize("is_planned", [True, False], ids=["called back", "refused in the claim"])
def test_cancelled_between_queue_and_send_nothing_reaches_the_phone(
    survey: Survey, sandbox: Sandbox, *, is_planned: bool
) -> None:
    known(survey)
    swept(AFTERNOON)
    cancel(survey, AFTERNOON, told=Told.CANCELLED, is_planned=is_planned)
    sent(AFTERNOON)
    assert sandbox.phone() == []
    assert effects()[0].status == Outbox.Status.CANCELLED


@pytest.mark.parametrize("is_planned", [True, False], ids=["called back", "refused in the claim"])
def test_moved_between_queue_and_send_the_old_time_is_not_said(
    survey: Survey, sandbox: Sandbox, *, is_planned: bool
) -> None:
    known(survey)
    swept(AFTERNOON)
    move(survey, AFTERNOON, is_planned=is_planned)
    sent(AFTERNOON)
    assert sandbox.phone() == []


def test_told_between_queue_and_send_it_is_not_said_twice(survey: Survey, sandbox: Sandbox) -> None:
    swept(SOON)
    known(survey, at=SOON)
    sent(SOON)
    assert sandbox.phone() == []


def test_a_move_is_said_with_both_times_and_only_then_reminded_of(
    survey: Survey, sandbox: Sandbox
) -> None:
    known(survey)
    move(survey, MONDAY)
    swept(SOON)
    sent(SOON)
    (text,) = sandbox.phone()
    assert "on Thursday 3 December at 14:00 instead of Tuesday 1 December at 10:30" in text
    for at in (AFTERNOON, MORNING):
        swept(at)
    assert len(effects()) == 1


def test_a_cancellation_by_the_office_is_said(survey: Survey, sandbox: Sandbox) -> None:
    known(survey)
    cancel(survey, MONDAY)
    swept(SOON)
    sent(SOON)
    (text,) = sandbox.phone()
    assert "your survey on Tuesday 1 December at 10:30 is cancelled" in text
    survey.refresh_from_db()
    assert survey.told == Told.CANCELLED


def test_whoever_cancelled_in_the_chat_is_not_told_of_it(survey: Survey) -> None:
    known(survey)
    cancel(survey, MONDAY)
    known(survey, Told.CANCELLED)
    swept(SOON)
    assert effects() == []


def test_a_conflict_is_not_reminded_of(survey: Survey) -> None:
    known(survey)
    change(survey, MONDAY, status=Status.CONFLICT, is_planned=False)
    swept(AFTERNOON)
    assert notice(Purpose.DAY_BEFORE).why == "the survey is in conflict"


def test_nobody_is_reminded_of_a_time_they_have_not_heard(survey: Survey) -> None:
    known(survey)
    with time_machine.travel(MONDAY, tick=False), transaction.atomic():
        move(survey, MONDAY, is_planned=False)
        plan(survey, tells=False)
    swept(LATER - timedelta(days=1, hours=-2))
    assert effects() == []
    assert notice(Purpose.DAY_BEFORE, LATER).state == State.LEFT


def test_a_message_that_crossed_with_the_cancellation_is_taken_back(
    survey: Survey, sandbox: Sandbox
) -> None:
    """It was on its way already, so now they expect a visit, and hear that there is none."""
    swept(SOON)
    effect = effects()[0]
    Outbox.objects.update(status=Outbox.Status.SENDING)
    cancel(survey, SOON)
    outbox.record_arrival(effect=effect, vendor_id="wamid.X", status=Outbox.Status.SENT)
    swept(SOON + timedelta(minutes=1))
    swept(SOON + timedelta(minutes=4))
    sent(SOON + timedelta(minutes=4))
    assert ["is cancelled" in text for text in sandbox.phone()] == [True]


def test_a_reminder_that_crossed_with_their_cancellation_is_passed_over(survey: Survey) -> None:
    """They cancelled in the chat, and know it: nothing of ours has to take the reminder back."""
    known(survey)
    swept(AFTERNOON)
    effect = effects()[0]
    Outbox.objects.update(status=Outbox.Status.SENDING)
    cancel(survey, AFTERNOON, told=Told.CANCELLED)
    outbox.record_arrival(effect=effect, vendor_id="wamid.X", status=Outbox.Status.SENT)
    swept(AFTERNOON + timedelta(minutes=1))
    swept(AFTERNOON + timedelta(minutes=4))
    survey.refresh_from_db()
    assert survey.told == Told.CANCELLED
    assert len(effects()) == 1
