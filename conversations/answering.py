"""Saying something to a customer: message and effect in one transaction."""

from datetime import datetime, timedelta

from django.db import transaction

from conversations import wording
from conversations.models import Conversation, Message, Turn
from hampstead.core import live, outbox
from hampstead.core.clock import now
from hampstead.core.fence import LaneHold
from hampstead.core.models import Outbox

# Purposes of effects.
ANSWER = "answer"
INTAKE = "intake"
LANE = "lane"
SAFETY = "emergency"
NEVER_READ = (Outbox.Status.CANCELLED, Outbox.Status.FAILED)
CARRY_THE_NOTICE = (ANSWER, INTAKE, LANE, SAFETY)
ANSWER_USEFUL_FOR = timedelta(hours=2)
APOLOGY_AGAIN_AFTER = timedelta(hours=24)


def with_notice_once(conversation: Conversation, text: str) -> str:
    """The text, with the notice if this is the first thing the customer reads."""
    if conversation.notice_given_at is not None and _was_anything_said(conversation):
        return text
    conversation.notice_given_at = now()
    conversation.save(update_fields=["notice_given_at"])
    return wording.with_notice(text)


def _was_anything_said(conversation: Conversation) -> bool:
    """An answer that was cancelled or failed has taken its notice along."""
    answers = Message.objects.filter(
        conversation=conversation, effect__purpose__in=CARRY_THE_NOTICE
    )
    return answers.exclude(effect__status__in=NEVER_READ).exists()


def say(
    conversation: Conversation,
    text: str,
    *,
    author: Message.Author,
    turn: Turn | None = None,
    purpose: str = ANSWER,
    prompt_version: str = "",
    not_after: datetime | None = None,
) -> Message:
    """One outgoing bubble: message and effect, in the caller's transaction."""
    text = wording.fitted(text, wording.MAX_WHATSAPP)
    effect = outbox.enqueue(
        kind=conversation.channel,
        lane=conversation.lane,
        payload={"text": text},
        purpose=purpose,
        subject=conversation.subject,
        not_after=not_after or now() + ANSWER_USEFUL_FOR,
    )
    return Message.objects.create(
        conversation=conversation,
        turn=turn,
        author=author,
        text=text,
        sent_at=now(),
        effect=effect,
        prompt_version=prompt_version,
    )


@transaction.atomic
def apologise(hold: LaneHold, turn: Turn) -> None:
    """Only kinds we cannot read arrived: say so once a day for each kind, and show staff."""
    hold.check()
    conversation = turn.conversation
    kind = turn.messages.order_by("-id").values_list("kind", flat=True).first() or "unsupported"
    text = wording.cannot_read(kind)
    if not said_lately(conversation, text):
        say(
            conversation,
            with_notice_once(conversation, text),
            author=Message.Author.SYSTEM,
            turn=turn,
        )
    turn.status, turn.closed_at = Turn.Status.ANSWERED, now()
    turn.save(update_fields=["status", "closed_at"])
    live.announce(conversation.subject)


def said_lately(conversation: Conversation, text: str) -> bool:
    """We have said this by ourselves within the last day."""
    return (
        Message.objects.filter(
            conversation=conversation,
            author=Message.Author.SYSTEM,
            text__startswith=text,
            sent_at__gt=now() - APOLOGY_AGAIN_AFTER,
        )
        .exclude(effect__status__in=NEVER_READ)
        .exists()
    )
