"""A Messages API request as a persona reads it: who said what, which tools answered what."""

import json
from dataclasses import dataclass, field
from typing import Any

from hampstead.sandbox.operator_notes import is_office_check, is_situation

JsonObject = dict[str, Any]


@dataclass
class ToolTurn:
    name: str
    input: JsonObject
    result: str | None = None
    failed: bool = False

    def data(self) -> JsonObject:
        """The result as an object; a plain text result becomes {"text": ...}."""
        try:
            found = json.loads(self.result or "")
        except ValueError:
            return {"text": self.result} if self.result else {}
        return found if isinstance(found, dict) else {"text": str(found)}


@dataclass
class Exchange:
    """What the customer wrote, and the assistant's text before it."""

    assistant_text: str
    user_texts: list[str] = field(default_factory=list)


@dataclass
class Transcript:
    system: str
    tools: dict[str, JsonObject]
    exchanges: list[Exchange]
    # Tool calls since the last text of the assistant.
    tool_turns: list[ToolTurn]
    has_picture: bool
    # What the office put into the conversation: the situation, and what it objects to.
    notes: str = ""
    objection: str = ""

    @property
    def latest(self) -> Exchange:
        return self.exchanges[-1]

    @property
    def latest_text(self) -> str:
        return "\n".join(self.latest.user_texts)

    def called(self, name: str) -> list[ToolTurn]:
        return [turn for turn in self.tool_turns if turn.name == name]


def read_transcript(body: JsonObject) -> Transcript:
    choice = (body.get("tool_choice") or {}).get("type")
    offered = [] if choice == "none" else body.get("tools") or []
    reader = _Reader()
    for message in body["messages"]:
        reader.take(message["role"], blocks_of(message["content"]))
    return Transcript(
        system="\n".join([text_of(body.get("system")), *reader.system_texts]),
        notes="\n".join(reader.notes),
        objection=reader.objection,
        tools={tool["name"]: tool.get("input_schema") or {} for tool in offered},
        exchanges=reader.exchanges,
        tool_turns=reader.tool_turns,
        has_picture=reader.has_picture,
    )


class _Reader:
    def __init__(self) -> None:
        self.exchanges = [Exchange("")]
        self.tool_turns: list[ToolTurn] = []
        self.by_id: dict[str, ToolTurn] = {}
        self.system_texts: list[str] = []
        self.notes: list[str] = []
        self.objection = ""
        self.has_picture = False

    def take(self, role: str, blocks: list[JsonObject]) -> None:
        if role == "system":
            self.system_texts.append(text_of(blocks))
        elif role == "assistant":
            self._assistant(blocks)
        else:
            self._user(blocks)

    def _assistant(self, blocks: list[JsonObject]) -> None:
        calls = [block for block in blocks if block["type"] == "tool_use"]
        said = text_of(blocks)
        if said and not calls:
            self.exchanges.append(Exchange(said))
            self.tool_turns = []
            self.objection = ""
            self.has_picture = False
        for call in calls:
            given = call.get("input")
            turn = ToolTurn(call["name"], given if isinstance(given, dict) else {})
            self.by_id[call["id"]] = turn
            self.tool_turns.append(turn)

    def _user(self, blocks: list[JsonObject]) -> None:
        for block in blocks:
            if block["type"] == "text":
                self._words(block["text"])
            elif block["type"] == "image":
                self.has_picture = True
            elif block["type"] == "tool_result" and block.get("tool_use_id") in self.by_id:
                turn = self.by_id[block["tool_use_id"]]
                turn.result = text_of(block.get("content"))
                turn.failed = bool(block.get("is_error"))

    def _words(self, text: str) -> None:
        if is_situation(text):
            self.notes = [text]
        elif is_office_check(text) and self.exchanges[-1].assistant_text:
            self.objection = text
        else:
            self.exchanges[-1].user_texts.append(text)


def blocks_of(content: Any) -> list[JsonObject]:
    if not content:
        return []
    return [{"type": "text", "text": content}] if isinstance(content, str) else list(content)


def text_of(content: Any) -> str:
    texts = [b["text"] for b in blocks_of(content) if b.get("type") == "text" and b.get("text")]
    return "\n".join(texts)
