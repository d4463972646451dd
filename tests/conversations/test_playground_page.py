"""The page on which staff try a version of the prompt."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from conversations.exchanges import Exchange
from conversations.models import PromptVersion
from hampstead.core import breaker
from hampstead.core.clock import now
from hampstead.core.models import SpendCeiling, StaffUser, VendorHealth
from tests.conversations.trying import locked_elsewhere, use
from tests.factories.leads import OfficeUserFactory
from tests.vendors import Sandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client, olive: StaffUser) -> Client:
    client.force_login(olive)
    return client


def page(draft: PromptVersion) -> str:
    return reverse("admin:conversations_promptversion_try_it", args=[draft.pk])


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
    "change",
    [
        {"outcome": "invented"},
        {"facts": {"shoe_size": 9}},
        {"promises": [{"kind": "call_back"}]},
        {"cost_pence": "much"},
        {"tools": [{"no_such": "field"}]},
        {"no_such": "field"},
    ],
)
def test_a_talk_of_an_earlier_release_begins_anew_with_a_kind_word(
    sandbox: Sandbox, office: Client, draft: PromptVersion, olive: StaffUser, change: Any
) -> None:
    sandbox.answers("Hello.")
    row = {**asdict(Exchange("Old", "Old answer.")), **change}
    talk = signing.dumps([row], salt=f"playground:{draft.pk}:{olive.pk}", compress=True)
    answer = office.post(page(draft), {"line": "Hi", "channel": "whatsapp", "talk": talk})
    assert [bubble.exchange.said for bubble in answer.context["bubbles"]] == ["Hi"]
    assert "too old to go on with" in answer.content.decode()


def test_a_talk_is_too_old_the_next_day(
    sandbox: Sandbox, office: Client, draft: PromptVersion, olive: StaffUser
) -> None:
    sandbox.answers("Hello.")
    first = office.post(page(draft), {"line": "Hi", "channel": "whatsapp"})
    with time_machine.travel(now() + timedelta(hours=25)):
        office.force_login(olive)  # nobody stays logged in for so long
        again = office.post(page(draft), {"what": "again", "talk": first.context["talk"]})
    assert "too old to go on with" in again.content.decode()
    assert again.context["bubbles"] == []


def test_nobody_goes_on_with_a_talk_of_somebody_else(
    sandbox: Sandbox, office: Client, draft: PromptVersion
) -> None:
    sandbox.answers("Hello.")
    first = office.post(page(draft), {"line": "Hi", "channel": "whatsapp"})
    office.force_login(OfficeUserFactory(username="oscar"))
    again = office.post(page(draft), {"what": "again", "talk": first.context["talk"]})
    assert again.context["bubbles"] == []


def test_only_one_try_out_at_a_time_for_each_member_of_staff(
    sandbox: Sandbox, office: Client, draft: PromptVersion, olive: StaffUser
) -> None:
    sandbox.answers("Hello.")
    first = office.post(page(draft), {"line": "Hi", "channel": "whatsapp"})
    with locked_elsewhere(f"playground:staff:{olive.pk}"):
        busy = office.post(
            page(draft), {"line": "My loft", "channel": "whatsapp", "talk": first.context["talk"]}
        )
    text = busy.content.decode()
    assert "You are trying something already" in text
    assert "My loft" in text
    assert [bubble.exchange.said for bubble in busy.context["bubbles"]] == ["Hi"]
    assert len(sandbox.log("anthropic")) == 1


def test_asking_all_again_keeps_the_old_talk_when_nothing_is_answered(
    sandbox: Sandbox, office: Client, draft: PromptVersion
) -> None:
    sandbox.answers("Hello.", {"content": []})
    first = office.post(page(draft), {"line": "Hi", "channel": "whatsapp"})
    again = office.post(page(draft), {"what": "again", "talk": first.context["talk"]})
    (bubble,) = again.context["bubbles"]
    assert bubble.exchange.answer == "Hello."


def test_asking_all_again_says_where_it_stopped(
    sandbox: Sandbox, office: Client, draft: PromptVersion
) -> None:
    sandbox.answers("Hello.", "Yes?", "New.", {"content": []})
    talk = ""
    for line in ("Hi", "Hm"):
        answer = office.post(page(draft), {"line": line, "channel": "whatsapp", "talk": talk})
        talk = answer.context["talk"]
    again = office.post(page(draft), {"what": "again", "talk": talk})
    assert "Only 1 of 2 lines were asked again." in again.content.decode()


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
