"""An answer tells of a survey, and may not arrive: then it was not told."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import transaction

from conversations.answering import say
from conversations.models import Conversation, Message
from conversations.surveying import note_told, standing_of
from hampstead.core import outbox
from hampstead.core.models import Outbox
from leads.models import Survey, SurveyTelling
from tests.vendors import Sandbox
from tests.whatsapp.surveys import (
    LATER,
    MONDAY,
    SOON,
    Purpose,
    State,
    Told,
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
BOOKED = "Your survey is booked for Tuesday 1 December at 10:30."
MOVED = "Your survey has moved: it is booked for Thursday 3 December at 14:00."


@pytest.fixture
def survey(db: None) -> Survey:
    return survey_on_whatsapp()


def answered(survey: Survey, text: str, at: datetime = MONDAY) -> Outbox:
    """The commit of a turn whose answer tells of the survey."""
    chat = Conversation.objects.get(person=survey.person)
    with time_machine.travel(at, tick=False), transaction.atomic():
        message = say(chat, text, author=Message.Author.AI)
        assert message.effect is not None
        note_told(standing_of(survey.person), text, message.effect)
    replan(survey_now(survey), at)
    return message.effect


def survey_now(survey: Survey) -> Survey:
    survey.refresh_from_db()
    return survey


@pytest.mark.parametrize("ending", ["cancelled", "failed", "uncertain"])
def test_a_booking_whose_answer_does_not_leave_is_confirmed_by_a_notice(
    survey: Survey, sandbox: Sandbox, ending: str
) -> None:
    effect = answered(survey, BOOKED)
    assert survey_now(survey).is_told
    Outbox.objects.filter(pk=effect.pk).update(status=ending)
    swept(SOON)
    assert survey_now(survey).told == Told.NOTHING
    swept(SOON + 2 * MINUTE)
    sent(SOON + 2 * MINUTE)
    (text,) = sandbox.phone()
    assert "your survey is booked" in text
    assert survey_now(survey).is_told or notice(Purpose.CONFIRMATION).state == State.DUE


def test_a_takeover_calls_the_answer_back_and_with_it_what_it_told(survey: Survey) -> None:
    effect = answered(survey, BOOKED)
    outbox.cancel_unsent(lane=effect.lane, purposes=["answer"], why="a colleague took over")
    swept(SOON)
    assert not survey_now(survey).is_told
    assert notice(Purpose.CONFIRMATION).state == State.DUE


def test_an_answer_that_arrives_stands(survey: Survey) -> None:
    effect = answered(survey, BOOKED)
    outbox.record_arrival(effect=effect, vendor_id="wamid.1", status=Outbox.Status.DELIVERED)
    swept(SOON)
    assert survey_now(survey).is_told
    assert not SurveyTelling.objects.exists()


def test_an_answer_on_its_way_is_waited_for(survey: Survey) -> None:
    answered(survey, BOOKED)
    swept(SOON)
    assert survey_now(survey).is_told
    assert SurveyTelling.objects.exists()


def test_a_delivery_that_fails_a_day_later_is_seen(survey: Survey) -> None:
    effect = answered(survey, BOOKED)
    outbox.record_arrival(effect=effect, vendor_id="wamid.1", status=Outbox.Status.SENT)
    outbox.record_failure(effect=effect, code="E006", detail="131026 undeliverable")
    swept(SOON + timedelta(days=1))
    assert not survey_now(survey).is_told


def test_they_expect_the_time_before_the_move_that_they_did_not_hear_of(survey: Survey) -> None:
    known(survey)
    before = survey_now(survey).told_starts_at
    move(survey, MONDAY)
    effect = answered(survey, MOVED)
    assert survey_now(survey).told_starts_at == LATER
    outbox.cancel(effect=effect, by=None, reason="a colleague wrote instead")
    swept(SOON)
    assert (survey_now(survey).told, survey.told_starts_at) == (Told.BOOKED, before)
    assert notice(Purpose.MOVED, LATER).state == State.DUE


def test_of_two_answers_that_failed_nothing_remains(survey: Survey) -> None:
    first, second = answered(survey, BOOKED), answered(survey, BOOKED, MONDAY + MINUTE)
    Outbox.objects.filter(pk__in=[first.pk, second.pk]).update(status="failed")
    swept(SOON)
    assert survey_now(survey).told == Told.NOTHING


def test_an_answer_that_came_after_the_failed_one_stands(survey: Survey) -> None:
    first, second = answered(survey, BOOKED), answered(survey, BOOKED, MONDAY + MINUTE)
    Outbox.objects.filter(pk=first.pk).update(status="failed")
    swept(SOON)
    assert survey_now(survey).is_told
    Outbox.objects.filter(pk=second.pk).update(status="failed")
    swept(SOON + MINUTE)
    assert survey_now(survey).told == Told.NOTHING
