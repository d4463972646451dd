"""One run of the load generator against the web server, and what it cost on the server."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass, field

from scripts.benchmarks.plan import CLIENTS
from scripts.benchmarks.processes import BenchError
from scripts.benchmarks.product import Product
from scripts.embedded_places import tail

STARTING_SECONDS = 40.0


@dataclass(frozen=True)
class Acknowledged:
    """What the clients saw, what the server used, and whether the rows are there."""

    sent: int
    acknowledged: int
    lost: int  # acknowledged, but without a row
    requests_per_second: float
    p50_ms: float
    p90_ms: float
    p99_ms: float
    max_ms: float
    web_cpu_per_1000: float
    postgres_cpu_per_1000: float
    generator_busy: float  # share of one core
    failures: dict[str, int] = field(default_factory=dict)

    @property
    def failed(self) -> int:
        """Posts without a 200."""
        return self.sent - self.acknowledged


def load(product: Product, *, seconds: float = 0.0, requests: int = 0) -> Acknowledged:
    """Post for some seconds, or so many requests, from keep-alive clients."""
    run = f"b{time.time_ns():x}"
    length = ("--seconds", str(seconds)) if seconds else ("--requests", str(requests))
    argv = (sys.executable, "-m", "scripts.benchmarks.generator")
    options = ("--url", product.webhook, "--run", run, "--clients", str(CLIENTS), *length)
    env = {**product.env, "WEBHOOK_SECRET": product.secret, "PYTHONUNBUFFERED": ""}
    log = product.processes.log("generator")
    log.unlink(missing_ok=True)
    web, postgres = product.web_usage(), product.postgres_usage()
    product.processes.run(
        "generator", (*argv, *options), env, seconds + requests / 50 + STARTING_SECONDS
    )
    web_after, postgres_after = product.web_usage(), product.postgres_usage()
    try:
        seen = json.loads(log.read_text().splitlines()[-1])
    except (ValueError, IndexError) as error:
        raise BenchError(f"the generator said nothing useful:\n{tail(log)}") from error
    refused = set(seen["unacknowledged"])
    acknowledged = {number for number in range(seen["sent"]) if number not in refused}
    thousands = max(len(acknowledged), 1) / 1000
    return Acknowledged(
        sent=seen["sent"],
        acknowledged=len(acknowledged),
        lost=len(acknowledged - product.numbers_stored(run)),
        requests_per_second=len(acknowledged) / seen["seconds"],
        p50_ms=seen["p50_ms"],
        p90_ms=seen["p90_ms"],
        p99_ms=seen["p99_ms"],
        max_ms=seen["max_ms"],
        web_cpu_per_1000=(web_after.cpu_seconds - web.cpu_seconds) / thousands,
        postgres_cpu_per_1000=(postgres_after.cpu_seconds - postgres.cpu_seconds) / thousands,
        generator_busy=seen["generator_busy"],
        failures=seen["failures"],
    )
