"""What is only thanks, and what is more."""

import pytest

from leads.spoken.text import is_thanks


@pytest.mark.parametrize(
    "said",
    ["thanks", "ok great, speak soon", "nice one cheers", "ta love", "ta-ra then x", "cheers pal"],
)
def test_thanks_ask_for_nothing(said: str) -> None:
    assert is_thanks(said)


@pytest.mark.parametrize("said", ["one", "thanks, one more thing", "love it but what does it cost"])
def test_more_than_thanks_is_no_thanks(said: str) -> None:
    assert not is_thanks(said)
