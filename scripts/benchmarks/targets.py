"""What the product promises, and whether a run kept it."""

from __future__ import annotations

from dataclasses import dataclass, field

from scripts.benchmarks.brain import Brain
from scripts.benchmarks.load import Acknowledged
from scripts.benchmarks.reply import Replied
from scripts.benchmarks.soak import Soaked
from scripts.benchmarks.surveys import IN_PROCESS, LOCKED, TOOL, Surveys
from scripts.benchmarks.yardstick import Compared

ACK_P99_MS = 150.0
CPU_RATIO = 5.0
WORKER_P50_MS = 50.0
OVERHEAD_P50_MS = 150.0
TOKENS_SHARE = 0.25  # of resending everything
TOKENS_TURNS = 40
TOKENS_GROWTH = 1.15
TURN_OVERHEAD_P50_MS = 50.0
SEARCH_P95_MS = {IN_PROCESS: 100.0, TOOL: 150.0}
LOSER_MAX_MS = 1000.0


@dataclass
class Results:
    """What was measured; `notes` says of each part that is missing why it is."""

    ack: dict[str, Acknowledged] = field(default_factory=dict)
    yardstick: dict[str, Compared] = field(default_factory=dict)
    reply: dict[str, Replied] = field(default_factory=dict)
    brain: Brain | None = None
    surveys: Surveys | None = None
    soak: Soaked | None = None
    notes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """One target: at most `limit`, found `found`."""

    target: str
    limit: float
    found: float
    unit: str

    @property
    def is_met(self) -> bool:
        """Whether the target was met."""
        return self.found <= self.limit


def verdicts(results: Results) -> list[Verdict]:
    """Every target of which there is a figure."""
    found = []
    for state, ack in results.ack.items():
        found.append(Verdict(f"ack p99, {state}", ACK_P99_MS, ack.p99_ms, "ms"))
        unstored = ack.lost + ack.failed
        found.append(Verdict(f"ack failed or not stored, {state}", 0, unstored, "posts"))
    for name, compared in results.yardstick.items():
        ratio = compared.ratios["web_cpu_per_1000"]
        found.append(Verdict(f"web CPU per request / {name}", CPU_RATIO, ratio, "x"))
    for way, reply in results.reply.items():
        if reply.overhead is None:  # several at once queue for two workers
            continue
        processed = reply.processed["p50_ms"]
        found.append(Verdict(f"stored to worker, p50, {way}", WORKER_P50_MS, processed, "ms"))
        overhead = reply.overhead["p50_ms"]
        found.append(Verdict(f"reply overhead, p50, {way}", OVERHEAD_P50_MS, overhead, "ms"))
    if results.brain:
        found += _brain(results.brain)
    if results.surveys:
        found += _surveys(results.surveys)
    if results.soak:
        found.append(Verdict("soak dropped", 0, results.soak.dropped, "posts"))
    return found


def _brain(brain: Brain) -> list[Verdict]:
    found = []
    for one in brain.spent:
        if one.turns == TOKENS_TURNS:
            target = f"input tokens over {one.turns} turns / resending everything"
            found.append(Verdict(target, TOKENS_SHARE, one.ratio, "x"))
    if brain.growth is not None:
        target = "input of a turn, turns 380 to 400 / 20 to 40"
        found.append(Verdict(target, TOKENS_GROWTH, brain.growth, "x"))
    for way, one_way in brain.overhead.items():
        own = one_way.own["p50_ms"]
        found.append(
            Verdict(f"turn without the model, p50, {way}", TURN_OVERHEAD_P50_MS, own, "ms")
        )
    return found


def _surveys(surveys: Surveys) -> list[Verdict]:
    found = []
    for way, limit in SEARCH_P95_MS.items():
        if way in surveys.searched:
            p95 = surveys.searched[way].took["p95_ms"]
            found.append(Verdict(f"finding times, p95, {way}", limit, p95, "ms"))
    crowd = surveys.crowded.get(LOCKED)
    if crowd is not None:
        who = f"{crowd.size} for one slot"
        longest = crowd.losers["max_ms"]
        found += [
            Verdict(f"{who}: not exactly one has it", 0, crowd.unsettled, "crowds"),
            Verdict(f"{who}: longest wait of the others", LOSER_MAX_MS, longest, "ms"),
            Verdict(f"{who}: deadlocks", 0, crowd.deadlocks, "bookings"),
        ]
    return found
