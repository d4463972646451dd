"""A customer's message arrives: stored once, and the conversation woken after the settle time.

What code can recognise, it does here, before any model is asked: card numbers are masked, health
and the like is flagged, and "stop" takes effect.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from conversations import optouts
from conversations.models import Conversation, Message
from hampstead.core import lanes, live, stafftasks
from hampstead.core.cards import mask_cards
from hampstead.core.clock import now
from leads.consents import is_opt_out
from leads.models import Person
from leads.sensitive import is_sensitive

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
    asks = inbound.handling != Message.Handling.KEEP
    stops = asks and is_opt_out(inbound.text)
    # First of all locks, as in a turn's commit: the other order would deadlock with it.
    if stops:
        optouts.stop_at_once(conversation)
    elif asks:
        lanes.wake(conversation.lane, after=_settle(conversation))
    message = _store(conversation, inbound, inbox_id, is_kept=stops or not asks)
    if inbound.opens_window:
        _note_contact(conversation, inbound.sent_at)
    if stops:
        optouts.take_opt_out(message)
    elif asks:
        optouts.take_up_again(message)
    if inbound.is_for_staff:
        _show_staff(conversation, inbound.kind)
    live.announce(conversation.subject)
    return True


def _store(
    conversation: Conversation, inbound: Inbound, inbox_id: int | None, *, is_kept: bool
) -> Message:
    """The stored row; another worker's, if the same message came twice at once."""
    text, is_masked = mask_cards(inbound.text)
    message = Message(
        conversation=conversation,
        author=Message.Author.CUSTOMER,
        kind=inbound.kind,
        handling=Message.Handling.KEEP if is_kept else inbound.handling,
        text=text,
        is_masked=is_masked,
        is_sensitive=is_sensitive(text),
        vendor_id=inbound.vendor_id,
        sent_at=inbound.sent_at,
        inbox_id=inbox_id,
    )
    Message.objects.bulk_create([message], ignore_conflicts=True)
    message.pk = Message.objects.values_list("pk", flat=True).get(vendor_id=inbound.vendor_id)
    return message


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
