"""Long conversations at bounded cost: the older part in few words, written by the stronger model.

`work` is what the lane "digest:<conversation>" does. Until it has, the conversation still works:
its context drops the oldest messages.
"""

import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from conversations import history, prompts
from conversations.claude import claude
from conversations.digest_requests import wanted
from conversations.history import Passage, plain
from conversations.models import Conversation, Digest, Message, Turn
from conversations.wording import fitted, whole_sentences
from hampstead.core.errors import BreakerOpenError, CatalogueError, NextStep, RateLimitError
from hampstead.core.fence import LaneHold
from hampstead.core.logs import fields
from hampstead.core.retry import capped
from hampstead.core.spending import Bill

logger = logging.getLogger(__name__)
PROMPT = "digest.v1"
KEPT_TOKENS = 1000  # of the newest messages, told word for word
MOST_INPUT_TOKENS = 12_000
MAX_TOKENS = 600
LONGEST = 2400
USUAL_WAIT = timedelta(minutes=5)
NEXT_PART = timedelta(seconds=1)  # as a task of its own: one call may take a minute
SPEAKERS = {
    Message.Author.CUSTOMER: "Customer",
    Message.Author.AI: "Assistant",
    Message.Author.STAFF: "Colleague",
    Message.Author.SYSTEM: "Automatic message",
}


def work(hold: LaneHold) -> timedelta | None:
    """Digest what is old; after how long to come back, or None when there is nothing to do."""
    conversation = Conversation.objects.select_related("person").filter(pk=hold.row_id).first()
    if conversation is None:
        return None
    last = Digest.objects.filter(conversation=conversation).order_by("-up_to_id").first()
    older = _older(conversation, last)
    if not older:
        return None
    try:
        reply = claude().condense(
            system=[{"type": "text", "text": prompts.text(PROMPT)}],
            messages=[{"role": "user", "content": _transcript(last, older)}],
            bill=Bill("digest", conversation.subject, conversation.person.subject),
            max_tokens=MAX_TOKENS,
        )
    except CatalogueError as error:
        logger.warning(
            "digest postponed", extra=fields(conversation=conversation.pk, code=error.code)
        )
        return _come_back(error)
    text = whole_sentences(reply.text) if reply.was_cut else reply.text
    _store(hold, conversation, fitted(text, LONGEST), up_to=older[-1].last_id, model=reply.model)
    return NEXT_PART if wanted(conversation) else None


@transaction.atomic
def _store(
    hold: LaneHold, conversation: Conversation, text: str, *, up_to: int, model: str
) -> None:
    hold.check()
    Digest.objects.create(conversation=conversation, up_to_id=up_to, text=text, model=model[:60])


def _come_back(error: CatalogueError) -> timedelta | None:
    """Trouble of the vendor's passes. An answer that is of no use to us would come again, so the
    next turn asks anew."""
    passes = error.trips_breaker or error.next_step in (NextStep.WAIT, NextStep.FIX_CREDENTIALS)
    if not passes and not isinstance(error, BreakerOpenError | RateLimitError):
        return None
    return capped(error.retry_after, default=USUAL_WAIT, floor=timedelta(seconds=1))


def _older(conversation: Conversation, last: Digest | None) -> list[Passage]:
    """What is due to be digested, up to where a customer begins to speak."""
    rows = history.said(conversation, after=last.up_to_id if last else 0)
    if (unanswered := _first_unanswered(conversation)) is not None:
        rows = rows.filter(pk__lt=unanswered)
    told = history.passages(history.newest(rows))
    if sum(passage.tokens for passage in told) < settings.DIGEST_AFTER_TOKENS:
        return []
    kept = 0
    for number in reversed(range(len(told))):
        kept += told[number].tokens
        if kept >= KEPT_TOKENS and told[number].is_customer:
            return _first_of(told[:number])
    return []


def _first_unanswered(conversation: Conversation) -> int | None:
    """What a turn must still answer is told word for word."""
    waiting = Q(turn__isnull=True) & ~Q(handling=Message.Handling.KEEP)
    rows = Message.objects.filter(conversation=conversation, author=Message.Author.CUSTOMER)
    rows = rows.filter(waiting | Q(turn__status=Turn.Status.OPEN))
    return rows.order_by("id").values_list("pk", flat=True).first()


def _first_of(older: list[Passage]) -> list[Passage]:
    """As much as one call takes; the next call goes on from there."""
    left = MOST_INPUT_TOKENS
    taken: list[Passage] = []
    for passage in older:
        left -= passage.tokens
        if left < 0 and taken:
            break
        taken.append(passage)
    return taken


def _transcript(last: Digest | None, older: list[Passage]) -> str:
    notes = plain(last.text) if last else "none"
    lines = "\n".join(spoken_line(passage.author, passage.text) for passage in older)
    return (
        f"<notes_so_far>\n{notes}\n</notes_so_far>\n"
        f"<transcript>\n{lines}\n</transcript>\n"
        "Write the notes anew, old and new together."
    )


def spoken_line(author: str, text: str) -> str:
    """One speaker's words. Further lines are indented: nobody can speak as somebody else."""
    return f"{SPEAKERS[Message.Author(author)]}: " + plain(text).replace("\n", "\n    ")
