import factory

from conversations.models import AnswerCheck, Conversation, Handover, Message, ToolCall, Turn
from hampstead.core.clock import now
from tests.factories.leads import LeadFactory, PersonFactory


class ConversationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Conversation

    person = factory.SubFactory(PersonFactory)
    lead = factory.SubFactory(LeadFactory, person=factory.SelfAttribute("..person"))
    channel = Conversation.Channel.WHATSAPP
    last_inbound_at = factory.LazyFunction(now)


class TurnFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Turn

    conversation = factory.SubFactory(ConversationFactory)


class MessageFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Message

    conversation = factory.SubFactory(ConversationFactory)
    author = Message.Author.CUSTOMER
    text = "Hello, I would like a loft conversion."
    vendor_id = factory.Sequence(lambda n: f"wamid.{n}")
    sent_at = factory.LazyFunction(now)


class ToolCallFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ToolCall

    turn = factory.SubFactory(TurnFactory)
    tool_use_id = factory.Sequence(lambda n: f"toolu_{n}")
    name = "note_facts"
    arguments = factory.LazyFunction(lambda: {"customer_name": "Ada", "budget_min_pounds": 90000})
    result = factory.LazyFunction(lambda: {"noted": ["budget", "customer_name"], "problems": []})


class HandoverFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Handover

    conversation = factory.SubFactory(ConversationFactory)
    reason = "asked for a person"


class AnswerCheckFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AnswerCheck

    turn = factory.SubFactory(TurnFactory)
    conversation = factory.SelfAttribute("turn.conversation")
    outcome = AnswerCheck.Outcome.REPAIRED
    findings = factory.LazyFunction(
        lambda: [{"kind": "booked", "quote": "You are booked.", "why": "No survey is booked."}]
    )
    refused_text = "You are booked."
