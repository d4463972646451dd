"""Token counts: about four characters a token, and the prompt cache by remembered prefixes."""

import hashlib
import json
import math
from dataclasses import dataclass
from typing import Any

JsonObject = dict[str, Any]
MINIMUM_PREFIX_TOKENS = 1024


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
        bare = {key: value for key, value in block.items() if key != "cache_control"}
        digest.update(json.dumps([part, bare], sort_keys=True).encode())
        tokens += tokens_of(bare)
        found.append(Boundary(tokens, digest.hexdigest(), mark.get("ttl", "5m") if mark else None))
    return found


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
        last = marked[-1].tokens if marked else 0
        read = max((b.tokens for b in ends if b.digest in self._seen and b.tokens <= last),
                   default=0)  # fmt: skip
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
