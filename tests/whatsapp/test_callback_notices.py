"""A call-back promised on the telephone is confirmed on WhatsApp once the call is over."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import transaction

from conversations.models import Conversation
from hampstead.core.clock import now
from hampstead.core.models import Outbox, StaffTask
from leads.consents import withdraw_consent
from leads.models import ContactPurpose, Person, Promise
from leads.notices import plan
from leads.promises import cancel_promise, spoken_due
from tests.factories.conversations import ConversationFactory
from tests.factories.leads import PersonFactory, SurveyFactory
from tests.running import drain_lanes
from tests.vendors import Sandbox
from tests.voice.posts import AT, NUMBER, post, report, status, tool_call
from whatsapp.callback_notices import PURPOSE
from whatsapp.models import WhatsAppIdentity
from whatsapp.tasks import send_due_notices

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults", "quick")]


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    """The database's clock stands with ours: rows say when they were stored."""
    with time_machine.travel(now().replace(microsecond=0), tick=True):
        yield


@pytest.fixture
def chat(sandbox: Sandbox) -> Conversation:
    """They wrote to us an hour ago."""
    person = PersonFactory(name="Ada Invented", phone=NUMBER)
    WhatsAppIdentity.objects.create(person=person, wa_id=NUMBER.lstrip("+"))
    written: Any = ConversationFactory(person=person, window_expires_at=now() + timedelta(hours=23))
    return Conversation.objects.get(pk=written.pk)


def asks_for_a_call() -> None:
    post("tool-calls", toolCallList=[tool_call("promise_callback", about="a loft")])


def confirmed(sandbox: Sandbox) -> list[str]:
    send_due_notices()
    drain_lanes()
    return sandbox.phone(NUMBER.lstrip("+"))


def test_a_call_back_is_confirmed_after_the_call(chat: Conversation, sandbox: Sandbox) -> None:
    asks_for_a_call()
    assert confirmed(sandbox) == []  # they are still talking
    report()
    (text,) = confirmed(sandbox)
    assert text.startswith("Hello Ada, thank you for your call.")
    assert spoken_due(Promise.objects.get().due_at) in text
    assert "loft" not in text


def test_it_is_confirmed_once(chat: Conversation, sandbox: Sandbox) -> None:
    asks_for_a_call()
    report()
    confirmed(sandbox)
    assert len(confirmed(sandbox)) == 1


def test_a_transfer_that_failed_is_confirmed_too(chat: Conversation, sandbox: Sandbox) -> None:
    report(endedReason="call.forwarding.no-answer")
    assert len(confirmed(sandbox)) == 1


def test_who_is_not_on_whatsapp_gets_nothing(sandbox: Sandbox) -> None:
    asks_for_a_call()
    report()
    assert confirmed(sandbox) == []
    assert not Outbox.objects.exists()


def test_a_closed_window_is_left_closed(chat: Conversation, sandbox: Sandbox) -> None:
    Conversation.objects.filter(pk=chat.pk).update(window_expires_at=now() - timedelta(hours=1))
    asks_for_a_call()
    report()
    assert confirmed(sandbox) == []


def test_whoever_said_stop_gets_nothing(chat: Conversation, sandbox: Sandbox) -> None:
    asks_for_a_call()
    withdraw_consent(
        person=Person.objects.get(),
        channel="whatsapp",
        purposes=[ContactPurpose.SERVICE],
        source="message:9",
    )
    report()
    assert confirmed(sandbox) == []


def test_what_was_cancelled_before_it_left_is_not_said(
    chat: Conversation, sandbox: Sandbox
) -> None:
    asks_for_a_call()
    report()
    send_due_notices()
    cancel_promise(promise=Promise.objects.get(), by=None, reason="they rang us")
    drain_lanes()
    assert sandbox.phone(NUMBER.lstrip("+")) == []
    assert Outbox.objects.get(purpose=PURPOSE).status == Outbox.Status.CANCELLED
    assert not StaffTask.objects.filter(done_at=None).exists()


def test_a_survey_booked_in_the_call_is_confirmed_at_its_end_and_once(
    chat: Conversation, sandbox: Sandbox
) -> None:
    starts_at = (now() + timedelta(days=7)).replace(hour=10, minute=30, second=0)
    survey = SurveyFactory(starts_at=starts_at, lead=chat.lead)
    with transaction.atomic():
        plan(survey)
    assert confirmed(sandbox) == []  # they may still be talking
    report()
    (text,) = confirmed(sandbox)
    assert "your survey is booked" in text
    assert len(confirmed(sandbox)) == 1


def test_a_promise_made_in_a_chat_is_not_confirmed_again(
    chat: Conversation, sandbox: Sandbox
) -> None:
    from_chat = Promise.objects.create(
        person=chat.person,
        kind=Promise.Kind.CALL_BACK,
        source=chat.subject,
        due_at=now() + timedelta(hours=2),
    )
    status("in-progress", at=(now() - AT).total_seconds())
    report()
    assert Promise.objects.get() == from_chat
    assert confirmed(sandbox) == []
