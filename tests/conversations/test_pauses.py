"""Which conversations are due to be summarised."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations import pauses
from conversations.models import Conversation, Message, Summary
from conversations.tasks import summarise_paused
from hampstead.core import incidents
from hampstead.core.clock import now
from hampstead.core.models import Incident, Lane
from tests.factories.conversations import ConversationFactory, MessageFactory

pytestmark = pytest.mark.django_db

Author = Message.Author


def chat(*, minutes_ago: float = 31, author: Message.Author = Author.CUSTOMER) -> Conversation:
    at = now() - timedelta(minutes=minutes_ago)
    conversation: Conversation = ConversationFactory(last_inbound_at=at)
    add(conversation, minutes_ago=minutes_ago, author=author)
    return conversation


def add(conversation: Conversation, *, minutes_ago: float, **more: Any) -> Message:
    at = now() - timedelta(minutes=minutes_ago)
    message: Message = MessageFactory(conversation=conversation, sent_at=at, **more)
    return message


def summary_up_to(message: Message) -> None:
    Summary.objects.create(conversation=message.conversation, up_to=message, model="test")


def due() -> list[Conversation]:
    return list(pauses.paused())


def test_what_has_paused_is_woken_once() -> None:
    conversation = chat()
    summarise_paused()
    assert Lane.objects.get().key == f"summary:{conversation.pk}"
    assert pauses.wake_paused() == 0


@pytest.mark.parametrize(("minutes_ago", "is_due"), [(29, False), (31, True), (20_200, False)])
def test_a_pause_is_half_an_hour_and_not_for_ever(minutes_ago: float, is_due: bool) -> None:
    chat(minutes_ago=minutes_ago)
    assert bool(due()) is is_due


def test_while_staff_write_it_has_not_paused() -> None:
    add(chat(), minutes_ago=5, author=Author.STAFF, vendor_id="")
    assert due() == []


def test_what_a_summary_covers_is_not_summarised_again() -> None:
    conversation = chat()
    summary_up_to(conversation.messages.get())
    assert due() == []


def test_words_since_the_summary_are_due() -> None:
    conversation = chat(minutes_ago=90)
    summary_up_to(conversation.messages.get())
    add(conversation, minutes_ago=60)
    assert due() == [conversation]


@pytest.mark.parametrize("more", [{"author": Author.AI}, {"text": ""}])
def test_without_new_words_of_the_customer_there_is_nothing_to_say(more: Any) -> None:
    conversation = chat(minutes_ago=90)
    summary_up_to(conversation.messages.get())
    add(conversation, minutes_ago=60, **more)
    assert due() == []


def test_the_newest_come_first_and_not_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "BATCH", 2)
    chats = [chat(minutes_ago=minutes) for minutes in (60, 40, 50)]
    assert pauses.wake_paused() == 2
    assert due() == [chats[0]]


def test_what_waits_for_its_next_try_keeps_its_time() -> None:
    conversation = chat()
    pauses.ask(conversation)
    Lane.objects.update(due_at=now() + timedelta(hours=1))
    assert due() == []


def test_what_failed_is_left_alone_until_the_customer_writes_again() -> None:
    conversation = chat()
    incidents.report(code="E015", scope=conversation.subject)
    assert due() == []
    Incident.objects.update(last_seen_at=now() - timedelta(hours=2))
    assert due() == [conversation]


def test_a_sweep_costs_one_query_when_nothing_is_due() -> None:
    for _ in range(5):
        chat(minutes_ago=5)
    with CaptureQueriesContext(connection) as asked:
        pauses.wake_paused()
    assert len(asked) == 1
