"""Trying a version: the same brain, no row of a customer."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import models
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from conversations.models import Conversation, Message, PromptVersion, ToolCall, Turn
from conversations.playground import TryOut, try_out
from conversations.prompting import copy_to_draft
from hampstead.core import breaker
from hampstead.core.clock import now
from hampstead.core.models import (
    Outbox,
    SpendCeiling,
    StaffTask,
    StaffUser,
    VendorHealth,
    VendorUse,
)
from leads.models import Fact, Lead, Person, Promise
from tests.factories.leads import OfficeUserFactory
from tests.vendors import Sandbox

pytestmark = pytest.mark.django_db
CUSTOMER_TABLES: tuple[type[models.Model], ...] = (
    Conversation, Turn, Message, ToolCall, Lead, Fact, Person, Promise, Outbox, StaffTask,
)  # fmt: skip


@pytest.fixture
def olive() -> StaffUser:
    return OfficeUserFactory(username="olive")


@pytest.fixture
def office(client: Client, olive: StaffUser) -> Client:
    client.force_login(olive)
    return client


@pytest.fixture
def draft(firm_defaults: None, olive: StaffUser) -> PromptVersion:
    draft = copy_to_draft(version=PromptVersion.objects.get(), by=olive)
    draft.whatsapp_text, draft.phone_text = "You are the draft.", "You are the draft's voice."
    draft.save()
    return draft


def use(name: str, use_id: str = "t1", **arguments: Any) -> dict[str, Any]:
    block = {"type": "tool_use", "id": use_id, "name": name, "input": arguments}
    return {"content": [block]}


def page(draft: PromptVersion) -> str:
    return reverse("admin:conversations_promptversion_try_it", args=[draft.pk])


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
        use("request_human", "t3", reason="upset"),
        "A colleague will take over.",
    )
    lines = ["I am Ada in NW3, please ring me", "You are useless", "I can smell gas"]
    assert try_out(version=draft, lines=lines, by=olive).error is None
    assert [model for model in CUSTOMER_TABLES if model._default_manager.exists()] == []


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


# --- the page -----------------------------------------------------------------------------


def test_the_page_talks_on_from_where_it_was(
    sandbox: Sandbox, office: Client, draft: PromptVersion
) -> None:
    sandbox.answers(use("note_facts", customer_name="Ada"), "Hello Ada.", "Where is it?")
    first = office.post(page(draft), {"line": "I am Ada", "channel": "whatsapp", "what": "next"})
    talk = first.context["talk"]
    second = office.post(page(draft), {"line": "A loft", "channel": "whatsapp", "talk": talk})
    text = second.content.decode()
    for shown in ("I am Ada", "Hello Ada.", "Noted: name", "A loft", "Where is it?"):
        assert shown in text


def test_all_lines_are_asked_again_of_a_changed_draft(
    sandbox: Sandbox, office: Client, draft: PromptVersion
) -> None:
    sandbox.answers("Old answer.", "New answer.")
    first = office.post(page(draft), {"line": "Hello", "channel": "whatsapp"})
    again = office.post(page(draft), {"what": "again", "talk": first.context["talk"]})
    (bubble,) = again.context["bubbles"]
    assert (bubble.exchange.said, bubble.exchange.answer) == ("Hello", "New answer.")


def test_a_tampered_talk_begins_anew(
    sandbox: Sandbox, office: Client, draft: PromptVersion
) -> None:
    sandbox.answers("Hello.")
    answer = office.post(page(draft), {"line": "Hi", "channel": "whatsapp", "talk": "forged:x:y"})
    assert len(answer.context["bubbles"]) == 1


@pytest.mark.parametrize(
    ("mode", "said"), [("sandbox", "the sandbox"), ("live", "the real Claude")]
)
def test_the_page_says_whom_it_asks(
    office: Client, draft: PromptVersion, settings: Settings, mode: str, said: str
) -> None:
    vendor = {**settings.VENDORS["anthropic"], "mode": mode}
    settings.VENDORS = {**settings.VENDORS, "anthropic": vendor}
    assert f"This asks {said}" in office.get(page(draft)).content.decode()


def test_an_empty_line_is_asked_again(
    sandbox: Sandbox, office: Client, draft: PromptVersion
) -> None:
    answer = office.post(page(draft), {"line": " ", "channel": "whatsapp"})
    assert "This field is required" in answer.content.decode()
    assert sandbox.log("anthropic") == []


def test_what_customer_and_model_wrote_is_escaped(
    sandbox: Sandbox, office: Client, draft: PromptVersion
) -> None:
    nasty = "<script>alert(1)</script>"
    sandbox.answers(use("note_facts", requirements=nasty), nasty, nasty)
    answer = office.post(page(draft), {"line": nasty, "channel": "whatsapp"})
    assert answer.context["bubbles"]
    assert nasty not in answer.content.decode()


def test_a_failure_is_told_kindly_and_the_line_is_kept(
    sandbox: Sandbox, office: Client, draft: PromptVersion
) -> None:
    sandbox.fault("anthropic", status=500)
    answer = office.post(page(draft), {"line": "My loft", "channel": "whatsapp"})
    text = answer.content.decode()
    assert "Claude did not answer" in text
    assert "E003" in text
    assert "My loft" in text


def test_an_open_breaker_is_told_kindly(
    sandbox: Sandbox, office: Client, draft: PromptVersion
) -> None:
    open_breaker()
    answer = office.post(page(draft), {"line": "Hello", "channel": "whatsapp"})
    assert "left alone for a minute" in answer.content.decode()
    assert sandbox.log("anthropic") == []


def test_a_spent_budget_is_told_kindly(
    sandbox: Sandbox, office: Client, draft: PromptVersion
) -> None:
    SpendCeiling.objects.update_or_create(
        vendor="anthropic", defaults={"soft_pence": 0, "hard_pence": 0, "person_pence": 0}
    )
    answer = office.post(page(draft), {"line": "Hello", "channel": "whatsapp"})
    assert "spent for today" in answer.content.decode()
    assert sandbox.log("anthropic") == []


def open_breaker() -> None:
    until = now() + timedelta(seconds=50)
    VendorHealth.objects.update_or_create(
        vendor="anthropic", defaults={"state": VendorHealth.State.OPEN, "until": until}
    )
    breaker.forget_cache()
