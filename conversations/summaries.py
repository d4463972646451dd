"""After a pause: what staff should know, and the facts the live turns missed, each with the message
it came from. `work` is what the lane "summary:<conversation>" does.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from conversations import history, prompts
from conversations.claude import claude
from conversations.digests import spoken_line
from conversations.history import plain
from conversations.models import Conversation, Message, Summary
from conversations.noting import note_read_facts
from conversations.pauses import CODE
from conversations.reading import SCHEMA, Heard, Reading, read_summary
from hampstead.core import incidents, live, stafftasks
from hampstead.core.clock import now, spoken_date
from hampstead.core.errors import (
    BreakerOpenError,
    ClaudeError,
    NextStep,
    QualificationError,
    RateLimitError,
)
from hampstead.core.fence import LaneHold
from hampstead.core.logs import fields
from hampstead.core.models import Incident
from hampstead.core.retry import backoff, capped
from hampstead.core.spending import Bill
from leads.facts import current_facts

logger = logging.getLogger(__name__)
PROMPT = "summary.v1"
TASK = "A conversation could not be summarised"
TRIES = 3
FIRST_WAIT_SECONDS = 60.0
LONGEST_WAIT = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=7)
MOST_TOKENS = 12_000
LONGEST_MESSAGE = 1500
REMEMBERED = 10  # earlier messages, for what the new ones refer to
MOST_MOODS = 20


@dataclass(frozen=True)
class Transcript:
    messages: dict[int, Message]  # by the number the model sees
    last: Summary | None

    @property
    def up_to(self) -> Message:
        return self.messages[max(self.messages)]

    @property
    def heard(self) -> dict[int, Heard]:
        return {
            number: Heard(message.pk, message.is_inbound)
            for number, message in self.messages.items()
        }


def work(hold: LaneHold) -> timedelta | None:
    """Summarise what is new; after how long to come back, or None when there is nothing to do."""
    rows = Conversation.objects.select_related("person", "lead")
    conversation = rows.filter(pk=hold.row_id).first()
    transcript = _read(conversation) if conversation is not None else None
    if conversation is None or transcript is None:
        return None
    try:
        answer = claude().structured(
            system=[{"type": "text", "text": prompts.text(PROMPT)}],
            messages=[{"role": "user", "content": _told(conversation, transcript)}],
            schema=SCHEMA,
            bill=Bill("summary", conversation.subject, conversation.person.subject),
        )
        reading = read_summary(answer.data, transcript.heard)
    except (RateLimitError, BreakerOpenError, ClaudeError) as error:
        if _will_pass(error, transcript):
            return _wait(error, transcript)
        return _failed(hold, conversation, error)
    except QualificationError as error:
        return _failed(hold, conversation, error)
    _store(hold, conversation, transcript, reading, answer.model)
    return None


# --- what the model is told ---------------------------------------------------------------


def _read(conversation: Conversation) -> Transcript | None:
    """The messages since the last summary with a few before them; None if no customer spoke."""
    last = Summary.objects.filter(conversation=conversation).order_by("-up_to_id").first()
    read_to = last.up_to_id if last else 0
    rows = [row for row in history.newest(history.said(conversation)) if row.text.strip()]
    news = [row for row in rows if row.pk > read_to]
    if not any(row.is_inbound for row in news):
        return None
    known = [row for row in rows if row.pk <= read_to][-REMEMBERED:]
    return Transcript(dict(enumerate(_newest([*known, *news]), start=1)), last)


def _newest(rows: list[Message]) -> list[Message]:
    left = MOST_TOKENS
    taken: list[Message] = []
    for row in reversed(rows):
        left -= history.tokens_of(row.text[:LONGEST_MESSAGE])
        if left < 0 and taken:
            break
        taken.append(row)
    return taken[::-1]


def _told(conversation: Conversation, transcript: Transcript) -> str:
    lines = [
        f"{number}. {spoken_line(row.author, _cut(row.text))}"
        for number, row in transcript.messages.items()
    ]
    last, lead = transcript.last, conversation.lead
    facts = current_facts(lead) if lead is not None and lead.is_open else {}
    known = [f"- {key.value}: {plain(repr(value))}" for key, value in facts.items()]
    earlier = [plain(str(line)) for line in last.lines] if last else []
    return "\n".join(
        [
            f"The last message was sent on {spoken_date(transcript.up_to.sent_at)}.",
            *_tagged("earlier_summary", earlier),
            *_tagged("known_facts", known),
            *_tagged("transcript", lines),
        ]
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_MESSAGE else f"{text[:LONGEST_MESSAGE]}{history.CUT}"


def _tagged(tag: str, lines: list[str]) -> list[str]:
    return [f"<{tag}>", *(lines or ["none"]), f"</{tag}>"]


# --- what goes wrong ----------------------------------------------------------------------


def _will_pass(error: Exception, transcript: Transcript) -> bool:
    """Trouble of the vendor, or of our own limits, and it does not last too long."""
    if now() - transcript.up_to.stored_at > GIVE_UP_AFTER:
        return False
    if not isinstance(error, ClaudeError):
        return True
    waits = (NextStep.WAIT, NextStep.FIX_CREDENTIALS)
    return error.trips_breaker or error.next_step in waits


def _wait(
    error: RateLimitError | BreakerOpenError | ClaudeError, transcript: Transcript
) -> timedelta:
    """The longer it has lasted, the longer the next wait: nobody is waiting, and each failure
    counts against the breaker that live turns need."""
    logger.warning("summary postponed", extra=fields(code=error.code))
    lasted = (now() - transcript.up_to.stored_at) / 2
    usual = min(max(lasted, timedelta(seconds=FIRST_WAIT_SECONDS)), LONGEST_WAIT)
    return capped(error.retry_after, default=usual, floor=timedelta(seconds=1))


@transaction.atomic
def _failed(
    hold: LaneHold,
    conversation: Conversation,
    error: RateLimitError | BreakerOpenError | ClaudeError | QualificationError,
) -> timedelta | None:
    """No usable summary: E015. Tried again a few times, then staff decide; a new pause, or staff,
    begin anew."""
    hold.check()
    scope = conversation.subject
    incidents.report(code=CODE, scope=scope, detail=f"no usable summary: {error.detail}")
    tries = Incident.objects.get(code=CODE, scope=scope, closed_at__isnull=True).count
    logger.warning("summary failed", extra=fields(conversation=conversation.pk, tries=tries))
    if tries % TRIES:
        return backoff(tries % TRIES, base_seconds=FIRST_WAIT_SECONDS)
    stafftasks.open_task(
        title=TASK,
        subject=conversation.subject,
        detail=f"Tried {TRIES} times: {error.detail} Read the chat yourself, or have it tried "
        "again on its page.",
        code=CODE,
        due_in=timedelta(hours=4),
    )
    return None


# --- what becomes of it -------------------------------------------------------------------


@transaction.atomic
def _store(
    hold: LaneHold,
    conversation: Conversation,
    transcript: Transcript,
    reading: Reading,
    model: str,
) -> None:
    hold.check()
    messages = {message.pk: message for message in transcript.messages.values()}
    rows = note_read_facts(conversation, reading.facts, messages)
    Summary.objects.create(
        conversation=conversation,
        up_to=transcript.up_to,
        lines=reading.lines,
        moods=_moods(reading, transcript.last),
        blockers=reading.blockers,
        buying_signals=reading.buying_signals,
        driving_reason=reading.driving_reason,
        decision_maker=reading.decision_maker,
        facts=rows,
        model=model[:60],
        prompt_version=PROMPT,
    )
    incidents.end(code=CODE, scope=conversation.subject)
    stafftasks.close_by_itself(title=TASK, subject=conversation.subject)
    live.announce(conversation.subject)


def _moods(reading: Reading, last: Summary | None) -> list[dict[str, Any]]:
    """Over the whole conversation: what an earlier summary saw stays."""
    before = list(last.moods) if last else []
    read_to = last.up_to_id if last else 0
    news = [
        {"mood": mood.mood, "message": mood.message_id}
        for mood in reading.moods
        if mood.message_id > read_to
    ]
    return [*before, *news][-MOST_MOODS:]
