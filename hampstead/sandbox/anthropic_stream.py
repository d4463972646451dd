"""One finished message as the frames of a stream."""

import json
import re
from typing import Any

from hampstead.sandbox.reply import Event

JsonObject = dict[str, Any]
WORD = re.compile(r"\s*\S+\s*$|\s*\S+")
FRAGMENT = 20
MOST_DELTAS = 40  # of a block: the real model groups words too, and every frame costs the reader


def events_of(message: JsonObject) -> list[Event]:
    usage = message["usage"]
    start = {
        **message,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {**usage, "output_tokens": min(1, usage["output_tokens"])},
    }
    events: list[Event] = [("message_start", {"message": start})]
    for index, block in enumerate(message["content"]):
        events += block_events(index, block)
        if index == 0:
            events.insert(2, ("ping", {}))
    delta: JsonObject = {k: message[k] for k in ("stop_reason", "stop_sequence") if k in message}
    if message.get("stop_details") is not None:
        delta["stop_details"] = message["stop_details"]
    final_usage = {k: v for k, v in usage.items() if k.endswith("_tokens")}
    events.append(("message_delta", {"delta": delta, "usage": final_usage}))
    events.append(("message_stop", {}))
    return events


def block_events(index: int, block: JsonObject) -> list[Event]:
    empty, deltas = opened(block)
    return [
        ("content_block_start", {"index": index, "content_block": empty}),
        *(("content_block_delta", {"index": index, "delta": delta}) for delta in deltas),
        ("content_block_stop", {"index": index}),
    ]


def opened(block: JsonObject) -> tuple[JsonObject, list[JsonObject]]:
    kind = block["type"]
    if kind == "text":
        pieces = words(block["text"])
        return {**block, "text": ""}, [{"type": "text_delta", "text": p} for p in pieces]
    if kind == "tool_use":
        pieces = fragments(json.dumps(block["input"], ensure_ascii=False))
        deltas = [{"type": "input_json_delta", "partial_json": p} for p in pieces]
        return {**block, "input": {}}, deltas
    if kind == "thinking":
        deltas = [{"type": "thinking_delta", "thinking": p} for p in words(block["thinking"])]
        deltas.append({"type": "signature_delta", "signature": block.get("signature", "")})
        return {**block, "thinking": "", "signature": ""}, deltas
    return block, []


def words(text: str) -> list[str]:
    """Word by word, or a few at once; one word alone is halved, so that two deltas exist."""
    found = WORD.findall(text)
    if "".join(found) != text:
        return [text]
    if len(found) == 1 and len(text) > 1:
        middle = len(text) // 2
        return [text[:middle], text[middle:]]
    together = max(1, -(-len(found) // MOST_DELTAS))
    return ["".join(found[at : at + together]) for at in range(0, len(found), together)]


def fragments(text: str) -> list[str]:
    size = max(FRAGMENT, -(-len(text) // MOST_DELTAS))
    return [text[at : at + size] for at in range(0, len(text), size)] or [""]
