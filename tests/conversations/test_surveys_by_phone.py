"""On the phone: the number proves nothing, so only what was said in the call counts."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from conversations.desk import Desk, Wishes
from conversations.models import Conversation, Turn
from conversations.offers import offer
from conversations.surveying import slot_of
from hampstead.core.clock import now
from leads.models import FactKey, Survey
from tests.conversations.surveying import FACTS, on_the_phone, run, said_in_this_call, slots, token
from tests.factories.conversations import ConversationFactory, ToolCallFactory, TurnFactory
from tests.vendors import Sandbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults", "monday")]

Status = Survey.Status


@pytest.fixture
def phone(desk: Desk, conversation: Conversation) -> Desk:
    return on_the_phone(desk, conversation)


def held_on_whatsapp(desk: Desk) -> Survey:
    run(desk, "hold_slot", slot=token(desk))
    Survey.objects.update(source="conversation:0")
    return Survey.objects.get()


def test_a_hold_made_on_whatsapp_is_not_released_by_a_caller(
    desk: Desk, conversation: Conversation
) -> None:
    held = held_on_whatsapp(desk)
    phone = on_the_phone(desk, conversation)
    result = run(phone, "hold_slot", slot=slots(phone)[-1]["slot"])
    assert result.is_error
    assert "book it straight away" in result.content["error"]
    held.refresh_from_db()
    assert (held.status, held.source) == (Status.HELD, "conversation:0")


def test_a_caller_who_holds_nothing_elsewhere_may_hold(phone: Desk) -> None:
    first, *_, last = slots(phone)
    for slot in (first, last):
        assert run(phone, "hold_slot", slot=slot["slot"]).content["status"] == "held"
    assert Survey.objects.live().count() == 1


def test_a_caller_who_books_does_not_hear_what_was_held_on_whatsapp(
    desk: Desk, conversation: Conversation
) -> None:
    held_on_whatsapp(desk)
    phone = on_the_phone(desk, conversation)
    said_in_this_call(phone)
    result = run(phone, "book_survey", slot=slots(phone)[-1]["slot"])
    assert result.content["status"] == "confirmed"
    assert "no longer" not in result.content["text"]


# --- said in this call --------------------------------------------------------------------


def test_what_the_number_is_stored_with_books_nothing(phone: Desk) -> None:
    result = run(phone, "book_survey", slot=token(phone))
    assert result.is_error
    assert "their name and the whole postcode" in result.content["error"]
    assert not Survey.objects.exists()


def test_what_the_caller_has_said_themselves_books(phone: Desk) -> None:
    said_in_this_call(phone)
    result = run(phone, "book_survey", slot=token(phone))
    assert result.content["status"] == "confirmed"


def a_call(conversation: Conversation, name: str, **more: Any) -> None:
    open_turn = Turn.objects.filter(conversation=conversation).first()
    turn = open_turn or TurnFactory(conversation=conversation)
    ToolCallFactory(turn=turn, name=name, **{"called_at": now(), **more})


def test_what_was_said_earlier_in_the_call_counts(phone: Desk, conversation: Conversation) -> None:
    a_call(conversation, "note_facts", result={"noted": ["customer_name"], "problems": []})
    a_call(conversation, "find_slots", arguments={"postcode": "NW3 2QG"}, result={})
    assert not run(phone, "book_survey", slot=token(phone)).is_error


@pytest.mark.parametrize("where", ["another conversation", "an earlier call"])
def test_what_was_said_elsewhere_does_not(
    phone: Desk, conversation: Conversation, where: str
) -> None:
    is_old = where == "an earlier call"
    told = conversation if is_old else ConversationFactory()
    at = now() - timedelta(hours=2) if is_old else now()
    noted = {"noted": ["customer_name", "postcode"], "problems": []}
    a_call(told, "note_facts", result=noted, called_at=at)
    assert run(phone, "book_survey", slot=token(phone)).is_error


def test_a_stored_address_is_not_the_callers(phone: Desk) -> None:
    known = replace(phone, facts={**FACTS, FactKey.ADDRESS: "14 Frognal Lane"})
    said_in_this_call(known)
    run(known, "book_survey", slot=token(known))
    assert Survey.objects.get().address == ""


def test_half_a_postcode_is_not_made_whole_by_a_stored_address(phone: Desk) -> None:
    known = replace(phone, facts={**FACTS, FactKey.ADDRESS: "14 Frognal Lane"}, wishes=Wishes())
    said_in_this_call(known, customer_name="Priya", postcode="NW3")
    assert run(known, "book_survey", slot=token(known)).is_error


# --- half a postcode proves nothing -------------------------------------------------------


@pytest.fixture
def half(desk: Desk) -> Survey:
    run(desk, "book_survey", slot=token(desk), address="14 Frognal Lane")
    Survey.objects.update(postcode="NW3", source="conversation:0")
    return Survey.objects.get()


@pytest.mark.parametrize("name", ["move_survey", "cancel_survey"])
@pytest.mark.parametrize("said", ["", "NW3", "NW3 2QG"])
def test_of_a_survey_with_half_a_postcode_a_colleague_rings(
    desk: Desk, half: Survey, conversation: Conversation, name: str, said: str
) -> None:
    phone = on_the_phone(desk, conversation)
    result = run(phone, name, slot=token(phone, "Friday"), postcode=said)
    assert result.is_error
    named = run(phone, "cancel_survey", slot=offer(conversation, slot_of(half)), postcode=said)
    for error in (named.content["error"], run(phone, "cancel_survey").content["error"]):
        assert "call promise_callback" in error
        assert "ask for the whole postcode" not in error
    half.refresh_from_db()
    assert half.status == Status.CONFIRMED


# --- where it is --------------------------------------------------------------------------


def test_what_was_booked_in_this_call_names_its_place(phone: Desk) -> None:
    said_in_this_call(phone)
    result = run(phone, "book_survey", slot=token(phone), address="14 Frognal Lane")
    assert "14 Frognal Lane" in result.content["instructions"]


def test_what_was_booked_elsewhere_does_not(desk: Desk, conversation: Conversation) -> None:
    run(desk, "book_survey", slot=token(desk, "Thursday"), address="14 Frognal Lane")
    Survey.objects.update(source="conversation:0")
    phone = on_the_phone(desk, conversation)
    result = run(phone, "move_survey", slot=token(phone, "Friday"), postcode="NW3 2QG")
    assert result.content["moved"] is True
    assert "Frognal" not in str(result.content)


def test_a_stored_place_is_not_taken_for_a_caller(
    desk: Desk, conversation: Conversation, sandbox: Sandbox
) -> None:
    """That times are found without a postcode would tell a caller that there is a survey."""
    run(desk, "book_survey", slot=token(desk, "Thursday"))
    Survey.objects.update(lead=None, source="conversation:0")
    phone = replace(on_the_phone(desk, conversation), facts={}, wishes=Wishes())
    assert "ask for it first" in run(phone, "find_slots").content["error"]
