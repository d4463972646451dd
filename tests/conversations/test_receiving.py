"""A burst is waited for, but nobody waits for ever."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from conversations.models import Conversation, Message
from conversations.receiving import Inbound, receive_message
from hampstead.core.clock import now
from hampstead.core.models import Lane
from leads.models import Person
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


def receive(person: Person, *, vendor_id: str, handling: Handling = Handling.ANSWER) -> bool:
    inbound = Inbound(
        vendor_id=vendor_id, kind="text", text="Hello", sent_at=now(), handling=handling
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


def test_nothing_is_answered_before_the_settle_time(
    person: Person, sandbox: Sandbox, firm_defaults: None
) -> None:
    store_text("Hello")
    run_due()
    assert sandbox.log("anthropic") == []
    make_lanes_due()
    run_due()
    assert len(sandbox.phone()) == 1
