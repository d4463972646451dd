"""Lanes in turns: what code recognises acts before the model, what the model chooses is stored."""

from typing import Any

import pytest

from conversations.handover import hand_back, take_over
from conversations.models import Conversation, Handover, Message, Turn
from hampstead.core.models import Outbox, StaffTask
from leads.facts import current_facts
from leads.models import Band, FactKey, Lead, Promise
from tests.factories.leads import OfficeUserFactory
from tests.running import process_inbox, run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import store_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "firm_defaults")]

By = Turn.AnsweredBy
LEAK = "Help, water is pouring through the ceiling!"


def write(text: str) -> None:
    store_text(text)
    run_due()


def choose(lane: str) -> dict[str, Any]:
    call = {"type": "tool_use", "id": f"t-{lane}", "name": "choose_lane", "input": {"lane": lane}}
    return {"content": [call]}


def open_tasks() -> set[str]:
    return set(StaffTask.objects.filter(done_at=None).values_list("title", flat=True))


def test_an_emergency_gets_the_number_without_asking_the_model(sandbox: Sandbox) -> None:
    write(LEAK)
    assert "020 7946 0199" in sandbox.phone()[0]
    assert sandbox.log("anthropic") == []
    assert Turn.objects.get().answered_by == By.LANE


def test_an_emergency_calls_staff_at_once(sandbox: Sandbox) -> None:
    write(LEAK)
    urgent = StaffTask.objects.filter(urgency="urgent").order_by("due_at").first()
    assert urgent is not None
    assert (urgent.due_at - urgent.created_at).total_seconds() <= 301
    assert Conversation.objects.get().owner == Conversation.Owner.STAFF


def test_a_takeover_does_not_call_the_emergency_number_back(sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", "/messages", status=500)
    write(LEAK)
    take_over(conversation=Conversation.objects.get(), by=OfficeUserFactory())
    assert Outbox.objects.get().status == Outbox.Status.PENDING


def test_an_emergency_in_a_chat_of_staff_is_answered_once_and_staff_are_paged(
    sandbox: Sandbox,
) -> None:
    write("Hello")
    take_over(conversation=Conversation.objects.get(), by=OfficeUserFactory())
    for _ in range(3):
        write(LEAK)
    numbers = ["020 7946 0199" in text for text in sandbox.phone()]
    assert numbers == [False, True]
    assert StaffTask.objects.filter(urgency="urgent", done_at=None).count() == 1


def test_what_the_model_takes_for_an_emergency_gets_the_same_text(sandbox: Sandbox) -> None:
    sandbox.answers(choose("emergency"), "Never said.")
    write("My cupboard hums strangely and it is warm")
    assert "020 7946 0199" in sandbox.phone()[0]
    assert Conversation.objects.get().owner == Conversation.Owner.STAFF


def test_a_person_is_called_with_one_closing_sentence(sandbox: Sandbox) -> None:
    write("Can I speak to a real person please?")
    write("Hello?")
    assert len(sandbox.phone()) == 1
    assert Handover.objects.count() == 1


def test_a_handover_is_a_promise_to_reply(sandbox: Sandbox) -> None:
    write("Can I speak to a real person please?")
    assert Promise.objects.get().kind == Promise.Kind.REPLY
    assert "Reply to a customer" not in open_tasks()


@pytest.mark.parametrize(
    ("lane", "kind"),
    [
        ("existing_client", "existing_client"),
        ("supplier", "supplier"),
        ("job_seeker", "job_seeker"),
        ("sales_call", "sales_call"),
    ],
)
def test_who_is_no_lead_stays_out_of_the_leads(sandbox: Sandbox, lane: str, kind: str) -> None:
    sandbox.answers(choose(lane), "Thank you for letting us know.")
    write("Hello, it is me again")
    lead = Lead.objects.get()
    assert current_facts(lead)[FactKey.ENQUIRY_KIND] == kind
    assert lead.verdict == Band.NOT_A_LEAD
    assert Conversation.objects.get().enquiry_lane == lane


def test_an_existing_client_with_a_new_project_is_a_lead_again(sandbox: Sandbox) -> None:
    sandbox.answers(choose("existing_client"), "Thank you.")
    write("You are doing our kitchen")
    arguments = {"enquiry_kind": "new_project", "project_type": "loft_conversion"}
    call = {"type": "tool_use", "id": "n1", "name": "note_facts", "input": arguments}
    sandbox.answers({"content": [call]}, "How lovely.")
    write("We would also like a loft")
    assert Conversation.objects.get().enquiry_lane == ""
    assert Lead.objects.get().verdict != Band.NOT_A_LEAD


def test_off_topic_is_counted_and_does_not_stick(sandbox: Sandbox) -> None:
    sandbox.answers(choose("off_topic"), "I can only help with renovation.")
    write("Write me a poem about cats")
    assert Turn.objects.get().enquiry_lane == "off_topic"
    assert Conversation.objects.get().enquiry_lane == ""


@pytest.mark.parametrize("said", ["What is your postcode?", "I work here in the office."])
def test_who_asks_whether_it_is_a_robot_is_told(sandbox: Sandbox, said: str) -> None:
    sandbox.answers(said)
    write("Am I talking to a robot?")
    assert "AI assistant" in sandbox.phone()[0].split("You are writing with")[0]


def test_an_answer_that_says_so_itself_is_left_alone(sandbox: Sandbox) -> None:
    sandbox.answers("Yes, I am an AI assistant. What is your postcode?")
    write("Am I talking to a robot?")
    assert sandbox.phone()[0].startswith("Yes, I am an AI assistant.")


def test_after_the_hand_back_the_emergency_is_over(sandbox: Sandbox) -> None:
    write(LEAK)
    hand_back(conversation=Conversation.objects.get(), by=OfficeUserFactory())
    write("All dry now. How much is a loft conversion?")
    assert "£60,000" in sandbox.phone()[-1]


def test_whoever_asked_to_stop_gets_no_answer_to_what_they_wrote_before(
    sandbox: Sandbox,
) -> None:
    store_text("Do you do lofts?")
    process_inbox()
    write("STOP")
    assert sandbox.log("anthropic") == []
    assert len(sandbox.phone()) == 1
    assert set(Turn.objects.values_list("status", flat=True)) <= {Turn.Status.ABANDONED}


def test_the_lane_of_each_turn_names_the_version_that_decided(sandbox: Sandbox) -> None:
    write(LEAK)
    message = Message.objects.get(author=Message.Author.AI)
    assert (message.prompt_version, Turn.objects.get().enquiry_lane) == ("v1", "emergency")
