"""Trying a version of the prompt: the whole brain, and not one row of a customer.

Only what is asked of the model is real, and paid for by whoever tries.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from conversations import brain, context, disclosing, honesty
from conversations.claude import claude
from conversations.context import TurnContext
from conversations.desk import EMERGENCY, Desk, is_fixed
from conversations.draft import Draft
from conversations.exchanges import Exchange, promise_of
from conversations.firm_facts import FirmFacts
from conversations.history import plain
from conversations.honesty import Heard
from conversations.models import AnswerCheck, EnquiryLane, PromptVersion
from conversations.prompting import Lane, Playbook, filled, playbook_of
from conversations.screening import asked_if_robot, find_lane
from hampstead.core.clock import now, spoken_date
from hampstead.core.deadline import deadline
from hampstead.core.errors import CatalogueError
from hampstead.core.models import StaffUser
from hampstead.core.spending import Bill
from leads.models import EnquiryKind, FactKey
from leads.office_hours import is_open
from leads.promises import spoken_due

DEADLINE_SECONDS = 20  # all lines of one press of the button: a thread of the web waits for it
REMEMBERED = 20  # exchanges
Outcome = AnswerCheck.Outcome


@dataclass(frozen=True)
class TryOut:
    """The answers so far; `error` is what stopped it before the last line."""

    answers: list[Exchange]
    error: CatalogueError | None = None
    is_busy: bool = False  # this member of staff is trying something already


@dataclass(frozen=True)
class _Table:
    playbook: Playbook
    channel: str
    bill: Bill
    earlier: tuple[Exchange, ...]

    @property
    def facts(self) -> dict[str, Any]:
        return self.earlier[-1].facts if self.earlier else {}

    @property
    def lane_code(self) -> str:
        return self.earlier[-1].lane_code if self.earlier else ""

    @property
    def promises(self) -> list[dict[str, str]]:
        return self.earlier[-1].promises if self.earlier else []


def try_out(
    *,
    version: PromptVersion,
    lines: Sequence[str],
    by: StaffUser,
    channel: str = "whatsapp",
    earlier: Sequence[Exchange] = (),
) -> TryOut:
    """Answer each line as a customer would be answered under `version`, after `earlier`."""
    with _alone(by) as is_alone:
        if not is_alone:
            return TryOut([], is_busy=True)
        bill = Bill("playground", version.subject, f"staff:{by.pk}")
        return _try_all(lines, _Table(playbook_of(version), channel, bill, tuple(earlier)))


@contextmanager
def _alone(by: StaffUser) -> Iterator[bool]:
    """Whether no other try-out of theirs is under way: each holds a thread of the web."""
    key = f"playground:staff:{by.pk}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [key])
        (is_taken,) = cursor.fetchone()
    try:
        yield is_taken
    finally:
        if is_taken:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])


def _try_all(lines: Sequence[str], table: _Table) -> TryOut:
    answers: list[Exchange] = []
    try:
        with deadline(DEADLINE_SECONDS):
            for line in lines:
                so_far = (*table.earlier, *answers)
                answers.append(_answer(line, replace(table, earlier=so_far)))
    except CatalogueError as error:
        return TryOut(answers, error)
    return TryOut(answers)


def _answer(line: str, table: _Table) -> Exchange:
    lane = find_lane([line], table.playbook.lanes)
    if lane is not None and is_fixed(lane):
        return _by_lane(line, lane, table)
    lane_code = lane.code if lane is not None else table.lane_code
    desk = Desk(
        channel=table.channel,
        playbook=table.playbook,
        lane_code=lane_code,
        open_promises=tuple(promise_of(row) for row in table.promises),
    )
    told = _context(line, lane_code, table)
    draft = brain.compose(told, claude(), desk=desk, bill=table.bill)
    said = (line, *(exchange.said for exchange in table.earlier))
    heard = Heard(said, honesty.ends(table.facts.get(FactKey.BUDGET)))
    honesty.settle(draft, heard, told, claude(), bill=table.bill)
    draft.text = _truthful(line, draft.text, draft.wishes.lane, table)
    return _exchange(line, draft, lane, table)


def _truthful(line: str, text: str, chosen: Lane | None, table: _Table) -> str:
    """As when it is real: whoever asks is told that it is a machine, except where nothing may
    stand before the number to ring.
    """
    is_safety = chosen is not None and is_fixed(chosen) and chosen.code == EMERGENCY
    if is_safety or not asked_if_robot([line]):
        return text
    return disclosing.admitted(text, table.playbook)


def _by_lane(line: str, lane: Lane, table: _Table) -> Exchange:
    is_handover = lane.action == EnquiryLane.Action.HANDOVER
    return Exchange(
        said=line,
        answer=_truthful(line, filled(lane.reply), lane, table),
        is_fixed=True,
        lane=lane.title,
        handover=lane.title if is_handover else "",
        facts=_with_kind(table.facts, lane),
        lane_code=lane.code if lane.enquiry_kind or is_handover else table.lane_code,
        promises=table.promises,
    )


def _exchange(line: str, draft: Draft, found: Lane | None, table: _Table) -> Exchange:
    wishes = draft.wishes
    lane = wishes.lane or found
    noted = {key.value: value for key, value in wishes.facts.items()}
    stored = {row["kind"]: row for row in table.promises}
    for kind, new in wishes.promises.items():
        stored[kind.value] = {
            "kind": kind.value,
            "due_at": new.due_at.isoformat(),
            "about": new.about,
            "wish": new.wish,
        }
    return Exchange(
        said=line,
        answer=draft.text,
        lane=lane.title if lane else "",
        handover=wishes.handover_reason,
        tools=[
            {
                "name": run.use.name,
                "arguments": dict(run.use.arguments),
                "result": dict(run.result.content),
                "is_error": run.result.is_error,
            }
            for run in draft.tool_runs.values()
        ],
        outcome=draft.outcome.value,
        findings=honesty.as_rows(draft.findings),
        refused_text=draft.refused_text,
        model=draft.model,
        tokens_read=draft.usage.input_tokens + draft.usage.cache_write_tokens,
        tokens_cached=draft.usage.cache_read_tokens,
        tokens_written=draft.usage.output_tokens,
        cost_pence=str(draft.cost_pence),
        facts={**_with_kind(table.facts, lane), **noted},
        lane_code=_lane_after(lane, noted, table),
        promises=list(stored.values()),
    )


def _with_kind(facts: dict[str, Any], lane: Lane | None) -> dict[str, Any]:
    return {**facts, "enquiry_kind": lane.enquiry_kind} if lane and lane.enquiry_kind else facts


def _lane_after(lane: Lane | None, noted: dict[str, Any], table: _Table) -> str:
    """As when it is real: only a lane that says what kind of enquiry it is, stays."""
    if noted.get(FactKey.ENQUIRY_KIND) == EnquiryKind.NEW_PROJECT:
        return ""
    return lane.code if lane is not None and lane.enquiry_kind else table.lane_code


# --- what the model is told ---------------------------------------------------------------


def _context(line: str, lane_code: str, table: _Table) -> TurnContext:
    """As `context.build`, from what the page carries instead of from rows."""
    playbook, channel, firm = table.playbook, table.channel, FirmFacts.read()
    messages: list[dict[str, Any]] = []
    for exchange in table.earlier[-REMEMBERED:]:
        messages += [
            {"role": "user", "content": plain(exchange.said)},
            {"role": "assistant", "content": exchange.answer},
        ]
    blocks = (_situation(lane_code, table), plain(line))
    messages.append(
        {"role": "user", "content": [{"type": "text", "text": text} for text in blocks]}
    )
    return TurnContext(
        channel=channel,
        prompt_version=playbook.label,
        system=[
            {
                "type": "text",
                "text": context.stable_text(playbook, channel, firm),
                "cache_control": context.PREFIX_MARK,
            }
        ],
        messages=messages,
        playbook=playbook,
        secret_texts=context.secrets_of(playbook, channel),
        firm_texts=firm.texts(playbook),
        opening=firm.opening,
    )


def _situation(lane_code: str, table: _Table) -> str:
    at = now()
    facts = [f"- {key}: {plain(repr(value))}" for key, value in sorted(table.facts.items())]
    promised = [
        f"- {promise.get_kind_display()} {spoken_due(promise.due_at)}"
        for promise in map(promise_of, table.promises)
    ]
    sections = [
        f"# Now\nIt is {spoken_date(at)} in London.\n"
        f"The office is {'open' if is_open(at) else 'closed'}.",
        "\n".join(["# Known facts", *(facts or ["- none yet"])]),
        f"# Lane\nThis conversation is on the lane {lane_code}." if lane_code else "",
        "\n".join(["# Promised and still open", *promised]) if promised else "",
    ]
    body = "\n\n".join(filter(None, sections))
    return f"<situation>\n{body}\n</situation>"
