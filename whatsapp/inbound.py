"""From a stored post to messages and delivery statuses, in one transaction."""

from dataclasses import replace

from django.conf import settings
from django.db import connection

from conversations.models import Conversation, Message
from conversations.receiving import Inbound, receive_message
from hampstead.core.cards import mask_cards
from hampstead.core.inbox import Post
from whatsapp.events import Event, MessageEvent, Sender, StatusEvent, UnknownEvent, read_post
from whatsapp.identity import complete_phone, find_or_create_identity
from whatsapp.statuses import record_status

Handling = Message.Handling
# Kinds whose words the assistant can answer.
WORDED = {"text", "button", "interactive"}
# Kinds that want an answer we cannot give yet: the customer is asked for text.
UNREADABLE = {"audio", "voice", "image", "video", "document", "location", "contacts", "order"}
# Kept for staff, never answered: stickers, reactions, system notes, edits, what we do not know.
SILENT = {"sticker", "reaction", "system", "edit", "revoke", "request_welcome", "ephemeral"}


def take_post(post: Post) -> None:
    """The inbox handler for 360dialog. Raises UnreadablePostError."""
    events = read_post(post.body)
    # In a fixed order of senders and ids: two posts at once must not lock crosswise.
    for event in sorted(events, key=_lock_order):
        _take(event, post)


def _lock_order(event: Event) -> tuple[int, str]:
    if isinstance(event, MessageEvent):
        return 0, event.sender.wa_id or event.sender.bsuid or ""
    if isinstance(event, StatusEvent):
        return 1, event.vendor_id
    return 2, event.kind


def _take(event: Event, post: Post) -> None:
    if isinstance(event, UnknownEvent):
        count_unknown(event.kind)
    elif isinstance(event, StatusEvent):
        record_status(event)
    elif not _is_our_number(event):
        count_unknown("another number")
    else:
        _take_message(event, post)


def _is_our_number(event: MessageEvent) -> bool:
    ours = settings.WHATSAPP_PHONE_NUMBER_ID
    return not ours or event.phone_number_id == ours


def _take_message(event: MessageEvent, post: Post) -> None:
    handling = _handling(event)
    if handling == Handling.KEEP and event.kind not in SILENT | WORDED:
        count_unknown(f"message:{event.kind}")
    inbound = Inbound(
        vendor_id=event.vendor_id,
        kind=event.kind,
        text=event.text,
        # A vendor clock ahead of ours must not put a message into the future.
        sent_at=min(event.sent_at, post.received_at),
        handling=handling,
        opens_window=event.kind not in SILENT,
        is_for_staff=event.kind in UNREADABLE or event.kind == "unsupported",
    )
    identity = find_or_create_identity(_masked(event.sender))
    receive_message(
        person=identity.person,
        channel=Conversation.Channel.WHATSAPP,
        inbound=inbound,
        inbox_id=post.inbox_id,
    )
    # After the lane was woken: a turn's commit locks lane and person in this order.
    complete_phone(identity)


def _masked(sender: Sender) -> Sender:
    """People put anything into a profile."""
    name, username = mask_cards(sender.name)[0], mask_cards(sender.username)[0]
    return replace(sender, name=name, username=username)


def _handling(event: MessageEvent) -> Message.Handling:
    if event.kind in WORDED and event.text.strip():
        return Handling.ANSWER
    if event.kind in UNREADABLE:
        # A caption is text like any other; the attachment itself waits for staff.
        return Handling.ANSWER if event.text.strip() else Handling.APOLOGISE
    if event.kind == "unsupported":
        return Handling.APOLOGISE
    return Handling.KEEP


def count_unknown(kind: str) -> None:
    """Counted for /metrics and staff; the bytes stay in the inbox."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO whatsapp_unknownkind (kind, count) VALUES (%s, 1)"
            " ON CONFLICT (kind) DO UPDATE"
            " SET count = whatsapp_unknownkind.count + 1, last_at = now()",
            [kind[:80]],
        )
