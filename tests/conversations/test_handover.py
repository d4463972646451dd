"""Who owns the chat, and what staff still have to do about it."""

import pytest

from conversations.handover import hand_back, take_over
from conversations.models import Conversation
from conversations.staffwriting import reply_as_staff
from hampstead.core.models import Outbox, StaffTask
from hampstead.core.stafftasks import finish_task
from leads.models import Promise
from tests.factories.leads import OfficeUserFactory
from tests.running import run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import store_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "firm_defaults")]

EMERGENCY = "Emergency: ring at once"


def write(text: str) -> Conversation:
    store_text(text)
    run_due()
    return Conversation.objects.get()


def open_tasks() -> set[str]:
    return set(StaffTask.objects.filter(done_at__isnull=True).values_list("title", flat=True))


def test_handing_back_leaves_staff_only_the_reply_they_owe(sandbox: Sandbox) -> None:
    conversation = write("Can I speak to a person please?")
    write("Hello?")
    assert open_tasks() == {"A customer asks for a person", "A customer wrote and waits for you"}
    hand_back(conversation=conversation, by=OfficeUserFactory())
    assert open_tasks() == {"Reply to a customer"}
    assert Promise.objects.open().get().kind == Promise.Kind.REPLY


def test_an_emergency_dealt_with_is_not_raised_again_by_a_thank_you(sandbox: Sandbox) -> None:
    olive = OfficeUserFactory()
    take_over(conversation=write("Hello"), by=olive)
    conversation = write("Water is pouring through the ceiling")
    finish_task(task=StaffTask.objects.get(title=EMERGENCY), by=olive)
    write("Thank you, he is here")
    reply_as_staff(conversation=conversation, text="Good.", by=olive)
    write("All dry now")
    assert open_tasks() == {"A customer wrote and waits for you"}
    assert sum("0199" in text for text in sandbox.phone()) == 1


def test_a_second_emergency_is_raised_again(sandbox: Sandbox) -> None:
    olive = OfficeUserFactory()
    take_over(conversation=write("Hello"), by=olive)
    write("Water is pouring through the ceiling")
    finish_task(task=StaffTask.objects.get(title=EMERGENCY), by=olive)
    write("Now the ceiling has collapsed")
    assert EMERGENCY in open_tasks()


def test_a_reply_that_is_still_owed_stays_in_sight(sandbox: Sandbox) -> None:
    write("Can I speak to a real person please?")
    conversation = Conversation.objects.get()
    take_over(conversation=conversation, by=OfficeUserFactory())
    assert open_tasks() == {"Reply to a customer"}


def test_handing_back_does_not_answer_what_staff_have_answered(sandbox: Sandbox) -> None:
    conversation, olive = write("Can I speak to a person please?"), OfficeUserFactory()
    take_over(conversation=conversation, by=olive)
    write("I really want to speak to a person")
    reply_as_staff(conversation=conversation, text="Olive here, hello", by=olive)
    write("Great thanks, all sorted")
    hand_back(conversation=conversation, by=olive)
    run_due()
    conversation.refresh_from_db()
    assert conversation.owner == Conversation.Owner.AI
    assert open_tasks() == set()


def test_an_emergency_number_that_never_left_is_sent_again(sandbox: Sandbox) -> None:
    conversation = write("Hello")
    take_over(conversation=conversation, by=OfficeUserFactory())
    write("Water is pouring through the ceiling")
    Outbox.objects.filter(purpose="emergency").update(status=Outbox.Status.FAILED)
    write("Help, water is pouring through the ceiling!")
    assert Outbox.objects.filter(purpose="emergency").count() == 2
