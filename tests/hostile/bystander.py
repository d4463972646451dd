"""Somebody else, whose rows no attack may read or change."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from conversations.models import Conversation, Message
from hampstead.core.clock import now
from leads.models import ConsentRecord, ContactChannel, ContactPurpose, FactKey, Person, Promise
from tests.factories.conversations import ConversationFactory, MessageFactory
from tests.factories.leads import FactFactory, LeadFactory, PersonFactory

PHONE = "+447700900777"
SECRETS = (
    "Featherstonehaugh",
    "olympia@house.example",
    "7 Vellum Crescent",
    "187300",
    "187,300",
    "orangery with a harpsichord",
    "7700900777",
    "7700 900777",
)


class Bystander:
    def __init__(self) -> None:
        self.person = PersonFactory(name="Olympia Featherstonehaugh", phone=PHONE)
        self.lead = LeadFactory(person=self.person)
        self.conversation = ConversationFactory(person=self.person, lead=self.lead)
        facts: dict[FactKey, Any] = {
            FactKey.EMAIL: "olympia@house.example",
            FactKey.ADDRESS: "7 Vellum Crescent",
            FactKey.BUDGET: {"min_pence": 18_730_000, "max_pence": 18_730_000},
            FactKey.REQUIREMENTS: "An orangery with a harpsichord",
        }
        for key, value in facts.items():
            FactFactory(lead=self.lead, key=key, value=value)
        MessageFactory(
            conversation=self.conversation,
            text="I am Olympia Featherstonehaugh, £187,300 for an orangery with a harpsichord.",
            handling=Message.Handling.KEEP,
        )
        Promise.objects.create(
            person=self.person,
            lead=self.lead,
            kind=Promise.Kind.CALL_BACK,
            about="the orangery",
            source=self.conversation.subject,
            due_at=now(),
        )
        ConsentRecord.objects.create(
            person=self.person,
            channel=ContactChannel.WHATSAPP,
            purpose=ContactPurpose.MARKETING,
            is_granted=True,
            source="message:1",
        )

    @property
    def names(self) -> dict[str, str]:
        """How the corpus names this person's rows."""
        return {
            "person_id": str(self.person.pk),
            "lead_id": str(self.lead.pk),
            "conversation_id": str(self.conversation.pk),
            "phone": PHONE,
        }

    def snapshot(self) -> str:
        """Every row of this person, and how many there are."""
        person, lead, chat = self.person, self.lead, self.conversation
        rows = {
            "person": Person.objects.filter(pk=person.pk),
            "leads": person.leads.order_by("pk"),
            "facts": lead.facts.order_by("pk"),
            "verdicts": lead.qualifications.order_by("pk"),
            "overrides": lead.overrides.order_by("pk"),
            "promises": person.promises.order_by("pk"),
            "consents": person.consents.order_by("pk"),
            "conversations": Conversation.objects.filter(person=person).order_by("pk"),
            "messages": chat.messages.order_by("pk"),
            "turns": chat.turns.order_by("pk"),
            "handovers": chat.handovers.order_by("pk"),
            "checks": chat.checks.order_by("pk"),
        }
        plain = {name: list(found.values()) for name, found in rows.items()}
        return json.dumps(plain, cls=DjangoJSONEncoder, sort_keys=True)
