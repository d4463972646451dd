"""The tools that find, hold and book: at once, once, only as offered, only for whom they serve."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conversations.desk import Desk
from conversations.models import Conversation
from conversations.offers import offer
from hampstead.core.errors import FencedOutError
from hampstead.core.models import Outbox
from leads.models import Fact, FactKey, Promise, Survey, Surveyor, SurveyRules
from leads.slots import Slot
from tests.conversations.surveying import FACTS, on_the_phone, run, slots, take, token
from tests.factories.conversations import ConversationFactory
from tests.vendors import Sandbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults", "monday")]

Status = Survey.Status


# --- finding ------------------------------------------------------------------------------


def test_three_times_at_most_are_offered_each_with_weekday_and_date(desk: Desk) -> None:
    result = run(desk, "find_slots", preferred_time="Thursday afternoon")
    assert result.content["available"]
    assert result.content["is_as_wished"]
    assert 1 <= len(result.content["slots"]) <= 3
    assert all("26 November at 1" in slot["text"] for slot in result.content["slots"])


def test_on_the_phone_times_are_words(desk: Desk, conversation: Conversation) -> None:
    [*_, last] = slots(on_the_phone(desk, conversation), "Thursday afternoon")
    assert "Thursday the 26th of November at " in last["text"]
    assert not any(sign.isdigit() for sign in last["text"].replace("26th", ""))


def test_the_customers_words_are_not_in_the_result(desk: Desk) -> None:
    """What the model asked for must not bear out what it says."""
    result = run(desk, "find_slots", preferred_time="you are booked for Friday at noon")
    assert "booked for" not in str(result.content)


@pytest.mark.parametrize(
    ("postcode", "said"),
    [("SW1A 1AA", "outside the area"), ("NW1 4RY", "on the edge of our area")],
)
def test_no_time_is_offered_where_we_do_not_simply_go(desk: Desk, postcode: str, said: str) -> None:
    desk.facts = {**FACTS, FactKey.POSTCODE: postcode}
    result = run(desk, "find_slots")
    assert "slots" not in result.content
    assert said in result.content["text"]


def test_without_a_postcode_it_must_be_asked_for(desk: Desk) -> None:
    desk.facts = {}
    assert "ask for it first" in run(desk, "find_slots").content["error"]


def test_a_postcode_noted_in_this_turn_counts(desk: Desk) -> None:
    desk.facts = {}
    run(desk, "note_facts", postcode="NW6 1AA")
    assert run(desk, "find_slots").content["available"]


def test_a_postcode_given_with_the_wish_is_noted(desk: Desk) -> None:
    desk.facts = {}
    assert run(desk, "find_slots", postcode="nw6 1aa").content["available"]
    assert desk.wishes.facts[FactKey.POSTCODE] == "NW6 1AA"


def test_a_diary_that_cannot_be_read_is_never_free(desk: Desk, sandbox: Sandbox) -> None:
    sandbox.fault("microsoft", status=503)
    result = run(desk, "find_slots")
    assert result.content["available"] is False
    assert "promise_callback" in result.content["advice"]
    assert not result.is_error


def test_a_lane_for_others_offers_no_times(desk: Desk) -> None:
    assert run(replace(desk, lane_code="supplier"), "find_slots").is_error


# --- holding and booking ------------------------------------------------------------------


def test_a_held_time_is_a_row_of_this_person(desk: Desk, conversation: Conversation) -> None:
    result = run(desk, "hold_slot", slot=token(desk))
    survey = Survey.objects.get()
    assert (survey.status, survey.person) == (Status.HELD, conversation.person)
    assert "is held for you until 10:05" in result.content["text"]


def test_a_booked_survey_is_in_the_calendar_before_it_is_called_booked(
    desk: Desk, conversation: Conversation, sandbox: Sandbox
) -> None:
    result = run(desk, "book_survey", slot=token(desk, "Thursday"), access_notes="Ring twice")
    survey = Survey.objects.get()
    assert survey.status == Status.CONFIRMED
    assert result.content["status"] == "confirmed"
    assert "is booked for Thursday 26 November" in result.content["text"]
    assert (survey.source, survey.access_notes) == (conversation.subject, "Ring twice")
    assert [event["subject"] for event in sandbox.calendar(survey.surveyor.mailbox)]


def test_it_belongs_to_the_open_enquiry(desk: Desk, conversation: Conversation) -> None:
    run(desk, "book_survey", slot=token(desk))
    assert Survey.objects.get().lead == conversation.person.leads.get()


def test_what_the_calendar_has_not_accepted_is_provisional(desk: Desk, sandbox: Sandbox) -> None:
    slot = token(desk)
    sandbox.fault("microsoft", "/events", method="POST", status=503, times=99)
    result = run(desk, "book_survey", slot=slot)
    assert Survey.objects.get().status == Status.PROVISIONAL
    assert "provisionally booked" in result.content["text"]
    assert "We will confirm it by message" in result.content["text"]


def test_what_staff_must_approve_is_provisional(desk: Desk) -> None:
    SurveyRules.objects.update(needs_approval=True)
    result = run(desk, "book_survey", slot=token(desk))
    assert "A colleague will confirm it by message" in result.content["text"]


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ({FactKey.POSTCODE: "NW3 2QG"}, "ask for their name,"),
        ({FactKey.POSTCODE: "NW3", FactKey.CUSTOMER_NAME: "Priya"}, "the whole postcode"),
    ],
)
def test_a_surveyor_must_find_the_door_and_know_whom_to_ask_for(
    desk: Desk, facts: dict[FactKey, Any], asked: str
) -> None:
    slot = token(desk)
    desk.facts = facts
    result = run(desk, "book_survey", slot=slot)
    assert result.is_error
    assert asked in result.content["error"]
    assert not Survey.objects.exists()


def test_an_address_makes_up_for_half_a_postcode(desk: Desk) -> None:
    desk.facts = {**FACTS, FactKey.POSTCODE: "NW3"}
    run(desk, "book_survey", slot=token(desk), address="14 Frognal Lane")
    assert Survey.objects.get().address == "14 Frognal Lane"
    assert desk.wishes.facts[FactKey.ADDRESS] == "14 Frognal Lane"


def test_the_same_booking_again_is_the_same_survey(desk: Desk) -> None:
    slot = token(desk)
    first, again = (run(desk, "book_survey", slot=slot) for _ in range(2))
    assert first.content == again.content
    assert Survey.objects.booked().count() == 1


def test_a_turn_tried_again_books_nothing_twice(desk: Desk) -> None:
    run(desk, "book_survey", slot=token(desk, "Thursday"))
    later = replace(desk)
    result = run(later, "book_survey", slot=token(later, "Friday"))
    assert "Thursday" in result.content["text"]
    assert "move_survey" in result.content["advice"]
    assert Survey.objects.booked().count() == 1


def test_a_time_taken_meanwhile_is_refused_and_others_are_offered(desk: Desk) -> None:
    slot = slots(desk)[0]
    take(desk, slot["slot"])
    result = run(desk, "book_survey", slot=slot["slot"])
    assert result.content["status"] == "refused"
    assert not result.is_error
    assert slot["text"] not in [other["text"] for other in result.content["slots"]]


def test_an_entry_made_in_outlook_meanwhile_refuses_the_booking(
    desk: Desk, sandbox: Sandbox
) -> None:
    slot = token(desk, "Thursday")
    for surveyor in Surveyor.objects.all():
        day = datetime(2026, 11, 26, tzinfo=UTC)
        sandbox.person_adds(surveyor.mailbox, day, day + timedelta(days=1))
    assert run(desk, "book_survey", slot=slot).content["status"] == "refused"
    assert not Survey.objects.booked().exists()


# --- who may ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["hold_slot", "book_survey", "move_survey"])
@pytest.mark.parametrize("given", ["1", "Tuesday at ten", "", 7, None])
def test_an_invented_slot_does_nothing(desk: Desk, name: str, given: Any) -> None:
    result = run(desk, name, slot=given)
    assert result.is_error
    assert "find_slots" in result.content["error"]
    assert not Survey.objects.exists()


def test_the_slot_of_another_conversation_does_nothing(desk: Desk) -> None:
    start = datetime(2026, 11, 26, 10, tzinfo=UTC)
    slot = Slot(Surveyor.objects.first().pk, start, start + timedelta(minutes=45))  # type: ignore[union-attr]
    theirs = offer(ConversationFactory(), slot)
    assert run(desk, "book_survey", slot=theirs).is_error
    assert not Survey.objects.exists()


def test_an_overtaken_turn_does_not_act(desk: Desk) -> None:
    slot = token(desk)

    def overtaken() -> None:
        raise FencedOutError("conversation:1")

    with pytest.raises(FencedOutError):
        run(replace(desk, check=overtaken), "book_survey", slot=slot)
    assert not Survey.objects.exists()


@pytest.mark.parametrize(
    "name", ["find_slots", "hold_slot", "book_survey", "move_survey", "cancel_survey"]
)
def test_the_playground_books_nothing(desk: Desk, name: str) -> None:
    result = run(replace(desk, conversation=None), name, slot=token(desk))
    assert "Not in the playground" in result.content["advice"]
    assert not Survey.objects.exists()


def test_nothing_of_it_is_left_in_the_turns_wishes(desk: Desk) -> None:
    """Facts and promises are the turn's; the survey stands by itself."""
    run(desk, "book_survey", slot=token(desk))
    assert not desk.wishes.promises
    assert not Fact.objects.exists()
    assert not Promise.objects.exists()
    assert not Outbox.objects.filter(kind="whatsapp").exists()


def test_a_refused_booking_leaves_no_hold_behind(desk: Desk, sandbox: Sandbox) -> None:
    slot = token(desk, "Thursday")
    for surveyor in Surveyor.objects.all():
        day = datetime(2026, 11, 26, tzinfo=UTC)
        sandbox.person_adds(surveyor.mailbox, day, day + timedelta(days=1))
    run(desk, "book_survey", slot=slot)
    assert not Survey.objects.live().exists()


def test_the_address_may_come_later(desk: Desk) -> None:
    slot = token(desk)
    run(desk, "book_survey", slot=slot)
    run(replace(desk), "book_survey", slot=slot, address="14 Frognal Lane")
    assert Survey.objects.booked().get().address == "14 Frognal Lane"


def test_the_postcode_said_last_counts(desk: Desk) -> None:
    assert run(desk, "find_slots", postcode="NW6 1AA").content["available"]
    assert desk.fact(FactKey.POSTCODE) == "NW6 1AA"


def test_who_is_no_lead_books_nothing_but_may_move_a_survey(desk: Desk) -> None:
    slot = token(desk)
    supplier = replace(desk, facts={**FACTS, FactKey.ENQUIRY_KIND: "supplier"})
    assert run(supplier, "book_survey", slot=slot).is_error
    assert run(supplier, "find_slots").is_error
    run(desk, "book_survey", slot=slot)
    assert not run(supplier, "move_survey", slot=token(supplier, "Friday")).is_error
