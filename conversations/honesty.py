"""Said versus done: no answer leaves that claims what no row and no tool result bears out."""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction

from conversations import brain, surveying, wording
from conversations.claims import Finding, Known, check
from conversations.context import TurnContext, known_facts, secrets_of
from conversations.desk import open_promises, promise_reply
from conversations.draft import Draft, TalkingModel, ToolRun
from conversations.firm_facts import FirmFacts
from conversations.models import AnswerCheck, Conversation, Handover, Message, Turn
from conversations.prompting import Playbook, filled
from hampstead.core import stafftasks
from hampstead.core.clock import now
from hampstead.core.errors import CatalogueError
from hampstead.core.logs import fields
from hampstead.core.spending import Bill
from leads.models import Fact, FactKey, Promise
from leads.promises import spoken_due

logger = logging.getLogger(__name__)
REMEMBERED = 40  # messages of the customer that may be echoed
REPLACED = "The assistant could not give an honest answer"
SAID_ON_THE_PHONE = "The assistant said something that is not true"
PHONE_CHECK_DUE = timedelta(minutes=1)


@dataclass(frozen=True)
class Heard:
    """What the customer has said so far, which may be echoed."""

    texts: tuple[str, ...]
    budget_pence: tuple[int, ...] = ()


def heard_in(
    conversation: Conversation, facts: Iterable[Fact], *, texts: Sequence[str] | None = None
) -> Heard:
    """`texts`: all the customer's messages, the newest first, if they have been read."""
    newest = tuple(_said(conversation)) if texts is None else tuple(texts[:REMEMBERED])
    budgets = (end for fact in facts if fact.key == FactKey.BUDGET for end in ends(fact.value))
    return Heard(newest, tuple(budgets))


def _said(conversation: Conversation) -> Iterable[str]:
    said = Message.objects.filter(conversation=conversation, author=Message.Author.CUSTOMER)
    newest = said.exclude(text="").order_by("-sent_at", "-id")
    return newest.values_list("text", flat=True)[:REMEMBERED]


def ends(budget: Any) -> tuple[int, ...]:
    """Both ends of a noted budget, in pence."""
    values = budget.values() if isinstance(budget, Mapping) else ()
    return tuple(end for end in values if isinstance(end, int))


def settle(
    draft: Draft, heard: Heard, context: TurnContext, claude: TalkingModel, *, bill: Bill
) -> None:
    """Check the answer; one repair round; then a safe sentence. The draft says which it was."""
    findings = review(draft, heard, context)
    if not findings:
        return
    draft.findings, draft.refused_text = findings, draft.text
    still = _findings_after_repair(draft, heard, context, claude, bill)
    if still:
        draft.findings = [*findings, *(new for new in still if new not in findings)]
        draft.outcome = AnswerCheck.Outcome.REPLACED
        _say_something_safe(draft)
    else:
        draft.outcome = AnswerCheck.Outcome.REPAIRED


def _findings_after_repair(
    draft: Draft, heard: Heard, context: TurnContext, claude: TalkingModel, bill: Bill
) -> list[Finding]:
    try:
        brain.repair(draft, draft.findings, context, claude, bill=bill)
    except CatalogueError as error:
        # The customer does not wait for a second try of a second try.
        logger.warning("repair failed", extra=fields(subject=bill.subject, code=error.code))
        return draft.findings
    return review(draft, heard, context)


def _say_something_safe(draft: Draft) -> None:
    """A colleague will answer: the row that makes it true comes with it."""
    about = "an answer the assistant could not give"
    promise = promise_reply(draft.desk.open_promises, about)
    # What the refused answer would have promised or sorted, the customer does not read.
    draft.wishes.promises = {Promise.Kind.REPLY: promise}
    if not draft.wishes.handover_reason:
        draft.wishes.lane = None
    draft.text = wording.safe(spoken_due(promise.due_at))


def review(draft: Draft, heard: Heard, context: TurnContext) -> list[Finding]:
    """What is wrong with the draft's text. A lane's fixed text is the office's own."""
    lane = draft.wishes.lane
    if lane is not None and lane.reply and draft.text == filled(lane.reply):
        return []
    return check(draft.text, _known(draft, heard, context))


def _known(draft: Draft, heard: Heard, context: TurnContext) -> Known:
    wishes, conversation = draft.wishes, draft.desk.conversation
    if conversation is not None:  # tools may have acted
        draft.desk.standing = surveying.standing_of(conversation.person)
    promised = {*wishes.promises, *_kinds_that_stand(draft.desk.open_promises)}
    results = [json.dumps(run.result.content, ensure_ascii=False) for run in _honest_runs(draft)]
    return Known(
        now=now(),
        tool_texts=(*results, *_standing(draft), *context.survey_texts),
        customer_texts=heard.texts,
        budget_pence=heard.budget_pence + ends(wishes.facts.get(FactKey.BUDGET)),
        has_promise=Promise.Kind.CALL_BACK in promised,
        has_reply=Promise.Kind.REPLY in promised,
        has_handover=bool(wishes.handover_reason),
        opening=context.opening,
        firm_texts=context.firm_texts,
        secret_texts=context.secret_texts,
        **draft.desk.standing.claims(),
    )


def _kinds_that_stand(promises: Iterable[Promise]) -> Iterator[str]:
    """What is overdue bears out nothing: the customer has waited for it already."""
    return (promise.kind for promise in promises if promise.due_at > now())


def _standing(draft: Draft) -> Iterable[str]:
    """By when we have promised something may be said again, until this turn moves it."""
    for promise in draft.desk.open_promises:
        if promise.due_at > now() and promise.kind not in draft.wishes.promises:
            yield json.dumps({"due": spoken_due(promise.due_at)})


def _honest_runs(draft: Draft) -> list[ToolRun]:
    """An error repeats what the model asked for, so it proves nothing."""
    return [run for run in draft.tool_runs.values() if not run.result.is_error]


def record(draft: Draft, turn: Turn) -> None:
    """Call inside the turn's commit."""
    AnswerCheck.objects.create(
        conversation=turn.conversation,
        turn=turn,
        outcome=draft.outcome,
        findings=as_rows(draft.findings),
        refused_text=draft.refused_text,
    )
    if draft.outcome == AnswerCheck.Outcome.REPLACED:
        stafftasks.open_task(
            title=REPLACED,
            subject=turn.conversation.subject,
            detail=f"It was stopped before it was sent. {_listed(draft.findings)}",
            due_in=timedelta(minutes=15),
            is_urgent=True,
        )


def as_rows(findings: Iterable[Finding]) -> list[dict[str, str]]:
    return [
        {"kind": str(finding.kind), "quote": finding.quote, "why": finding.why}
        for finding in findings
    ]


def _listed(findings: Sequence[Finding]) -> str:
    return " ".join(f"“{finding.quote}”: {finding.why}" for finding in findings[:5])


@transaction.atomic
def review_call(
    *,
    conversation: Conversation,
    subject: str,
    said: str,
    tool_texts: Sequence[str],
    playbook: Playbook,
) -> AnswerCheck:
    """After a phone call: what the assistant said is out, so a person must put it right.

    `said` is everything the assistant spoke in the call, `tool_texts` the JSON results it got.
    Run once for each `subject` ("call:7"); a repeat returns the stored check.
    """
    found = AnswerCheck.objects.filter(subject=subject).first()
    if found is not None:
        return found
    findings = check(said, _known_after_call(conversation, tool_texts, playbook))
    if findings:
        stafftasks.open_task(
            title=SAID_ON_THE_PHONE,
            subject=conversation.subject,
            detail=f"Ring the customer and put it right. {_listed(findings)}",
            due_in=PHONE_CHECK_DUE,
            is_urgent=True,
        )
    return AnswerCheck.objects.create(
        conversation=conversation,
        subject=subject,
        outcome=AnswerCheck.Outcome.FLAGGED if findings else AnswerCheck.Outcome.PASSED,
        findings=as_rows(findings),
        refused_text="",
    )


def _known_after_call(
    conversation: Conversation, tool_texts: Sequence[str], playbook: Playbook
) -> Known:
    heard = heard_in(conversation, known_facts(conversation))
    firm = FirmFacts.read()
    promised = set(_kinds_that_stand(open_promises(conversation.person)))
    handovers = Handover.objects.filter(conversation=conversation, ended_at__isnull=True)
    return Known(
        now=now(),
        tool_texts=tuple(tool_texts),
        customer_texts=heard.texts,
        budget_pence=heard.budget_pence,
        has_promise=Promise.Kind.CALL_BACK in promised,
        has_reply=Promise.Kind.REPLY in promised,
        has_handover=handovers.exists(),
        opening=firm.opening,
        firm_texts=firm.texts(playbook),
        secret_texts=secrets_of(playbook, conversation.channel),
        **surveying.standing_of(conversation.person).claims(),
    )
