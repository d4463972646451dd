"""A burst of messages gets one answer, committed as a whole or not at all."""

import pytest

from conversations.models import Message, Turn
from tests.running import run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import store_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "firm_defaults")]


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
    assert Message.objects.filter(author=Message.Author.AI).count() == 1


def test_the_turn_records_the_prompt_version(sandbox: Sandbox) -> None:
    store_text("Hello")
    run_due()
    assert Turn.objects.get().prompt_version == "whatsapp.v1"
