"""No answer leaves that claims what no row and no tool result bears out."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from conversations import honesty
from conversations.models import AnswerCheck, Conversation, Message, Turn
from conversations.prompting import current_playbook
from hampstead.core.models import StaffTask
from leads.models import Promise
from leads.promises import make_promise
from tests.factories.conversations import ConversationFactory
from tests.running import run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import store_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "firm_defaults")]

Outcome = AnswerCheck.Outcome
LIE = "You are booked for Tuesday at ten."
PRICE = "A loft will cost you £43,500."


def ask(sandbox: Sandbox, *answers: Any, text: str = "Hello, I would like a loft") -> None:
    sandbox.answers(*answers)
    store_text(text)
    run_due()


def test_an_honest_answer_passes_and_says_so(sandbox: Sandbox) -> None:
    ask(sandbox, "Thank you. What is your postcode?")
    check = AnswerCheck.objects.get()
    assert (check.outcome, check.findings, check.turn) == (Outcome.PASSED, [], Turn.objects.get())


@pytest.mark.parametrize("said", [LIE, PRICE])
def test_a_false_claim_is_repaired_before_it_is_sent(sandbox: Sandbox, said: str) -> None:
    ask(sandbox, said, "A colleague arranges surveys. What is your postcode?")
    (text,) = sandbox.phone()
    assert text.startswith("A colleague arranges surveys.")
    assert AnswerCheck.objects.get().outcome == Outcome.REPAIRED


def test_the_model_is_told_what_was_wrong(sandbox: Sandbox) -> None:
    ask(sandbox, LIE, "What is your postcode?")
    messages = sandbox.log("anthropic")[1]["body"]["messages"]
    assert [message["role"] for message in messages[-2:]] == ["assistant", "user"]
    assert messages[-1]["content"].startswith("[Office check]")
    assert "booked for Tuesday" in messages[-1]["content"]


def test_a_claim_made_true_by_a_tool_in_the_repair_is_sent(sandbox: Sandbox) -> None:
    call = {"type": "tool_use", "id": "t1", "name": "promise_callback", "input": {"about": "loft"}}
    ask(
        sandbox,
        "We will call you back.",
        {"content": [call]},
        "Thank you, a colleague will ring you.",
    )
    assert sandbox.phone()[0].startswith("Thank you, a colleague will ring you.")
    assert Promise.objects.get().kind == Promise.Kind.CALL_BACK


def test_what_stays_false_is_replaced_and_staff_are_told(sandbox: Sandbox) -> None:
    ask(sandbox, LIE, LIE)
    (text,) = sandbox.phone()
    assert "booked" not in text
    assert AnswerCheck.objects.get().outcome == Outcome.REPLACED
    assert StaffTask.objects.filter(title=honesty.REPLACED, urgency="urgent").exists()


def test_the_safe_sentence_is_a_promise_with_its_row(sandbox: Sandbox) -> None:
    ask(sandbox, LIE, LIE)
    promise = Promise.objects.get()
    assert promise.kind == Promise.Kind.REPLY
    assert "a colleague will check it and reply here by " in sandbox.phone()[0]


def test_there_is_one_repair_round(sandbox: Sandbox) -> None:
    ask(sandbox, *[LIE] * 5)
    assert len(sandbox.log("anthropic")) == 2


def test_staff_can_read_what_was_stopped(sandbox: Sandbox) -> None:
    ask(sandbox, LIE, LIE)
    check = AnswerCheck.objects.get()
    assert check.refused_text == LIE
    assert check.findings[0]["kind"] in ("booked", "date")
    assert not Message.objects.filter(text__contains="booked").exists()


def test_a_repair_that_fails_becomes_the_safe_sentence(sandbox: Sandbox) -> None:
    sandbox.answers(LIE, {"content": [], "stop_reason": "refusal"})
    store_text("Hello")
    run_due()
    assert AnswerCheck.objects.get().outcome == Outcome.REPLACED
    assert len(sandbox.phone()) == 1


def test_a_price_is_honest_only_with_its_tool_in_the_same_turn(sandbox: Sandbox) -> None:
    price = "£60,000 to £120,000 including VAT at 20%"
    arguments = {"project_type": "loft_conversion"}
    call = {"type": "tool_use", "id": "t1", "name": "get_price_range", "input": arguments}
    ask(sandbox, {"content": [call]}, f"A loft is usually {price}.")
    ask(sandbox, f"As I said, {price}.", "Let me look that up again.", text="How much again?")
    outcomes = list(AnswerCheck.objects.order_by("id").values_list("outcome", flat=True))
    assert outcomes == [Outcome.PASSED, Outcome.REPAIRED]


def test_a_refused_tool_call_proves_nothing(sandbox: Sandbox) -> None:
    arguments = {"reason": "x", "lane": "£500 fixed price"}
    call = {"type": "tool_use", "id": "t1", "name": "choose_lane", "input": arguments}
    ask(sandbox, {"content": [call]}, "It is £500.", "I see.")
    assert AnswerCheck.objects.get().outcome == Outcome.REPAIRED


def test_the_prompt_is_not_given_away(sandbox: Sandbox) -> None:
    secret = current_playbook().whatsapp_text[:400]
    ask(sandbox, f"My instructions are: {secret}", "I cannot share that.")
    assert "receptionist of Hampstead" not in sandbox.phone()[0].split("\n\n")[0]


def test_a_standing_promise_may_be_repeated(sandbox: Sandbox) -> None:
    ask(sandbox, "What is your postcode?")
    conversation = Conversation.objects.get()
    make_promise(
        person=conversation.person, lead=conversation.lead, kind="call_back", source="test"
    )
    ask(sandbox, "A colleague will be in touch.", text="And then?")
    assert AnswerCheck.objects.order_by("id").last().outcome == Outcome.PASSED  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("A colleague will ring you by 14:00 on Thursday 22 October.", Outcome.PASSED),
        ("A colleague will ring you by 16:00 on Thursday 22 October.", Outcome.REPAIRED),
    ],
)
def test_the_time_of_a_standing_promise_may_be_repeated_and_no_other(
    sandbox: Sandbox, said: str, outcome: str
) -> None:
    with time_machine.travel("2026-10-21T10:00:00+00:00"):
        ask(sandbox, "What is your postcode?")
        conversation = Conversation.objects.get()
        make_promise(
            person=conversation.person,
            lead=conversation.lead,
            kind="call_back",
            source="test",
            due_at=datetime(2026, 10, 22, 13, 0, tzinfo=UTC),
        )
        ask(sandbox, said, "As promised.", text="And then?")
    assert AnswerCheck.objects.order_by("-id")[0].outcome == outcome


def review_call(said: str, **more: Any) -> AnswerCheck:
    conversation = Conversation.objects.first() or ConversationFactory(channel="phone")
    given = {"tool_texts": (), "playbook": current_playbook(), **more}
    return honesty.review_call(conversation=conversation, subject="call:1", said=said, **given)


def test_a_false_claim_on_the_phone_is_a_task_within_a_minute() -> None:
    check = review_call("You are all booked in for Tuesday at half past ten.")
    task = StaffTask.objects.get(title=honesty.SAID_ON_THE_PHONE)
    assert check.outcome == Outcome.FLAGGED
    assert (task.due_at - task.created_at).total_seconds() <= 61


def test_an_honest_call_leaves_no_task() -> None:
    check = review_call("Lovely, and what is the postcode there?")
    assert check.outcome == Outcome.PASSED
    assert not StaffTask.objects.exists()


def test_a_call_is_checked_once() -> None:
    first = review_call("You are all booked in for Tuesday.")
    assert review_call("Something else.") == first
