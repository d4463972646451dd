"""The tool loop: from a turn's context to a draft answer. Changes no row."""

import json
from collections.abc import Sequence
from typing import Any

from conversations.claims import Finding
from conversations.context import TurnContext
from conversations.desk import Desk, is_fixed
from conversations.draft import Draft, Reply, TalkingModel, ToolRun, ToolUse
from conversations.prompting import filled
from conversations.tools import run_tool, schemas
from conversations.wording import whole_sentences
from hampstead.core.errors import ClaudeError
from hampstead.core.spending import Bill

MAX_ROUNDS = 6
REPAIR_ROUNDS = 3
ACTING = ("hold_slot", "book_survey", "move_survey", "cancel_survey")  # at once
MAX_CALLS = 12  # tool calls in one message that are carried out


def compose(context: TurnContext, claude: TalkingModel, *, desk: Desk, bill: Bill) -> Draft:
    """Answer the turn. Raises what the adapter raises, and ClaudeError if it never ends."""
    draft = Draft(desk, transcript=list(context.messages))
    _converse(draft, context, claude, bill=bill, rounds=MAX_ROUNDS)
    return draft


def repair(
    draft: Draft,
    findings: Sequence[Finding],
    context: TurnContext,
    claude: TalkingModel,
    *,
    bill: Bill,
) -> None:
    """Let the model say it again without what is not true. It may use its tools once more."""
    draft.transcript += [
        {"role": "assistant", "content": draft.text},
        {"role": "user", "content": _office_check(findings)},
    ]
    _converse(draft, context, claude, bill=bill, rounds=REPAIR_ROUNDS)


def _office_check(findings: Sequence[Finding]) -> str:
    """What is wrong with the answer. The customer never sees this, nor the answer."""
    wrong = "\n".join(f"- “{finding.quote}”: {finding.why}" for finding in findings[:8])
    return (
        "[Office check] Your answer was not sent, because of this:\n"
        f"{wrong}\n"
        "Write the whole answer again without it. If a tool can make it true, call the tool first "
        "and say what its result says. Do not mention this check."
    )


def _converse(
    draft: Draft, context: TurnContext, claude: TalkingModel, *, bill: Bill, rounds: int
) -> None:
    tools = schemas(context.channel, draft.desk.playbook)
    for _ in range(rounds):
        reply = claude.reply(
            system=context.system, messages=draft.transcript, tools=tools, bill=bill
        )
        draft.usage = draft.usage + reply.usage
        draft.cost_pence += reply.cost_pence
        draft.model = reply.model
        if not reply.tool_uses:
            draft.text = _spoken(reply)
            return
        results = _run_all(reply, draft)
        if (fixed := _fixed_text(draft.desk)) is not None:
            draft.text = fixed  # nothing the model could add would be sent
            return
        draft.transcript += [
            {"role": "assistant", "content": reply.blocks},
            {"role": "user", "content": results},
        ]
    raise ClaudeError(f"no answer after {rounds} rounds of tools", trips_breaker=False)


def _spoken(reply: Reply) -> str:
    return whole_sentences(reply.text) if reply.was_cut else reply.text


def _fixed_text(desk: Desk) -> str | None:
    """The lane's own words, where the lane has the last word."""
    lane = desk.wishes.lane
    return filled(lane.reply) if lane is not None and is_fixed(lane) else None


def _run_all(reply: Reply, draft: Draft) -> list[dict[str, Any]]:
    """All results of one round, in one user message, as the API wants them."""
    for position, use in enumerate(reply.tool_uses):
        if use.id not in draft.tool_runs:  # a repeated call gets its first result again
            draft.tool_runs[use.id] = _run(use, draft, is_allowed=position < MAX_CALLS)
    return [
        {
            "type": "tool_result",
            "tool_use_id": use.id,
            "content": json.dumps(draft.tool_runs[use.id].result.content, ensure_ascii=False),
            "is_error": draft.tool_runs[use.id].result.is_error,
        }
        for use in reply.tool_uses
    ]


def _run(use: ToolUse, draft: Draft, *, is_allowed: bool) -> ToolRun:
    same = (use.name, dict(use.arguments))
    found = None
    for run in draft.tool_runs.values():  # the same intent under a new id is the same call
        is_done = not run.result.is_error  # what was refused may be allowed by now
        if is_done and (run.use.name, dict(run.use.arguments)) == same:
            found = run
        elif is_done and run.use.name in ACTING and use.name in (*ACTING, "find_slots"):
            found = None  # the surveys are others by now
    if found is not None:
        return ToolRun(use, found.result)
    name = use.name if is_allowed else "more than we carry out at once"
    return ToolRun(use, run_tool(name, use.arguments, draft.desk))
