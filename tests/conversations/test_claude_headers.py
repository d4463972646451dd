"""What the answers' headers say about limits."""

from datetime import UTC, datetime, timedelta

import pytest

from conversations.claude_headers import guessed_tokens, learned
from hampstead.core.allowance import Learned, Quota

RESET = "2026-11-23T10:00:30Z"
AT = datetime(2026, 11, 23, 10, 0, 30, tzinfo=UTC)


def headers(kind: str, limit: str, left: str, reset: str = RESET) -> dict[str, str]:
    name = f"anthropic-ratelimit-{kind}"
    return {f"{name}-limit": limit, f"{name}-remaining": left, f"{name}-reset": reset}


def test_requests_and_input_tokens_are_read() -> None:
    found = learned(headers("requests", "50", "49") | headers("input-tokens", "40000", "39000"))
    assert found == Learned(Quota(50, 49, AT), Quota(40_000, 39_000, AT))


def test_input_tokens_count_before_all_tokens() -> None:
    both = headers("tokens", "48000", "47000") | headers("input-tokens", "40000", "39000")
    assert learned(both).tokens == Quota(40_000, 39_000, AT)
    assert learned(headers("tokens", "48000", "47000")).tokens == Quota(48_000, 47_000, AT)


@pytest.mark.parametrize("reset", ["", "soon", "2026-11-23T10:00:30", "2026-99-99T00:00:00Z"])
def test_a_moment_that_is_none_is_left_out(reset: str) -> None:
    assert learned(headers("requests", "50", "49", reset)).requests == Quota(50, 49, None)


@pytest.mark.parametrize(
    ("limit", "left"),
    [("0", "0"), ("-1", "0"), ("50", "51"), ("x", "1"), ("9" * 12, "1"), ("", "")],
)
def test_a_limit_that_makes_no_sense_is_not_believed(limit: str, left: str) -> None:
    assert learned(headers("requests", limit, left)) == Learned()


def test_a_pause_is_read() -> None:
    assert learned({"retry-after": "12"}).pause == timedelta(seconds=12)


def test_tokens_are_guessed_from_all_that_is_sent() -> None:
    said = {"system": [{"type": "text", "text": "x" * 3500}], "messages": [], "model": "y" * 9999}
    assert 1000 <= guessed_tokens(said) <= 1030
