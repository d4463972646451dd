import time
from collections.abc import Iterable
from typing import Any

import anthropic
import httpx2
import pytest

from tests.sandbox.asking import ask, streamed, text_of
from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.usefixtures("sandbox")


def keep(pieces: Iterable[str], heard: list[str]) -> None:
    for piece in pieces:
        heard.append(piece)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (429, anthropic.RateLimitError),
        (500, anthropic.InternalServerError),
        (529, anthropic.InternalServerError),
        (402, anthropic.APIStatusError),
        (413, anthropic.APIStatusError),
    ],
)
def test_a_status_fault_raises_the_vendors_error_class(
    sandbox: Sandbox, claude: anthropic.Anthropic, status: int, error: type[Exception]
) -> None:
    sandbox.fault("anthropic", route="/v1/messages", status=status)
    with pytest.raises(error) as caught:
        ask(claude)
    assert getattr(caught.value, "status_code", None) == status


def test_a_fault_carries_headers_and_body(sandbox: Sandbox, claude: anthropic.Anthropic) -> None:
    details = {"error_code": "enforced_spend_limit_reached"}
    error = {"type": "rate_limit_error", "message": "spent", "details": details}
    sandbox.fault(
        "anthropic", status=429, body={"type": "error", "error": error},
        headers={"retry-after": "2"},
    )  # fmt: skip
    with pytest.raises(anthropic.RateLimitError) as caught:
        ask(claude)
    assert caught.value.response.headers["retry-after"] == "2"
    assert caught.value.body == {"type": "error", "error": error}


def test_a_fault_is_played_as_often_as_told_and_then_gone(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    sandbox.fault("anthropic", status=529, times=2)
    for _ in range(2):
        with pytest.raises(anthropic.InternalServerError):
            ask(claude)
    assert text_of(ask(claude))


def test_faults_queue_in_the_order_they_were_set(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    sandbox.fault("anthropic", status=429)
    sandbox.fault("anthropic", status=500)
    with pytest.raises(anthropic.RateLimitError):
        ask(claude)
    with pytest.raises(anthropic.InternalServerError):
        ask(claude)


def test_a_fault_for_another_route_waits(sandbox: Sandbox, claude: anthropic.Anthropic) -> None:
    sandbox.fault("anthropic", route="/count_tokens", status=500)
    assert text_of(ask(claude))
    assert len(sandbox.http.get("/_faults").json()) == 1


def test_deleting_clears_the_faults(sandbox: Sandbox, claude: anthropic.Anthropic) -> None:
    sandbox.fault("anthropic", status=500)
    sandbox.http.delete("/_faults")
    assert text_of(ask(claude))


@pytest.mark.parametrize(
    "fault",
    [
        {"vendor": "nobody"},
        {"vendor": "anthropic", "explode": True},
        {"vendor": "anthropic", "cut": "sideways"},
        {"vendor": "anthropic", "statuses": "off"},
        {"vendor": "anthropic", "times": 0},
        {"vendor": "anthropic", "delay_seconds": "long"},
    ],
)
def test_a_fault_that_could_never_play_is_refused(sandbox: Sandbox, fault: dict[str, Any]) -> None:
    response = sandbox.post("/_faults", fault)
    assert response.status_code == 400
    assert response.json()["error"]


def test_a_cut_before_leaves_the_answer_unused(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    sandbox.model(answers=["Once"])
    sandbox.fault("anthropic", cut="before")
    with pytest.raises(anthropic.APIConnectionError):
        ask(claude)
    assert text_of(ask(claude)) == "Once"


def test_a_cut_after_has_used_the_answer(sandbox: Sandbox, claude: anthropic.Anthropic) -> None:
    sandbox.model(answers=["Lost", "Next"])
    sandbox.fault("anthropic", cut="after")
    with pytest.raises(anthropic.APIConnectionError):
        ask(claude)
    assert text_of(ask(claude)) == "Next"
    assert [entry["status"] for entry in sandbox.log("anthropic")] == [None, 200]


def test_a_delay_runs_into_the_callers_timeout(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    sandbox.fault("anthropic", delay_seconds=5)
    with pytest.raises(anthropic.APITimeoutError):
        ask(claude.with_options(timeout=0.2))


def test_garbage_is_html_with_status_200(sandbox: Sandbox) -> None:
    sandbox.fault("anthropic", garbage=True)
    response = sandbox.post("/anthropic/v1/messages", {})
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")


def test_a_stream_can_be_cut_after_some_events(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    sandbox.fault("anthropic", cut_after_events=3)
    with pytest.raises(httpx2.RemoteProtocolError):
        streamed(claude)


def test_a_stream_fault_waits_for_a_streaming_request(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    sandbox.fault("anthropic", cut_after_events=3)
    assert text_of(ask(claude))
    with pytest.raises(httpx2.RemoteProtocolError):
        streamed(claude)


def test_a_stream_that_ends_without_stop_has_no_stop_reason(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    sandbox.fault("anthropic", end_without_stop=True)
    message = streamed(claude)
    assert message.stop_reason is None


def test_an_error_event_arrives_after_two_deltas(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    sandbox.model(answers=["one two three four"])
    sandbox.fault("anthropic", error_event={"type": "overloaded_error", "message": "Overloaded"})
    heard: list[str] = []
    with (
        claude.messages.stream(
            model="claude-haiku-5-5", max_tokens=9, messages=[{"role": "user", "content": "Hi"}]
        ) as stream,
        pytest.raises(anthropic.APIStatusError) as caught,
    ):
        keep(stream.text_stream, heard)
    assert "".join(heard) == "one two"
    assert (caught.value.status_code, caught.value.type) == (200, "overloaded_error")


def test_a_dripped_answer_is_whole_but_slow(sandbox: Sandbox) -> None:
    sandbox.fault("anthropic", status=429, body={"a": 1}, drip_seconds=0.02)
    started = time.monotonic()
    response = sandbox.post("/anthropic/v1/messages", {})
    assert response.json() == {"a": 1}
    assert time.monotonic() - started >= 0.1


def test_a_reset_forgets_faults_answers_and_log(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    sandbox.fault("anthropic", status=500)
    sandbox.model(answers=["Forgotten"], persona="liar")
    sandbox.http.post("/_reset")
    assert sandbox.log() == []
    assert text_of(ask(claude)).startswith("Hello, and thank you")
