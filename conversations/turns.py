"""Turns: a burst of messages gets one answer, committed as a whole or not at all.

`work` is what the lane "conversation:<id>" does. No transaction is open while the model works;
each writing transaction checks the fence first.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from conversations import (
    answering,
    brain,
    committing,
    context,
    handover,
    honesty,
    intake,
    outages,
)
from conversations.claude import claude
from conversations.context import TurnContext
from conversations.desk import EMERGENCY, desk_of, is_fixed
from conversations.draft import Draft
from conversations.models import Conversation, Message, Turn
from conversations.outages import Way
from conversations.prompting import Lane, current_playbook
from conversations.screening import find_lane
from hampstead.core import live, stafftasks
from hampstead.core.clock import now
from hampstead.core.deadline import deadline
from hampstead.core.errors import BudgetSpentError, CatalogueError, ConversationNotFoundError
from hampstead.core.failpoints import failpoint
from hampstead.core.fence import LaneHold
from hampstead.core.logs import fields
from hampstead.core.spending import Bill
from leads.contact import may_contact
from leads.models import ContactChannel, ContactPurpose

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
    if not _wants_our_answer(conversation):
        return _commit(hold, turn, partial(committing.leave_unanswered, turn))
    if all(message.handling != Message.Handling.ANSWER for message in turn.asked):
        answering.apologise(hold, turn)
        return timedelta(0)
    return _answer(hold, turn)


def _wants_our_answer(conversation: Conversation) -> bool:
    """Whoever has asked us to stop, and not written since, gets no answer to older messages."""
    return may_contact(
        person=conversation.person,
        channel=ContactChannel(conversation.channel),
        purpose=ContactPurpose.ANSWER,
    ).is_allowed


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
    waiting = _waiting(conversation)
    if conversation.owner == Conversation.Owner.STAFF:
        _tell_staff(conversation, waiting)
        return None
    turn = Turn.objects.filter(conversation=conversation, status=Turn.Status.OPEN).first()
    # Who writes wakes the lane in the same transaction, so after the check above nobody can.
    to_answer = _not_answered(conversation, list(waiting.order_by("sent_at", "id")))
    if turn is None:
        if not to_answer:
            return None
        turn = Turn(conversation=conversation, opened_at=now())
        turn.save()
        turn.asked = to_answer
    _take(to_answer, turn)
    turn.conversation = conversation
    return turn


def _waiting(conversation: Conversation) -> QuerySet[Message]:
    """What the customer wrote and no turn has taken yet."""
    return Message.objects.filter(
        conversation=conversation, author=Message.Author.CUSTOMER, turn__isnull=True
    ).exclude(handling=Message.Handling.KEEP)


def _not_answered(conversation: Conversation, waiting: list[Message]) -> list[Message]:
    """Without what came before the last words of a colleague: that was theirs to answer."""
    last = _last_of_ours(conversation) if waiting else 0
    answered = [message.pk for message in waiting if message.pk < last]
    if answered:
        Message.objects.filter(pk__in=answered).update(handling=Message.Handling.KEEP)
    return [message for message in waiting if message.pk > last]


def _take(messages: list[Message], turn: Turn) -> None:
    for message in messages:
        message.turn = turn
    if messages:
        Message.objects.filter(pk__in=[message.pk for message in messages]).update(turn=turn)


def _last_of_ours(conversation: Conversation) -> int:
    """The newest message of staff, or with the emergency number; 0 for none."""
    ours = Message.objects.filter(conversation=conversation).filter(
        Q(author=Message.Author.STAFF) | Q(effect__purpose=answering.SAFETY)
    )
    return ours.order_by("-id").values_list("pk", flat=True).first() or 0


def _tell_staff(conversation: Conversation, waiting: QuerySet[Message]) -> None:
    """They are told of what came since they, or the emergency number, last answered."""
    unanswered = waiting.filter(pk__gt=_last_of_ours(conversation))
    if not unanswered.exists():
        return
    stafftasks.open_task(
        title=handover.WAITING,
        subject=conversation.subject,
        detail="You own this chat, so the assistant does not answer.",
        due_in=timedelta(minutes=15),
    )
    playbook = current_playbook()
    emergency = playbook.lane(EMERGENCY)
    if emergency is None:
        return
    dealt_with = stafftasks.last_done(title=emergency.task_title, subject=conversation.subject)
    news = unanswered.filter(stored_at__gt=dealt_with) if dealt_with else unanswered
    if find_lane(list(news.values_list("text", flat=True)), [emergency]) is not None:
        committing.warn_of_danger(conversation, emergency, playbook)


def _answer(hold: LaneHold, turn: Turn) -> timedelta | None:
    playbook = current_playbook()
    turn.prompt_version = playbook.label
    lane = find_lane([message.text for message in turn.asked if message.text], playbook.lanes)
    if lane is not None and is_fixed(lane):
        return _commit(hold, turn, partial(committing.answer_by_lane, turn, lane))
    turn.enquiry_lane = lane.code if lane is not None else ""
    prepared = context.build(turn, playbook)
    try:
        failpoint("turn.before_model")
        with deadline(outages.patience(turn)):
            draft = _draft(hold, turn, prepared, lane)
        failpoint("turn.after_model")
    except CatalogueError as error:
        logger.warning("turn not answered", extra=fields(turn=turn.pk, code=error.code))
        return _without_model(hold, turn, error)
    return _commit(hold, turn, partial(committing.carry_out, turn, draft), may_restart=True)


def _draft(hold: LaneHold, turn: Turn, prepared: TurnContext, lane: Lane | None) -> Draft:
    conversation = turn.conversation
    desk = desk_of(
        conversation,
        prepared.playbook,
        prepared.open_promises,
        facts=prepared.facts,
        check=hold.check,
    )
    desk.wishes.lane = lane  # as if the model had chosen it
    bill = Bill("answer", conversation.subject, conversation.person.subject)
    draft = brain.compose(prepared, claude(), desk=desk, bill=bill)
    heard = honesty.heard_in(conversation, prepared.facts, texts=prepared.heard)
    honesty.settle(draft, heard, prepared, claude(), bill=replace(bill, purpose="repair"))
    return draft


def _without_model(hold: LaneHold, turn: Turn, error: CatalogueError) -> timedelta | None:
    """Try again later, hand the questions to the intake, or say honestly that a person answers."""
    match outages.choose(turn, error):
        case Way.INTAKE:
            why = "budget" if isinstance(error, BudgetSpentError) else "outage"
            reply = intake.reply_to(turn, why=why)
            return _commit(hold, turn, partial(committing.answer_by_intake, turn, reply, error))
        case Way.GIVE_UP:
            return _commit(hold, turn, partial(committing.give_up, turn, error))
    return outages.postpone(hold, turn, error)


@transaction.atomic
def _commit(
    hold: LaneHold, turn: Turn, carry_out: Callable[[], None], *, may_restart: bool = False
) -> timedelta | None:
    """One commit for all effects of the turn, or a fresh start if the customer went on writing."""
    hold.check()
    is_interrupted = _waiting(turn.conversation).exists()  # as above, nobody can write now
    if may_restart and is_interrupted and turn.restarts < MAX_RESTARTS:
        Turn.objects.filter(pk=turn.pk).update(restarts=turn.restarts + 1)
        return timedelta(seconds=settings.SETTLE_SECONDS)
    carry_out()
    outages.over(turn)
    live.announce(turn.conversation.subject)
    failpoint("turn.before_commit")
    return timedelta(0) if is_interrupted else None
