"""Effects on WhatsApp: once each, in the window, and never repeated blindly."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from conversations.models import Conversation, Message
from hampstead.core import breaker, failpoints
from hampstead.core.clock import now
from hampstead.core.failpoints import FailpointError
from hampstead.core.models import Outbox, StaffTask, VendorHealth
from leads.consents import grant_consent, withdraw_consent
from leads.models import ContactPurpose, Person
from tests.running import make_lanes_due, process_inbox, run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import NUMBER, envelope, store, store_status, store_text, text_message
from whatsapp.models import WhatsAppIdentity
from whatsapp.sending import _identity

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "firm_defaults")]
Status = Outbox.Status


def answer_once() -> Outbox:
    store_text("Hello")
    run_due()
    return Outbox.objects.latest("id")


def later() -> None:
    make_lanes_due()
    run_due()


def effect_in(conversation: Conversation, purpose: str) -> Outbox:
    return Outbox.objects.create(
        kind="whatsapp", lane=conversation.lane, payload={"text": "x"}, purpose=purpose
    )


def sent_to_whoever_said_stop(purpose: str) -> Outbox:
    """The customer wrote, asked us to stop, and an effect with this purpose waits."""
    answer_once()
    conversation = Conversation.objects.get()
    withdraw_consent(
        person=conversation.person,
        channel="whatsapp",
        purposes=ContactPurpose,
        source="message:1",
    )
    effect = effect_in(conversation, purpose)
    run_due()
    effect.refresh_from_db()
    return effect


def test_an_answer_is_one_send_with_our_key_as_correlation(sandbox: Sandbox) -> None:
    effect = answer_once()
    (body,) = sandbox.sends()
    assert body["biz_opaque_callback_data"] == str(effect.idem)
    assert (effect.status, effect.attempts) == (Status.SENT, 1)


def test_somebody_without_a_number_is_answered_by_user_id(sandbox: Sandbox) -> None:
    store(envelope({**text_message("Hello"), "from": "GB.123"}))
    run_due()
    assert len(sandbox.phone("GB.123")) == 1


def test_nothing_is_sent_once_the_window_is_closed(sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", "/messages", status=500)
    effect = answer_once()
    Conversation.objects.update(window_expires_at=now() - timedelta(seconds=1))
    later()
    effect.refresh_from_db()
    assert (effect.status, effect.error) == (Status.CANCELLED, "the 24-hour window is closed")
    assert sandbox.phone() == []


def test_an_answer_past_its_use_is_not_sent(sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", "/messages", status=500)
    effect = answer_once()
    Outbox.objects.update(not_after=now() - timedelta(seconds=1))
    later()
    effect.refresh_from_db()
    assert (effect.status, effect.error) == (Status.CANCELLED, "too late to be useful")


def test_a_send_that_may_have_happened_is_not_repeated(sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", "/messages", cut="after")
    effect = answer_once()
    assert effect.status == Status.RECONCILING
    later()
    assert len(sandbox.sends()) == len(sandbox.phone()) == 1


def test_a_send_that_may_have_happened_is_closed_by_its_status(sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", "/messages", cut="after")
    effect = answer_once()
    store_status("wamid.LATE", "delivered", biz_opaque_callback_data=str(effect.idem))
    later()
    effect.refresh_from_db()
    assert (effect.status, effect.vendor_id) == (Status.DELIVERED, "wamid.LATE")
    assert not StaffTask.objects.exists()


def test_without_any_status_a_person_decides(sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", "/messages", cut="before")
    effect = answer_once()
    later()
    effect.refresh_from_db()
    assert effect.status == Status.UNCERTAIN
    assert StaffTask.objects.get().title == "A message may not have arrived"


def test_a_status_closes_even_what_was_given_to_a_person(sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", "/messages", cut="after")
    effect = answer_once()
    later()
    store_status("wamid.LATE", "sent", biz_opaque_callback_data=str(effect.idem))
    process_inbox()
    effect.refresh_from_db()
    assert effect.status == Status.SENT


def test_the_next_answer_does_not_wait_for_the_persons_decision(sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", "/messages", cut="before")
    answer_once()
    later()
    assert answer_once().status == Status.SENT


def test_a_worker_that_died_after_the_send_does_not_send_twice(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(name: str) -> None:
        if name == "outbox.effect_done":
            raise FailpointError(name)

    monkeypatch.setattr("hampstead.core.outbox.failpoint", die)
    store_text("Hello")
    with pytest.raises(FailpointError):
        run_due()
    monkeypatch.setattr("hampstead.core.outbox.failpoint", failpoints.failpoint)
    later()
    assert Outbox.objects.get().status == Status.RECONCILING
    assert len(sandbox.phone()) == 1


def test_too_many_requests_wait_and_then_go_out(sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", "/messages", status=429, headers={"retry-after": "30"})
    effect = answer_once()
    wait = Outbox.objects.get().due_at
    assert wait is not None
    assert timedelta(seconds=20) < wait - now() <= timedelta(seconds=31)
    later()
    effect.refresh_from_db()
    assert (effect.status, effect.attempts) == (Status.SENT, 2)


def test_a_refused_key_holds_messages_without_burning_attempts(sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", "/messages", status=401)
    effect = answer_once()
    assert (effect.status, effect.attempts) == (Status.HELD, 0)
    assert VendorHealth.objects.get(vendor="360dialog").reason == "credentials"
    assert effect.error_code == "E006"


def test_a_held_message_goes_out_with_the_new_key(sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", "/messages", status=401)
    answer_once()
    breaker.reset(vendor="360dialog", by=None)
    later()
    assert len(sandbox.phone()) == 1


def test_an_open_breaker_holds_messages_and_calls_nobody(sandbox: Sandbox) -> None:
    breaker.open_by_hand(vendor="360dialog", by=None, reason="test")
    effect = answer_once()
    assert (effect.status, effect.attempts, effect.error_code) == (Status.HELD, 0, "E012")
    assert sandbox.sends() == []


def test_frozen_sending_holds_messages(sandbox: Sandbox, settings: Settings) -> None:
    settings.SENDING_FROZEN = True
    assert answer_once().status == Status.HELD
    assert sandbox.sends() == []


def test_a_final_refusal_tells_staff(sandbox: Sandbox) -> None:
    sandbox.fault(
        "360dialog", "/messages", status=400, body={"error": {"code": 131026, "message": "no"}}
    )
    effect = answer_once()
    task = StaffTask.objects.get()
    assert effect.status == Status.FAILED
    assert (task.title, task.code) == ("A message could not be sent", "E006")


def test_server_faults_are_tried_again_up_to_a_limit(sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", "/messages", status=500, times=20)
    answer_once()
    for _ in range(10):
        breaker.reset(vendor="360dialog", by=None)
        later()
    assert Outbox.objects.get().status == Status.FAILED
    assert len(sandbox.sends()) == 8


def test_messages_of_a_conversation_leave_in_order(sandbox: Sandbox) -> None:
    sandbox.answers("first", "second")
    sandbox.fault("360dialog", "/messages", status=500)
    answer_once()
    answer_once()
    assert sandbox.phone() == []
    later()
    assert [text.split("\n")[0] for text in sandbox.phone()] == ["first", "second"]


def test_the_newest_number_of_a_person_is_used(sandbox: Sandbox) -> None:
    person = Person.objects.create(phone=f"+{NUMBER}")
    conversation = Conversation.objects.create(person=person, channel="whatsapp")
    for wa_id, bsuid in ((NUMBER, None), ("447700900999", None), (None, "GB.1")):
        WhatsAppIdentity.objects.create(person=person, wa_id=wa_id, bsuid=bsuid)
    effect = Outbox(kind="whatsapp", lane=conversation.lane)
    assert _identity(effect).wa_id == "447700900999"


def test_a_person_without_an_identity_is_a_final_refusal(sandbox: Sandbox) -> None:
    person = Person.objects.create(phone=f"+{NUMBER}")
    conversation = Conversation.objects.create(
        person=person, channel="whatsapp", window_expires_at=now() + timedelta(hours=1)
    )
    effect = effect_in(conversation, "answer")
    run_due()
    effect.refresh_from_db()
    assert effect.status == Status.FAILED


def test_an_effect_of_an_erased_conversation_is_cancelled(sandbox: Sandbox) -> None:
    effect = Outbox.objects.create(kind="whatsapp", lane="conversation:0", payload={"text": "x"})
    run_due()
    effect.refresh_from_db()
    assert (effect.status, effect.error) == (Status.CANCELLED, "the conversation is gone")
    assert not Message.objects.exists()


@pytest.mark.parametrize("purpose", ["answer", "holding", "intake", "lane", "staff"])
def test_nothing_goes_to_whoever_asked_us_to_stop(sandbox: Sandbox, purpose: str) -> None:
    effect = sent_to_whoever_said_stop(purpose)
    assert effect.status == Status.CANCELLED
    assert effect.error.startswith("they asked us to stop on ")
    assert len(sandbox.phone()) == 1  # the answer before


def test_a_colleague_may_answer_whoever_has_written_again(sandbox: Sandbox) -> None:
    for text in ("Hello", "STOP", "One more question"):
        store_text(text)
        run_due()
    effect = effect_in(Conversation.objects.get(), "staff")
    run_due()
    effect.refresh_from_db()
    assert effect.status == Status.SENT


def test_that_we_stop_is_still_said(sandbox: Sandbox) -> None:
    assert sent_to_whoever_said_stop("opt_out").status == Status.SENT


def test_that_we_stop_is_not_said_past_the_window(sandbox: Sandbox) -> None:
    person = Person.objects.create(phone=f"+{NUMBER}")
    conversation = Conversation.objects.create(person=person, channel="whatsapp")
    effect = effect_in(conversation, "opt_out")
    run_due()
    effect.refresh_from_db()
    assert effect.error == "the 24-hour window is closed"


def test_who_changed_their_mind_is_answered_again(sandbox: Sandbox) -> None:
    sent_to_whoever_said_stop("opt_out")
    person = Person.objects.get()
    grant_consent(person=person, channel="whatsapp", purposes=["answer"], source="message:2")
    effect = effect_in(Conversation.objects.get(), "answer")
    run_due()
    effect.refresh_from_db()
    assert effect.status == Status.SENT


@pytest.mark.parametrize("purpose", ["newsletter", ""])
def test_a_purpose_that_nobody_named_counts_as_marketing(sandbox: Sandbox, purpose: str) -> None:
    answer_once()
    effect = effect_in(Conversation.objects.get(), purpose)
    run_due()
    effect.refresh_from_db()
    assert (effect.status, effect.error) == (Status.CANCELLED, "they never agreed to marketing")


def test_a_stop_between_a_failed_try_and_the_next_one_counts(sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", "/messages", status=500)
    effect = answer_once()
    person = Person.objects.get()
    withdraw_consent(person=person, channel="whatsapp", purposes=["answer"], source="message:2")
    later()
    effect.refresh_from_db()
    assert (effect.status, sandbox.phone()) == (Status.CANCELLED, [])
