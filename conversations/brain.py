"""The tool loop: from a turn's context to a draft answer. Changes no row."""

import json
from typing import Any

from conversations.claude import Claude
from conversations.context import TurnContext
from conversations.draft import Draft, Reply, ToolRun
from conversations.tools import run_tool, schemas
from conversations.wording import whole_sentences
from hampstead.core.errors import ClaudeError

MAX_ROUNDS = 6


def compose(context: TurnContext, claude: Claude) -> Draft:
    """Answer the turn. Raises what `Claude.reply` raises, and ClaudeError if it never ends."""
    tools = schemas(context.channel)
    draft = Draft()
    messages: list[dict[str, Any]] = list(context.messages)
    for _ in range(MAX_ROUNDS):
        reply = claude.reply(system=context.system, messages=messages, tools=tools)
        draft.usage = draft.usage + reply.usage
        if not reply.tool_uses:
            draft.text = whole_sentences(reply.text) if reply.was_cut else reply.text
            return draft
        messages.append({"role": "assistant", "content": reply.blocks})
        messages.append({"role": "user", "content": _run_all(reply, draft, context.channel)})
    raise ClaudeError(f"no answer after {MAX_ROUNDS} rounds of tools", trips_breaker=False)


def _run_all(reply: Reply, draft: Draft, channel: str) -> list[dict[str, Any]]:
    """All results of one round, in one user message, as the API wants them."""
    for use in reply.tool_uses:
        if use.id not in draft.tool_runs:  # a repeated call gets its first result again
            result = run_tool(use.name, use.arguments, draft.wishes, channel=channel)
            draft.tool_runs[use.id] = ToolRun(use, result)
    return [
        {
            "type": "tool_result",
            "tool_use_id": use.id,
            "content": json.dumps(draft.tool_runs[use.id].result.content, ensure_ascii=False),
            "is_error": draft.tool_runs[use.id].result.is_error,
        }
        for use in reply.tool_uses
    ]
