"""A customer's message arrives: stored once, and the conversation woken after the settle time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from conversations.models import Conversation, Message
from hampstead.core import lanes, live, stafftasks
from hampstead.core.clock import now
from leads.models import Person

WINDOW = timedelta(hours=24)
# A burst is waited for, but a customer who never pauses is answered after three settle times.
LONGEST_SETTLE = 3


@dataclass(frozen=True)
class Inbound:
    """One message in our words, whatever the channel."""

    vendor_id: str
    kind: str
    text: str
    sent_at: datetime
    handling: Message.Handling
    opens_window: bool = True
    is_for_staff: bool = False  # holds something that only a person can read


@transaction.atomic
def receive_message(
    *, person: Person, channel: str, inbound: Inbound, inbox_id: int | None = None
) -> bool:
    """Store the message; False if it was here before."""
    if Message.objects.filter(vendor_id=inbound.vendor_id).exists():
        return False
    conversation, _ = Conversation.objects.get_or_create(person=person, channel=channel)
    if inbound.handling != Message.Handling.KEEP:
        # First of all locks, as in a turn's commit: the other order would deadlock with it.
        lanes.wake(conversation.lane, after=_settle(conversation))
    message = Message(
        conversation=conversation,
        author=Message.Author.CUSTOMER,
        kind=inbound.kind,
        handling=inbound.handling,
        text=inbound.text,
        vendor_id=inbound.vendor_id,
        sent_at=inbound.sent_at,
        inbox_id=inbox_id,
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    if inbound.is_for_staff:
        _show_staff(conversation, inbound.kind)
    if inbound.opens_window:
        _note_contact(conversation, inbound.sent_at)
    live.announce(conversation.subject)
    return True


def _show_staff(conversation: Conversation, kind: str) -> None:
    stafftasks.open_task(
        title="A customer sent something only a person can read",
        subject=conversation.subject,
        detail=f"Kind: {kind}. The assistant answers text only.",
    )


def _note_contact(conversation: Conversation, at: datetime) -> None:
    """Each message of the customer opens the 24-hour window anew; a late one never shortens it."""
    if conversation.last_inbound_at is None or conversation.last_inbound_at < at:
        conversation.last_inbound_at = at
        conversation.window_expires_at = at + WINDOW
        conversation.save(update_fields=["last_inbound_at", "window_expires_at"])


def _settle(conversation: Conversation) -> timedelta:
    settle = timedelta(seconds=settings.SETTLE_SECONDS)
    first = (
        Message.objects.filter(
            conversation=conversation, author=Message.Author.CUSTOMER, turn__isnull=True
        )
        .exclude(handling=Message.Handling.KEEP)
        .order_by("id")
        .first()
    )
    if first is None:
        return settle
    waited = now() - first.stored_at
    return max(timedelta(0), min(settle, settle * LONGEST_SETTLE - waited))
