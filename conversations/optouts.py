"""A customer asks us to stop writing, or writes again afterwards. Decided by code, before any
model is asked, in the transaction that stores the message.
"""

from datetime import timedelta

from conversations import answering, wording
from conversations.models import Conversation, Message
from hampstead.core import lanes, outbox
from hampstead.core.clock import now
from hampstead.core.models import Outbox
from leads.consents import grant_consent, is_opt_in, newest_consent, withdraw_consent
from leads.models import ConsentRecord, ContactPurpose

OPT_OUT = "opt_out"
CONFIRMED_FOR = timedelta(hours=24)
# The gate stops all of these too; cancelled here, none of them becomes a task for staff.
CANCELLED = [answering.ANSWER, answering.INTAKE, answering.LANE, answering.SAFETY, "holding"]


def stop_at_once(conversation: Conversation) -> None:
    """No answer that is being prepared may commit; what waits is closed. First of all locks."""
    lanes.overtake(conversation.lane)
    lanes.wake(conversation.lane)
    outbox.cancel_unsent(
        lane=conversation.lane, purposes=CANCELLED, why="the customer asked us to stop"
    )


def take_opt_out(message: Message) -> None:
    """Nothing of any kind on this channel from now on, but for one sentence that says so."""
    conversation = message.conversation
    withdraw_consent(
        person=conversation.person,
        channel=conversation.channel,
        purposes=list(ContactPurpose),
        source=f"message:{message.pk}",
        quote=message.text,
    )
    if not _was_confirmed(conversation):
        answering.say(
            conversation, wording.opted_out(), author=Message.Author.SYSTEM, purpose=OPT_OUT
        )


def _was_confirmed(conversation: Conversation) -> bool:
    lost = [Outbox.Status.CANCELLED, Outbox.Status.FAILED]
    said = Message.objects.filter(
        conversation=conversation,
        sent_at__gt=now() - CONFIRMED_FOR,
        effect__purpose=OPT_OUT,
    )
    return said.exclude(effect__status__in=lost).exists()


def take_up_again(message: Message) -> None:
    """Whoever writes wants an answer; more than that comes back only with the word for it."""
    conversation = message.conversation
    purposes = [ContactPurpose.ANSWER]
    if is_opt_in(message.text):
        purposes += [ContactPurpose.SERVICE, ContactPurpose.REMINDER]
    withdrawn = [
        purpose
        for purpose in purposes
        if (newest := _newest(conversation, purpose)) is not None
        and not newest.is_granted
        and not _was_written_before(message, newest)
    ]
    if withdrawn:
        grant_consent(
            person=conversation.person,
            channel=conversation.channel,
            purposes=withdrawn,
            source=f"message:{message.pk}",
            quote=message.text,
        )


def _newest(conversation: Conversation, purpose: ContactPurpose) -> ConsentRecord | None:
    return newest_consent(person=conversation.person, channel=conversation.channel, purpose=purpose)


def _was_written_before(message: Message, stop: ConsentRecord) -> bool:
    """Posts overtake each other: what was sent before "stop" does not take it back."""
    source, _, pk = stop.source.partition(":")
    if source != "message" or not pk.isdigit():
        return False
    stopped = Message.objects.filter(pk=int(pk)).only("sent_at").first()
    return stopped is not None and message.sent_at < stopped.sent_at
