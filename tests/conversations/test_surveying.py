"""What the model is told of surveys, and what of an answer counts as told to the customer."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from conversations.models import Conversation, Turn
from conversations.offers import offer, taken_offer
from conversations.surveying import Situation, note_told, situation_of, standing_of, told_by
from hampstead.core import outbox
from hampstead.core.clock import now
from hampstead.core.models import Outbox
from leads.models import Survey, SurveyNotice, Surveyor
from leads.slots import Slot
from tests.conversations.surveying import MONDAY
from tests.factories.conversations import ConversationFactory, ToolCallFactory, TurnFactory
from tests.factories.leads import SurveyFactory, SurveyorFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday")]

Status, Told = Survey.Status, Survey.Told
TUESDAY = MONDAY.replace(month=12, day=1, hour=10, minute=30)
BOOKED = "Your survey is booked for Tuesday 1 December at 10:30."


@pytest.fixture
def tom(db: None) -> Surveyor:
    made: Surveyor = SurveyorFactory(name="Tom Whitfield")
    return made


@pytest.fixture
def chat() -> Conversation:
    made: Conversation = ConversationFactory()
    return made


def an_effect(chat: Conversation) -> Outbox:
    """Of the answer that tells."""
    return outbox.enqueue(
        kind="whatsapp", lane=chat.lane, payload={"text": BOOKED}, purpose="answer"
    )


def a_survey(chat: Conversation, tom: Surveyor, **more: Any) -> Survey:
    named = {"person": chat.person, "lead": chat.lead, "starts_at": TUESDAY, **more}
    survey: Survey = SurveyFactory(surveyor=tom, source=chat.subject, **named)
    return survey


def lines(chat: Conversation) -> str:
    return "\n".join(situation_of(chat).lines)


# --- the situation ------------------------------------------------------------------------


def test_without_a_survey_nothing_is_said_of_surveys(chat: Conversation) -> None:
    assert situation_of(chat).lines == ()


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status.CONFIRMED, "- booked: Tuesday 1 December at 10:30 with Tom"),
        (Status.PROVISIONAL, "- provisionally booked: Tuesday 1 December at 10:30 with Tom"),
    ],
)
def test_a_survey_is_told_with_how_firm_it_is(
    chat: Conversation, tom: Surveyor, status: str, said: str
) -> None:
    a_survey(chat, tom, status=status)
    assert said in lines(chat)
    assert "the customer has not been told this yet" in lines(chat)


def test_what_the_customer_knows_is_not_called_untold(chat: Conversation, tom: Surveyor) -> None:
    a_survey(chat, tom, told=Told.BOOKED, told_starts_at=TUESDAY)
    assert "not been told" not in lines(chat)


def test_whoever_expects_the_old_time_is_told_of_the_change(
    chat: Conversation, tom: Surveyor
) -> None:
    before = MONDAY + timedelta(days=1)
    a_survey(chat, tom, told=Told.BOOKED, told_starts_at=before)
    said = "they expect Tuesday 24 November at 10:00: tell them of the change"
    assert said in lines(chat)
    assert standing_of(chat.person).claims()["was_told_for"] == (before,)


def test_what_was_told_as_it_is_was_not_told_for_another_time(
    chat: Conversation, tom: Surveyor
) -> None:
    a_survey(chat, tom, told=Told.PROVISIONAL, told_starts_at=TUESDAY)
    assert "they expect" not in lines(chat)
    assert standing_of(chat.person).claims()["was_told_for"] == ()


def test_the_time_told_of_a_survey_cancelled_just_now_may_be_named_as_the_old_one(
    chat: Conversation, tom: Surveyor
) -> None:
    before = MONDAY + timedelta(days=1)
    a_survey(
        chat,
        tom,
        status=Status.CANCELLED,
        told=Told.BOOKED,
        told_starts_at=before,
        updated_at=now(),
    )
    assert standing_of(chat.person).claims()["was_told_for"] == (before,)


def test_of_a_survey_in_dispute_no_time_is_told(chat: Conversation, tom: Surveyor) -> None:
    a_survey(chat, tom, status=Status.CONFLICT)
    assert "sorting out its time" in lines(chat)
    assert "December" not in lines(chat)
    assert standing_of(chat.person).claims()["surveys"] == ()


def test_what_staff_have_not_agreed_to_tell_is_not_told(chat: Conversation, tom: Surveyor) -> None:
    survey = a_survey(chat, tom, told=Told.BOOKED, told_starts_at=MONDAY + timedelta(days=1))
    SurveyNotice.objects.create(
        survey=survey, purpose="moved", starts_at=TUESDAY, due_at=now(), state="left"
    )
    assert "sorting out its time" in lines(chat)
    assert "December" not in lines(chat)
    assert standing_of(chat.person).claims()["surveys"] == ()
    assert standing_of(chat.person).claims()["was_told_for"] == ()
    note_told(standing_of(chat.person), BOOKED, an_effect(chat))
    survey.refresh_from_db()
    assert survey.told_starts_at != TUESDAY


def test_what_was_cancelled_just_now_is_not_told_yet(chat: Conversation, tom: Surveyor) -> None:
    a_survey(chat, tom, status=Status.CANCELLED, told=Told.BOOKED, updated_at=now())
    said = "- cancelled just now: Tuesday 1 December at 10:30; the customer has not been told"
    assert said in lines(chat)
    Survey.objects.update(told=Told.CANCELLED)
    assert lines(chat) == ""


def test_a_hold_is_told_until_it_lapses(chat: Conversation, tom: Surveyor) -> None:
    survey = a_survey(chat, tom, status=Status.HELD, hold_until=now() + timedelta(minutes=5))
    assert "- held for them until 10:05, not booked: Tuesday 1 December at 10:30" in lines(chat)
    Survey.objects.filter(pk=survey.pk).update(hold_until=now() - timedelta(seconds=1))
    assert lines(chat) == ""


def test_what_is_over_is_no_longer_told(chat: Conversation, tom: Surveyor) -> None:
    a_survey(chat, tom, starts_at=MONDAY - timedelta(hours=2))
    assert lines(chat) == ""


def test_on_the_phone_a_survey_is_not_read_out(chat: Conversation, tom: Surveyor) -> None:
    a_survey(chat, tom)
    Survey.objects.update(source="conversation:0")
    Conversation.objects.update(channel="phone")
    chat.refresh_from_db()
    assert "say nothing of it" in lines(chat)
    assert "December" not in lines(chat)


def test_on_the_phone_half_a_postcode_opens_nothing(chat: Conversation, tom: Surveyor) -> None:
    a_survey(chat, tom, postcode="NW3")
    Survey.objects.update(source="conversation:0")
    Conversation.objects.update(channel="phone")
    chat.refresh_from_db()
    assert "promise_callback" in lines(chat)
    assert "whole postcode" not in lines(chat)


def a_turn(chat: Conversation) -> Turn:
    return Turn.objects.filter(conversation=chat).first() or TurnFactory(conversation=chat)


def an_offer(chat: Conversation, tom: Surveyor, **more: Any) -> str:
    token = offer(chat, Slot(tom.pk, TUESDAY, TUESDAY + timedelta(minutes=45)))
    slots = [{"slot": token, "text": "Tuesday 1 December at 10:30"}]
    named = {"name": "find_slots", "called_at": now(), **more}
    ToolCallFactory(turn=a_turn(chat), result={"slots": slots}, **named)
    return token


def test_what_was_offered_may_be_taken_later(chat: Conversation, tom: Surveyor) -> None:
    token = an_offer(chat, tom)
    said = f"- offered earlier, if it is still free: Tuesday 1 December at 10:30 (slot {token})"
    assert said in lines(chat)
    assert "Tuesday 1 December at 10:30" in "".join(situation_of(chat).texts)


@pytest.mark.parametrize(
    "more", [{"called_at": MONDAY - timedelta(minutes=61)}, {"is_error": True}]
)
def test_old_offers_and_errors_are_forgotten(
    chat: Conversation, tom: Surveyor, more: dict[str, Any]
) -> None:
    an_offer(chat, tom, **more)
    assert situation_of(chat) == Situation()


def test_an_offer_that_is_no_longer_shown_may_be_taken_the_whole_day(
    chat: Conversation, tom: Surveyor
) -> None:
    token = an_offer(chat, tom)
    with time_machine.travel(MONDAY + timedelta(hours=23)):
        assert lines(chat) == ""
        assert taken_offer(chat, token).starts_at == TUESDAY


def a_refusal(chat: Conversation, token: str, name: str = "book_survey") -> None:
    ToolCallFactory(
        turn=a_turn(chat),
        name=name,
        arguments={"slot": token},
        result={"status": "refused", "text": "That time has just been taken.", "available": False},
        called_at=now(),
    )


@pytest.mark.parametrize("name", ["hold_slot", "book_survey", "move_survey"])
def test_a_time_that_was_refused_keeps_its_place_and_bears_out_nothing(
    chat: Conversation, tom: Surveyor, name: str
) -> None:
    a_refusal(chat, an_offer(chat, tom), name)
    assert "- offered earlier, taken since: Tuesday 1 December at 10:30" in lines(chat)
    assert situation_of(chat).texts == ()


def test_a_refusal_of_words_that_are_no_slot_does_no_harm(
    chat: Conversation, tom: Surveyor
) -> None:
    an_offer(chat, tom)
    a_refusal(chat, "Tuesday")
    assert "offered earlier" in lines(chat)


def test_a_time_found_free_again_after_its_refusal_is_offered(
    chat: Conversation, tom: Surveyor
) -> None:
    a_refusal(chat, offer(chat, Slot(tom.pk, TUESDAY, TUESDAY + timedelta(minutes=45))))
    an_offer(chat, tom)
    assert "offered earlier" in lines(chat)


def test_after_a_search_that_found_nothing_the_offers_before_it_are_void(
    chat: Conversation, tom: Surveyor
) -> None:
    an_offer(chat, tom)
    result = {"available": False, "slots": []}
    ToolCallFactory(turn=a_turn(chat), name="find_slots", result=result, called_at=now())
    assert situation_of(chat) == Situation()


def test_a_time_that_somebody_has_taken_keeps_its_place_and_bears_out_nothing(
    chat: Conversation, tom: Surveyor
) -> None:
    an_offer(chat, tom)
    SurveyFactory(surveyor=tom, starts_at=TUESDAY + timedelta(minutes=30))
    assert "- offered earlier, taken since: Tuesday 1 December at 10:30" in lines(chat)
    assert situation_of(chat).texts == ()


def test_a_time_that_they_have_booked_themselves_is_no_longer_offered(
    chat: Conversation, tom: Surveyor
) -> None:
    an_offer(chat, tom)
    a_survey(chat, tom)
    assert "offered earlier" not in lines(chat)


def test_a_move_of_long_ago_bears_out_nothing(chat: Conversation, tom: Surveyor) -> None:
    survey = a_survey(chat, tom, told=Told.BOOKED, told_starts_at=TUESDAY)
    long_ago = now() - timedelta(days=15)
    SurveyNotice.objects.create(
        survey=survey, purpose="moved", starts_at=TUESDAY, due_at=long_ago, state="sent"
    )
    assert not standing_of(chat.person).claims()["has_moved"]


@pytest.mark.parametrize(
    ("starts", "more"),
    [
        (TUESDAY, {"status": Status.CANCELLED}),
        (TUESDAY, {"status": Status.HELD, "hold_until": MONDAY - timedelta(minutes=1)}),
        (TUESDAY + timedelta(minutes=45), {}),
    ],
)
def test_what_takes_no_time_of_the_offer_leaves_it(
    chat: Conversation, tom: Surveyor, starts: datetime, more: dict[str, Any]
) -> None:
    an_offer(chat, tom)
    SurveyFactory(surveyor=tom, starts_at=starts, **more)
    assert "offered earlier" in lines(chat)


def test_what_they_hold_themselves_is_free_to_them(chat: Conversation, tom: Surveyor) -> None:
    an_offer(chat, tom)
    a_survey(chat, tom, status=Status.HELD, hold_until=now() + timedelta(minutes=5))
    assert "offered earlier" in lines(chat)


def test_another_surveyor_who_is_busy_then_does_not_matter(
    chat: Conversation, tom: Surveyor
) -> None:
    an_offer(chat, tom)
    SurveyFactory(starts_at=TUESDAY)
    assert "offered earlier" in lines(chat)


def test_a_result_of_an_earlier_release_does_no_harm(chat: Conversation) -> None:
    turn = TurnFactory(conversation=chat)
    for slots in (["Tuesday"], [{"slot": 3}], "Tuesday"):
        result = {"slots": slots}
        ToolCallFactory(turn=turn, name="find_slots", result=result, called_at=now())
    assert lines(chat) == ""


def test_what_a_result_said_of_a_survey_then_bears_out_nothing_now(chat: Conversation) -> None:
    result = {"status": "confirmed", "text": BOOKED}
    ToolCallFactory(
        turn=TurnFactory(conversation=chat), name="book_survey", result=result, called_at=now()
    )
    assert situation_of(chat).texts == ()


# --- told ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "said", "told"),
    [
        (Status.CONFIRMED, BOOKED, Told.BOOKED),
        (Status.CONFIRMED, "Tuesday 1 December at 10:30 it is.", Told.BOOKED),
        (Status.CONFIRMED, "That's all for now: " + BOOKED, Told.BOOKED),
        (Status.CONFIRMED, "It is provisionally booked for 1 December at 10:30.", Told.PROVISIONAL),
        (Status.CONFIRMED, "Your survey is booked.", None),
        (Status.CONFIRMED, "Your survey is booked for Tuesday 1 December.", None),
        (Status.CONFIRMED, "I can offer Tuesday 1 December at 10:30.", None),
        (Status.CONFIRMED, "Shall I book Tuesday 1 December at 10:30?", None),
        (Status.PROVISIONAL, "Provisionally booked for 1 December at 10:30.", Told.PROVISIONAL),
        (Status.PROVISIONAL, BOOKED, None),
        (Status.HELD, "I'm holding Tuesday 1 December at 10:30 for you.", Told.HELD),
        (Status.HELD, "I can offer Tuesday 1 December at 10:30.", None),
        (Status.CANCELLED, "Your survey is cancelled.", Told.CANCELLED),
        (Status.CANCELLED, "Shall I cancel your survey?", None),
        (Status.CONFLICT, BOOKED, None),
    ],
)
def test_only_what_is_plainly_said_and_true_is_told(
    chat: Conversation, tom: Surveyor, status: str, said: str, told: Survey.Told | None
) -> None:
    hold = {"hold_until": now() + timedelta(minutes=5)} if status == Status.HELD else {}
    assert told_by(said, a_survey(chat, tom, status=status, **hold)) == told


@pytest.mark.parametrize(
    ("said", "is_named"),
    [("Tom will come.", True), ("Tomorrow we write again.", False), ("", False)],
)
def test_whoever_is_named_is_expected(
    chat: Conversation, tom: Surveyor, said: str, *, is_named: bool
) -> None:
    survey = a_survey(chat, tom)
    note_told(standing_of(chat.person), f"{BOOKED} {said}", an_effect(chat))
    survey.refresh_from_db()
    assert survey.told_surveyor == (tom if is_named else None)


def test_the_new_time_of_a_moved_survey_is_told_not_the_old(
    chat: Conversation, tom: Surveyor
) -> None:
    survey = a_survey(chat, tom, told=Told.BOOKED, told_starts_at=MONDAY + timedelta(days=1))
    said = f"It has moved from Tuesday 24 November at 10:00. {BOOKED}"
    note_told(standing_of(chat.person), said, an_effect(chat))
    survey.refresh_from_db()
    assert survey.is_told
    assert survey.told_starts_at == TUESDAY


def test_a_provisional_survey_will_be_confirmed(chat: Conversation, tom: Surveyor) -> None:
    a_survey(chat, tom, status=Status.PROVISIONAL)
    assert "We will confirm it by message." in "".join(situation_of(chat).texts)
