"""What the model said and what a turn makes of it, before anything has happened.

Apart from the adapter, so that pages which only store or show it do not load the SDK (seconds).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from conversations.claims import Finding
from conversations.desk import Desk, ToolResult, Wishes
from conversations.models import AnswerCheck
from hampstead.core.spending import Bill

Blocks = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Usage:
    """Tokens of one call; the whole input is the sum of the first three."""

    input_tokens: int = 0
    cache_write_tokens: int = 0
    cache_read_tokens: int = 0
    output_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
            self.output_tokens + other.output_tokens,
        )


@dataclass(frozen=True)
class ToolUse:
    id: str
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Reply:
    """One answer of the model. `blocks` go back to it unchanged in the next round."""

    text: str
    tool_uses: tuple[ToolUse, ...]
    blocks: list[dict[str, Any]]
    usage: Usage = field(default_factory=Usage)
    was_cut: bool = False  # it hit max_tokens
    cost_pence: Decimal = Decimal(0)
    model: str = ""


class TalkingModel(Protocol):
    """Whoever answers: the adapter is one, and pages that need none do not load it."""

    def reply(self, *, system: Blocks, messages: Blocks, tools: Blocks, bill: Bill) -> Reply:
        """Raises what the adapter raises."""


@dataclass(frozen=True)
class Structured:
    """One JSON object of the model, in the asked shape as far as the vendor keeps its word."""

    data: dict[str, Any]
    usage: Usage = field(default_factory=Usage)
    cost_pence: Decimal = Decimal(0)
    model: str = ""


@dataclass(frozen=True)
class ToolRun:
    use: ToolUse
    result: ToolResult


@dataclass
class Draft:
    """An answer that has not happened yet. `transcript` is all the model has seen and said."""

    desk: Desk
    text: str = ""
    tool_runs: dict[str, ToolRun] = field(default_factory=dict)
    transcript: list[dict[str, Any]] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)
    cost_pence: Decimal = Decimal(0)
    model: str = ""
    outcome: AnswerCheck.Outcome = AnswerCheck.Outcome.PASSED
    findings: list[Finding] = field(default_factory=list)
    refused_text: str = ""

    @property
    def wishes(self) -> Wishes:
        return self.desk.wishes
