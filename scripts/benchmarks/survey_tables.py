"""What was measured of surveys, as tables."""

from __future__ import annotations

from scripts.benchmarks.surveys import Crowded, Searched, Surveys
from scripts.benchmarks.tables import pair, table


def survey_tables(surveys: Surveys | None) -> str:
    """In Markdown; empty if nothing was measured."""
    if surveys is None:
        return ""
    parts = []
    if surveys.searched:
        heads = ["finding times, ms p50 / p95", "searches", "time", "p99", "max", "its CPU"]
        rows = [[way, *_search(one)] for way, one in surveys.searched.items()]
        parts.append(table([*heads, "queries"], rows))
    if surveys.crowded:
        heads = ["many for one slot, ms p50 / max", "crowds", "size", "without one winner"]
        heads += ["deadlocks", "caught by the constraint", "who got it", "the others"]
        rows = [[way, *_crowd(one)] for way, one in surveys.crowded.items()]
        parts.append(table(heads, rows))
    return "\n\n".join(parts)


def _search(one: Searched) -> list[str]:
    return [
        str(one.searches),
        pair(one.took, "p95_ms"),
        f"{one.took['p99_ms']:.1f}",
        f"{one.took['max_ms']:.1f}",
        pair(one.cpu, "p95_ms"),
        f"{one.queries:.0f}",
    ]


def _crowd(one: Crowded) -> list[str]:
    counted = (one.crowds, one.size, one.unsettled, one.deadlocks, one.fell)
    waits = [f"{each['p50_ms']:.0f} / {each['max_ms']:.0f}" for each in (one.winners, one.losers)]
    return [*map(str, counted), *waits]
