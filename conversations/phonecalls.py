"""The catalogue's tools on the telephone: each is called by itself, acts at once, and its answer is
what the assistant says next.
"""

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction

from conversations import committing
from conversations.context import known_facts
from conversations.desk import Desk, ToolResult, desk_of, open_promises
from conversations.models import Conversation, ToolCall, Turn
from conversations.prompting import current_playbook
from conversations.tooling import wrong
from conversations.tools import run_tool
from hampstead.core.clock import now

UNDER_WAY = {"status": "under way"}
PATIENCE_SECONDS = 4.0  # for the same call, sent again while we work on it
GIVEN_UP_AFTER = timedelta(seconds=30)  # by a process that died
STILL_BUSY = "we are still working on it: tell the caller that it takes a moment"


def answer_tool_call(
    *, turn: Turn, tool_use_id: str, name: str, arguments: Mapping[str, Any]
) -> ToolResult:
    """Run it once for its id; the same id again gets the stored result. Not inside a transaction:
    surveys are booked in their own.
    """
    row, is_new = ToolCall.objects.get_or_create(
        turn=turn,
        tool_use_id=tool_use_id,
        defaults={"name": name[:64], "arguments": dict(arguments), "result": UNDER_WAY},
    )
    if not is_new and not _take_over(row):
        return _stored(row)
    result = _run(turn, name, arguments)
    row.result, row.is_error = dict(result.content), result.is_error
    row.save(update_fields=["result", "is_error"])
    return result


def _take_over(row: ToolCall) -> bool:
    """From a process that died over it; only one does."""
    forgotten = ToolCall.objects.filter(
        pk=row.pk, result=UNDER_WAY, called_at__lt=now() - GIVEN_UP_AFTER
    )
    return bool(forgotten.update(called_at=now()))


def _stored(row: ToolCall) -> ToolResult:
    until = time.monotonic() + PATIENCE_SECONDS
    while row.result == UNDER_WAY and time.monotonic() < until:
        time.sleep(0.05)  # another request is at it: this waits for its row
        row.refresh_from_db(fields=["result", "is_error"])
    return wrong(STILL_BUSY) if row.result == UNDER_WAY else ToolResult(row.result, row.is_error)


def _run(turn: Turn, name: str, arguments: Mapping[str, Any]) -> ToolResult:
    desk = desk_of_call(turn.conversation)
    result = run_tool(name, arguments, desk)
    with transaction.atomic():
        committing.carry_out_wishes(turn, desk.wishes)
    return result


def desk_of_call(conversation: Conversation) -> Desk:
    """As it is now: an earlier tool of this call may have changed it."""
    conversation = Conversation.objects.select_related("person", "lead").get(pk=conversation.pk)
    return desk_of(
        conversation,
        current_playbook(),
        open_promises(conversation.person),
        facts=known_facts(conversation),
    )
