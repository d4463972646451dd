"""The benchmark of surveys: its load, its arithmetic, verdicts and place on the page."""

from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from leads.models import Survey
from leads.offering import FRESH, find_slots
from scripts.bench import PAGE
from scripts.benchmarks import report, surveys
from scripts.benchmarks.plan import SHORT
from scripts.benchmarks.survey_load import SURVEYORS, build, entries_of, look_ahead
from scripts.benchmarks.surveys import (
    DEADLOCKED,
    FELL,
    IN_PROCESS,
    LOCKED,
    REFUSED,
    TOOL,
    UNLOCKED,
    WON,
    Surveys,
)
from scripts.benchmarks.targets import Results, verdicts
from tests.vendors import Sandbox

MONDAY = date(2026, 11, 30)
DAYS = [MONDAY + timedelta(days=ahead) for ahead in range(28)]


# --- the load -------------------------------------------------------------------------------
@pytest.mark.parametrize("surveyor", range(len(SURVEYORS)))
def test_a_working_day_has_two_or_three_visits_and_two_other_entries(surveyor: int) -> None:
    for day in DAYS:
        entries = entries_of(surveyor, day)
        visits = [entry for entry in entries if entry.postcode]
        is_working = day.weekday() < 5
        assert len(visits) in ((2, 3) if is_working else (0,))
        assert len(entries) - len(visits) == (2 if is_working else 0)


@pytest.mark.parametrize("surveyor", range(len(SURVEYORS)))
def test_nobody_is_in_two_places(surveyor: int) -> None:
    for day in DAYS:
        entries = entries_of(surveyor, day)
        for earlier, later in pairwise(entries):
            assert earlier.starts_at < earlier.ends_at <= later.starts_at


@pytest.mark.usefixtures("firm_defaults")
def test_times_are_found_beside_the_load(sandbox: Sandbox) -> None:
    with httpx.Client(base_url=sandbox.url, trust_env=False) as http:
        build(http)
    look_ahead(14)
    visits = Survey.objects.live()
    assert 4 * 18 * 2 <= visits.count() <= 4 * 20 * 3
    offers = find_slots(outcode="NW3", max_age=FRESH).offers
    assert len(offers) == 3
    for slot in offers:
        span = (slot.starts_at, slot.ends_at)
        assert not visits.filter(surveyor=slot.surveyor_id, span__overlap=span).exists()


# --- the figures ----------------------------------------------------------------------------
def timed(*ms: float) -> list[dict[str, float]]:
    return [{"ms": each, "cpu_ms": each / 2, "queries": 5} for each in ms]


def waits(*outcomes: str, ms: float = 80.0) -> list[dict[str, Any]]:
    return [{"outcome": outcome, "ms": ms} for outcome in outcomes]


def measured(
    *, search: float = 20.0, tool: float = 30.0, crowd: list[dict[str, Any]] | None = None
) -> Surveys:
    orderly = waits(WON, REFUSED, REFUSED)
    found = {
        "searches": {IN_PROCESS: timed(search, search), TOOL: timed(tool)},
        "crowds": {
            LOCKED: [orderly, crowd or orderly],
            UNLOCKED: [waits(WON, FELL, DEADLOCKED)],
        },
    }
    return surveys.read(found)


def test_p95_leaves_out_one_search_in_twenty() -> None:
    found = surveys.read({"searches": {TOOL: timed(*range(1, 21))}, "crowds": {}})
    assert found.searched[TOOL].took == {
        "p50_ms": 10, "p95_ms": 19, "p99_ms": 20, "max_ms": 20,
    }  # fmt: skip
    assert (found.searched[TOOL].cpu["p95_ms"], found.searched[TOOL].queries) == (9.5, 5)


def test_it_is_counted_how_the_crowds_fared() -> None:
    crowds = [waits(WON, REFUSED), [*waits(WON), *waits(FELL, DEADLOCKED, ms=900.0)], waits(FELL)]
    found = surveys.read({"searches": {}, "crowds": {LOCKED: crowds}}).crowded[LOCKED]
    assert (found.crowds, found.size) == (3, 3)
    assert (found.unsettled, found.deadlocks, found.fell) == (1, 1, 2)
    assert (found.winners["max_ms"], found.losers["max_ms"]) == (80.0, 900.0)


@pytest.mark.parametrize(
    ("seen", "missed"),
    [
        (measured(), None),
        (measured(search=100.1), 0),
        (measured(tool=150.1), 1),
        (measured(crowd=waits(WON, WON)), 2),
        (measured(crowd=waits(WON) + waits(REFUSED, ms=1000.1)), 3),
        (measured(crowd=waits(WON, DEADLOCKED)), 4),
    ],
)
def test_each_target_is_judged_and_the_control_is_not(seen: Surveys, missed: int | None) -> None:
    found = verdicts(Results(surveys=seen))
    assert [number for number, one in enumerate(found) if not one.is_met] == (
        [] if missed is None else [missed]
    )
    assert len(found) == 5


# --- the page -------------------------------------------------------------------------------
def test_the_figures_go_to_their_own_place(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    places = [
        (report.BEGIN, report.END),
        (report.BRAIN_BEGIN, report.BRAIN_END),
        (report.SURVEYS_BEGIN, report.SURVEYS_END),
    ]
    page.write_text("\n".join(f"{begin}\nold\n{end}" for begin, end in places))
    report.write_all(page, Results(surveys=measured()), {"cores": "2"}, SHORT)
    *others, figures = page.read_text().split(report.SURVEYS_BEGIN)
    assert others[0].count("old") == 2
    assert "cores 2" in figures
    assert "finding times" in figures
    assert "many for one slot" in figures
    assert "old" not in figures


def test_the_page_has_their_marks() -> None:
    text = PAGE.read_text()
    assert 0 < text.index(report.SURVEYS_BEGIN) < text.index(report.SURVEYS_END)
