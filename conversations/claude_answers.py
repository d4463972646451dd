"""Claude's answer, put together from the events of its stream, and what we read in it. Knows the
wire, not the SDK: that builds several objects for every few words, and took longer over it than
over all the rest of a call.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conversations.claude_prices import Bought
from conversations.draft import Reply, Structured, ToolUse
from hampstead.core.errors import ClaudeError
from hampstead.core.storable import storable

CUT = {"max_tokens", "model_context_window_exceeded"}
# Kinds of deltas, and the field of the block that each adds to.
GROWS = {
    "text_delta": "text",
    "thinking_delta": "thinking",
    "signature_delta": "signature",
    "input_json_delta": "partial_json",
}
ARGUMENTS = "partial_json"  # of a block that is still open


@dataclass
class Answer:
    """What has arrived so far. `usage` is None until the model has begun."""

    blocks: list[dict[str, Any]] = field(default_factory=list)
    stop_reason: str | None = None
    usage: dict[str, Any] | None = None

    def take(self, kind: str, event: Mapping[str, Any]) -> None:
        """The next event. Raises ValueError, TypeError or LookupError for one that is out of order
        or makes no sense; kinds we do not know are none of our business."""
        if kind == "message_start":
            self.usage = dict(event["message"]["usage"])
        elif self.usage is None:
            raise ValueError(f"{kind} before the beginning")
        elif kind == "content_block_start":
            self.blocks.append(_set(event["content_block"]))
        elif kind == "content_block_delta":
            self._grow(self.blocks[event["index"]], event["delta"])
        elif kind == "content_block_stop":
            _close(self.blocks[event["index"]])
        elif kind == "message_delta":
            self.stop_reason = event["delta"].get("stop_reason")
            self.usage |= _set(event.get("usage") or {})

    def _grow(self, block: dict[str, Any], delta: Mapping[str, Any]) -> None:
        if name := GROWS.get(delta["type"]):
            block[name] = block.get(name, "") + delta[name]


def _set(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _close(block: dict[str, Any]) -> None:
    if given := block.pop(ARGUMENTS, ""):
        block["input"] = json.loads(given)


def spoken(answer: Answer) -> str:
    """What is said, without thinking. Raises ClaudeError if the answer is none."""
    if answer.usage is None:
        raise ClaudeError("no message in the answer")
    if answer.stop_reason is None:
        raise ClaudeError("the stream ended early")
    if answer.stop_reason == "refusal":
        raise ClaudeError("the model refused", trips_breaker=False)
    said = "".join(block["text"] for block in answer.blocks if block["type"] == "text")
    return str(storable(said)).strip()


def as_reply(answer: Answer, cost: Bought) -> Reply:
    """Words and tool calls. Raises ClaudeError, or ValueError for unreadable arguments."""
    text = spoken(answer)
    uses = tuple(_tool_use(block) for block in answer.blocks if block["type"] == "tool_use")
    was_cut = answer.stop_reason in CUT
    if was_cut and uses:  # the last call may be half of what the model meant
        raise ClaudeError("the answer was cut inside a tool call", trips_breaker=False)
    if not text and not uses:
        raise ClaudeError("the model gave an empty answer", trips_breaker=False)
    return Reply(
        text=text,
        tool_uses=uses,
        blocks=answer.blocks,
        usage=cost.usage,
        was_cut=was_cut,
        cost_pence=cost.cost_pence,
        model=cost.model,
    )


def _tool_use(block: Mapping[str, Any]) -> ToolUse:
    """NaN and infinity are not JSON."""
    arguments = block["input"]
    if not isinstance(arguments, dict):
        raise TypeError("tool arguments are no object")
    json.dumps(arguments, allow_nan=False)
    return ToolUse(storable(block["id"]), storable(block["name"]), storable(arguments))


def as_object(answer: Answer, cost: Bought) -> Structured:
    """The JSON object the model was asked for. Raises ClaudeError if it is none."""
    text = spoken(answer)
    if answer.stop_reason in CUT:
        raise ClaudeError("the object was cut off", trips_breaker=False)
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ClaudeError("the answer is no JSON", trips_breaker=False) from error
    if not isinstance(data, dict):
        raise ClaudeError("the answer is no JSON object", trips_breaker=False)
    return Structured(
        data=storable(data), usage=cost.usage, cost_pence=cost.cost_pence, model=cost.model
    )


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
