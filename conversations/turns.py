"""Turns: a burst of messages gets one answer, committed as a whole or not at all.

`work` is what the lane "conversation:<id>" does. No transaction is open while the model works;
each writing transaction checks the fence first.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction

from conversations import answering, brain, context, handover, outages
from conversations.claude import claude
from conversations.draft import Draft
from conversations.models import Conversation, Message, Turn
from hampstead.core import live, stafftasks
from hampstead.core.clock import now
from hampstead.core.deadline import deadline
from hampstead.core.errors import CatalogueError, ConversationNotFoundError
from hampstead.core.failpoints import failpoint
from hampstead.core.fence import LaneHold
from hampstead.core.logs import fields

logger = logging.getLogger(__name__)
MAX_RESTARTS = 2


def work(hold: LaneHold) -> timedelta | None:
    """Answer what waits; after how long to come back, or None when there is nothing left."""
    conversation = find_conversation(hold.row_id)
    turn = _open_turn(hold, conversation)
    if turn is None:
        return None
    if outages.was_answered_by_staff(turn):
        outages.close_answered(hold, turn)
        return timedelta(0)
    if outages.is_too_late(turn):
        outages.leave_to_staff(hold, turn)
        return timedelta(0)
    if not turn.messages.filter(handling=Message.Handling.ANSWER).exists():
        answering.apologise(hold, turn)
        return timedelta(0)
    return _answer(hold, turn)


def find_conversation(conversation_id: int) -> Conversation:
    """Raises ConversationNotFoundError (E014)."""
    found = Conversation.objects.select_related("person", "lead").filter(pk=conversation_id).first()
    if found is None:
        raise ConversationNotFoundError(f"conversation {conversation_id}")
    return found


@transaction.atomic
def _open_turn(hold: LaneHold, conversation: Conversation) -> Turn | None:
    """The open turn with all unanswered messages in it; None if none or if staff own the chat."""
    hold.check()
    waiting = Message.objects.filter(
        conversation=conversation, author=Message.Author.CUSTOMER, turn__isnull=True
    ).exclude(handling=Message.Handling.KEEP)
    turn = Turn.objects.filter(conversation=conversation, status=Turn.Status.OPEN).first()
    if conversation.owner == Conversation.Owner.STAFF:
        _tell_staff(conversation, waiting.exists())
        return None
    if turn is None:
        if not waiting.exists():
            return None
        turn = Turn(conversation=conversation)
        turn.save()
        turn.refresh_from_db(fields=["opened_at"])
    waiting.update(turn=turn)
    turn.conversation = conversation
    return turn


def _tell_staff(conversation: Conversation, is_waiting: bool) -> None:
    if is_waiting:
        stafftasks.open_task(
            title=handover.WAITING,
            subject=conversation.subject,
            detail="You own this chat, so the assistant does not answer.",
            due_in=timedelta(minutes=15),
        )


def _answer(hold: LaneHold, turn: Turn) -> timedelta | None:
    prepared = context.build(turn)
    try:
        failpoint("turn.before_model")
        with deadline(outages.patience(turn)):
            draft = brain.compose(prepared, claude())
        failpoint("turn.after_model")
    except CatalogueError as error:
        logger.warning("turn postponed", extra=fields(turn=turn.pk, code=error.code))
        return outages.postpone(hold, turn, error)
    return _commit(hold, turn, draft, prepared.prompt_version)


@transaction.atomic
def _commit(hold: LaneHold, turn: Turn, draft: Draft, version: str) -> timedelta | None:
    """One commit for all effects of the turn, or a fresh start if the customer went on writing."""
    hold.check()
    if _was_interrupted(turn) and turn.restarts < MAX_RESTARTS:
        turn.restarts += 1
        turn.save(update_fields=["restarts"])
        return timedelta(seconds=settings.SETTLE_SECONDS)
    turn.prompt_version, turn.model = version, claude().model
    turn.closed_at = now()
    answering.carry_out(turn, draft)
    outages.over(turn)
    live.announce(turn.conversation.subject)
    failpoint("turn.before_commit")
    return timedelta(0) if _was_interrupted(turn) else None


def _was_interrupted(turn: Turn) -> bool:
    """Something to answer arrived after this turn took its messages."""
    return (
        Message.objects.filter(
            conversation=turn.conversation, author=Message.Author.CUSTOMER, turn__isnull=True
        )
        .exclude(handling=Message.Handling.KEEP)
        .exists()
    )
