"""Opt-out words act before any model is asked, and once."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from conversations import turns
from conversations.models import Conversation, Message, Turn
from conversations.receiving import Inbound, receive_message
from hampstead.core import lanes
from hampstead.core.clock import now
from hampstead.core.errors import FencedOutError
from hampstead.core.models import Outbox
from leads.contact import may_contact
from leads.models import ConsentRecord, ContactPurpose, Person
from tests.factories.core import OutboxFactory
from tests.running import make_lanes_due, run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import envelope, store, store_text, text_message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "firm_defaults")]

CONFIRMATION = "we will not send you any more messages here"


def conversation() -> Conversation:
    return Conversation.objects.get()


def may(purpose: ContactPurpose) -> bool:
    noon = now().replace(hour=12, minute=0)
    person = conversation().person
    return may_contact(person=person, channel="whatsapp", purpose=purpose, at=noon).is_allowed


def allowed() -> set[ContactPurpose]:
    return {purpose for purpose in ContactPurpose if may(purpose)}


def said(sandbox: Sandbox) -> list[str]:
    return [text for text in sandbox.phone() if CONFIRMATION in text]


def write(sandbox: Sandbox, *texts: str) -> None:
    for text in texts:
        store_text(text)
        run_due()


@pytest.mark.parametrize("word", ["STOP", "Please stop messaging me", "unsubscribe"])
def test_stop_gets_one_confirmation_and_the_model_is_not_asked(sandbox: Sandbox, word: str) -> None:
    write(sandbox, word)
    (text,) = sandbox.phone()
    assert CONFIRMATION in text
    assert "020 7946 0100" in text
    assert sandbox.log("anthropic") == []
    message = Message.objects.get(author=Message.Author.CUSTOMER)
    assert (message.text, message.handling) == (word, Message.Handling.KEEP)


def test_stop_withdraws_every_purpose_with_its_source(sandbox: Sandbox) -> None:
    write(sandbox, "STOP")
    assert allowed() == set()
    message = Message.objects.get(author=Message.Author.CUSTOMER)
    rows = ConsentRecord.objects.filter(by__isnull=True)
    said = set(rows.values_list("is_granted", "quote", "source"))
    assert said == {(False, "STOP", f"message:{message.pk}")}


def test_a_repeated_stop_is_not_confirmed_again(sandbox: Sandbox) -> None:
    write(sandbox, "STOP", "Stop!", "STOP")
    assert len(said(sandbox)) == len(sandbox.phone()) == 1


def test_a_day_later_it_is_confirmed_again(sandbox: Sandbox) -> None:
    write(sandbox, "STOP")
    later = now() - timedelta(hours=25)
    Message.objects.filter(author=Message.Author.SYSTEM).update(sent_at=later)
    write(sandbox, "STOP")
    assert len(said(sandbox)) == 2


def test_a_confirmation_that_failed_does_not_count(sandbox: Sandbox) -> None:
    write(sandbox, "STOP")
    Outbox.objects.update(status=Outbox.Status.FAILED)
    write(sandbox, "STOP")
    assert len(said(sandbox)) == 2


def test_what_waited_is_not_answered_any_more(sandbox: Sandbox, settings: Any) -> None:
    settings.SETTLE_SECONDS = 2
    write(sandbox, "Can you do a loft conversion in NW3?", "STOP")
    make_lanes_due()
    run_due()
    assert len(sandbox.phone()) == len(said(sandbox)) == 1
    assert sandbox.log("anthropic") == []


def test_an_answer_that_has_not_left_is_cancelled(sandbox: Sandbox) -> None:
    write(sandbox, "Hello")
    waiting = OutboxFactory(lane=conversation().lane, status=Outbox.Status.PENDING)
    from_staff = OutboxFactory(
        lane=conversation().lane, status=Outbox.Status.PENDING, purpose="staff"
    )
    receive(conversation().person, "STOP")
    waiting.refresh_from_db()
    from_staff.refresh_from_db()
    assert (waiting.status, waiting.error) == ("cancelled", "the customer asked us to stop")
    assert from_staff.status == Outbox.Status.PENDING  # the gate tells staff why it may not leave


def test_an_answer_in_preparation_cannot_commit(sandbox: Sandbox) -> None:
    write(sandbox, "Hello")
    chat = conversation()
    with lanes.holding(chat.lane) as hold:
        assert hold is not None
        receive(chat.person, "STOP")
        with pytest.raises(FencedOutError):
            turns.work(hold)


def test_whoever_writes_again_is_answered_again(sandbox: Sandbox) -> None:
    write(sandbox, "STOP", "Sorry, what would a loft conversion cost?")
    assert len(sandbox.phone()) == 2
    assert Turn.objects.get().status == Turn.Status.ANSWERED
    assert allowed() == {ContactPurpose.ANSWER}
    newest = ConsentRecord.objects.latest("id")
    message = Message.objects.filter(author=Message.Author.CUSTOMER).latest("id")
    assert (newest.source, newest.quote) == (f"message:{message.pk}", message.text)


def test_start_brings_back_service_and_reminders_but_no_marketing(sandbox: Sandbox) -> None:
    write(sandbox, "STOP", "START")
    everything = set(ContactPurpose)
    assert allowed() == everything - {ContactPurpose.MARKETING}


def test_start_later_on_brings_them_back_too(sandbox: Sandbox) -> None:
    write(sandbox, "STOP", "Hello again", "START")
    assert may(ContactPurpose.SERVICE)
    assert may(ContactPurpose.REMINDER)


def test_without_an_opt_out_nothing_is_recorded(sandbox: Sandbox) -> None:
    write(sandbox, "Hello", "START", "We want a kitchen extension")
    assert not ConsentRecord.objects.exists()


def test_a_sticker_does_not_take_it_back(sandbox: Sandbox) -> None:
    write(sandbox, "STOP")
    receive(conversation().person, "", handling=Message.Handling.KEEP)
    assert not may(ContactPurpose.ANSWER)


def test_a_message_that_was_overtaken_by_stop_does_not_take_it_back(sandbox: Sandbox) -> None:
    write(sandbox, "STOP")
    before = now() - timedelta(minutes=5)
    receive(conversation().person, "How much is a loft?", sent_at=before)
    run_due()
    assert not may(ContactPurpose.ANSWER)
    assert len(sandbox.phone()) == 1


def test_the_same_stop_delivered_twice_is_one(sandbox: Sandbox) -> None:
    message = text_message("STOP")
    store(envelope(message))
    store(envelope(message, extra="again"))
    run_due()
    assert len(said(sandbox)) == 1
    assert ConsentRecord.objects.count() == len(ContactPurpose)


def test_talk_of_stopping_is_not_an_opt_out(sandbox: Sandbox) -> None:
    write(sandbox, "Can you stop by on Monday?")
    assert said(sandbox) == []
    assert may(ContactPurpose.ANSWER)


def test_stop_works_while_staff_own_the_chat(sandbox: Sandbox) -> None:
    write(sandbox, "Hello")
    Conversation.objects.update(owner=Conversation.Owner.STAFF)
    write(sandbox, "STOP")
    assert len(said(sandbox)) == 1
    assert not may(ContactPurpose.SERVICE)


def test_the_next_day_stop_still_stands(sandbox: Sandbox) -> None:
    write(sandbox, "STOP")
    with time_machine.travel(now() + timedelta(days=30)):
        assert allowed() == set()


def receive(
    person: Person,
    text: str,
    *,
    sent_at: Any = None,
    handling: Message.Handling = Message.Handling.ANSWER,
) -> None:
    inbound = Inbound(
        vendor_id=f"wamid.{text}.{sent_at}",
        kind="text",
        text=text,
        sent_at=sent_at or now(),
        handling=handling,
    )
    receive_message(person=person, channel="whatsapp", inbound=inbound)
