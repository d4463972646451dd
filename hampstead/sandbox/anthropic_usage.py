"""Token counts: about four characters a token, and the prompt cache by remembered prefixes."""

import hashlib
import json
import math
from dataclasses import dataclass
from typing import Any

JsonObject = dict[str, Any]
MINIMUM_PREFIX_TOKENS = 1024
LOOK_BACK_BLOCKS = 20


@dataclass(frozen=True)
class Boundary:
    """The end of one block of the prefix: everything up to here can be cached."""

    tokens: int
    digest: str
    ttl: str | None


def tokens_of(data: Any) -> int:
    return math.ceil(len(json.dumps(data, ensure_ascii=False)) / 4)


def boundaries(body: JsonObject) -> list[Boundary]:
    blocks = [("tool", tool) for tool in body.get("tools") or []]
    blocks += [("system", block) for block in as_blocks(body.get("system"))]
    for message in body["messages"]:
        blocks += [(message["role"], block) for block in as_blocks(message["content"])]
    digest = hashlib.sha256(str(body["model"]).encode())
    tokens = 0
    found: list[Boundary] = []
    automatic = body.get("cache_control")
    for number, (part, block) in enumerate(blocks):
        mark = block.get("cache_control")
        if automatic and number == len(blocks) - 1:
            mark = mark or automatic
        bare = unmarked(block)
        digest.update(json.dumps([part, bare], sort_keys=True).encode())
        tokens += tokens_of(bare)
        found.append(Boundary(tokens, digest.hexdigest(), mark.get("ttl", "5m") if mark else None))
    return found


def unmarked(value: Any) -> Any:
    """The same content whether or not it is marked, and text alone as a block of text."""
    if isinstance(value, list):
        return [unmarked(item) for item in value]
    if not isinstance(value, dict):
        return value
    bare = {key: unmarked(item) for key, item in value.items() if key != "cache_control"}
    if bare.get("type") == "tool_result":
        bare["content"] = unmarked(as_blocks(value.get("content")))
    return bare


def as_blocks(content: Any) -> list[JsonObject]:
    if not content:
        return []
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content)


def count_input(body: JsonObject) -> int:
    return boundaries(body)[-1].tokens


class CacheMemory:
    def __init__(self) -> None:
        self._seen: set[str] = set()

    def clear(self) -> None:
        self._seen.clear()

    def usage(self, body: JsonObject, output: list[JsonObject]) -> JsonObject:
        ends = boundaries(body)
        marked = [b for b in ends if b.ttl and b.tokens >= MINIMUM_PREFIX_TOKENS]
        read = self._longest_known(ends)
        written = {"5m": 0, "1h": 0}
        reached = read
        for mark in marked:
            if mark.tokens > reached:
                written[str(mark.ttl)] += mark.tokens - reached
                reached = mark.tokens
        self._seen.update(mark.digest for mark in marked)
        return {
            "input_tokens": ends[-1].tokens - reached,
            "cache_creation_input_tokens": reached - read,
            "cache_read_input_tokens": read,
            "cache_creation": {
                "ephemeral_5m_input_tokens": written["5m"],
                "ephemeral_1h_input_tokens": written["1h"],
            },
            "output_tokens": tokens_of(output) if output else 0,
            "service_tier": "standard",
        }

    def _longest_known(self, ends: list[Boundary]) -> int:
        """From each mark back over a few blocks, the longest prefix that was written at a mark."""
        for number in range(len(ends) - 1, -1, -1):
            if ends[number].ttl is None:
                continue
            back = ends[max(0, number + 1 - LOOK_BACK_BLOCKS) : number + 1]
            if found := [b.tokens for b in back if b.digest in self._seen]:
                return max(found)
        return 0
