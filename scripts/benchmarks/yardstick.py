"""Our endpoint beside the ingest yardstick, in alternating rounds of one run.

The yardstick is a folder outside this repository: YARDSTICKS_DIR/ingest with a run.sh.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.benchmarks.plan import CLIENTS, Plan
from scripts.benchmarks.product import Product

OURS = "ours"
COUNT = "SELECT count(*) FROM core_inboxevent"
INSTALL_SECONDS = 120
SECONDS_AROUND_A_ROUND = 25
Round = dict[str, Any]


@dataclass(frozen=True)
class Compared:
    """Medians of both over the rounds, and the median of the rounds' ratios (ours / theirs)."""

    name: str
    rounds: int
    ours: dict[str, float]
    theirs: dict[str, float]
    ratios: dict[str, float]
    ratios_of_rounds: dict[str, list[float]]
    check_of_ours: str


MEASURES: dict[str, Callable[[Round], float]] = {
    "web_cpu_per_1000": lambda one: float(one["server_cpu"]),
    "postgres_cpu_per_1000": lambda one: float(one["postgres_cpu"]),
    "requests_per_second": lambda one: float(one["rps"]),
    "p50_ms": lambda one: float(one["p50_ms"]),
    "p99_ms": lambda one: float(one["p99_ms"]),
}


def missing() -> str:
    """What is not there, or nothing."""
    place = os.environ.get("YARDSTICKS_DIR")
    if not place:
        return "YARDSTICKS_DIR is not set"
    if not _script(place).is_file():
        return f"{_script(place)} does not exist"
    if not shutil.which("wrk"):
        return "wrk is not installed (apt-get install wrk)"
    return ""


def measure(product: Product, plan: Plan) -> dict[str, Compared]:
    """The web server alone with PostgreSQL, as theirs runs alone with its own."""
    product.redis.up()
    product.reset()
    out = product.directory / "yardstick"
    rounds = (len(plan.yardstick_names) + 1) * plan.yardstick_rounds
    patience = INSTALL_SECONDS + rounds * (plan.yardstick_seconds + SECONDS_AROUND_A_ROUND)
    env = {**os.environ, "YS_VENV": str(product.directory / "yardstick-venv")}
    product.processes.start("yardstick", _command(product, plan, out), env)
    try:
        product.processes.wait("yardstick", patience)
    finally:
        # SIGINT lets it end its own servers; they are in sessions of their own.
        product.processes.stop_group("yardstick", signal.SIGINT)
    found = json.loads(out.with_suffix(".json").read_text())
    heavy, check = found["heavy"], _explained(found["checks"].get(OURS, "not made"))
    return {name: _compare(name, heavy[OURS], heavy[name], check) for name in plan.yardstick_names}


def _script(place: str) -> Path:
    return Path(place) / "ingest" / "run.sh"


def _command(product: Product, plan: Plan, out: Path) -> list[str]:
    target = (
        f"{OURS}={product.webhook},pid={product.web_pid},dsn={product.postgres.url},count={COUNT}"
    )
    options = {
        "--only": ",".join(plan.yardstick_names),
        "--rounds": str(plan.yardstick_rounds),
        "--seconds": str(plan.yardstick_seconds),
        "--connections": str(CLIENTS),
        "--postgres-pid": str(product.postgres.pid),
        "--header": f"X-Hook-Token: {product.secret}",
        "--target": target,
        "--out": str(out),
    }
    words = [word for pair in options.items() for word in pair]
    return ["bash", str(_script(os.environ["YARDSTICKS_DIR"])), *words]


def _explained(check: str) -> str:
    if check.startswith("FAILED: 40 of 520"):
        # Its 40 forged bodies carry our valid token; only its own signature on them is wrong.
        return f"{check} (expected: we authenticate by the token header)"
    return check


def _compare(name: str, ours: list[Round], theirs: list[Round], check: str) -> Compared:
    pairs = list(zip(ours, theirs, strict=True))
    ratios = {
        measure: [round(read(a) / max(read(b), 1e-9), 3) for a, b in pairs]
        for measure, read in MEASURES.items()
    }
    return Compared(
        name=name,
        rounds=len(pairs),
        ours=_medians(ours),
        theirs=_medians(theirs),
        ratios={measure: statistics.median(values) for measure, values in ratios.items()},
        ratios_of_rounds=ratios,
        check_of_ours=check,
    )


def _medians(rounds: list[Round]) -> dict[str, float]:
    figures = {name: statistics.median(map(read, rounds)) for name, read in MEASURES.items()}
    errors = sum(one["not_2xx"] + one["socket_errors"] for one in rounds)
    not_durable = sum(not one.get("durable", False) for one in rounds)
    return {**figures, "errors": errors, "rounds_not_durable": not_durable}
