"""The benchmark's arithmetic, posts, verdicts and page."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from pytest_django import Settings

from conversations import digests
from scripts.bench import PAGE
from scripts.benchmarks import brain_talk, report, yardstick
from scripts.benchmarks.brain import Brain, Overhead
from scripts.benchmarks.brain_script import exchange
from scripts.benchmarks.brain_tokens import ModelCall, Shares, mean_sizes, spent
from scripts.benchmarks.load import Acknowledged
from scripts.benchmarks.percentiles import percentile, summary
from scripts.benchmarks.plan import SHORT
from scripts.benchmarks.posts import text_post
from scripts.benchmarks.process_trees import usage
from scripts.benchmarks.targets import Results, verdicts
from tests.vendors import Sandbox
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


def model_call(turn: int, **more: Any) -> ModelCall:
    """100 fresh tokens and 1,000 of the prefix from the cache, at full price and a tenth."""
    usual: dict[str, Any] = {
        "purpose": "answer",
        "input_tokens": 100,
        "written_tokens": 0,
        "read_tokens": 1000,
        "full_price": 200.0,
        "prefix_tokens": 1000,
        "resent": 1000,
        "pence": 3.0,
        "output_pence": 1.0,
    }
    return ModelCall(turn, **{**usual, **more})


def digest_call(turn: int) -> ModelCall:
    return model_call(turn, purpose="digest", read_tokens=0, full_price=2000.0, resent=0)


def test_a_conversation_costs_what_its_calls_and_digests_cost() -> None:
    calls = [model_call(1), model_call(2), digest_call(2), model_call(3)]
    two = spent(calls, 2, Shares(), pence_per_token=0.01)
    assert (two.model_calls, two.digests) == (2, 1)
    assert (two.talking, two.digesting, two.resent) == (400.0, 2000.0, 2000)
    assert (two.ratio_talking, two.ratio) == (0.2, 1.2)
    # 9 pence for three calls; else 2,000 tokens and the two answers.
    assert two.ratio_pence == 9 / (2000 * 0.01 + 2)


def test_pauses_cost_the_history_and_then_the_prefix_of_each_turns_first_call() -> None:
    calls = [model_call(1, read_tokens=1400), model_call(1, read_tokens=1400)]
    one = spent(calls, 1, Shares(), pence_per_token=0.01)
    assert one.talking_after_pauses == pytest.approx(400 + 400 * (1.25 - 0.1))
    assert one.talking_alone == pytest.approx(one.talking_after_pauses + 1000 * (2 - 0.1))


def test_the_size_of_a_turn_is_all_its_calls_without_digests() -> None:
    calls = [call for turn in range(1, 41) for call in (model_call(turn), model_call(turn))]
    assert mean_sizes([*calls, digest_call(30)]) == {"20 to 40": 2200.0}
    assert mean_sizes(calls[:-2]) == {}


def brain(*, full_price: float = 200.0, late: float = 1100.0, own_ms: float = 40.0) -> Brain:
    calls = [model_call(turn, full_price=full_price) for turn in range(1, 41)]
    took = {"p50_ms": own_ms, "p99_ms": 90.0, "max_ms": 95.0}
    return Brain(
        spent=tuple(spent(calls, turns, Shares(), 0.01) for turns in (5, 40)),
        sizes={"20 to 40": 1000.0, "380 to 400": late},
        overhead={"new conversations": Overhead(100, took, took, took, took, 60)},
    )


@pytest.mark.parametrize(
    ("seen", "met"),
    [
        (brain(), [True, True, True]),
        (brain(full_price=251.0), [False, True, True]),
        (brain(late=1151.0), [True, False, True]),
        (brain(own_ms=50.1), [True, True, False]),
    ],
)
def test_what_a_conversation_costs_is_judged(seen: Brain, met: list[bool]) -> None:
    results = Results(brain=seen)
    assert [one.is_met for one in verdicts(results)] == met
    assert "ours / resent" in report.text(results, {}, SHORT)


def test_the_script_talks_in_realistic_lengths() -> None:
    lines = [exchange(turn) for turn in range(1, 401)]
    assert {60 <= len(line.asked) <= 200 for line in lines} == {True}
    assert {150 <= len(line.answered) <= 350 for line in lines} == {True}


def talked(sandbox: Sandbox, number: int) -> list[ModelCall]:
    with httpx.Client(base_url=sandbox.url, trust_env=False) as http, brain_talk.measured():
        customer = brain_talk.Customer(number, http)
        customer.talk(6)
    brain_talk.check_all_went_as_planned()
    return customer.calls


@pytest.mark.usefixtures("firm_defaults", "quick")
def test_without_a_digest_what_is_sent_is_what_resending_would_send(sandbox: Sandbox) -> None:
    calls = talked(sandbox, 7)
    assert len(calls) == 12  # a round of tools and an answer in each
    assert [call.size for call in calls] == [call.resent for call in calls]


@pytest.mark.usefixtures("firm_defaults", "quick")
def test_digests_change_nothing_of_what_resending_would_send(
    sandbox: Sandbox, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = talked(sandbox, 7)
    settings.DIGEST_AFTER_TOKENS = 300
    monkeypatch.setattr(digests, "KEPT_TOKENS", 100)
    digested = talked(sandbox, 8)
    assert "digest" in {call.purpose for call in digested}
    answers = [call for call in digested if call.purpose == "answer"]
    assert [call.resent for call in answers] == [call.resent for call in whole]
    assert answers[-1].size != whole[-1].size
