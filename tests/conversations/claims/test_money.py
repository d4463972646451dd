"""Amounts of money as they are written and said."""

import pytest

from conversations.claims.money import amounts, percentages
from conversations.claims.sentences import masked, plain

AMOUNTS: tuple[tuple[str, list[int]], ...] = (
    ("£80k", [80_000]),
    ("£80,000", [80_000]),
    ("£80,000.00", [80_000]),
    ("80 grand", [80_000]),
    ("eighty thousand pounds", [80_000]),
    ("80.000 €", [80_000]),
    ("€80.000,00", [80_000]),
    ("80 000 euros", [80_000]),
    ("80 mil euros", [80_000]),
    ("£1.5m", [1_500_000]),
    ("a hundred and forty thousand", [140_000]),
    ("two fifty grand", [250_000]),
    ("twenty five k", [25_000]),
    ("fifty quid", [50]),
    ("500 de lire", [500]),
    ("£٥٠٠", [500]),
    ("a tenner", []),
    ("a few grand", []),
    ("half a million", []),
)
NO_MONEY = (
    "NW3 2QG",
    "020 7946 0100",
    "three bedrooms and two bathrooms",
    "10 to 12 weeks",
    "24 Elm Road",
    "over two thousand projects",
    "2,000 homes",
    "10m of pipe",
    "a ton of experience",
    "in 2027",
    "at 10:30 on 1 December",
    "thanks a million, a hundred times",
)


@pytest.mark.parametrize(("text", "pounds"), AMOUNTS)
def test_an_amount_is_read(text: str, pounds: list[int]) -> None:
    [amount] = amounts(masked(plain(text)))
    assert sorted(pence // 100 for pence in amount.pence) == pounds


@pytest.mark.parametrize("text", NO_MONEY)
def test_other_numbers_are_no_money(text: str) -> None:
    assert amounts(masked(plain(text))) == []


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("£80–140k", 80_000, 140_000),
        ("£80k to 140", 80_000, 140_000),
        ("sixty to a hundred and twenty thousand pounds", 60_000, 120_000),
        ("between eighty and a hundred and forty thousand", 80_000, 140_000),
        ("it costs eighty to one forty.", 80_000, 140_000),
    ],
)
def test_the_ends_of_a_range_share_what_they_are_counted_in(text: str, low: int, high: int) -> None:
    first, second = amounts(masked(plain(text)))
    assert low * 100 in first.pence
    assert high * 100 in second.pence


def test_a_ton_fifty_may_be_two_amounts() -> None:
    [amount] = amounts("a ton fifty")
    assert amount.pence == {15_000, 15_000_000}


@pytest.mark.parametrize("text", ["20%", "20 %", "twenty per cent", "20 percent", "20 Prozent"])
def test_a_percentage_is_read(text: str) -> None:
    [(_, value)] = percentages(plain(text))
    assert value == 20
