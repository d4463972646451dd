"""What a conversation costs in input tokens, and what a turn takes beside the model's own time."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.benchmarks.brain_tokens import (
    EARLY,
    LATE,
    Shares,
    Spent,
    label,
    mean_sizes,
    read_calls,
    spent,
)
from scripts.benchmarks.inside import run_inside
from scripts.benchmarks.percentiles import summary
from scripts.benchmarks.plan import Plan
from scripts.benchmarks.product import Product

STARTING_SECONDS = 40.0
SLOWEST_TURN_SECONDS = 1.0  # on the average, with all that is around it


@dataclass(frozen=True)
class Overhead:
    """Milliseconds of a turn without the wait for the model, p50, p99 and max each. `adapter` is
    that part of `own` which the calls' bookkeeping and the SDK take, `cpu` the processor's time,
    which varies least when others use the machine."""

    turns: int
    own: dict[str, float]
    cpu: dict[str, float]
    adapter: dict[str, float]
    model: dict[str, float]
    queries: float


@dataclass(frozen=True)
class Brain:
    """`sizes`: mean input of a turn in each span of turns that was reached."""

    spent: tuple[Spent, ...]
    sizes: dict[str, float]
    overhead: dict[str, Overhead]

    @property
    def growth(self) -> float | None:
        """1.0: a turn's input is as large after 400 turns as after 20."""
        early, late = self.sizes.get(label(EARLY)), self.sizes.get(label(LATE))
        return late / early if early and late else None


def measure(product: Product, plan: Plan) -> Brain:
    """The web server idles; a process of its own does what pump and worker do."""
    product.redis.up()
    product.reset()
    product.start_sandbox()
    try:
        return read(_talked(product, plan), plan.brain_lengths)
    finally:
        product.stop("sandbox")


def _talked(product: Product, plan: Plan) -> dict[str, Any]:
    turns = max(plan.brain_lengths)
    options = ("--turns", str(turns), "--timed-turns", str(plan.brain_timed_turns))
    patience = STARTING_SECONDS + SLOWEST_TURN_SECONDS * (turns + plan.brain_timed_turns)
    return run_inside(product, "brain", "brain_talk", options, patience)


def read(found: Mapping[str, Any], lengths: Sequence[int]) -> Brain:
    """The figures from what the measuring process has printed."""
    calls, shares = read_calls(found["calls"]), Shares(**found["shares"])
    price = float(found["pence_per_token"])
    return Brain(
        spent=tuple(spent(calls, turns, shares, price) for turns in lengths),
        sizes=mean_sizes(calls),
        overhead={way: _overhead(timed) for way, timed in found["timed"].items() if timed},
    )


def _overhead(timed: Sequence[Mapping[str, float]]) -> Overhead:
    return Overhead(
        turns=len(timed),
        own=summary(one["own_ms"] for one in timed),
        cpu=summary(one["cpu_ms"] for one in timed),
        adapter=summary(one["adapter_ms"] for one in timed),
        model=summary(one["waited_ms"] for one in timed),
        queries=statistics.median(one["queries"] for one in timed),
    )
