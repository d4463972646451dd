"""The load generator, a process of its own: clients that each wait for their answer.

    WEBHOOK_SECRET=… python -m scripts.benchmarks.generator --url URL --run ID
        (--seconds 10 | --requests 100000) [--clients 16]

Prints one JSON object. The loop is closed: a slow answer delays that client's next post.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import time
from collections import Counter

import aiohttp

from scripts.benchmarks.percentiles import percentile
from scripts.benchmarks.posts import request_id, text_post

LONGEST_ANSWER_SECONDS = 30.0


class Load:
    """What the clients share: whose turn it is, and what has been seen."""

    def __init__(self, url: str, run: str, seconds: float, requests: int) -> None:
        self.url = url
        self.run = run
        self.began = time.perf_counter()
        self._ends = self.began + seconds if seconds else float("inf")
        self._most = requests or float("inf")
        self.sent = 0
        self.latencies: list[float] = []
        self.failures: Counter[str] = Counter()
        self.unacknowledged: list[int] = []
        self.headers = {
            "Content-Type": "application/json",
            "X-Hook-Token": os.environ["WEBHOOK_SECRET"],
        }

    def take(self) -> int | None:
        """The number of the next post, or None when it is over."""
        if self.sent >= self._most or time.perf_counter() >= self._ends:
            return None
        self.sent += 1
        return self.sent - 1

    async def client(self, session: aiohttp.ClientSession) -> None:
        """Post, wait, post again."""
        while (number := self.take()) is not None:
            body = text_post(self.run, number)
            headers = {**self.headers, "X-Request-ID": request_id(self.run, number)}
            began = time.perf_counter()
            try:
                async with session.post(self.url, data=body, headers=headers) as answer:
                    await answer.read()
                problem = "" if answer.status == 200 else f"status {answer.status}"
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                problem = type(error).__name__
            self.latencies.append((time.perf_counter() - began) * 1000)
            if problem:
                self.failures[problem] += 1
                self.unacknowledged.append(number)

    def report(self) -> dict[str, object]:
        """All figures of the run."""
        seconds = time.perf_counter() - self.began
        ordered = sorted(self.latencies)
        used = os.times()
        return {
            "sent": self.sent,
            "acknowledged": self.sent - len(self.unacknowledged),
            "unacknowledged": self.unacknowledged,
            "failures": dict(self.failures),
            "seconds": seconds,
            "p50_ms": percentile(ordered, 50),
            "p90_ms": percentile(ordered, 90),
            "p99_ms": percentile(ordered, 99),
            "max_ms": ordered[-1] if ordered else 0.0,
            "generator_busy": (used.user + used.system) / seconds,
        }


async def drive(load: Load, clients: int) -> None:
    """Run all clients, each on a connection that is kept."""
    connector = aiohttp.TCPConnector(limit=clients)
    timeout = aiohttp.ClientTimeout(total=LONGEST_ANSWER_SECONDS)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
        await asyncio.gather(*(load.client(session) for _ in range(clients)))


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m scripts.benchmarks.generator")
    parser.add_argument("--url", required=True)
    parser.add_argument("--run", required=True, help="goes into every id")
    parser.add_argument("--clients", type=int, default=16)
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--seconds", type=float, default=0.0)
    length.add_argument("--requests", type=int, default=0)
    chosen = parser.parse_args()
    load = Load(chosen.url, chosen.run, chosen.seconds, chosen.requests)
    asyncio.run(drive(load, chosen.clients))
    print(json.dumps(load.report()))


if __name__ == "__main__":
    main()
