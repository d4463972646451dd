"""Roles, content blocks, and the rule that every tool_use meets its tool_result."""

from typing import Any

from hampstead.sandbox.anthropic_errors import RequestRefusedError

JsonObject = dict[str, Any]
ROLES = ("user", "assistant", "system")


def check_turns(body: JsonObject) -> None:
    messages = body.get("messages")
    if messages is None:
        raise RequestRefusedError("messages: Field required")
    if not isinstance(messages, list) or not messages:
        raise RequestRefusedError("messages: at least one message is required")
    for number, message in enumerate(messages):
        check_message(number, message, last=number == len(messages) - 1)
    if messages[0]["role"] != "user":
        raise RequestRefusedError('messages: first message must use the "user" role')
    check_tool_pairs(messages)


def check_message(number: int, message: Any, *, last: bool) -> None:
    where = f"messages.{number}"
    if not isinstance(message, dict) or message.get("role") not in ROLES:
        raise RequestRefusedError(f"{where}.role: Input should be 'user' or 'assistant'")
    content = message.get("content")
    if not isinstance(content, str | list):
        raise RequestRefusedError(f"{where}.content: Input should be a valid string or list")
    if not content and not (last and message["role"] == "assistant"):
        raise RequestRefusedError(
            f"{where}: all messages must have non-empty content except for the optional final "
            "assistant message"
        )
    if isinstance(content, list):
        for index, block in enumerate(content):
            check_block(f"{where}.content.{index}", block)


def check_block(where: str, block: Any) -> None:
    if not isinstance(block, dict) or not isinstance(block.get("type"), str):
        raise RequestRefusedError(f"{where}.type: Field required")
    if block["type"] == "tool_use" and not isinstance(block.get("input"), dict):
        raise RequestRefusedError(f"{where}.tool_use.input: Input should be a valid dictionary")
    if block["type"] != "text":
        return
    if not isinstance(block.get("text"), str):
        raise RequestRefusedError(f"{where}.text.text: Field required")
    if not block["text"].strip():
        raise RequestRefusedError("messages: text content blocks must be non-empty")


def merged(messages: list[JsonObject]) -> list[tuple[int, str, list[JsonObject]]]:
    """Consecutive messages of one role count as one turn; the number is that of the first."""
    turns: list[tuple[int, str, list[JsonObject]]] = []
    for number, message in enumerate(messages):
        if message["role"] == "system":
            continue
        content = message["content"]
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content
        if turns and turns[-1][1] == message["role"]:
            turns[-1] = (turns[-1][0], turns[-1][1], [*turns[-1][2], *blocks])
        else:
            turns.append((number, message["role"], list(blocks)))
    return turns


def check_tool_pairs(messages: list[JsonObject]) -> None:
    open_ids: list[str] = []
    open_at = 0
    seen: set[str] = set()
    for number, role, blocks in merged(messages):
        if role == "user":
            check_results(number, blocks, open_ids, open_at)
            open_ids = []
            continue
        open_ids = [str(b.get("id")) for b in blocks if b["type"] == "tool_use"]
        open_at = number
        if len(set(open_ids)) != len(open_ids) or seen & set(open_ids):
            raise RequestRefusedError(f"messages.{number}: `tool_use` ids must be unique")
        seen.update(open_ids)
    if open_ids:
        raise RequestRefusedError(missing_results(open_at, open_ids))


def check_results(number: int, blocks: list[JsonObject], open_ids: list[str], at: int) -> None:
    leading = True
    answered: list[str] = []
    for index, block in enumerate(blocks):
        if block["type"] != "tool_result":
            leading = False
            continue
        result_id = str(block.get("tool_use_id"))
        if result_id not in open_ids:
            raise RequestRefusedError(
                f"messages.{number}.content.{index}: unexpected `tool_use_id` found in "
                f"`tool_result` blocks: {result_id}. Each `tool_result` block must have a "
                "corresponding `tool_use` block in the previous message."
            )
        if result_id in answered:
            raise RequestRefusedError(
                f"messages.{number}.content.{index}: each tool_use must have a single result. "
                f"Found multiple `tool_result` blocks with id: {result_id}"
            )
        if leading:
            answered.append(result_id)
    missing = [tool_id for tool_id in open_ids if tool_id not in answered]
    if missing:
        raise RequestRefusedError(missing_results(at, missing))


def missing_results(number: int, ids: list[str]) -> str:
    return (
        f"messages.{number}: `tool_use` ids were found without `tool_result` blocks immediately "
        f"after: {', '.join(ids)}. Each `tool_use` block must have a corresponding `tool_result` "
        "block in the next message."
    )
