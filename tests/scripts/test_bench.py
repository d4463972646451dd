"""The benchmark's arithmetic, posts, verdicts and page."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.bench import PAGE
from scripts.benchmarks import report, yardstick
from scripts.benchmarks.load import Acknowledged
from scripts.benchmarks.percentiles import percentile, summary
from scripts.benchmarks.posts import text_post
from scripts.benchmarks.process_trees import usage
from scripts.benchmarks.targets import Results, verdicts
from whatsapp.events import MessageEvent, read_post


def acknowledged(*, p99_ms: float = 20.0, lost: int = 0, failed: int = 0) -> Acknowledged:
    return Acknowledged(
        sent=1000,
        acknowledged=1000 - failed,
        lost=lost,
        requests_per_second=900.0,
        p50_ms=10.0,
        p90_ms=15.0,
        p99_ms=p99_ms,
        max_ms=30.0,
        web_cpu_per_1000=1.0,
        postgres_cpu_per_1000=0.3,
        generator_busy=0.3,
    )


def test_percentiles_are_values_that_were_measured() -> None:
    values = [float(value) for value in range(1, 201)]
    assert [percentile(values, share) for share in (50, 99, 100)] == [100.0, 198.0, 200.0]
    assert percentile([7.0], 50) == 7.0
    assert summary([]) == {"p50_ms": 0.0, "p99_ms": 0.0, "max_ms": 0.0}


def test_the_posts_are_whatsapp_texts_and_no_two_are_alike() -> None:
    bodies = [text_post("run", number) for number in range(50)]
    assert len(set(bodies)) == 50
    assert all(700 <= len(body) <= 1000 for body in bodies)
    (event,) = read_post(bodies[3])
    assert isinstance(event, MessageEvent)
    assert (event.kind, event.sender.wa_id) == ("text", "447700900003")


def test_cpu_and_memory_cover_the_whole_tree() -> None:
    burn = "sum(range(20_000_000)); import time; time.sleep(60)"
    inner = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burn!r}])"
    process = subprocess.Popen([sys.executable, "-c", inner], start_new_session=True)
    try:
        while (used := usage(process.pid)).cpu_seconds < 0.2:  # the test's time limit ends it
            assert process.poll() is None
        assert used.resident_bytes > 10_000_000
    finally:
        os.killpg(process.pid, 9)
        process.wait()
    assert usage(process.pid).cpu_seconds == 0.0


@pytest.mark.parametrize(
    ("seen", "met"),
    [
        (acknowledged(), [True, True]),
        (acknowledged(p99_ms=150.1), [False, True]),
        (acknowledged(lost=1), [True, False]),
        (acknowledged(failed=2), [True, False]),
    ],
)
def test_each_target_is_judged(seen: Acknowledged, met: list[bool]) -> None:
    assert [one.is_met for one in verdicts(Results(ack={"Redis up": seen}))] == met


def test_figures_are_put_between_the_marks_and_nowhere_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    for figures in ("new", "newer"):
        report.write_into(page, figures)
    assert page.read_text() == f"before\n{report.BEGIN}\n\nnewer\n\n{report.END}\nafter\n"
    page.write_text("no marks")
    with pytest.raises(ValueError, match="two marks"):
        report.write_into(page, "new")


def test_the_page_has_the_marks() -> None:
    text = PAGE.read_text()
    assert 0 < text.index(report.BEGIN) < text.index(report.END)


def test_a_missing_yardstick_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("YARDSTICKS_DIR", raising=False)
    assert yardstick.missing() == "YARDSTICKS_DIR is not set"
    monkeypatch.setenv("YARDSTICKS_DIR", str(tmp_path))
    assert "run.sh does not exist" in yardstick.missing()
    (tmp_path / "ingest").mkdir()
    (tmp_path / "ingest" / "run.sh").touch()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert yardstick.missing() == "wrk is not installed (apt-get install wrk)"
