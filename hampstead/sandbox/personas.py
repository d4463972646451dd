"""Who answers: the exact answers a test has set, then the persona."""

import json
from collections import deque
from collections.abc import Callable
from typing import Any

from hampstead.sandbox.adversaries import lie, lie_on, lie_once, obey
from hampstead.sandbox.anthropic_limits import Limits
from hampstead.sandbox.anthropic_usage import CacheMemory
from hampstead.sandbox.counters import Counters
from hampstead.sandbox.extraction import extracted
from hampstead.sandbox.numbered_transcript import digest, is_handed_over
from hampstead.sandbox.receptionist import ToolUse, answer
from hampstead.sandbox.transcript import Transcript, read_transcript

JsonObject = dict[str, Any]
Persona = Callable[[Transcript], list[ToolUse] | str]


def receive(transcript: Transcript) -> list[ToolUse] | str:
    return digest(transcript) if is_handed_over(transcript) else answer(transcript)


PERSONAS: dict[str, Persona] = {
    "receptionist": receive,
    "obedient": obey,
    "liar": lie,
    "stubborn_liar": lie_on,
    "repentant_liar": lie_once,
}
SCRIPT_KEYS = frozenset({"content", "stop_reason", "stop_sequence", "stop_details", "usage"})


class ModelOrderError(ValueError):
    """The control request for the model makes no sense."""


class Model:
    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self.limits = Limits()
        self._script: deque[JsonObject] = deque()
        self._persona: Persona = receive

    def clear(self) -> None:
        self.limits.clear()
        self._script.clear()
        self._persona = receive

    def instruct(self, order: Any) -> JsonObject:
        if not isinstance(order, dict) or not order.keys() & {"answers", "persona", "limits"}:
            raise ModelOrderError("give answers, persona or limits")
        answers = [scripted(item) for item in order.get("answers", [])]
        if "limits" in order:
            self._set_limits(order["limits"])
        persona = order.get("persona")
        if persona is not None:
            if persona not in PERSONAS:
                raise ModelOrderError(f"persona must be one of {', '.join(PERSONAS)}")
            self._persona = PERSONAS[persona]
        if "answers" in order:
            self._script = deque(answers)
        return {"answers_waiting": len(self._script)}

    def _set_limits(self, order: Any) -> None:
        try:
            self.limits.instruct(order)
        except ValueError as exc:
            raise ModelOrderError(str(exc)) from None

    def message(self, body: JsonObject, cache: CacheMemory) -> JsonObject:
        said = self._next(body)
        content = [self._with_id(block) for block in said["content"]]
        usage = {**cache.usage(body, content), **said.get("usage", {})}
        return {
            "id": self._counters.next("msg_"),
            "type": "message",
            "role": "assistant",
            "model": body["model"],
            "content": content,
            "stop_reason": said["stop_reason"],
            "stop_sequence": said.get("stop_sequence"),
            "stop_details": said.get("stop_details"),
            "usage": usage,
        }

    def _next(self, body: JsonObject) -> JsonObject:
        if body["max_tokens"] == 0:
            # Warming the prompt cache: nothing is generated.
            return {"content": [], "stop_reason": "max_tokens"}
        if self._script:
            return self._script.popleft()
        transcript = read_transcript(body)
        schema = ((body.get("output_config") or {}).get("format") or {}).get("schema")
        if schema is not None:
            return scripted(json.dumps(extracted(schema, transcript)))
        return as_answer(self._persona(transcript))

    def _with_id(self, block: JsonObject) -> JsonObject:
        if block["type"] != "tool_use" or block.get("id"):
            return block
        return {"type": "tool_use", "id": self._counters.next("toolu_"), **block}


def as_answer(said: list[ToolUse] | str) -> JsonObject:
    if isinstance(said, str):
        return scripted(said)
    blocks = [{"type": "tool_use", "name": use.name, "input": use.input} for use in said]
    return {"content": blocks, "stop_reason": "tool_use"}


def scripted(item: Any) -> JsonObject:
    if isinstance(item, str):
        return {"content": [{"type": "text", "text": item}], "stop_reason": "end_turn"}
    if not isinstance(item, dict) or not isinstance(item.get("content"), list):
        raise ModelOrderError("an answer is a text or an object with a content list")
    if unknown := sorted(item.keys() - SCRIPT_KEYS):
        raise ModelOrderError(f"unknown fields in an answer: {', '.join(unknown)}")
    kinds = [check_scripted_block(block) for block in item["content"]]
    usual = "tool_use" if "tool_use" in kinds else "end_turn"
    return {**item, "stop_reason": item.get("stop_reason", usual)}


def check_scripted_block(block: Any) -> str:
    # A tool_use may hold any input: that a model sends wrong ones is worth a test.
    needed = {"text": str, "thinking": str, "tool_use": object}
    if not isinstance(block, dict) or not isinstance(block.get("type"), str):
        raise ModelOrderError("every content block needs a type")
    kind: str = block["type"]
    field = "input" if kind == "tool_use" else kind
    if kind in needed and (field not in block or not isinstance(block[field], needed[kind])):
        raise ModelOrderError(f"a {kind} block needs {field}")
    if kind == "tool_use" and not isinstance(block.get("name"), str):
        raise ModelOrderError("a tool_use block needs name")
    return kind
