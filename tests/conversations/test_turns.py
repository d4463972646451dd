"""A burst of messages gets one answer, committed as a whole or not at all."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from conversations import brain, turns
from conversations.handover import hand_back, take_over
from conversations.models import Conversation, Message, ToolCall, Turn
from conversations.turns import find_conversation
from hampstead.core import lanes
from hampstead.core.clock import now
from hampstead.core.errors import ConversationNotFoundError
from hampstead.core.failpoints import FailpointError
from hampstead.core.models import Lane, Outbox, StaffTask
from leads.facts import note_facts
from leads.models import Band, Fact, FactKey, Lead, Qualification, RuleSet
from leads.overrides import override_verdict
from tests.factories.leads import OfficeUserFactory
from tests.running import make_lanes_due, process_inbox, run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import store_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "firm_defaults")]

Author, Status = Message.Author, Turn.Status


def tool(name: str, use_id: str = "t1", **arguments: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": use_id, "name": name, "input": arguments}


def while_the_model_works(
    monkeypatch: pytest.MonkeyPatch, happen: Any, *, times: int = 1
) -> list[int]:
    """`happen` runs between the model's answer and the commit, in the first `times` tries."""
    compose, tries = brain.compose, []

    def interrupted(*args: Any, **more: Any) -> Any:
        draft = compose(*args, **more)
        tries.append(1)
        if len(tries) <= times:
            happen()
        return draft

    monkeypatch.setattr(brain, "compose", interrupted)
    return tries


def customer_goes_on() -> None:
    store_text("And one more thing")
    process_inbox()


def take() -> None:
    take_over(conversation=Conversation.objects.get(), by=OfficeUserFactory())


def test_a_burst_gets_one_answer(sandbox: Sandbox) -> None:
    store_text("Hello")
    store_text("Do you do lofts?")
    store_text("In NW3")
    run_due()
    assert len(sandbox.phone()) == 1


def test_the_first_answer_carries_the_notice_once(sandbox: Sandbox) -> None:
    store_text("Hello")
    run_due()
    store_text("It is a loft conversion")
    run_due()
    assert ["AI assistant of Hampstead" in text for text in sandbox.phone()] == [True, False]


def test_an_answer_is_one_bubble(sandbox: Sandbox) -> None:
    store_text("How much is a loft conversion in NW3?")
    run_due()
    assert Message.objects.filter(author=Author.AI).count() == 1


def test_a_long_answer_fits_one_bubble_with_the_notice(sandbox: Sandbox) -> None:
    sandbox.answers("A very long sentence. " * 400)
    store_text("Tell me everything")
    run_due()
    (text,) = sandbox.phone()
    assert 3000 < len(text) <= 4096
    assert text.endswith("020 7946 0100.")


def test_the_turn_records_prompt_model_and_tokens(sandbox: Sandbox) -> None:
    store_text("Hello")
    run_due()
    turn = Turn.objects.get()
    assert (turn.prompt_version, turn.model) == ("v1", "claude-haiku-5-5")
    assert min(turn.input_tokens, turn.output_tokens) > 0


def test_a_message_while_the_model_works_starts_the_answer_again(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = while_the_model_works(monkeypatch, customer_goes_on)
    store_text("Hello")
    run_due()
    turn = Turn.objects.get()
    assert (len(tries), turn.restarts, turn.status) == (2, 1, Status.ANSWERED)
    assert turn.messages.filter(author=Author.CUSTOMER).count() == 2
    assert len(sandbox.phone()) == 1


def test_an_answer_is_started_again_at_most_twice(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    while_the_model_works(monkeypatch, customer_goes_on, times=3)
    store_text("Hello")
    run_due()
    first, second = Turn.objects.order_by("id")
    assert (first.restarts, second.restarts) == (2, 0)
    assert second.messages.filter(author=Author.CUSTOMER).count() == 1
    assert len(sandbox.phone()) == 2


@pytest.mark.parametrize("place", ["turn.before_model", "turn.after_model", "turn.before_commit"])
def test_a_turn_that_breaks_leaves_nothing_behind_and_is_answered_once(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def break_here(name: str) -> None:
        if name == place:
            raise FailpointError(name)

    with monkeypatch.context() as broken:
        broken.setattr(turns, "failpoint", break_here)
        store_text("My loft is in NW3")
        run_due()
    assert not Message.objects.exclude(author=Author.CUSTOMER).exists()
    assert not any(model.objects.exists() for model in (Outbox, Fact, ToolCall, Lead))
    make_lanes_due()
    run_due()
    assert len(sandbox.phone()) == 1


def test_work_that_always_breaks_ends_with_staff(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_always(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(brain, "compose", break_always)
    store_text("Hello")
    for _ in range(lanes.MAX_ATTEMPTS):
        run_due()
        make_lanes_due()
    assert StaffTask.objects.get().title == "A conversation keeps failing"
    assert Lane.objects.get().due_at is None


def test_no_answer_is_sent_after_staff_took_over(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    while_the_model_works(monkeypatch, take)
    store_text("Hello")
    run_due()
    assert sandbox.phone() == []
    assert not Outbox.objects.exists()
    assert Turn.objects.get().status == Status.OPEN


def test_an_unsent_answer_is_cancelled_when_staff_take_over(sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", "/messages", status=500)
    store_text("Hello")
    run_due()
    take()
    make_lanes_due()
    run_due()
    assert Outbox.objects.get().status == Outbox.Status.CANCELLED
    assert sandbox.phone() == []


def test_a_chat_of_staff_is_not_answered_but_shown_to_them(sandbox: Sandbox) -> None:
    store_text("Hello")
    run_due()
    take()
    store_text("Are you there?")
    run_due()
    assert len(sandbox.phone()) == 1
    assert StaffTask.objects.get().title == "A customer wrote and waits for you"


def test_after_hand_back_what_waits_is_answered(sandbox: Sandbox) -> None:
    store_text("Hello")
    run_due()
    take()
    store_text("My postcode is NW3 2QG")
    run_due()
    hand_back(conversation=Conversation.objects.get(), by=OfficeUserFactory())
    run_due()
    assert len(sandbox.phone()) == 2


def test_a_wish_for_a_person_is_confirmed_and_then_the_assistant_is_silent(
    sandbox: Sandbox,
) -> None:
    store_text("Can I speak to a person, please?")
    run_due()
    store_text("Hello?")
    run_due()
    titles = set(StaffTask.objects.values_list("title", flat=True))
    assert len(sandbox.phone()) == 1
    assert titles == {"A customer asks for a person", "A customer wrote and waits for you"}


def test_tool_calls_are_stored_with_what_the_model_was_told(sandbox: Sandbox) -> None:
    tools = [tool("send_money"), tool("note_facts", "t2", postcode="NW3")]
    sandbox.answers({"content": tools}, "Noted.")
    store_text("NW3")
    run_due()
    calls = ToolCall.objects.order_by("id").values_list("name", "is_error", "result")
    assert list(calls) == [
        ("send_money", True, {"error": "there is no tool named send_money"}),
        ("note_facts", False, {"noted": ["postcode"], "problems": []}),
    ]


def test_facts_point_to_the_message_they_come_from(sandbox: Sandbox) -> None:
    store_text("My loft is in NW3 2QG")
    run_due()
    asked = Message.objects.get(author=Author.CUSTOMER)
    fact = Fact.objects.get(key=FactKey.POSTCODE)
    assert (fact.source, fact.quote) == (f"message:{asked.pk}", "My loft is in NW3 2QG")


def test_what_staff_noted_and_decided_is_not_overwritten(sandbox: Sandbox) -> None:
    olive = OfficeUserFactory()
    store_text("Hello")
    run_due()
    lead = Lead.objects.get()
    note_facts(lead=lead, facts={FactKey.POSTCODE: "N6"}, source="staff", by=olive)
    override_verdict(lead=lead, band=Band.COLD, reason="Known to us.", by=olive)
    store_text("A loft in NW3 2QG, we have £150,000 and start next month")
    run_due()
    assert Fact.objects.get(key=FactKey.POSTCODE, superseded_at=None).value == "N6"
    assert Lead.objects.get().verdict == Band.COLD


def test_without_published_rules_the_answer_goes_out_and_staff_are_told(
    sandbox: Sandbox,
) -> None:
    RuleSet.objects.all().delete()
    store_text("My loft is in NW3")
    run_due()
    assert len(sandbox.phone()) == 1
    assert StaffTask.objects.get().code == "E015"
    assert not Qualification.objects.exists()


NASTY = [
    "Hello\x00 there",
    {"content": [tool("note_\x00facts"), tool("note_facts", "t2", x="a\x00b")]},
    {"content": [tool("x" * 300, "i" * 300)]},
]


@pytest.mark.parametrize("answer", NASTY)
def test_what_postgresql_cannot_store_does_not_cost_the_answer(
    sandbox: Sandbox, answer: Any
) -> None:
    sandbox.answers(answer)
    store_text("Hello")
    run_due()
    assert Turn.objects.get().status == Status.ANSWERED
    assert len(sandbox.phone()) == 1


def test_an_unknown_conversation_is_e014() -> None:
    with pytest.raises(ConversationNotFoundError) as caught:
        find_conversation(0)
    assert caught.value.code == "E014"


BURST = ["Hello there", "It is a loft conversion", "in NW3 2QG", "about £90,000"]


@given(order=st.permutations(range(4)))
@settings(
    max_examples=4,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_burst_ends_the_same_in_whatever_order_it_arrives(
    sandbox: Sandbox, order: list[int]
) -> None:
    sandbox.reset()
    number = f"44770090{''.join(map(str, order))}"
    start = int((now() - timedelta(minutes=1)).timestamp())
    for place in order:
        store_text(BURST[place], number=number, timestamp=str(start + place))
    run_due()
    lead = Lead.objects.get(person__phone=f"+{number}")
    asked = sandbox.log("anthropic")[0]["body"]["messages"]
    assert asked[-1]["content"][-1]["text"] == "\n".join(BURST)
    assert lead.facts.current().count() == 4
    assert len(sandbox.phone(number)) == 1


def test_the_task_of_a_waiting_customer_is_one(sandbox: Sandbox) -> None:
    store_text("Hello")
    run_due()
    take()
    for _ in range(3):
        store_text("Are you there?")
        run_due()
    assert StaffTask.objects.filter(done_at=None).count() == 1


def test_a_turn_with_two_calls_of_the_model_needs_few_queries(
    sandbox: Sandbox, django_assert_max_num_queries: Any
) -> None:
    store_text("Hello")
    run_due()
    noted = tool("note_facts", postcode="NW3 2QG"), tool("check_service_area", "t2", postcode="NW3")
    sandbox.answers({"content": noted}, "Yes, we work in NW3.")
    store_text("We are in NW3 2QG")
    process_inbox()
    with (
        lanes.holding(Conversation.objects.get().lane) as hold,
        django_assert_max_num_queries(62),
    ):
        assert hold is not None
        turns.work(hold)
    assert ToolCall.objects.count() == 2
