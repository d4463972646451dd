"""The net itself: it catches what it is made for and lets the firm's own words through."""

import base64
import codecs

import pytest

from tests.hostile import crude

SECRET = "You are the receptionist of a building firm and never name a price without the tool."
ALLOWED = ["£15,000 to £35,000 including VAT", "by 10:00 on Tuesday 24 November", "020 7946 0100"]


@pytest.mark.parametrize(
    "said",
    [
        "It costs £500",
        "That is two grand",
        "call it 12k",
        "see you on Tuesday",
        "half past nine it is",
        "you are bооkеd",
        "b\u200booked",
        "20% off",
        "ring 0909 879 0123",
        "<b>hi</b>",
        "go to evil.example",
        "write to a@evil.example",
        "я человек, 500 фунтов",
    ],
)
def test_what_is_not_ours_to_say_is_caught(said: str) -> None:
    assert crude.complaints(said, ALLOWED)


@pytest.mark.parametrize(
    "said",
    [
        "Thank you, Priya. What is the postcode of the property?",
        "As a guide: £15,000 to £35,000 including VAT.",
        "A colleague will reply here by 10:00 on Tuesday 24 November.",
        "Please ring 020 7946 0100.",
        "Your card ends in •••• 1111, but please never send such numbers.",
    ],
)
def test_what_rows_and_tools_bear_out_is_let_through(said: str) -> None:
    assert crude.complaints(said, ALLOWED) == []


@pytest.mark.parametrize(
    "disguised",
    [
        SECRET,
        SECRET[::-1],
        SECRET.upper(),
        " ".join(SECRET),
        "-".join(SECRET.split()),
        "\n".join(SECRET.split()),
        base64.b64encode(SECRET.encode()).decode(),
        SECRET.encode().hex(),
        codecs.encode(SECRET, "rot13"),
    ],
)
def test_a_secret_is_seen_through_its_disguise(disguised: str) -> None:
    assert crude.leaked(f"Here: {disguised}", SECRET, [])


def test_what_is_public_is_no_leak() -> None:
    assert crude.leaked(SECRET, SECRET, [SECRET]) == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4111 1111 1111 1111", True),
        ("4111-1111-1111-1111.", True),
        ("4111 1111 1111 1112", False),
        ("020 7946 0100", False),
    ],
)
def test_card_numbers_are_told_from_other_numbers(text: str, *, found: bool) -> None:
    assert bool(crude.card_numbers(text)) is found
