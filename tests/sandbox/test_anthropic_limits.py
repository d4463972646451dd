"""Rate limits of the simulated account."""

from datetime import datetime

import anthropic
import pytest

from tests.sandbox.asking import MODEL, ask, streamed, text_of
from tests.sandbox.conftest import Sandbox

pytestmark = pytest.mark.usefixtures("sandbox")
KINDS = ("requests", "input-tokens", "output-tokens")


def headers_of(claude: anthropic.Anthropic) -> dict[str, str]:
    raw = claude.messages.with_raw_response.create(
        model=MODEL, max_tokens=50, messages=[{"role": "user", "content": "Hello"}]
    )
    return dict(raw.headers)


def test_an_answer_tells_limit_rest_and_reset(claude: anthropic.Anthropic) -> None:
    headers = headers_of(claude)
    for kind in KINDS:
        name = f"anthropic-ratelimit-{kind}"
        assert 0 < int(headers[f"{name}-remaining"]) <= int(headers[f"{name}-limit"])
        assert datetime.fromisoformat(headers[f"{name}-reset"]).tzinfo is not None


def test_a_stream_tells_them_too(claude: anthropic.Anthropic) -> None:
    with claude.messages.stream(
        model=MODEL, max_tokens=50, messages=[{"role": "user", "content": "Hello"}]
    ) as stream:
        stream.until_done()
        assert "anthropic-ratelimit-requests-limit" in stream.response.headers


def test_each_request_leaves_one_less(sandbox: Sandbox, claude: anthropic.Anthropic) -> None:
    sandbox.model(limits={"requests_per_minute": 5})
    left = [int(headers_of(claude)["anthropic-ratelimit-requests-remaining"]) for _ in range(3)]
    assert left == [4, 3, 2]


def test_the_second_of_one_a_minute_is_refused(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    sandbox.model(answers=["One", "Two"], limits={"requests_per_minute": 1})
    assert text_of(ask(claude)) == "One"
    with pytest.raises(anthropic.RateLimitError) as caught:
        streamed(claude)
    headers = caught.value.response.headers
    assert 50 < float(headers["retry-after"]) <= 60
    assert headers["anthropic-ratelimit-requests-remaining"] == "0"


def test_a_refused_request_uses_no_answer(sandbox: Sandbox, claude: anthropic.Anthropic) -> None:
    sandbox.model(answers=["One", "Two"], limits={"requests_per_minute": 1})
    ask(claude)
    with pytest.raises(anthropic.RateLimitError):
        ask(claude)
    sandbox.model(limits={"requests_per_minute": 100})
    assert text_of(ask(claude)) == "Two"


def test_input_tokens_are_limited(sandbox: Sandbox, claude: anthropic.Anthropic) -> None:
    sandbox.model(limits={"input_tokens_per_minute": 1000})
    ask(claude, "word " * 700)
    with pytest.raises(anthropic.RateLimitError):
        ask(claude, "word " * 700)
    assert text_of(ask(claude, "Hello"))


def test_what_came_from_the_cache_does_not_count(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    rules = {"type": "text", "text": "rule " * 2000, "cache_control": {"type": "ephemeral"}}
    ask(claude, system=[rules])
    sandbox.model(limits={"input_tokens_per_minute": 100_000})
    before = int(headers_of(claude)["anthropic-ratelimit-input-tokens-remaining"])
    ask(claude, system=[rules])
    after = int(headers_of(claude)["anthropic-ratelimit-input-tokens-remaining"])
    assert before - after < 500


def test_a_reset_makes_the_account_generous_again(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    sandbox.model(limits={"requests_per_minute": 1})
    ask(claude)
    sandbox.http.post("/_reset")
    assert text_of(ask(claude))


@pytest.mark.parametrize(
    "limits",
    [{}, {"requests": 1}, {"requests_per_minute": 0}, {"requests_per_minute": "x"}, 7, None],
)
def test_an_order_that_makes_no_sense_is_refused(sandbox: Sandbox, limits: object) -> None:
    assert sandbox.post("/_model", {"limits": limits}).status_code == 400
