"""Carrying out what a turn decided: message, effect, facts, verdict, promises, tool calls, in the
turn's one commit.
"""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from conversations import (
    answering,
    digest_requests,
    disclosing,
    honesty,
    noting,
    surveying,
    wording,
)
from conversations.desk import (
    EMERGENCY,
    NewPromise,
    Wishes,
    is_fixed,
    open_promises,
    promise_reply,
    stays,
)
from conversations.draft import Draft
from conversations.handover import ASKED, start_handover
from conversations.intake import IntakeReply
from conversations.intake_words import IN_WRITING
from conversations.models import (
    AnswerCheck,
    Conversation,
    EnquiryLane,
    Message,
    ToolCall,
    Turn,
)
from conversations.prompting import Lane, Playbook, current_playbook, filled
from conversations.screening import asked_if_robot
from hampstead.core import stafftasks
from hampstead.core.clock import now
from hampstead.core.errors import CatalogueError
from leads.enquiries import open_lead
from leads.facts import current_facts
from leads.models import EnquiryKind, FactKey, Promise
from leads.promises import cancel_promise, make_promise, spoken_due

AT_ONCE, SOON = timedelta(minutes=5), timedelta(minutes=15)


def carry_out(turn: Turn, draft: Draft) -> None:
    """The model's answer. Call inside the turn's commit."""
    conversation, wishes = turn.conversation, draft.wishes
    is_by_lane = wishes.lane is not None and is_fixed(wishes.lane)
    _arrange(turn, wishes)
    message = _say(turn, draft.text, author=Message.Author.AI, purpose=_purpose(wishes.lane))
    honesty.record(draft, turn)
    if not draft.desk.standing.is_empty and draft.outcome != AnswerCheck.Outcome.REPLACED:
        standing = surveying.standing_of(conversation.person)
        assert message.effect is not None  # noqa: S101  say() has just made it
        surveying.note_told(standing, draft.text, message.effect)
    _store_tool_calls(turn, draft)
    turn.input_tokens += draft.usage.input_tokens
    turn.cache_write_tokens += draft.usage.cache_write_tokens
    turn.cache_read_tokens += draft.usage.cache_read_tokens
    turn.output_tokens += draft.usage.output_tokens
    turn.cost_pence += draft.cost_pence
    turn.model = draft.model
    _close(turn, Turn.AnsweredBy.LANE if is_by_lane else Turn.AnsweredBy.MODEL)
    if wishes.handover_reason:
        _hand_over(conversation, wishes.handover_reason, wishes.lane)
    if digest_requests.wanted(conversation):
        digest_requests.ask(conversation)


def carry_out_wishes(turn: Turn, wishes: Wishes) -> None:
    """What a tool of a call asked for: nothing is sent, the caller hears it. In a transaction."""
    _arrange(turn, wishes)
    if wishes.handover_reason:
        _hand_over(turn.conversation, wishes.handover_reason, wishes.lane)


def _arrange(turn: Turn, wishes: Wishes) -> None:
    if wishes.lane is not None:
        _enter(turn, wishes.lane, wishes.facts)
    _note(turn, wishes.facts)
    _promise(turn.conversation, wishes.promises)


def answer_by_lane(turn: Turn, lane: Lane) -> None:
    """The lane's fixed text, without asking the model. Call inside the turn's commit."""
    facts: dict[FactKey, Any] = {}
    _enter(turn, lane, facts)
    _note(turn, facts)
    _say(turn, filled(lane.reply), author=Message.Author.AI, purpose=_purpose(lane))
    _close(turn, Turn.AnsweredBy.LANE)
    if lane.action == EnquiryLane.Action.HANDOVER:
        _hand_over(turn.conversation, lane.title, lane)


def answer_by_intake(turn: Turn, reply: IntakeReply, error: CatalogueError) -> None:
    """The scripted intake's question, while Claude cannot be asked. Inside the turn's commit."""
    _note(turn, reply.facts)
    if reply.wish == IN_WRITING:
        _call_off_ringing(turn.conversation)
    if reply.promise_kind is not None and reply.due_at is not None:
        about = "the enquiry that came while the assistant was away"
        new = NewPromise(reply.due_at, about, reply.wish)
        _promise(turn.conversation, {reply.promise_kind: new})
    is_new = not answering.said_lately(turn.conversation, reply.text)
    if is_new or asked_if_robot([asked.text for asked in turn.asked]):
        _say(turn, reply.text, author=Message.Author.SYSTEM, purpose=answering.INTAKE)
    _close(turn, Turn.AnsweredBy.INTAKE, error)


def _call_off_ringing(conversation: Conversation) -> None:
    """They asked us not to ring. What a colleague arranged is the colleague's to change."""
    ours = Promise.objects.open().filter(person=conversation.person, made_by__isnull=True)
    for promise in ours.filter(kind=Promise.Kind.CALL_BACK):
        cancel_promise(promise=promise, by=None, reason="they prefer a message to a call")


def give_up(turn: Turn, error: CatalogueError) -> None:
    """The model cannot answer this one: an honest sentence, and a person does."""
    conversation = turn.conversation
    about = "a message the assistant could not answer"
    promise = promise_reply(open_promises(conversation.person), about)
    _promise(conversation, {Promise.Kind.REPLY: promise})
    _say(
        turn,
        wording.safe(spoken_due(promise.due_at)),
        author=Message.Author.SYSTEM,
        purpose=answering.INTAKE,
    )
    stafftasks.open_task(
        title="The assistant could not answer",
        subject=conversation.subject,
        detail=str(error),
        code=error.code,
        due_in=timedelta(minutes=15),
        is_urgent=True,
    )
    _close(turn, Turn.AnsweredBy.NOBODY, error)


def warn_of_danger(conversation: Conversation, lane: Lane, playbook: Playbook) -> None:
    """An emergency in a chat that staff own: they are paged, the number goes out."""
    stafftasks.open_task(
        title=lane.task_title or lane.title,
        subject=conversation.subject,
        detail="The customer describes an emergency in a chat that you own.",
        is_urgent=True,
        due_in=AT_ONCE,
    )
    text = filled(lane.reply)
    if not answering.said_lately(conversation, text):
        answering.say(
            conversation,
            text,
            author=Message.Author.SYSTEM,
            purpose=answering.SAFETY,
            prompt_version=playbook.label,
        )


def leave_unanswered(turn: Turn) -> None:
    """The person asked us not to write: nothing is said and nobody needs to act."""
    turn.status, turn.closed_at = Turn.Status.ABANDONED, now()
    turn.save(update_fields=["status", "closed_at"])


def _close(turn: Turn, by: Turn.AnsweredBy, error: CatalogueError | None = None) -> None:
    """`error`: why the model did not answer, for staff to see."""
    turn.answered_by = by
    turn.status, turn.closed_at = Turn.Status.ANSWERED, now()
    turn.error_code, turn.error = (error.code, str(error)[:2000]) if error else ("", "")
    turn.save()


def _say(turn: Turn, text: str, *, author: Message.Author, purpose: str) -> Message:
    conversation = turn.conversation
    if purpose != answering.SAFETY and asked_if_robot([asked.text for asked in turn.asked]):
        text = disclosing.admitted(text, current_playbook())
    return answering.say(
        conversation,
        answering.with_notice_once(conversation, text),
        author=author,
        turn=turn,
        purpose=purpose,
        prompt_version=turn.prompt_version,
    )


def _purpose(lane: Lane | None) -> str:
    if lane is None or not is_fixed(lane):
        return answering.ANSWER
    # A takeover cancels what has not left yet; an emergency number must reach the customer.
    return answering.SAFETY if lane.code == EMERGENCY else answering.LANE


def _enter(turn: Turn, lane: Lane, facts: dict[FactKey, Any]) -> None:
    """The turn is counted by its lane; what the lane says of the enquiry stays."""
    conversation = turn.conversation
    turn.enquiry_lane = lane.code
    if lane.enquiry_kind and not (is_fixed(lane) and _is_sorted(conversation)):
        facts.setdefault(FactKey.ENQUIRY_KIND, lane.enquiry_kind)
    if stays(lane):
        conversation.enquiry_lane = lane.code
        conversation.save(update_fields=["enquiry_lane"])
    if lane.task_title and lane.action != EnquiryLane.Action.HANDOVER:
        stafftasks.open_task(
            title=lane.task_title,
            subject=conversation.subject,
            detail=f"Lane: {lane.title}.",
            is_urgent=lane.is_urgent,
            due_in=AT_ONCE if lane.is_urgent else timedelta(hours=4),
        )


def _hand_over(conversation: Conversation, reason: str, lane: Lane | None) -> None:
    """A lane that hands over calls staff in its own words."""
    hands_over = lane is not None and lane.action == EnquiryLane.Action.HANDOVER
    start_handover(
        conversation=conversation,
        reason=reason,
        by=None,
        task_title=(lane.task_title if lane and hands_over else "") or ASKED,
        task_due_in=AT_ONCE if lane and hands_over and lane.is_urgent else SOON,
    )


def _is_sorted(conversation: Conversation) -> bool:
    """Whoever complains in the middle of an enquiry still has that enquiry."""
    lead = conversation.lead
    return lead is not None and lead.is_open and FactKey.ENQUIRY_KIND in current_facts(lead)


def _note(turn: Turn, facts: Mapping[FactKey, Any]) -> None:
    """Facts onto the open lead."""
    conversation = turn.conversation
    lead = open_lead(person=conversation.person)  # a closed enquiry stays closed: a new one begins
    if conversation.lead != lead:
        conversation.lead = lead
        conversation.save(update_fields=["lead"])
    if facts.get(FactKey.ENQUIRY_KIND) == EnquiryKind.NEW_PROJECT and conversation.enquiry_lane:
        conversation.enquiry_lane = ""
        conversation.save(update_fields=["enquiry_lane"])
    noting.note_said(turn, lead, facts)


def _promise(conversation: Conversation, promises: Mapping[Promise.Kind, NewPromise]) -> None:
    """What was said becomes a row."""
    for kind, new in promises.items():
        make_promise(
            person=conversation.person,
            lead=conversation.lead,
            kind=kind,
            source=conversation.subject,
            about=new.about,
            wish=new.wish,
            due_at=new.due_at,
        )


def _store_tool_calls(turn: Turn, draft: Draft) -> None:
    calls = [
        ToolCall(
            turn=turn,
            tool_use_id=_fitting_id(run.use.id),
            name=run.use.name[:64],
            arguments=dict(run.use.arguments),
            result=dict(run.result.content),
            is_error=run.result.is_error,
        )
        for run in draft.tool_runs.values()
    ]
    ToolCall.objects.bulk_create(calls, ignore_conflicts=True)


def _fitting_id(tool_use_id: str) -> str:
    """Ids are short in practice; an absurd one must not fail the turn."""
    short = len(tool_use_id) <= 80
    return tool_use_id if short else hashlib.sha256(tool_use_id.encode()).hexdigest()
