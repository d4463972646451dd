"""Staff write to a customer from the office."""

from datetime import timedelta

from django.db import transaction

from conversations.answering import say
from conversations.handover import WAITING, take_over
from conversations.models import Conversation, Message
from hampstead.core import audit, lanes, live, stafftasks
from hampstead.core.clock import now
from hampstead.core.models import StaffUser
from leads.models import Promise
from leads.promises import keep_promise

STAFF = "staff"
USEFUL_FOR = timedelta(hours=12)


class EmptyMessageError(ValueError):
    """There is nothing to send."""


@transaction.atomic
def reply_as_staff(*, conversation: Conversation, text: str, by: StaffUser) -> Message:
    """Send the customer a message; whoever writes owns the chat from then on."""
    text = text.strip()
    if not text:
        raise EmptyMessageError("write something first")
    lanes.overtake(conversation.lane)  # the first of all locks, and a colleague may be faster
    conversation.refresh_from_db()
    is_theirs = conversation.owner == Conversation.Owner.STAFF and conversation.taken_by == by
    if not is_theirs:
        take_over(conversation=conversation, by=by, reason="wrote to the customer")
    message = say(
        conversation,
        text,
        author=Message.Author.STAFF,
        purpose=STAFF,
        not_after=now() + USEFUL_FOR,
    )
    message.staff = by
    message.save(update_fields=["staff"])
    for promise in Promise.objects.open().filter(
        person=conversation.person, kind=Promise.Kind.REPLY
    ):
        keep_promise(promise=promise, by=by)
    stafftasks.close_by_itself(title=WAITING, subject=conversation.subject)
    audit.record(action="write to customer", subject=conversation.subject, by=by)
    live.announce(conversation.subject)
    return message
