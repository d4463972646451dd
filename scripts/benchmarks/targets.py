"""What the product promises, and whether a run kept it."""

from __future__ import annotations

from dataclasses import dataclass, field

from scripts.benchmarks.load import Acknowledged
from scripts.benchmarks.reply import Replied
from scripts.benchmarks.soak import Soaked
from scripts.benchmarks.yardstick import Compared

ACK_P99_MS = 150.0
CPU_RATIO = 5.0
WORKER_P50_MS = 50.0
OVERHEAD_P50_MS = 150.0


@dataclass
class Results:
    """What was measured; `notes` says of each part that is missing why it is."""

    ack: dict[str, Acknowledged] = field(default_factory=dict)
    yardstick: dict[str, Compared] = field(default_factory=dict)
    reply: dict[str, Replied] = field(default_factory=dict)
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
    if results.soak:
        found.append(Verdict("soak dropped", 0, results.soak.dropped, "posts"))
    return found
