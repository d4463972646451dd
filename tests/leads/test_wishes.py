"""How the time they name is meant: exactly, more or less, or from then on."""

from datetime import UTC, datetime, time

import pytest

from leads.wishes import read_wish

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "begin", "is_exact", "is_about"),
    [
        ("at ten", time(10), True, False),
        ("half ten", time(10, 30), True, False),
        ("3pm", time(15), True, False),
        ("around ten", time(10), False, True),
        ("ten-ish", time(10), False, True),
        ("after ten", time(10), False, False),
        ("between 10 and 12", time(10), False, False),
        ("in the morning", None, False, False),
        ("ten past two", time(14, 10), True, False),
        ("five past eleven", time(11, 5), True, False),
    ],
)
def test_how_a_time_is_meant(text: str, begin: time | None, is_exact: bool, is_about: bool) -> None:
    wish = read_wish(text, MONDAY)
    assert (wish.begin, wish.is_exact, wish.is_about) == (begin, is_exact, is_about)
