"""A turn that cannot be answered now: silent tries, one honest sentence, then a late answer or
a person.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import transaction

from conversations import wording
from conversations.answering import say
from conversations.models import Conversation, Message, Turn
from hampstead.core import live, stafftasks
from hampstead.core.clock import now
from hampstead.core.errors import (
    BreakerOpenError,
    BudgetSpentError,
    CatalogueError,
    ClaudeError,
    NextStep,
)
from hampstead.core.fence import LaneHold
from hampstead.core.retry import backoff, capped

HOLDING = "holding"
LONGEST_PAUSE = timedelta(seconds=60)
SHORTEST_TRY_SECONDS = 5.0
TASK = "The assistant cannot answer a customer"
UNUSABLE_ANSWERS = 3  # tries before a person answers in place of the model


class Way(StrEnum):
    """What becomes of a turn the model did not answer."""

    WAIT = "wait"
    INTAKE = "intake"
    GIVE_UP = "give_up"


def choose(turn: Turn, error: CatalogueError) -> Way:
    """Claude is away: the intake asks on. It spoke nonsense: a few tries. Else: wait a little."""
    is_away = isinstance(error, BreakerOpenError | BudgetSpentError)
    if is_away or error.next_step == NextStep.GIVE_UP:
        return Way.INTAKE if _is_owed_a_word(turn) else Way.WAIT
    is_nonsense = isinstance(error, ClaudeError) and not error.trips_breaker
    if is_nonsense and error.next_step == NextStep.RETRY:
        return Way.GIVE_UP if turn.attempts + 1 >= UNUSABLE_ANSWERS else Way.WAIT
    return Way.WAIT


def _is_owed_a_word(turn: Turn) -> bool:
    """Whoever was told to wait, and has not written since, waits for the answer itself."""
    asked = turn.asked
    return turn.holding_at is None or (bool(asked) and asked[-1].stored_at > turn.holding_at)


def is_too_late(turn: Turn) -> bool:
    """The customer's last message is over two hours old."""
    limit = timedelta(hours=settings.LATE_ANSWER_HOURS)
    return not turn.asked or now() - turn.asked[-1].sent_at > limit


def was_answered_by_staff(turn: Turn) -> bool:
    """A colleague has written since the customer did."""
    return bool(turn.asked) and (
        Message.objects.filter(
            conversation=turn.conversation,
            author=Message.Author.STAFF,
            stored_at__gt=turn.asked[-1].stored_at,
        ).exists()
    )


@transaction.atomic
def close_answered(hold: LaneHold, turn: Turn) -> None:
    """Staff were faster: nothing more to say."""
    hold.check()
    turn.status, turn.closed_at = Turn.Status.ABANDONED, now()
    turn.save(update_fields=["status", "closed_at"])
    over(turn)
    live.announce(turn.conversation.subject)


@transaction.atomic
def leave_to_staff(hold: LaneHold, turn: Turn) -> None:
    """An answer would come too late to be useful; a person decides what to say."""
    hold.check()
    turn.status, turn.closed_at = Turn.Status.ABANDONED, now()
    turn.save(update_fields=["status", "closed_at"])
    stafftasks.close_by_itself(title=TASK, subject=turn.conversation.subject)
    live.announce(turn.conversation.subject)
    stafftasks.open_task(
        title="A message was left unanswered",
        subject=turn.conversation.subject,
        detail="It is too old for an automatic answer. Read it and reply yourself.",
        code=turn.error_code,
        is_urgent=True,
    )


@transaction.atomic
def postpone(hold: LaneHold, turn: Turn, error: CatalogueError) -> timedelta:
    """Note the failure and say when to try again; past the silent time, tell the customer once."""
    hold.check()
    turn.attempts += 1
    turn.error_code, turn.error = error.code, str(error)[:2000]
    waited = now() - turn.opened_at
    if waited >= timedelta(seconds=settings.SILENT_RETRY_SECONDS):
        _hold_the_line(turn, error)
        usual = backoff(turn.attempts, cap=LONGEST_PAUSE)
        pause = capped(error.retry_after, default=usual, floor=_floor(error, usual))
    else:
        # Never sleep past the moment at which the customer is owed a word.
        left = timedelta(seconds=settings.SILENT_RETRY_SECONDS) - waited
        usual = backoff(turn.attempts)
        pause = min(capped(error.retry_after, default=usual, floor=_floor(error, usual)), left)
    turn.save()
    live.announce(turn.conversation.subject)
    return max(pause, timedelta(milliseconds=50))


def _floor(error: CatalogueError, usual: timedelta) -> timedelta:
    """A vendor that says "at once" is not believed; the breaker knows its time exactly."""
    return timedelta(0) if isinstance(error, BreakerOpenError) else usual


def patience(turn: Turn) -> float:
    """Seconds a try may take: until the customer was told, only what is left of the silence."""
    if _was_told(turn.conversation):
        return float(settings.TURN_DEADLINE_SECONDS)
    waited = (now() - _waiting_since(turn)).total_seconds()
    return max(SHORTEST_TRY_SECONDS, settings.SILENT_RETRY_SECONDS - waited)


def _waiting_since(turn: Turn) -> datetime:
    """Whoever goes on writing, and meets no failure, waits from their last words on."""
    if turn.attempts or not turn.asked:
        return turn.opened_at
    return max(turn.opened_at, turn.asked[-1].stored_at)


def _was_told(conversation: Conversation) -> bool:
    """The customer knows of this outage; an older sentence belongs to an older one."""
    at = conversation.outage_notice_at
    return at is not None and now() - at < timedelta(hours=settings.LATE_ANSWER_HOURS)


def _hold_the_line(turn: Turn, error: CatalogueError) -> None:
    conversation = turn.conversation
    stafftasks.open_task(
        title=TASK,
        subject=conversation.subject,
        detail=f"{error} The answer follows by itself if it can; or reply yourself.",
        code=error.code,
        due_in=timedelta(minutes=15),
    )
    if _was_told(conversation):
        return
    say(
        conversation,
        wording.holding(),
        author=Message.Author.SYSTEM,
        turn=turn,
        purpose=HOLDING,
        not_after=now() + timedelta(minutes=30),
    )
    turn.holding_at = conversation.outage_notice_at = now()
    conversation.save(update_fields=["outage_notice_at"])


def over(turn: Turn) -> None:
    """An answer went through: the outage, if there was one, is over for this customer. The task
    comes with the notice, so without the one there is none of the other.
    """
    conversation: Conversation = turn.conversation
    if conversation.outage_notice_at is None:
        return
    conversation.outage_notice_at = None
    conversation.save(update_fields=["outage_notice_at"])
    stafftasks.close_by_itself(title=TASK, subject=conversation.subject)
