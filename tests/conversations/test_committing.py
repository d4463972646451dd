"""What a turn's commit says and notes, whoever composed the answer."""

from typing import Any

import pytest

from conversations.handover import take_over
from conversations.models import Conversation, Message
from conversations.prompting import current_playbook
from hampstead.core.models import VendorHealth
from leads.facts import current_facts, note_facts
from leads.models import Fact, FactKey, Qualification, RuleSet
from leads.rules import copy_to_draft, publish
from tests.factories.leads import OfficeUserFactory
from tests.running import run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import store_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "firm_defaults")]


def write(*texts: str) -> None:
    for text in texts:
        store_text(text)
    run_due()


def tool(name: str, **arguments: Any) -> dict[str, Any]:
    return {"content": [{"type": "tool_use", "id": "t1", "name": name, "input": arguments}]}


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


@pytest.mark.parametrize(("known", "wanted"), [("new_project", "new_project"), (None, "neighbour")])
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


WET_ROOM = "My wife has MS, we need a wet room"
BUDGET = {"budget_max_pounds": 80_000}


@pytest.mark.parametrize(
    ("burst", "noted", "source", "is_sensitive"),
    [
        pytest.param(
            [WET_ROOM, "We are in NW3"], {"requirements": "a wet room"}, 0, True, id="first"
        ),
        pytest.param([WET_ROOM, "We are in NW3"], {"postcode": "NW3"}, 1, True, id="second"),
        pytest.param(
            ["A loft", WET_ROOM, "Soon"], {"requirements": "level access"}, 2, True, id="reworded"
        ),
        pytest.param(
            ["A room for books", "A loft with a room for my books"],
            {"requirements": "loft with a room for books"},
            1,
            False,
            id="most words",
        ),
        pytest.param(["80k at most", "In NW3"], BUDGET, 1, False, id="no words"),
        pytest.param(
            ["It is for my mum", "she is 80"],
            {"requirements": "mum has dementia"},
            0,
            True,
            id="value",
        ),
    ],
)
def test_a_fact_of_a_burst_comes_from_the_message_with_its_words(
    sandbox: Sandbox, burst: list[str], noted: dict[str, Any], source: int, is_sensitive: bool
) -> None:
    sandbox.answers(tool("note_facts", **noted), "Thank you.")
    write(*burst)
    fact = Fact.objects.get()
    asked = Message.objects.filter(author="customer").order_by("id")[source]
    assert (fact.source, fact.quote) == (f"message:{asked.pk}", burst[source])
    assert fact.is_sensitive is is_sensitive


def test_facts_of_one_burst_have_each_their_own_message(sandbox: Sandbox) -> None:
    sandbox.answers(tool("note_facts", postcode="NW3", email="priya@example.com"), "Thank you.")
    write("We are in NW3", "priya@example.com is mine")
    assert dict(Fact.objects.values_list("key", "quote")) == {
        "postcode": "We are in NW3",
        "email": "priya@example.com is mine",
    }


def test_new_rules_count_from_the_next_message_on(sandbox: Sandbox) -> None:
    write("Hello")
    first = Qualification.objects.get(is_current=True)
    write("Still there?")
    assert Qualification.objects.get(is_current=True) == first
    olive = OfficeUserFactory()
    publish(rule_set=copy_to_draft(rule_set=RuleSet.objects.get(), by=olive), by=olive)
    write("And now?")
    assert Qualification.objects.get(is_current=True).rule_set.version == 2


def test_an_emergency_number_in_a_chat_of_staff_names_its_prompt(sandbox: Sandbox) -> None:
    write("Hello")
    take_over(conversation=Conversation.objects.get(), by=OfficeUserFactory())
    write("There is a smell of gas here")
    warning = Message.objects.get(effect__purpose="emergency")
    assert warning.prompt_version == current_playbook().label
