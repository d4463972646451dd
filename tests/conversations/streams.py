"""Answers of the model as raw frames, for those no well-formed answer can show."""

import json
from typing import Any

STREAM = {"content-type": "text/event-stream"}


def frames(*events: dict[str, Any]) -> str:
    return "".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n" for e in events)


START = {
    "type": "message_start",
    "message": {
        "id": "m", "type": "message", "role": "assistant", "model": "m", "content": [],
        "stop_reason": None, "usage": {"input_tokens": 1, "output_tokens": 1},
    },
}  # fmt: skip
TOOL = {"type": "tool_use", "id": "t1", "name": "note_facts", "input": {}}
BLOCK = {"type": "content_block_start", "index": 0, "content_block": TOOL}
BLOCK_END = {"type": "content_block_stop", "index": 0}
END = {"type": "message_delta", "delta": {"stop_reason": "tool_use"}, "usage": {"output_tokens": 9}}


def arguments(text: str) -> dict[str, Any]:
    delta = {"type": "input_json_delta", "partial_json": text}
    return {"type": "content_block_delta", "index": 0, "delta": delta}
