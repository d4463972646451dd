"""Carrying out a turn's draft: message, effect, facts, verdict, tool calls, in one transaction."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction

from conversations import wording
from conversations.draft import Draft
from conversations.handover import start_handover
from conversations.models import Conversation, Message, ToolCall, Turn
from hampstead.core import incidents, live, outbox, stafftasks
from hampstead.core.clock import now
from hampstead.core.errors import QualificationError
from hampstead.core.fence import LaneHold
from hampstead.core.models import Outbox
from leads.enquiries import open_lead
from leads.facts import note_facts
from leads.qualifying import qualify_lead

ANSWER = "answer"  # purpose of effects that a takeover cancels
ANSWER_USEFUL_FOR = timedelta(hours=2)
APOLOGY_AGAIN_AFTER = timedelta(hours=24)


def carry_out(turn: Turn, draft: Draft) -> None:
    """Call inside the turn's commit."""
    conversation = turn.conversation
    _note(turn, draft)
    text = _with_notice_once(conversation, draft.text)
    message = say(conversation, text, author=Message.Author.AI, turn=turn)
    message.prompt_version = turn.prompt_version
    message.save(update_fields=["prompt_version"])
    _store_tool_calls(turn, draft)
    turn.input_tokens += draft.usage.input_tokens
    turn.cache_write_tokens += draft.usage.cache_write_tokens
    turn.cache_read_tokens += draft.usage.cache_read_tokens
    turn.output_tokens += draft.usage.output_tokens
    turn.status = Turn.Status.ANSWERED
    turn.error = turn.error_code = ""
    turn.save()
    if draft.wishes.handover_reason:
        start_handover(conversation=conversation, reason=draft.wishes.handover_reason, by=None)


def _with_notice_once(conversation: Conversation, text: str) -> str:
    if conversation.notice_given_at is not None and _was_anything_said(conversation):
        return text
    conversation.notice_given_at = now()
    conversation.save(update_fields=["notice_given_at"])
    return wording.with_notice(text)


def _was_anything_said(conversation: Conversation) -> bool:
    """An answer that was cancelled or failed has taken its notice along."""
    lost = [Outbox.Status.CANCELLED, Outbox.Status.FAILED]
    answers = Message.objects.filter(conversation=conversation, effect__purpose=ANSWER)
    return answers.exclude(effect__status__in=lost).exists()


def say(
    conversation: Conversation,
    text: str,
    *,
    author: Message.Author,
    turn: Turn | None = None,
    purpose: str = ANSWER,
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
    )


def _note(turn: Turn, draft: Draft) -> None:
    """Facts onto the lead, then its verdict. Broken rules cost the verdict, not the answer."""
    conversation = turn.conversation
    lead = open_lead(person=conversation.person)  # a closed enquiry stays closed: a new one begins
    if conversation.lead != lead:
        conversation.lead = lead
        conversation.save(update_fields=["lead"])
    if draft.wishes.facts:
        asked = turn.messages.filter(author=Message.Author.CUSTOMER).order_by("-id").first()
        note_facts(
            lead=lead,
            facts=draft.wishes.facts,
            source=f"message:{asked.pk}" if asked else conversation.subject,
            quote=asked.text[:500] if asked else "",
        )
    try:
        qualify_lead(lead=lead)
    except QualificationError as error:
        subject = f"lead:{lead.pk}"
        incidents.report(code=error.code, scope="qualification", detail=error.detail)
        stafftasks.open_task(
            title="A lead could not be qualified",
            subject=subject,
            detail=error.detail,
            code=error.code,
        )


def _store_tool_calls(turn: Turn, draft: Draft) -> None:
    calls = [
        ToolCall(
            turn=turn,
            tool_use_id=_fitting_id(run.use.id),
            name=run.use.name[:64],
            arguments=dict(run.use.arguments),
            result=run.result.content,
            is_error=run.result.is_error,
        )
        for run in draft.tool_runs.values()
    ]
    ToolCall.objects.bulk_create(calls, ignore_conflicts=True)


def _fitting_id(tool_use_id: str) -> str:
    """Ids are short in practice; an absurd one must not fail the turn."""
    short = len(tool_use_id) <= 80
    return tool_use_id if short else hashlib.sha256(tool_use_id.encode()).hexdigest()


@transaction.atomic
def apologise(hold: LaneHold, turn: Turn) -> None:
    """Only kinds we cannot read arrived: say so once a day for each kind, and show staff."""
    hold.check()
    conversation = turn.conversation
    kind = turn.messages.order_by("-id").values_list("kind", flat=True).first() or "unsupported"
    text = wording.cannot_read(kind)
    if not _said_lately(conversation, text):
        say(
            conversation,
            _with_notice_once(conversation, text),
            author=Message.Author.SYSTEM,
            turn=turn,
        )
    turn.status, turn.closed_at = Turn.Status.ANSWERED, now()
    turn.save(update_fields=["status", "closed_at"])
    live.announce(conversation.subject)


def _said_lately(conversation: Conversation, text: str) -> bool:
    return Message.objects.filter(
        conversation=conversation,
        author=Message.Author.SYSTEM,
        text__startswith=text,
        sent_at__gt=now() - APOLOGY_AGAIN_AFTER,
    ).exists()
