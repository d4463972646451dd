"""Facts read after a pause: each with its message, never over staff, never over later words."""

from datetime import timedelta
from typing import Any

import pytest

from conversations.models import Message, Summary
from hampstead.core.clock import now
from hampstead.core.models import StaffTask
from leads.enquiries import set_status
from leads.facts import note_facts
from leads.models import Fact, FactKey, Lead, Qualification, RuleSet
from tests.conversations.summarising import answer, became, chat, fact, lead_of, summarise
from tests.factories.conversations import TurnFactory
from tests.factories.leads import OfficeUserFactory
from tests.vendors import Sandbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults")]

Author = Message.Author


def test_a_fact_comes_with_its_message_its_words_and_how_sure_it_is(sandbox: Sandbox) -> None:
    conversation = chat("We are in NW3 2QG", "Lovely.")
    sandbox.answers(answer(facts=[fact("postcode", "nw3 2qg", 1, 0.857)]))
    summarise(conversation)
    message = conversation.messages.order_by("id")[0]
    noted = Fact.objects.get()
    assert (noted.value, noted.source) == ("NW3 2QG", f"message:{message.pk}")
    assert (noted.quote, float(noted.confidence or 0)) == ("We are in NW3 2QG", 0.86)
    assert not noted.is_sensitive
    assert became() == ["noted"]
    assert Qualification.objects.get(is_current=True).area == "primary"


@pytest.mark.parametrize(
    ("facts", "value"),
    [
        ([fact("wants_survey", "true")], True),
        ([fact("wants_survey", "No")], False),
        ([fact("start_within_months", "3")], 3),
        ([fact("budget_max_pounds", "£80,000")], {"min_pence": None, "max_pence": 8_000_000}),
        (
            [fact("budget_min_pounds", "80000"), fact("budget_max_pounds", 90000)],
            {"min_pence": 8_000_000, "max_pence": 9_000_000},
        ),
        ([fact("address", "12 Flask Walk")], "12 Flask Walk"),
    ],
)
def test_values_come_as_text(sandbox: Sandbox, facts: list[Any], value: Any) -> None:
    sandbox.answers(answer(facts=facts))
    summarise(chat("Something", "Yes."))
    assert Fact.objects.get().value == value


def test_the_last_word_of_somebody_who_changes_their_mind_counts(sandbox: Sandbox) -> None:
    facts = [
        fact("budget_max_pounds", "60000", 3),
        fact("budget_max_pounds", "80000", 1),
    ]
    sandbox.answers(answer(facts=facts))
    summarise(chat("80k at most", "Noted.", "No, 60 at most"))
    assert Fact.objects.get().value["max_pence"] == 6_000_000
    assert became() == ["noted", "said otherwise later"]


def test_what_is_uncertain_is_shown_and_not_noted(sandbox: Sandbox) -> None:
    sandbox.answers(answer(facts=[fact("postcode", "NW3", 1, 0.59)]))
    summarise(chat("Perhaps near Hampstead", "Yes."))
    assert not Fact.objects.exists()
    assert became() == ["too uncertain"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (fact("postcode", "NW3", 2), "the customer did not say it"),
        (fact("postcode", "NW3", 99), "there is no such message"),
        (fact("postcode", "NW3", True), "there is no such message"),
        (fact("postcode", "NW3", "1"), "there is no such message"),
        (fact("postcode", "the moon"), "must be a UK postcode"),
        (fact("postcode", ""), "there is no value"),
        (fact("postcode", {"a": [1]}), "must be text"),
        (fact("postcode", "NW3", 1, 1.5), "no number from 0 to 1"),
        (fact("postcode", "NW3", 1, "high"), "no number from 0 to 1"),
        (fact("postcode", "NW3", 1, True), "no number from 0 to 1"),
        (fact("person_id", "7"), "is not a known fact"),
        (fact("budget_min_pounds", "purple"), "must be an amount of pounds"),
        (fact("start_within_months", "-7"), "must be a whole number"),
        ({"key": "postcode"}, "there is no such message"),
        ({}, "there is no such message"),
    ],
)
def test_a_fact_that_does_not_hold_costs_only_itself(
    sandbox: Sandbox, wrong: dict[str, Any], why: str
) -> None:
    sandbox.answers(answer(facts=[wrong, fact("customer_name", "Ada")]))
    summarise(chat("I am Ada", "Good morning."))
    assert list(Fact.objects.values_list("key", flat=True)) == ["customer_name"]
    assert [why in text for text in became()].count(True) == 1
    assert "noted" in became()


def test_what_staff_corrected_stays(sandbox: Sandbox) -> None:
    conversation = chat("We are in NW3 2QG", "Lovely.")
    olive = OfficeUserFactory()
    note_facts(
        lead=lead_of(conversation), facts={FactKey.POSTCODE: "N6"}, source="staff:1", by=olive
    )
    sandbox.answers(answer(facts=[fact("postcode", "NW3 2QG")]))
    summarise(conversation)
    assert Fact.objects.get().value == "N6"
    assert became() == ["staff decided otherwise"]


@pytest.mark.parametrize(
    ("source", "value", "outcome"),
    [
        ("later", "N6", "said otherwise later"),
        ("earlier", "NW3 2QG", "noted"),
        ("same", "NW3 2QG", "noted"),
        ("call:7", "N6", "said otherwise later"),
    ],
)
def test_what_was_noted_live_yields_only_to_later_words(
    sandbox: Sandbox, source: str, value: str, outcome: str
) -> None:
    conversation = chat("Hello", "Yes?", "In NW3 2QG", "Lovely.", "Sorry, N6")
    said = conversation.messages.order_by("id")
    ids = {"earlier": said[0], "same": said[2], "later": said[4]}
    name = f"message:{ids[source].pk}" if source in ids else source
    note_facts(lead=lead_of(conversation), facts={FactKey.POSTCODE: "N6"}, source=name)
    sandbox.answers(answer(facts=[fact("postcode", "NW3 2QG", 3)]))
    summarise(conversation)
    assert Fact.objects.get(superseded_at=None).value == value
    assert became() == [outcome]


def test_what_is_known_already_is_not_noted_twice(sandbox: Sandbox) -> None:
    conversation = chat("In NW3 2QG", "Lovely.")
    note_facts(lead=lead_of(conversation), facts={FactKey.POSTCODE: "NW3 2QG"}, source="test")
    sandbox.answers(answer(facts=[fact("postcode", "NW3 2QG")]))
    summarise(conversation)
    assert Fact.objects.count() == 1
    assert became() == ["known already"]


def test_a_fact_of_a_sensitive_message_is_sensitive(sandbox: Sandbox) -> None:
    conversation = chat("A wet room, I use a wheelchair", "Of course.")
    conversation.messages.filter(author=Author.CUSTOMER).update(is_sensitive=True)
    sandbox.answers(answer(facts=[fact("requirements", "a wet room")]))
    summarise(conversation)
    assert Fact.objects.get().is_sensitive


def test_an_enquiry_that_staff_ended_is_not_begun_anew(sandbox: Sandbox) -> None:
    conversation = chat("In NW3 2QG", "Lovely.")
    set_status(lead=lead_of(conversation), status=Lead.Status.LOST, by=OfficeUserFactory())
    sandbox.answers(answer(facts=[fact("postcode", "NW3 2QG")]))
    summarise(conversation)
    assert not Fact.objects.exists()
    assert Lead.objects.count() == 1
    assert became() == ["the enquiry has ended"]


@pytest.mark.parametrize(("facts", "leads"), [([], 0), ([fact("postcode", "NW3")], 1)])
def test_without_an_enquiry_facts_begin_one(sandbox: Sandbox, facts: list[Any], leads: int) -> None:
    sandbox.answers(answer(facts=facts))
    summarise(chat("In NW3", "Yes.", lead=None))
    assert Lead.objects.count() == leads


def test_broken_rules_cost_the_verdict_and_not_the_summary(sandbox: Sandbox) -> None:
    RuleSet.objects.all().delete()
    sandbox.answers(answer(facts=[fact("postcode", "NW3")]))
    summarise(chat("In NW3", "Yes."))
    assert Summary.objects.count() == Fact.objects.count() == 1
    assert StaffTask.objects.get().title == "A lead could not be qualified"


def test_what_was_said_in_an_ended_enquiry_is_not_noted_on_the_next(sandbox: Sandbox) -> None:
    conversation = chat("About £90,000 for the loft", "Lovely.")
    turn = TurnFactory(conversation=conversation, status="answered", closed_at=now())
    conversation.messages.update(turn=turn)
    set_status(lead=lead_of(conversation), status=Lead.Status.LOST, by=OfficeUserFactory())
    later = Lead.objects.create(person=conversation.person)
    Lead.objects.filter(pk=later.pk).update(created_at=now() + timedelta(minutes=1))
    conversation.lead = later
    conversation.save()
    sandbox.answers(answer(facts=[fact("budget_max_pounds", "90000", 1)]))
    summarise(conversation)
    assert not later.facts.exists()
    assert became() == ["said in an earlier enquiry"]
