"""Trying a version: the same brain, no row of a customer."""

from decimal import Decimal
from time import monotonic

import pytest
from django.db import models

from conversations import playground
from conversations.models import Conversation, Message, PromptVersion, ToolCall, Turn
from conversations.playground import TryOut, try_out
from hampstead.core.models import Outbox, StaffTask, StaffUser, VendorUse
from leads.models import Fact, Lead, Person, Promise, Survey
from tests.conversations.trying import locked_elsewhere, use
from tests.vendors import Sandbox

pytestmark = pytest.mark.django_db
CUSTOMER_TABLES: tuple[type[models.Model], ...] = (
    Conversation, Turn, Message, ToolCall, Lead, Fact, Person, Promise, Outbox, StaffTask,
    Survey,
)  # fmt: skip


def test_the_draft_answers_and_not_what_is_published(
    sandbox: Sandbox, draft: PromptVersion, olive: StaffUser
) -> None:
    sandbox.answers("Good morning.")
    (exchange,) = try_out(version=draft, lines=["Hello"], by=olive).answers
    assert (exchange.said, exchange.answer) == ("Hello", "Good morning.")
    (call,) = sandbox.log("anthropic")
    assert call["body"]["system"][0]["text"].startswith("You are the draft.")


def test_the_phone_text_is_tried_too(
    sandbox: Sandbox, draft: PromptVersion, olive: StaffUser
) -> None:
    sandbox.answers("Good morning.")
    try_out(version=draft, lines=["Hello"], by=olive, channel="phone")
    (call,) = sandbox.log("anthropic")
    assert call["body"]["system"][0]["text"].startswith("You are the draft's voice.")


def test_trying_writes_no_row_of_a_customer(
    sandbox: Sandbox, draft: PromptVersion, olive: StaffUser
) -> None:
    sandbox.answers(
        use("note_facts", "t1", customer_name="Ada", postcode="NW3"),
        use("promise_callback", "t2", about="a loft"),
        "Thank you, Ada.",
        use("find_slots", "t4", preferred_time="Tuesday"),
        "Which day would suit you?",
        use("request_human", "t3", reason="upset"),
        "A colleague will take over.",
    )
    lines = [
        "I am Ada in NW3, please ring me",
        "And a survey?",
        "You are useless",
        "I can smell gas",
    ]
    assert try_out(version=draft, lines=lines, by=olive).error is None
    assert [model for model in CUSTOMER_TABLES if model._default_manager.exists()] == []


def test_no_diary_is_looked_at(sandbox: Sandbox, draft: PromptVersion, olive: StaffUser) -> None:
    sandbox.answers(use("find_slots"), "Which day would suit you?")
    (exchange,) = try_out(version=draft, lines=["A survey please"], by=olive).answers
    assert "Not in the playground" in exchange.tools[0]["result"]["advice"]
    assert sandbox.log("microsoft") == []


def test_what_was_said_and_noted_is_known_in_the_next_line(
    sandbox: Sandbox, draft: PromptVersion, olive: StaffUser
) -> None:
    sandbox.answers(use("note_facts", customer_name="Ada"), "Hello Ada.", "What is it about?")
    made = try_out(version=draft, lines=["I am Ada", "Hm"], by=olive)
    assert made.answers[-1].facts == {"customer_name": "Ada"}
    *history, last = sandbox.log("anthropic")[-1]["body"]["messages"]
    assert [message["content"] for message in history] == ["I am Ada", "Hello Ada."]
    assert "- customer_name: 'Ada'" in last["content"][0]["text"]


def test_a_promise_of_an_earlier_line_may_be_repeated(
    sandbox: Sandbox, draft: PromptVersion, olive: StaffUser
) -> None:
    sandbox.answers(use("promise_callback", about="a loft"), "Thank you.", "You are welcome.")
    made = try_out(version=draft, lines=["Ring me", "Thanks"], by=olive)
    (promise,) = made.answers[-1].promises
    situation = sandbox.log("anthropic")[-1]["body"]["messages"][-1]["content"][0]["text"]
    assert promise["about"] == "a loft"
    assert "# Promised and still open" in situation


def test_earlier_exchanges_are_taken_up(
    sandbox: Sandbox, draft: PromptVersion, olive: StaffUser
) -> None:
    sandbox.answers("Hello.", "Yes?")
    earlier = try_out(version=draft, lines=["Hi"], by=olive).answers
    try_out(version=draft, lines=["Hm"], by=olive, earlier=earlier)
    messages = sandbox.log("anthropic")[-1]["body"]["messages"]
    assert [message["content"] for message in messages[:-1]] == ["Hi", "Hello."]


def test_a_fixed_lane_answers_without_the_model(
    sandbox: Sandbox, draft: PromptVersion, olive: StaffUser
) -> None:
    (exchange,) = try_out(version=draft, lines=["I can smell gas!"], by=olive).answers
    assert "020 7946 0199" in exchange.answer
    assert (exchange.is_fixed, exchange.handover) == (True, "Emergency")
    assert sandbox.log("anthropic") == []


def test_a_fixed_lane_that_the_model_chooses_has_the_last_word(
    sandbox: Sandbox, draft: PromptVersion, olive: StaffUser
) -> None:
    sandbox.answers(use("choose_lane", lane="wants_person"), "Never sent.")
    (exchange,) = try_out(version=draft, lines=["Hm, hm"], by=olive).answers
    assert exchange.answer.startswith("Of course. A colleague will reply here")
    assert exchange.lane == "Wants a person"


def test_the_robot_question_is_answered_truthfully_whatever_the_model_says(
    sandbox: Sandbox, draft: PromptVersion, olive: StaffUser
) -> None:
    sandbox.answers("How can I help?")
    (exchange,) = try_out(version=draft, lines=["Are you a robot?"], by=olive).answers
    assert "AI assistant of Hampstead Renovations" in exchange.answer


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("Am I speaking to a robot? I want to speak to a person", True),
        ("I want to speak to a person", False),
        ("I can smell gas! Are you a robot?", False),
    ],
)
def test_a_fixed_text_tells_whoever_asks_that_it_is_a_machine_except_in_an_emergency(
    sandbox: Sandbox, draft: PromptVersion, olive: StaffUser, line: str, is_told: bool
) -> None:
    (exchange,) = try_out(version=draft, lines=[line], by=olive).answers
    assert exchange.is_fixed
    assert ("AI assistant of Hampstead Renovations" in exchange.answer) == is_told


def test_an_emergency_that_the_model_finds_stands_alone(
    sandbox: Sandbox, draft: PromptVersion, olive: StaffUser
) -> None:
    sandbox.answers(use("choose_lane", lane="emergency"), "Never sent.")
    (exchange,) = try_out(version=draft, lines=["Are you a robot? All is wet"], by=olive).answers
    assert "020 7946 0199" in exchange.answer
    assert "AI assistant of" not in exchange.answer


def test_an_invented_price_is_repaired_and_shown(
    sandbox: Sandbox, draft: PromptVersion, olive: StaffUser
) -> None:
    sandbox.answers("A loft costs £12,345.", "I would rather look that up. Where is it?")
    (exchange,) = try_out(version=draft, lines=["How much is a loft?"], by=olive).answers
    assert exchange.outcome == "repaired"
    assert exchange.answer.startswith("I would rather")
    assert exchange.refused_text == "A loft costs £12,345."
    assert "12,345" in exchange.findings[0]["quote"]


def test_a_model_that_insists_is_replaced_by_a_safe_sentence(
    sandbox: Sandbox, draft: PromptVersion, olive: StaffUser
) -> None:
    sandbox.answers("A loft costs £12,345.", "It is £12,345, believe me.")
    (exchange,) = try_out(version=draft, lines=["How much is a loft?"], by=olive).answers
    assert exchange.outcome == "replaced"
    assert "12,345" not in exchange.answer


def test_the_bill_goes_to_whoever_tries(
    sandbox: Sandbox, draft: PromptVersion, olive: StaffUser
) -> None:
    sandbox.answers("Good morning.")
    (exchange,) = try_out(version=draft, lines=["Hello"], by=olive).answers
    use_row = VendorUse.objects.get()
    assert (use_row.purpose, use_row.payer) == ("playground", f"staff:{olive.pk}")
    assert (use_row.subject, use_row.cost_pence) == (draft.subject, Decimal(exchange.cost_pence))


def test_what_was_answered_before_a_failure_is_kept(
    sandbox: Sandbox, draft: PromptVersion, olive: StaffUser
) -> None:
    sandbox.answers("Good morning.", {"content": []})
    made: TryOut = try_out(version=draft, lines=["Hello", "Hm"], by=olive)
    assert [exchange.answer for exchange in made.answers] == ["Good morning."]
    assert made.error is not None
    assert made.error.code == "E003"


def test_all_lines_together_take_a_web_thread_no_longer_than_it_can_wait(
    sandbox: Sandbox, draft: PromptVersion, olive: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert playground.DEADLINE_SECONDS <= 20
    monkeypatch.setattr(playground, "DEADLINE_SECONDS", 0.5)
    sandbox.fault("anthropic", delay_seconds=5)
    began_at = monotonic()
    made = try_out(version=draft, lines=["Hello", "Hm", "And?"], by=olive)
    assert made.error is not None
    assert monotonic() - began_at < 3


def test_a_try_out_that_fails_leaves_the_way_free(
    sandbox: Sandbox, draft: PromptVersion, olive: StaffUser
) -> None:
    sandbox.answers({"content": []})
    assert try_out(version=draft, lines=["Hello"], by=olive).error is not None
    with locked_elsewhere(f"playground:staff:{olive.pk}") as is_taken:
        assert is_taken
