"""Staff write to a customer: they own the chat from then on."""

import pytest

from conversations.models import Conversation, Message
from conversations.staffwriting import EmptyMessageError, reply_as_staff
from hampstead.core.models import AuditEntry, StaffTask
from leads.models import Promise
from leads.promises import make_promise
from tests.factories.leads import OfficeUserFactory
from tests.running import run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import store_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "firm_defaults")]


@pytest.fixture
def conversation(sandbox: Sandbox) -> Conversation:
    store_text("Hello")
    run_due()
    return Conversation.objects.get()


def test_the_customer_receives_what_staff_wrote(
    sandbox: Sandbox, conversation: Conversation
) -> None:
    reply_as_staff(conversation=conversation, text="I will ring you.", by=OfficeUserFactory())
    run_due()
    assert sandbox.phone()[-1] == "I will ring you."


def test_writing_takes_the_chat_over(conversation: Conversation) -> None:
    olive = OfficeUserFactory()
    reply_as_staff(conversation=conversation, text="Hello", by=olive)
    conversation.refresh_from_db()
    assert (conversation.owner, conversation.taken_by) == ("staff", olive)


def test_the_message_names_its_author(conversation: Conversation) -> None:
    olive = OfficeUserFactory()
    message = reply_as_staff(conversation=conversation, text="Hello", by=olive)
    assert (message.author, message.staff) == (Message.Author.STAFF, olive)
    assert AuditEntry.objects.filter(action="write to customer", by=olive).count() == 1


def test_the_task_of_a_waiting_customer_is_closed(conversation: Conversation) -> None:
    olive = OfficeUserFactory()
    reply_as_staff(conversation=conversation, text="Hello", by=olive)
    store_text("Thank you, and when?")
    run_due()
    waiting = StaffTask.objects.filter(done_at__isnull=True, subject=conversation.subject)
    assert waiting.count() == 1
    reply_as_staff(conversation=conversation, text="Tomorrow", by=olive)
    assert not waiting.exists()


def test_an_empty_message_is_refused(conversation: Conversation) -> None:
    with pytest.raises(EmptyMessageError):
        reply_as_staff(conversation=conversation, text="  ", by=OfficeUserFactory())


def test_a_reply_keeps_the_promise_to_reply(conversation: Conversation) -> None:
    for kind in ("reply", "call_back"):
        make_promise(person=conversation.person, lead=None, kind=kind, source="test")
    reply_as_staff(conversation=conversation, text="Good morning", by=OfficeUserFactory())
    assert [promise.kind for promise in Promise.objects.open()] == ["call_back"]
