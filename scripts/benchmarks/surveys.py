"""How long a customer waits for times to choose from, and how fifty fare who want the same."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.benchmarks.inside import run_inside
from scripts.benchmarks.percentiles import percentile, summary
from scripts.benchmarks.plan import Plan
from scripts.benchmarks.product import Product

STARTING_SECONDS = 60.0
SLOWEST_SEARCH_SECONDS = 0.5  # on the average, of all ways
SLOWEST_CROWD_SECONDS = 30.0
CROWD = 50
WAYS_CACHED = 3
DAYS_AHEAD, DAYS_FILLED = 14, 28  # the second is what the firm begins with
IN_PROCESS, TOOL = (f"{place}, {DAYS_AHEAD} days ahead" for place in ("in process", "the tool"))
FURTHER = f"in process, {DAYS_FILLED} days ahead"
SLOW = "the tool, nothing cached, Graph at 150 ms"
LOCKED, UNLOCKED = "with the lock", "without it"
WON, REFUSED, FELL, DEADLOCKED = "won", "refused", "fell over the constraint", "deadlocked"


@dataclass(frozen=True)
class Searched:
    """Milliseconds, p50, p95, p99 and max each. `cpu` is the processor's time without
    PostgreSQL's, which varies least when others use the machine."""

    searches: int
    took: dict[str, float]
    cpu: dict[str, float]
    queries: float


@dataclass(frozen=True)
class Crowded:
    """Milliseconds. `unsettled`: crowds of which not exactly one customer got the slot; `fell`:
    customers whom only the constraint below the lock held back."""

    crowds: int
    size: int
    unsettled: int
    deadlocks: int
    fell: int
    winners: dict[str, float]
    losers: dict[str, float]


@dataclass(frozen=True)
class Surveys:
    """By the way it was done."""

    searched: dict[str, Searched]
    crowded: dict[str, Crowded]


def measure(product: Product, plan: Plan) -> Surveys:
    """The web server idles; a process of its own does what a worker does."""
    product.redis.up()
    product.reset()
    product.start_sandbox()
    try:
        return read(_worked(product, plan))
    finally:
        product.stop("sandbox")


def _worked(product: Product, plan: Plan) -> dict[str, Any]:
    amounts = {
        "searches": plan.survey_searches,
        "slow-searches": plan.survey_slow_searches,
        "rounds": plan.survey_crowds,
        "bare-rounds": plan.survey_bare_crowds,
        "crowd": CROWD,
    }
    options = tuple(f"--{name}={amount}" for name, amount in amounts.items())
    searches = WAYS_CACHED * plan.survey_searches + plan.survey_slow_searches
    crowds = plan.survey_crowds + plan.survey_bare_crowds
    patience = STARTING_SECONDS + SLOWEST_SEARCH_SECONDS * searches
    patience += SLOWEST_CROWD_SECONDS * crowds
    return run_inside(product, "surveys", "survey_work", options, patience)


def read(found: Mapping[str, Any]) -> Surveys:
    """The figures from what the measuring process has printed."""
    return Surveys(
        searched={way: _searched(timed) for way, timed in found["searches"].items()},
        crowded={way: _crowded(crowds) for way, crowds in found["crowds"].items()},
    )


def _searched(timed: Sequence[Mapping[str, float]]) -> Searched:
    return Searched(
        searches=len(timed),
        took=_with_p95(one["ms"] for one in timed),
        cpu=_with_p95(one["cpu_ms"] for one in timed),
        queries=statistics.median(one["queries"] for one in timed),
    )


def _crowded(crowds: Sequence[Sequence[Mapping[str, Any]]]) -> Crowded:
    everybody = [wait for waits in crowds for wait in waits]
    outcomes = [wait["outcome"] for wait in everybody]
    won = [sum(wait["outcome"] == WON for wait in waits) for waits in crowds]
    return Crowded(
        crowds=len(crowds),
        size=max(map(len, crowds), default=0),
        unsettled=sum(winners != 1 for winners in won),
        deadlocks=outcomes.count(DEADLOCKED),
        fell=outcomes.count(FELL),
        winners=_with_p95(wait["ms"] for wait in everybody if wait["outcome"] == WON),
        losers=_with_p95(wait["ms"] for wait in everybody if wait["outcome"] != WON),
    )


def _with_p95(values: Iterable[float]) -> dict[str, float]:
    ordered = sorted(values)
    return {**summary(ordered), "p95_ms": percentile(ordered, 95)}
