"""A burst is waited for, but nobody waits for ever."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from conversations.models import Conversation, Message
from conversations.receiving import Inbound, receive_message
from hampstead.core.clock import now
from hampstead.core.models import Lane
from leads.models import Person
from tests.factories.conversations import MessageFactory
from tests.factories.leads import PersonFactory
from tests.running import make_lanes_due, run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import store_text

pytestmark = pytest.mark.django_db

Handling = Message.Handling


def about(seconds: float) -> Any:
    return pytest.approx(seconds, abs=0.3)


@pytest.fixture
def person(settings: Settings) -> Person:
    settings.SETTLE_SECONDS = 2
    return PersonFactory()


def receive(
    person: Person,
    *,
    vendor_id: str,
    handling: Handling = Handling.ANSWER,
    text: str = "Hello",
    sent_at: datetime | None = None,
) -> bool:
    inbound = Inbound(
        vendor_id=vendor_id, kind="text", text=text, sent_at=sent_at or now(), handling=handling
    )
    return receive_message(person=person, channel="whatsapp", inbound=inbound)


def settle_after(person: Person, seconds: float) -> float:
    """The settle time given to a message that comes so long after the first one."""
    receive(person, vendor_id="first")
    first = Message.objects.get().stored_at
    with time_machine.travel(first + timedelta(seconds=seconds), tick=False):
        receive(person, vendor_id="second")
    due = Lane.objects.get().due_at
    assert due is not None
    return (due - first).total_seconds()  # due times count from the start of the transaction


def test_a_message_is_answered_after_the_settle_time(person: Person) -> None:
    receive(person, vendor_id="one")
    due, stored = Lane.objects.get().due_at, Message.objects.get().stored_at
    assert due is not None
    assert (due - stored).total_seconds() == about(2)


def test_another_message_extends_the_wait(person: Person) -> None:
    assert settle_after(person, 1) == about(2)


def test_the_wait_is_capped_at_three_settle_times(person: Person) -> None:
    assert settle_after(person, 5) == about(1)


def test_after_three_settle_times_there_is_no_more_wait(person: Person) -> None:
    assert settle_after(person, 60) == about(0)


def test_a_message_that_asks_nothing_neither_wakes_nor_extends(person: Person) -> None:
    receive(person, vendor_id="sticker", handling=Handling.KEEP)
    assert not Lane.objects.exists()


def test_the_same_message_again_is_no_news(person: Person) -> None:
    assert receive(person, vendor_id="one")
    assert not receive(person, vendor_id="one")
    assert (Message.objects.count(), Lane.objects.get().wakes) == (1, 1)


def test_each_message_of_a_person_is_in_one_conversation(person: Person) -> None:
    receive(person, vendor_id="one")
    receive(person, vendor_id="two")
    assert Conversation.objects.get().messages.count() == 2


def test_a_burst_of_any_length_is_answered_within_three_settle_times(person: Person) -> None:
    receive(person, vendor_id="first")
    first = Message.objects.get().stored_at
    for number in range(1, 40):
        with time_machine.travel(first + timedelta(seconds=number * 0.2), tick=False):
            receive(person, vendor_id=str(number))
    due = Lane.objects.get().due_at
    assert due is not None
    assert (due - first).total_seconds() == about(0)  # the time is over, however much still comes


def test_the_thousandth_message_costs_as_much_as_the_tenth(person: Person) -> None:
    for number in range(10):
        receive(person, vendor_id=str(number))
    with CaptureQueriesContext(connection) as early:
        receive(person, vendor_id="the tenth")
    conversation = Conversation.objects.get()
    MessageFactory.create_batch(200, conversation=conversation, handling=Handling.ANSWER)
    MessageFactory.create_batch(200, conversation=conversation)
    with CaptureQueriesContext(connection) as late:
        receive(person, vendor_id="the thousandth")
    assert len(late) == len(early) <= 12


def test_a_card_number_is_masked_before_it_is_stored(person: Person) -> None:
    receive(person, vendor_id="card", text="Take it from 4242 4242 4242 4242, cvv 123")
    receive(person, vendor_id="none", text="My number is 07700 900123")
    card, none = Message.objects.order_by("id")
    assert (card.text, card.is_masked) == ("Take it from •••• 4242, cvv •••", True)
    assert (none.text, none.is_masked) == ("My number is 07700 900123", False)


def test_health_is_flagged(person: Person) -> None:
    receive(person, vendor_id="health", text="My mother uses a wheelchair")
    receive(person, vendor_id="kitchen", text="I am sick of this kitchen")
    health, kitchen = Message.objects.order_by("id")
    assert (health.is_sensitive, kitchen.is_sensitive) == (True, False)


def test_nothing_is_answered_before_the_settle_time(
    person: Person, sandbox: Sandbox, firm_defaults: None
) -> None:
    store_text("Hello")
    run_due()
    assert sandbox.log("anthropic") == []
    make_lanes_due()
    run_due()
    assert len(sandbox.phone()) == 1
