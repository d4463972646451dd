"""A call-back that was promised on the telephone, confirmed on WhatsApp once the call is over.

Only where they write to us already and the window is open: no message goes to a landline, and none
is missed, since they heard it in the call.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from conversations.answering import say
from conversations.models import Conversation, Message
from hampstead.core import live
from hampstead.core.clock import now
from hampstead.core.models import Outbox
from leads.contact import may_contact
from leads.greetings import spoken_name
from leads.models import ContactChannel, ContactPurpose, Promise
from leads.promises import spoken_due
from whatsapp.models import WhatsAppIdentity

PURPOSE = "callback_notice"
CALL = "call"  # the kind of messages that were said; they are stored when the call is over
USEFUL_FOR = timedelta(minutes=15)
PROMISED_WITHIN = timedelta(hours=1)
MOST_AT_ONCE = 100


def sweep() -> int:
    """Confirm what was promised in calls that have just ended; how many."""
    found = list(_unconfirmed(now()).values_list("pk", flat=True)[:MOST_AT_ONCE])
    return sum(_confirm(pk, now()) for pk in found)


def _unconfirmed(at: datetime) -> QuerySet[Promise]:
    """Made in a call that is over now, and not said yet on WhatsApp."""
    over = Message.objects.annotate(
        source=Concat(Value("conversation:"), Cast("conversation_id", CharField()))
    ).filter(
        source=OuterRef("source"),
        conversation__person=OuterRef("person"),
        conversation__channel=Conversation.Channel.PHONE,
        kind=CALL,
        stored_at__gte=OuterRef("made_at"),
        stored_at__gt=at - USEFUL_FOR,
    )
    promised = Promise.objects.open().filter(
        kind=Promise.Kind.CALL_BACK, made_at__gt=at - PROMISED_WITHIN, due_at__gt=at
    )
    return promised.filter(Exists(over)).order_by("made_at")


@transaction.atomic
def _confirm(pk: int, at: datetime) -> bool:
    rows = Promise.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    promise = rows.select_related("person").filter(pk=pk).first()
    if promise is None or (conversation := _open_chat(promise, at)) is None:
        return False
    allowed = may_contact(
        person=promise.person,
        channel=ContactChannel.WHATSAPP,
        purpose=ContactPurpose.SERVICE,
        at=at,
    )
    if not allowed.is_allowed or _was_said(promise, conversation):
        return False
    message = say(
        conversation,
        text_of(promise),
        author=Message.Author.SYSTEM,
        purpose=PURPOSE,
        not_after=min(at + USEFUL_FOR, promise.due_at),
    )
    assert message.effect is not None  # noqa: S101  say() has just made it
    message.effect.payload |= {"promise": promise.pk}
    message.effect.save(update_fields=["payload"])
    live.announce(conversation.subject)
    return True


def text_of(promise: Promise) -> str:
    """As they read it; nothing of what it is about."""
    name = spoken_name(promise.person.name)
    hello = f"Hello {name}, " if name else "Hello, "
    return (
        f"{hello}thank you for your call. We will ring you back "
        f"{spoken_due(promise.due_at)}. If another time suits you better, just reply here."
    )


def refusal(effect: Outbox) -> str:
    """Asked inside the claim: why it would not be true any more; empty: it is."""
    promise = Promise.objects.filter(pk=effect.payload.get("promise")).first()
    return "" if promise is not None and promise.is_open else "the promise is closed"


def _open_chat(promise: Promise, at: datetime) -> Conversation | None:
    if not WhatsAppIdentity.objects.filter(person=promise.person_id).exists():
        return None
    return Conversation.objects.filter(
        person=promise.person_id,
        channel=Conversation.Channel.WHATSAPP,
        window_expires_at__gt=at,
    ).first()


def _was_said(promise: Promise, conversation: Conversation) -> bool:
    said = Message.objects.filter(conversation=conversation, effect__purpose=PURPOSE)
    return said.filter(effect__payload__promise=promise.pk).exists()
