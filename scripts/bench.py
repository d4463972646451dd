"""Measure the product as it is served (make bench); docs/PERFORMANCE.md explains the figures.

    python -m scripts.bench [--short] [--only NAME]... [--write-docs] [--strict]

Servers, processes and files are its own, in var/bench; only loopback and Unix sockets are used.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg

from scripts.benchmarks import (
    acknowledgement,
    brain,
    machine,
    reply,
    report,
    soak,
    surveys,
    yardstick,
)
from scripts.benchmarks.plan import FULL, PARTS, SHORT, Plan
from scripts.benchmarks.processes import BenchError
from scripts.benchmarks.product import Product
from scripts.benchmarks.targets import Results, verdicts
from scripts.console import Console
from scripts.embedded_places import ROOT, EmbeddedError
from scripts.supervise import STOP_SIGNALS

PLACE = ROOT / "var" / "bench"
PAGE = ROOT / "docs" / "PERFORMANCE.md"


class OutOfTimeError(BaseException):
    """The run's time is used up; not an Exception, so that nothing on the way swallows it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 1 if something could not be measured, or missed under --strict."""
    parser = argparse.ArgumentParser(prog="python -m scripts.bench")
    parser.add_argument("--short", action="store_true", help="three minutes instead of fifteen")
    parser.add_argument("--only", action="append", choices=PARTS, metavar="NAME")
    parser.add_argument("--write-docs", action="store_true", help="put the figures into docs")
    parser.add_argument("--strict", action="store_true", help="fail if a target is missed")
    chosen = parser.parse_args(arguments)
    if sys.platform != "linux":
        print("The measurements read /proc, so they need Linux.", file=sys.stderr)
        return 1
    plan = SHORT if chosen.short else FULL
    console = Console()
    try:
        with _only_run(PLACE), _time_limit(plan.budget_seconds):
            results, where = _measure(console, plan, chosen.only or PARTS)
    except (BenchError, EmbeddedError) as error:
        print(error, file=sys.stderr)
        return 1
    except OutOfTimeError:
        print("The time was used up before the first measurement.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        console.progress("Stopped by a signal; everything is ended, nothing was written")
        return 130
    figures = report.text(results, where, plan)
    console.line("\n" + figures + "\n")
    report.save(PLACE / "result.json", results, where, plan)
    console.progress(f"Written to {PLACE / 'result.json'}")
    if chosen.write_docs:
        report.write_all(PAGE, results, where, plan)
        console.progress(f"Written into {PAGE}")
    missed = [one for one in verdicts(results) if not one.is_met]
    failed = any(why.startswith("failed") for why in results.notes.values())
    return 1 if failed or (chosen.strict and missed) else 0


def _measure(console: Console, plan: Plan, parts: Sequence[str]) -> tuple[Results, dict[str, str]]:
    results = Results()
    product = Product(PLACE)
    try:
        console.progress(f"A {plan.name} run in {PLACE}: starting the servers")
        product.up()
        where = machine.describe(product)
        product.start_web()
        console.progress(f"The web server answers at {product.url}")
        _measure_parts(console, plan, parts, product, results)
    finally:
        _hear_no_signal()
        console.progress("Ending all processes")
        product.down()
    return results, where


def _measure_parts(
    console: Console, plan: Plan, parts: Sequence[str], product: Product, results: Results
) -> None:
    for number, part in enumerate(parts):
        if part == "yardstick" and (why := yardstick.missing()):
            results.notes[part] = why
            console.progress(f"{part}: not measured: {why}")
            continue
        console.progress(f"{part}: measuring")
        try:
            _part(part, product, plan, results)()
        except (BenchError, EmbeddedError, psycopg.Error, OSError) as error:
            console.progress(f"{part}: failed: {error}")
            last_line = str(error).strip().splitlines()[-1:]
            results.notes[part] = " ".join(["failed:", *last_line])
        except OutOfTimeError:
            results.notes |= dict.fromkeys(parts[number:], "failed: out of time")
            console.progress(f"Out of time after {plan.budget_seconds} s")
            return


def _part(part: str, product: Product, plan: Plan, results: Results) -> Callable[[], None]:
    def ack() -> None:
        results.ack = acknowledgement.measure(product, plan)

    def beside_yardstick() -> None:
        results.yardstick = yardstick.measure(product, plan)

    def replies() -> None:
        results.reply = reply.measure(product, plan)

    def talked() -> None:
        results.brain = brain.measure(product, plan)

    def arranged() -> None:
        results.surveys = surveys.measure(product, plan)

    def soaked() -> None:
        results.soak = soak.measure(product, plan)

    measurements = {
        "ack": ack,
        "yardstick": beside_yardstick,
        "reply": replies,
        "brain": talked,
        "surveys": arranged,
        "soak": soaked,
    }
    return measurements[part]


def _hear_no_signal() -> None:
    """Cleaning up must not be cut short, not by the clock either."""
    signal.alarm(0)
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def _only_run(place: Path) -> Iterator[None]:
    place.mkdir(parents=True, exist_ok=True)
    with (place / "in-use.lock").open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BenchError(f"Another run is using {place}.") from error
        yield


@contextmanager
def _time_limit(seconds: int) -> Iterator[None]:
    """Signals become exceptions, so that every `finally` on the way runs."""

    def out_of_time(_number: int, _frame: object) -> None:
        raise OutOfTimeError

    def stop(_number: int, _frame: object) -> None:
        _hear_no_signal()
        raise KeyboardInterrupt

    handlers = {
        signal.SIGALRM: out_of_time,
        **dict.fromkeys(STOP_SIGNALS, stop),
    }
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        for number, handler in before.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
