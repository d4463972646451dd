"""Shortest ways to ask the simulated Claude something."""

from typing import Any

import anthropic
from anthropic.types import Message

MODEL = "claude-haiku-5-5"


def tool(name: str, **properties: Any) -> dict[str, Any]:
    return {"name": name, "input_schema": {"type": "object", "properties": properties}}


TOOLS = [
    tool(
        "note_facts",
        customer_name={"type": "string"},
        project_type={"type": "string", "enum": ["loft_conversion", "bathroom", "other"]},
        postcode={"type": "string"},
        budget_min_pounds={"type": "integer"},
        budget_max_pounds={"type": "integer"},
        start_within_months={"type": "integer"},
        wants_survey={"type": "boolean"},
    ),
    tool("check_service_area", postcode={"type": "string"}),
    tool("get_price_range", project_type={"type": "string"}),
    tool("request_human", reason={"type": "string"}),
]


def user(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


def assistant(content: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": content}


def ask(claude: anthropic.Anthropic, *messages: Any, **extra: Any) -> Message:
    turns = [user(m) if isinstance(m, str) else m for m in messages] or [user("Hello")]
    request: dict[str, Any] = {"model": MODEL, "max_tokens": 300, "messages": turns, **extra}
    answer: Message = claude.messages.create(**request)
    return answer


def streamed(claude: anthropic.Anthropic, text: str = "Hello", **extra: Any) -> Message:
    request: dict[str, Any] = {"model": MODEL, "max_tokens": 300, "messages": [user(text)]}
    with claude.messages.stream(**request, **extra) as stream:
        return stream.get_final_message()


def text_of(message: Message) -> str:
    return "".join(block.text for block in message.content if block.type == "text")


def uses_of(message: Message) -> dict[str, Any]:
    return {block.name: block.input for block in message.content if block.type == "tool_use"}


def after_tools(first: Message, results: dict[str, str]) -> list[dict[str, Any]]:
    """The assistant's tool turn and our results for it."""
    uses = [block for block in first.content if block.type == "tool_use"]
    answers = [
        {"type": "tool_result", "tool_use_id": u.id, "content": results.get(u.name, "{}")}
        for u in uses
    ]
    return [assistant([block.model_dump() for block in uses]), user(answers)]
