"""The notice reaches every customer, also when the first answer never left."""

import pytest
from django.db.models.functions import Now

from conversations.models import Conversation
from hampstead.core.models import Outbox, StaffTask
from tests.running import process_inbox, run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import envelope, store, store_text, text_message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "firm_defaults")]
NOTICE = "AI assistant of Hampstead"


def test_a_cancelled_first_answer_takes_its_notice_along(sandbox: Sandbox) -> None:
    store_text("Hello")
    run_due()
    Outbox.objects.update(status=Outbox.Status.CANCELLED)
    store_text("Are you there?")
    run_due()
    assert NOTICE in sandbox.phone()[-1]


def test_a_photo_with_a_caption_is_answered_and_shown_to_staff(sandbox: Sandbox) -> None:
    photo = {"id": "1", "mime_type": "image/jpeg", "caption": "Can you do this in NW3?"}
    message = {**text_message(""), "type": "image", "image": photo}
    store(envelope(message))
    run_due()
    assert len(sandbox.phone()) == 1
    assert StaffTask.objects.get().subject == Conversation.objects.get().subject


def test_an_answer_cut_by_its_length_ends_with_a_sentence(sandbox: Sandbox) -> None:
    half = [{"type": "text", "text": "We work in NW3. A colleague will then"}]
    sandbox.answers({"content": half, "stop_reason": "max_tokens"})
    store_text("Hello")
    run_due()
    assert sandbox.phone()[0].startswith("We work in NW3.\n\n")


def test_a_waiting_message_is_not_yet_answered(sandbox: Sandbox) -> None:
    store_text("Hello")
    process_inbox()
    assert (sandbox.phone(), Outbox.objects.filter(due_at__lte=Now()).count()) == ([], 0)
