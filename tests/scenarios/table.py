"""`make scenarios`: what passed by group, and what differed. A pytest plugin."""

from collections import defaultdict
from typing import Any

import pytest

from tests.scenarios.reading import read_all

WIDTH = 100


def pytest_terminal_summary(terminalreporter: Any) -> None:
    scenarios = {scenario.id: scenario for scenario in read_all()}
    rows: dict[str, list[Any]] = defaultdict(lambda: [0, 0, []])
    for outcome in ("passed", "failed", "skipped"):
        for report in terminalreporter.getreports(outcome):
            name = report.nodeid.partition("[")[2].rstrip("]")
            if name not in scenarios or (outcome != "skipped" and report.when != "call"):
                continue
            row = rows[scenarios[name].group]
            row[0] += outcome == "passed"
            row[1] += 1
            if outcome == "failed":
                row[2].append((name, _differences(report)))
    write = terminalreporter.write_line
    terminalreporter.section("scenarios")
    write(f"{'group':24} {'passed':>7} {'of':>4}")
    for group, (passed, total, failed) in sorted(rows.items()):
        write(f"{group:24} {passed:7} {total:4}", red=passed < total)
        for name, differences in failed:
            for line in [f"  {name}", *(f"    {difference}" for difference in differences)]:
                write(line[:WIDTH])
    passed = sum(row[0] for row in rows.values())
    write(f"{'all':24} {passed:7} {sum(row[1] for row in rows.values()):4}")


def _differences(report: pytest.TestReport) -> list[str]:
    """The assertion's own words: the title, what differs, up to what was sent."""
    text = getattr(getattr(report.longrepr, "reprcrash", None), "message", "") or "could not be run"
    lines = text.removeprefix("AssertionError: ").splitlines()
    return [line for line in lines if line.strip()][1:9] or lines[:3]
