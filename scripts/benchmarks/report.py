"""The figures as tables: the same text on the terminal and in docs/PERFORMANCE.md."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path

from scripts.benchmarks.plan import CLIENTS, Plan
from scripts.benchmarks.survey_tables import survey_tables
from scripts.benchmarks.tables import pair, table
from scripts.benchmarks.targets import Results, Verdict, verdicts

BEGIN = "<!-- figures: written by `make bench`, do not edit -->"
END = "<!-- figures end -->"
BRAIN_BEGIN = "<!-- brain: written by `make bench`, do not edit -->"
BRAIN_END = "<!-- brain end -->"
SURVEYS_BEGIN = "<!-- surveys: written by `make bench`, do not edit -->"
SURVEYS_END = "<!-- surveys end -->"
MEGABYTE = 1_000_000


def text(results: Results, machine: Mapping[str, str], plan: Plan) -> str:
    """All tables of a run, in Markdown."""
    parts = [
        f"A {plan.name} run. " + "; ".join(f"{name} {value}" for name, value in machine.items()),
        _targets(results),
        _acknowledgements(results),
        _yardstick(results),
        _replies(results),
        _tokens(results),
        _overhead(results),
        survey_tables(results.surveys),
        _soak(results),
        "\n".join(f"- Not measured: {part}: {why}" for part, why in results.notes.items()),
    ]
    return "\n\n".join(part for part in parts if part)


def save(path: Path, results: Results, machine: Mapping[str, str], plan: Plan) -> None:
    """Everything as JSON, for comparing runs."""
    judged = [{**asdict(one), "is_met": one.is_met} for one in verdicts(results)]
    found = {
        "plan": asdict(plan),
        "machine": dict(machine),
        "targets": judged,
        "results": asdict(results),
    }
    path.write_text(json.dumps(found, indent=2) + "\n")


def write_all(page: Path, results: Results, machine: Mapping[str, str], plan: Plan) -> None:
    """What was measured goes to its place; the figures of an earlier run stay in the other."""
    served = replace(results, brain=None, surveys=None)
    if any((served.ack, served.yardstick, served.reply, served.soak)):
        write_into(page, text(served, machine, plan))
    if results.brain is not None:
        talked = Results(brain=results.brain)
        write_into(page, text(talked, machine, plan), begin=BRAIN_BEGIN, end=BRAIN_END)
    if results.surveys is not None:
        arranged = Results(surveys=results.surveys)
        write_into(page, text(arranged, machine, plan), begin=SURVEYS_BEGIN, end=SURVEYS_END)


def write_into(page: Path, figures: str, *, begin: str = BEGIN, end: str = END) -> None:
    """Replace what is between two marks of the page."""
    before, found_begin, rest = page.read_text().partition(begin)
    _, found_end, after = rest.partition(end)
    if not found_begin or not found_end:
        raise ValueError(f"{page} does not have the two marks {begin} and {end}")
    page.write_text(f"{before}{begin}\n\n{figures}\n\n{end}{after}")


def _targets(results: Results) -> str:
    rows = [
        [
            one.target,
            f"at most {one.limit:g} {one.unit}",
            _found(one),
            "met" if one.is_met else "MISSED",
        ]
        for one in verdicts(results)
    ]
    return table(["target", "limit", "found", ""], rows) if rows else ""


def _found(one: Verdict) -> str:
    if one.unit == "x" and one.limit < 2:
        return f"{one.found:.2f}"
    return f"{one.found:.1f}" if one.unit in {"ms", "x"} else f"{one.found:g}"


def _acknowledgements(results: Results) -> str:
    heads = ["ack", "req/s", "p50 ms", "p99 ms", "max ms", "failed", "acknowledged", "rows lost"]
    heads += ["web CPU s/1,000", "PG CPU s/1,000", "generator busy"]
    rows = [
        [
            state,
            f"{one.requests_per_second:.0f}",
            f"{one.p50_ms:.1f}",
            f"{one.p99_ms:.1f}",
            f"{one.max_ms:.0f}",
            str(one.failed),
            f"{one.acknowledged:,}",
            str(one.lost),
            f"{one.web_cpu_per_1000:.2f}",
            f"{one.postgres_cpu_per_1000:.2f}",
            f"{one.generator_busy:.0%}",
        ]
        for state, one in results.ack.items()
    ]
    title = f"Acknowledgement, {CLIENTS} keep-alive clients, pump running:\n\n"
    return title + table(heads, rows) if rows else ""


def _yardstick(results: Results) -> str:
    measures = {
        "web_cpu_per_1000": ("web CPU s/1,000", ".2f"),
        "postgres_cpu_per_1000": ("PG CPU s/1,000", ".2f"),
        "requests_per_second": ("req/s", ".0f"),
        "p50_ms": ("p50 ms", ".1f"),
        "p99_ms": ("p99 ms", ".1f"),
    }
    parts = []
    for name, one in results.yardstick.items():
        rows = []
        for measure, (label, style) in measures.items():
            rounds = one.ratios_of_rounds[measure]
            values = [format(side[measure], style) for side in (one.ours, one.theirs)]
            spread = f"{min(rounds):.2f} to {max(rounds):.2f}"
            rows.append([label, *values, f"{one.ratios[measure]:.2f}", spread])
        for label in ("errors", "rounds_not_durable"):
            values = [f"{side[label]:g}" for side in (one.ours, one.theirs)]
            rows.append([label.replace("_", " "), *values, "", ""])
        title = f"Beside the ingest yardstick, {one.rounds} alternating rounds. "
        title += f"Its check of ours: {one.check_of_ours}.\n\n"
        heads = ["", "ours", name, "ratio (median)", "rounds"]
        parts.append(title + table(heads, rows))
    return "\n\n".join(parts)


def _replies(results: Results) -> str:
    def cells(figures: Mapping[str, float] | None) -> str:
        return f"{figures['p50_ms']:.0f} / {figures['p99_ms']:.0f}" if figures else "–"

    rows = [
        [way, str(one.messages), cells(one.processed), cells(one.sent), cells(one.overhead)]
        for way, one in results.reply.items()
    ]
    heads = ["reply, ms p50 / p99", "messages", "stored to processed", "stored to sent"]
    heads += ["the same without vendor calls"]
    return table(heads, rows) if rows else ""


def _tokens(results: Results) -> str:
    brain = results.brain
    if brain is None:
        return ""
    rows = [
        [
            str(one.turns),
            f"{one.model_calls} + {one.digests}",
            f"{one.resent:,.0f}",
            f"{one.talking:,.0f}",
            f"{one.digesting:,.0f}",
            f"{one.ratio:.1%}",
            f"{one.ratio_talking:.1%}",
            f"{one.ratio_after_pauses:.1%}",
            f"{one.ratio_alone:.1%}",
            f"{one.pence:.2f} / {one.resent_pence:.2f}",
        ]
        for one in brain.spent
    ]
    heads = ["turns", "calls + digests", "resent", "ours: talking", "digests", "ours / resent"]
    heads += ["without digests", "5 min apart", "1 h apart", "pence: ours / resent"]
    sizes = "; ".join(f"turns {span}: {size:,.0f}" for span, size in brain.sizes.items())
    title = "Input tokens of one conversation, at the talking model's full price:\n\n"
    after = f"\n\nInput tokens of a turn, cached or not, mean: {sizes}." if sizes else ""
    return title + table(heads, rows) + after


def _overhead(results: Results) -> str:
    if results.brain is None:
        return ""
    rows = [
        [
            way,
            str(one.turns),
            *(pair(figures) for figures in (one.own, one.cpu, one.adapter, one.model)),
            f"{one.queries:.0f}",
        ]
        for way, one in results.brain.overhead.items()
    ]
    heads = ["turn, ms p50 / p99", "turns", "without the model", "its CPU", "in the adapter"]
    return table([*heads, "the model (sandbox)", "queries"], rows)


def _soak(results: Results) -> str:
    soak = results.soak
    if soak is None:
        return ""
    one = soak.load
    grown = (soak.resident_after - soak.resident_before) / MEGABYTE
    row = [
        f"{one.sent:,}",
        f"{one.acknowledged:,}",
        ", ".join(f"{name}: {count}" for name, count in one.failures.items()) or "none",
        str(one.lost),
        f"{one.requests_per_second:.0f}",
        f"{one.p99_ms:.1f}",
        f"{soak.resident_before / MEGABYTE:.0f} MB",
        f"{grown:+.1f} MB",
    ]
    heads = ["soak: sent", "acknowledged", "failures", "rows lost", "req/s", "p99 ms"]
    return table([*heads, "web memory before", "grown by"], [row])
