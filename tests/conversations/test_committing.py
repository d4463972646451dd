"""What a turn's commit says and notes, whoever composed the answer."""

import pytest

from conversations.models import Conversation
from hampstead.core.models import VendorHealth
from leads.facts import current_facts, note_facts
from leads.models import FactKey
from tests.running import run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import store_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "firm_defaults")]


def write(text: str) -> None:
    store_text(text)
    run_due()


def take_claude_away() -> None:
    VendorHealth.objects.create(vendor="anthropic", state=VendorHealth.State.OPEN)


def test_the_scripted_intake_admits_to_be_a_machine(sandbox: Sandbox) -> None:
    take_claude_away()
    write("Hello")
    write("Is this a robot?")
    assert sandbox.phone()[-1].startswith("I am the AI assistant of Hampstead Renovations.")


def test_a_fixed_text_admits_it_too(sandbox: Sandbox) -> None:
    write("Hello")
    write("Am I talking to a bot? Let me speak to a human")
    assert sandbox.phone()[-1].startswith("I am the AI assistant of Hampstead Renovations.")
    assert sandbox.phone()[-1].count("A colleague will reply here") == 1


def test_an_emergency_number_comes_first(sandbox: Sandbox) -> None:
    write("Are you a robot? There is a smell of gas here")
    assert sandbox.phone()[-1].startswith("Please ring our emergency line")


@pytest.mark.parametrize(("known", "wanted"), [("new_project", "new_project"), (None, "other")])
def test_a_complaint_sorts_only_who_is_not_sorted_yet(
    sandbox: Sandbox, known: str | None, wanted: str
) -> None:
    write("Hello")
    lead = Conversation.objects.get().lead
    assert lead is not None
    if known:
        note_facts(lead=lead, facts={FactKey.ENQUIRY_KIND: known}, source="test")
    write("Your skip is blocking my drive")
    assert current_facts(lead)[FactKey.ENQUIRY_KIND] == wanted
