"""Somebody else, whose rows no attack may read or change."""

from typing import Any

from django.db import connection

from conversations.models import AnswerCheck, Conversation, Handover, Message, Turn
from hampstead.core.clock import now
from leads.models import (
    ConsentRecord,
    ContactChannel,
    ContactPurpose,
    Fact,
    FactKey,
    Lead,
    Override,
    Person,
    Promise,
    Qualification,
    Survey,
    Surveyor,
)
from tests.factories.conversations import ConversationFactory, MessageFactory
from tests.factories.leads import FactFactory, LeadFactory, PersonFactory, SurveyFactory

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
# Whose each row is: the key it is found by.
OWNED = (
    (Person, "id", "person"),
    (Lead, "person_id", "person"),
    (Promise, "person_id", "person"),
    (ConsentRecord, "person_id", "person"),
    (Survey, "person_id", "person"),
    (Conversation, "person_id", "person"),
    (Fact, "lead_id", "lead"),
    (Qualification, "lead_id", "lead"),
    (Override, "lead_id", "lead"),
    (Message, "conversation_id", "chat"),
    (Turn, "conversation_id", "chat"),
    (Handover, "conversation_id", "chat"),
    (AnswerCheck, "conversation_id", "chat"),
)
EVERY_ROW = " UNION ALL ".join(
    f"SELECT '{model._meta.db_table}', found::text"  # noqa: S608
    f" FROM {model._meta.db_table} found WHERE {column} = %({owner})s"
    for model, column, owner in OWNED
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
        self.survey = SurveyFactory(
            lead=self.lead,
            surveyor=Surveyor.objects.first(),
            postcode="NW3 9ZZ",
            address="7 Vellum Crescent",
            source=self.conversation.subject,
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
            "survey_id": str(self.survey.pk),
        }

    def snapshot(self) -> list[tuple[str, str]]:
        """Every row of this person, as text, with its table."""
        keys = {"person": self.person.pk, "lead": self.lead.pk, "chat": self.conversation.pk}
        with connection.cursor() as cursor:
            cursor.execute(EVERY_ROW, keys)
            return sorted(cursor.fetchall())
