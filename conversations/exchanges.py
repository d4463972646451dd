"""A talk in the playground, as its page carries it from one press of the button to the next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conversations.models import AnswerCheck
from leads.models import FactKey, Promise

Outcome = AnswerCheck.Outcome


class StaleTalkError(ValueError):
    """An earlier release wrote the talk; this one cannot go on with it."""


@dataclass(frozen=True)
class Exchange:
    """One line of the pretended customer and what came of it. JSON values only: a page carries it.

    `facts`, `lane_code` and `promises` are what would be stored after it.
    """

    said: str
    answer: str
    is_fixed: bool = False
    lane: str = ""
    handover: str = ""
    tools: list[dict[str, Any]] = field(default_factory=list)
    outcome: str = Outcome.PASSED.value
    findings: list[dict[str, str]] = field(default_factory=list)
    refused_text: str = ""
    model: str = ""
    tokens_read: int = 0
    tokens_cached: int = 0
    tokens_written: int = 0
    cost_pence: str = "0"
    facts: dict[str, Any] = field(default_factory=dict)
    lane_code: str = ""
    promises: list[dict[str, str]] = field(default_factory=list)


def taken_up(rows: Sequence[Mapping[str, Any]]) -> list[Exchange]:
    """What a page carried, as exchanges. Raises StaleTalkError."""
    try:
        talk = [Exchange(**row) for row in rows]
        for exchange in talk:
            Outcome(exchange.outcome)
            for key in exchange.facts:
                FactKey(key)
            for promise in exchange.promises:
                promise_of(promise)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise StaleTalkError(str(error)) from error
    return talk


def promise_of(row: Mapping[str, str]) -> Promise:
    """Never saved: what the tools need to see of it."""
    due_at = datetime.fromisoformat(row["due_at"])
    return Promise(
        kind=Promise.Kind(row["kind"]), due_at=due_at, about=row["about"], wish=row["wish"]
    )
