"""Budgets as people say them. Amounts in the tables are whole pounds."""

import pytest

from leads.spoken.money import Budget, read_budget


def budget(low: int | None, high: int | None, *, is_doubtful: bool = False) -> Budget:
    pence = [None if end is None else end * 100 for end in (low, high)]
    return Budget(pence[0], pence[1], is_doubtful)


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("£80k", 80_000, 80_000),
        ("80 grand", 80_000, 80_000),
        ("80K", 80_000, 80_000),
        ("eighty thousand", 80_000, 80_000),
        ("80-100k", 80_000, 100_000),
        ("80 – 100k", 80_000, 100_000),
        ("£80–£100k", 80_000, 100_000),
        ("between 80 and 100 thousand", 80_000, 100_000),
        ("eighty to ninety grand", 80_000, 90_000),
        ("80 or 90k", 80_000, 90_000),
        ("80k, maybe 90k", 80_000, 90_000),
        ("80k but could stretch to 90k", 80_000, 90_000),
        ("80k, 90k at the most", 80_000, 90_000),
        ("eighty thousand, ninety thousand at a push", 80_000, 90_000),
        ("from £60,000 to £70,000", 60_000, 70_000),
        ("50/60k", 50_000, 60_000),
        ("£100k ish maybe 120 tops", 100_000, 120_000),
        ("minimum 50k maximum 80k", 50_000, 80_000),
        ("my max budget is 120k", None, 120_000),
        ("up to 90k", None, 90_000),
        ("100k max", None, 100_000),
        ("no more than eighty thousand pounds", None, 80_000),
        ("less than a hundred grand", None, 100_000),
        ("a maximum of about sixty thousand", None, 60_000),
        ("at least 100k", 100_000, None),
        ("100k+", 100_000, None),
        ("upwards of 200 thousand", 200_000, None),
        ("£95,000 plus VAT", 95_000, 95_000),
        ("half a mil", 500_000, 500_000),
        ("quarter of a million", 250_000, 250_000),
        ("a million and a half", 1_500_000, 1_500_000),
        ("£1.2m", 1_200_000, 1_200_000),
        ("one point two million", 1_200_000, 1_200_000),
        ("a couple of hundred grand", 200_000, 200_000),
        ("a hundred and twenty thousand", 120_000, 120_000),
        ("two hundred and fifty thousand pounds", 250_000, 250_000),
        ("80k no sorry 90k", 90_000, 90_000),
        ("80k, actually make that 95k", 95_000, 95_000),
        ("not 80k, 90k", 90_000, 90_000),
        ("we have 3 kids and 80k", 80_000, 80_000),
        ("not sure, maybe 80k", 80_000, 80_000),
        ("my budget is 80k, the neighbour paid 120k", 80_000, 80_000),
        ("80k, ring me on 07700 900123, NW3 2QG", 80_000, 80_000),
    ],
)
def test_plain_money_is_read_whether_asked_or_not(
    said: str, low: int | None, high: int | None
) -> None:
    assert read_budget(said) == read_budget(said, asked=True) == budget(low, high)


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("75,000", 75_000, 75_000),
        ("80 000", 80_000, 80_000),
        ("80.000", 80_000, 80_000),
        ("about 120000", 120_000, 120_000),
        ("1.2m", 1_200_000, 1_200_000),
        ("£500", 500, 500),
        ("500 quid", 500, 500),
        ("a grand", 1_000, 1_000),
    ],
)
def test_bare_figures_count_as_money_where_money_was_asked_for(
    said: str, low: int, high: int
) -> None:
    assert read_budget(said, asked=True) == budget(low, high)
    assert read_budget(said) is None


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("around 75", 75_000, 75_000),
        ("80ish", 80_000, 80_000),
        ("a hundred and twenty", 120_000, 120_000),
        ("100 to 120", 100_000, 120_000),
        ("a ton fifty", 150_000, 150_000),
        ("a ton and a half", 150_000, 150_000),
        ("a monkey", 500_000, 500_000),
        ("a pony", 25_000, 25_000),
        ("two fifty", 250_000, 250_000),
        ("two to two fifty", 200_000, 250_000),
        ("£80", 80_000, 80_000),
        ("up to 80", None, 80_000),
    ],
)
def test_thousands_left_out_are_guessed_and_doubtful(said: str, low: int | None, high: int) -> None:
    assert read_budget(said, asked=True) == budget(low, high, is_doubtful=True)


@pytest.mark.parametrize(
    "said",
    [
        "no idea",
        "I don't know",
        "not really sure",
        "haven't decided yet",
        "I'd rather not say",
        "prefer not to say",
        "none of your business",
        "you tell me",
        "it depends",
        "we don't have a fixed budget",
        "I don't have a clue",
        "we don't really have one",
        "skip",
    ],
)
def test_not_knowing_is_an_answer(said: str) -> None:
    found = read_budget(said, asked=True)
    assert found is not None
    assert found.is_unknown


@pytest.mark.parametrize(
    "said",
    [
        "six figures",
        "20k saved and can borrow 60k",
        "15k deposit",
        "2027",
        "in 3 months",
        "3 bedrooms",
        "NW3 2QG",
        "07700 900123",
        "80 square metres",
        "£80 per square foot",
        "we were quoted 120k",
        "80k for the kitchen and 20k for the bathroom",
        "tons",
        "80 000 euros",
        "$90k",
        "at 10:30 on the 3rd",
        "flat 12",
        "99999999999999",
        "£900m",
        "yes",
        "",
    ],
)
def test_what_is_no_budget_is_none(said: str) -> None:
    assert read_budget(said, asked=True) is None


def test_a_doubtful_budget_says_what_it_would_mean() -> None:
    found = read_budget("100 to 120", asked=True)
    assert found is not None
    assert found.in_words == "£100,000 to £120,000"
