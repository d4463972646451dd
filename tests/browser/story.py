"""An invented morning at the office, for the pages to show."""

from datetime import datetime, timedelta
from decimal import Decimal

from conversations.models import AnswerCheck, Conversation, Message, Summary, Turn
from hampstead.core.clock import now
from hampstead.core.models import InboxEvent, Outbox, VendorHealth, VendorUse
from leads.models import Band, FactKey, Person, Promise
from tests.factories.conversations import (
    ConversationFactory,
    HandoverFactory,
    MessageFactory,
    ToolCallFactory,
    TurnFactory,
)
from tests.factories.core import (
    InboxEventFactory,
    IncidentFactory,
    OutboxFactory,
    StaffTaskFactory,
    VendorCallFactory,
    VendorHealthFactory,
)
from tests.factories.leads import FactFactory, LeadFactory, PersonFactory, QualificationFactory

Status = Outbox.Status


def morning() -> Conversation:
    """Returns the chat with the most to see."""
    chat = _chat_about_loft()
    for name, band, score in (
        ("Tom Imagined", Band.WARM, 68),
        ("Grace Pretend", Band.COOL, 45),
        ("Oli Fiction", Band.OUTSIDE_AREA, 20),
    ):
        lead = LeadFactory(person=PersonFactory(name=name))
        QualificationFactory(lead=lead, band=band, score=score)
        other = ConversationFactory(person=lead.person, lead=lead)
        MessageFactory(conversation=other, text="Do you do bathrooms?")
    _around(chat)
    _trouble(chat)
    return chat


def _chat_about_loft() -> Conversation:
    at = now() - timedelta(days=1)
    lead = LeadFactory(person=PersonFactory(name="Ada Invented", phone="+447700900123"))
    QualificationFactory(lead=lead, band=Band.HOT, score=85)
    FactFactory(lead=lead, key=FactKey.PROJECT_TYPE, value="loft_conversion")
    FactFactory(lead=lead, key=FactKey.POSTCODE, value="NW3 2QG")
    budget = {"min_pence": 9_000_000, "max_pence": 12_000_000}
    FactFactory(lead=lead, key=FactKey.BUDGET, value=budget)
    chat: Conversation = ConversationFactory(
        person=lead.person,
        lead=lead,
        last_inbound_at=now(),
        window_expires_at=now() + timedelta(hours=23, minutes=50),
    )
    MessageFactory(
        conversation=chat,
        sent_at=at,
        text="Hello! We are thinking of a loft conversion in Hampstead, NW3. What would it cost?",
    )
    _answered_after_a_repair(chat, at)
    MessageFactory(conversation=chat, sent_at=now() - timedelta(minutes=4), text="About £90–120k.")
    _say(chat, "That fits well. When would you like to start?", Status.DELIVERED, ago=3)
    MessageFactory(
        conversation=chat, sent_at=now() - timedelta(minutes=2), kind="image", text="This is it"
    )
    sorry = "Sorry, our messaging assistant is having a technical problem. We will reply soon."
    _say(chat, sorry, Status.UNCERTAIN, ago=1, author=Message.Author.SYSTEM)
    TurnFactory(
        conversation=chat,
        attempts=3,
        error_code="E003",
        error="E003 Claude API error: overloaded",
        holding_at=now(),
    )
    return chat


def _answered_after_a_repair(chat: Conversation, at: datetime) -> None:
    turn = TurnFactory(
        conversation=chat,
        status=Turn.Status.ANSWERED,
        model="claude-haiku-5-5",
        input_tokens=812,
        output_tokens=96,
        cache_read_tokens=2310,
        cost_pence=Decimal("0.0213"),
        answered_by=Turn.AnsweredBy.MODEL,
        closed_at=at,
    )
    AnswerCheck.objects.create(
        conversation=chat,
        turn=turn,
        outcome=AnswerCheck.Outcome.REPAIRED,
        findings=[
            {
                "kind": "booked",
                "quote": "I have booked your survey for Tuesday at ten.",
                "why": "No survey is booked for this customer.",
            }
        ],
        refused_text="Lovely! I have booked your survey for Tuesday at ten.",
    )
    ToolCallFactory(
        turn=turn,
        arguments={"project_type": "loft_conversion", "postcode": "NW3", "customer_name": "Ada"},
    )
    ToolCallFactory(
        turn=turn,
        name="get_price_range",
        arguments={"project_type": "loft_conversion"},
        result={"available": True, "text": "£60,000 to £120,000 including VAT, 10 to 12 weeks."},
    )
    _say(
        chat,
        "Hello Ada, lovely to hear from you. A loft conversion usually comes to between £60,000 "
        "and £120,000 including VAT and takes 10 to 12 weeks. Do you have a budget in mind?",
        Status.READ,
        at + timedelta(seconds=8),
        turn=turn,
    )


def _say(
    chat: Conversation,
    text: str,
    status: Outbox.Status,
    at: object = None,
    *,
    ago: int = 0,
    author: Message.Author = Message.Author.AI,
    turn: Turn | None = None,
) -> None:
    effect = OutboxFactory(
        lane=chat.lane, subject=chat.subject, status=status, payload={"text": text}
    )
    MessageFactory(
        conversation=chat,
        author=author,
        turn=turn,
        text=text,
        effect=effect,
        vendor_id="",
        sent_at=at or now() - timedelta(minutes=ago),
        prompt_version="v1",
    )


def _around(chat: Conversation) -> None:
    """What a summary, a promise and the ledger look like."""
    last = chat.messages.latest("id")
    Summary.objects.create(
        conversation=chat,
        up_to=last,
        lines=[
            "Ada would like a loft conversion in NW3, for about £90,000 to £120,000.",
            "She was told the published range and found it fitting.",
            "Not said yet: when it should start, and whether she wants a survey.",
        ],
        moods=[{"mood": "neutral", "message": last.pk}, {"mood": "warm", "message": last.pk}],
        blockers=["Unsure about planning permission"],
        buying_signals=["Asked for prices at once"],
        driving_reason="A second child is coming",
        decision_maker="Ada and her partner",
        model="claude-sonnet-5-5",
    )
    for name, hours in (("Tom Imagined", -1), ("Grace Pretend", 5)):
        person = Person.objects.get(name=name)
        Promise.objects.create(
            person=person,
            kind=Promise.Kind.CALL_BACK,
            about="their bathroom",
            wish="after five",
            source=chat.subject,
            due_at=now() + timedelta(hours=hours),
        )
    for purpose, cost in (("answer", "0.0213"), ("repair", "0.0102"), ("summary", "0.4410")):
        VendorUse.objects.create(
            vendor="anthropic",
            model="claude-haiku-5-5",
            purpose=purpose,
            subject=chat.subject,
            payer=chat.person.subject,
            input_tokens=812,
            cache_read_tokens=2310,
            output_tokens=96,
            cost_pence=Decimal(cost),
        )


def _trouble(chat: Conversation) -> None:
    waiting = ConversationFactory(person=PersonFactory(name="Sam Madeup"), owner="staff")
    StaffTaskFactory(
        title="A customer asks for a person",
        detail="They would like to talk about their garden wall with somebody.",
        subject=waiting.subject,
        urgency="urgent",
        due_at=now() - timedelta(minutes=25),
    )
    HandoverFactory(conversation=waiting, reason="Would like to talk to somebody")
    StaffTaskFactory(
        title="A message may not have arrived",
        subject=f"outbox:{Outbox.objects.get(status=Status.UNCERTAIN).pk}",
        detail="Look at the chat, then send it again or cancel it.",
    )
    StaffTaskFactory(title="Ring the tile supplier", due_at=now() + timedelta(days=2))
    OutboxFactory(subject=chat.subject, status=Status.FAILED, error_code="E006", error="E006 no")
    InboxEventFactory(status=InboxEvent.Status.DEAD, attempts=8, error="KeyError('statuses')")
    IncidentFactory(code="E012", scope="vendor:anthropic", count=4)
    VendorHealthFactory(
        vendor="anthropic", state=VendorHealth.State.OPEN, failures=5, last_error_code="E003"
    )
    VendorHealthFactory(vendor="360dialog")
    VendorCallFactory.create_batch(3)
    VendorCallFactory(is_ok=False, http_status=529, code="E003", detail="overloaded")
