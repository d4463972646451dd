"""What a turn notes: once, by the message that says it, with one verdict."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from conversations.models import Message, Turn
from conversations.noting import note_said
from hampstead.core.models import StaffTask
from leads.enquiries import open_lead
from leads.models import Fact, FactKey, Lead, Qualification, RuleSet
from tests.factories.conversations import ConversationFactory, MessageFactory, TurnFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults")]
NEWS = {FactKey.POSTCODE: "NW3 2QG", FactKey.CUSTOMER_NAME: "Priya Shah"}


@pytest.fixture
def turn() -> Turn:
    """A burst of two messages: the postcode is in the first, the name in the second."""
    conversation = ConversationFactory()
    made: Turn = TurnFactory(conversation=conversation)
    for text in ("We are in NW3 2QG", "Priya Shah is my name"):
        MessageFactory(
            conversation=conversation, turn=made, text=text, author=Message.Author.CUSTOMER
        )
    made.asked = list(made.messages.order_by("id"))
    return made


def lead_of(turn: Turn) -> Lead:
    assert turn.conversation.lead is not None
    return Lead.objects.get(pk=turn.conversation.lead.pk)


def noted(turn: Turn) -> None:
    with transaction.atomic():
        note_said(turn, open_lead(person=turn.conversation.person), NEWS)


def test_each_fact_has_the_message_that_said_it(turn: Turn) -> None:
    noted(turn)
    first, second = turn.asked
    sources = dict(Fact.objects.values_list("key", "source"))
    assert sources == {
        FactKey.POSTCODE: f"message:{first.pk}",
        FactKey.CUSTOMER_NAME: f"message:{second.pk}",
    }


def test_there_is_one_verdict_and_it_knows_every_fact(turn: Turn) -> None:
    noted(turn)
    verdict = Qualification.objects.get()
    assert verdict.is_current
    assert verdict.area == "primary"


def test_the_lead_is_locked_once(turn: Turn) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        noted(turn)
    locks = [
        each["sql"] for each in queries if "leads_lead" in each["sql"] and "FOR NO" in each["sql"]
    ]
    assert len(locks) == 1


def test_each_noting_raises_the_version_of_the_lead(turn: Turn) -> None:
    before = lead_of(turn).version
    noted(turn)
    assert lead_of(turn).version == before + 2  # two messages


def test_what_is_known_already_changes_nothing(turn: Turn) -> None:
    noted(turn)
    before = lead_of(turn).version
    noted(turn)
    assert lead_of(turn).version == before
    assert Fact.objects.count() == 2


def test_broken_rules_cost_the_verdict_and_not_the_facts(turn: Turn) -> None:
    RuleSet.objects.all().delete()
    noted(turn)
    assert Fact.objects.count() == 2
    assert not Qualification.objects.exists()
    assert StaffTask.objects.filter(code="E015").exists()
