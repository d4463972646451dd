"""What VAPI waits for an answer to, in the request: which assistant, what a tool says, where to put
a caller through. Only the database is asked, with what the diaries keep of free and busy.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from conversations.desk import ToolResult
from conversations.phonecalls import answer_tool_call
from conversations.tooling import wrong
from conversations.tools import STOP_RECORDING
from hampstead.core import incidents
from hampstead.core.clock import now
from hampstead.core.logs import fields
from leads.models import Firm
from leads.office_hours import is_open
from voice.assistant import build_assistant, unrecorded
from voice.calls import note_call, note_refused_transfer
from voice.consenting import note_objection, objects
from voice.reading import Heard, part, text

logger = logging.getLogger(__name__)
Answer = dict[str, Any]
DEADLINE = "2s"  # VAPI gives up after 7.5 seconds, the way to it included
MOST_TOOLS = 10
NOT_NOW = "the office is closed: say so, and offer that a colleague rings back (promise_callback)"
FAILED = "this did not work just now: offer that a colleague rings back (promise_callback)"


@dataclass(frozen=True)
class ToolUse:
    id: str
    name: str
    arguments: Mapping[str, Any]


def answer(heard: Heard) -> Answer | None:
    """None: VAPI wants no answer to this kind."""
    answers: Callable[[Heard], Answer] | None = _ANSWERS.get(heard.kind)
    return answers(heard) if answers is not None else None


# --- which assistant ----------------------------------------------------------------------


def _assistant(heard: Heard) -> Answer:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [DEADLINE])
            is_recorded = True
            if heard.call is not None:
                call = note_call(heard.call)
                is_recorded = not objects(call.conversation.person)
            if not settings.VAPI_ASSISTANT_ID:
                return {"assistant": build_assistant(is_recorded=is_recorded)}
            stored: Answer = {"assistantId": settings.VAPI_ASSISTANT_ID}
            return stored if is_recorded else {**stored, "assistantOverrides": unrecorded()}
    except Exception as error:  # whatever it is, the caller reaches a person, not an error
        logger.exception("no assistant for a call")
        _report("assistant-request", error)
        return {"destination": office_line()}


def office_line() -> Answer:
    """Where people are. From the settings when the database cannot say."""
    try:
        number = Firm.current().office_phone
    except Exception:  # the same: a caller waits
        logger.exception("the office's number could not be read")
        number = settings.OFFICE_PHONE
    return {"type": "number", "number": number, "message": "Putting you through to the office."}


def _report(scope: str, error: Exception) -> None:
    try:
        incidents.report(code="E007", scope=f"vapi:{scope}", detail=type(error).__name__)
    except Exception:  # the database may be what is away; it is in the log
        logger.exception("the incident could not be recorded")


# --- tools --------------------------------------------------------------------------------


def _tool_calls(heard: Heard) -> Answer:
    uses = list({use.id: use for use in read_uses(heard.body)}.values())[:MOST_TOOLS]
    return {"results": [_result(heard, use) for use in uses]}


def _result(heard: Heard, use: ToolUse) -> Answer:
    """One line of text each: VAPI breaks at line ends, and ignores any code but 200."""
    result = _run(heard, use)
    said = json.dumps(dict(result.content), ensure_ascii=False, sort_keys=True)
    return {"toolCallId": use.id, "name": use.name, "error" if result.is_error else "result": said}


def _run(heard: Heard, use: ToolUse) -> ToolResult:
    if heard.call is None:
        return wrong("the call is not named")
    try:
        call = note_call(heard.call)
        if use.name == STOP_RECORDING:  # first: what we say of it must be so
            note_objection(call, text(use.arguments.get("quote")))
        return answer_tool_call(
            turn=call.turn, tool_use_id=use.id, name=use.name, arguments=use.arguments
        )
    except Exception as error:  # the assistant must have something true to say
        logger.exception("tool of a call failed", extra=fields(tool=use.name))
        _report("tool-calls", error)
        return wrong(FAILED)


def read_uses(message: Mapping[str, Any]) -> Iterator[ToolUse]:
    """All shapes that VAPI's pages and posts show."""
    calls = message.get("toolCallList") or message.get("toolCalls")
    if not calls:
        pairs = message.get("toolWithToolCallList")
        calls = [part(pair, "toolCall") for pair in _dicts(pairs)]
    for call in _dicts(calls):
        function = part(call, "function")
        name = text(function.get("name")) or text(call.get("name"))
        given: Any = next(
            (
                holder[key]
                for holder, key in (
                    (function, "arguments"),
                    (call, "arguments"),
                    (call, "parameters"),
                )
                if holder.get(key) is not None
            ),
            {},
        )
        if call_id := text(call.get("id"))[:80]:
            yield ToolUse(call_id, name[:64], _object(given))


def _object(given: Any) -> Mapping[str, Any]:
    """An object, or the text of one."""
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            return {}
    return given if isinstance(given, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _legacy(heard: Heard) -> Answer:
    """A "function-call", as old assistants send it: no id, so its content is its key."""
    function = part(heard.body, "functionCall")
    name, arguments = text(function.get("name")), _object(function.get("parameters"))
    told = json.dumps([name, arguments], sort_keys=True)
    key = f"legacy:{hashlib.sha256(told.encode()).hexdigest()[:32]}"
    result = _run(heard, ToolUse(key, name[:64], arguments))
    return {"result": json.dumps(dict(result.content), ensure_ascii=False)}


# --- putting through ----------------------------------------------------------------------


def _transfer(heard: Heard) -> Answer:
    """To the office while somebody is there; else the assistant offers a dated call-back."""
    try:
        if not is_open(now()):
            if heard.call is not None:
                note_refused_transfer(heard.call)
            return {"error": NOT_NOW}
    except Exception as error:  # rather a ringing office line than silence
        logger.exception("office hours could not be read")
        _report("transfer", error)
    return {"destination": office_line()}


_ANSWERS: dict[str, Callable[[Heard], Answer]] = {
    "assistant-request": _assistant,
    "tool-calls": _tool_calls,
    "function-call": _legacy,
    "transfer-destination-request": _transfer,
}
