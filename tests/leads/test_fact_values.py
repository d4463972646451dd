from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.fact_values import spoken
from leads.facts import parse_facts
from leads.models import FactKey


@pytest.mark.parametrize(
    ("name", "given_value", "key", "kept"),
    [
        ("customer_name", "  Ada Example ", FactKey.CUSTOMER_NAME, "Ada Example"),
        ("enquiry_kind", "new_project", FactKey.ENQUIRY_KIND, "new_project"),
        ("project_type", "Kitchen Extension", FactKey.PROJECT_TYPE, "kitchen_extension"),
        ("postcode", "nw32qg", FactKey.POSTCODE, "NW3 2QG"),
        ("postcode", "nw3", FactKey.POSTCODE, "NW3"),
        ("start_within_months", 3.0, FactKey.START_WITHIN_MONTHS, 3),
        ("wants_survey", False, FactKey.WANTS_SURVEY, False),
        ("decision_maker", "joint", FactKey.DECISION_MAKER, "joint"),
        ("requirements", "a\x00b\ud800c", FactKey.REQUIREMENTS, "abc"),
        ("email", " ada@example.com", FactKey.EMAIL, "ada@example.com"),
        ("budget_max_pounds", 80_000, FactKey.BUDGET, {"min_pence": None, "max_pence": 8_000_000}),
        ("project_type", "a dormer loft", FactKey.PROJECT_TYPE, "loft_conversion"),
        ("postcode", "en double-u three, two queue gee", FactKey.POSTCODE, "NW3 2QG"),
        ("postcode", "n w six", FactKey.POSTCODE, "NW6"),
        ("postcode", "West Hampstead", FactKey.POSTCODE, "NW6"),
        ("email", "ada dot lee at example dot com", FactKey.EMAIL, "ada.lee@example.com"),
        ("email", "it's ada@example.com", FactKey.EMAIL, "ada@example.com"),
        ("start_within_months", "in three months", FactKey.START_WITHIN_MONTHS, 3),
        ("start_within_months", "asap", FactKey.START_WITHIN_MONTHS, 0),
        ("budget_max_pounds", "80k", FactKey.BUDGET, {"min_pence": None, "max_pence": 8_000_000}),
        (
            "budget_min_pounds",
            "eighty thousand",
            FactKey.BUDGET,
            {"min_pence": 8_000_000, "max_pence": None},
        ),
    ],
)
def test_a_fit_value_is_kept_in_its_normal_form(
    name: str, given_value: Any, key: FactKey, kept: Any
) -> None:
    parsed = parse_facts({name: given_value})
    assert (parsed.accepted, parsed.problems) == ({key: kept}, [])


@pytest.mark.parametrize(
    ("name", "hostile"),
    [
        ("customer_name", 42),
        ("customer_name", ["Ada"]),
        ("enquiry_kind", "invasion"),
        ("project_type", {"a": 1}),
        ("postcode", "the moon"),
        ("postcode", 123),
        ("budget_min_pounds", True),
        ("budget_min_pounds", "50000"),
        ("budget_min_pounds", -1),
        ("budget_min_pounds", "a lot"),
        ("budget_min_pounds", "no idea"),
        ("start_within_months", "one day"),
        ("email", "ada shah at example dot com"),
        ("budget_max_pounds", 10**30),
        ("budget_max_pounds", float("nan")),
        ("budget_max_pounds", float("inf")),
        ("start_within_months", True),
        ("start_within_months", 2.5),
        ("start_within_months", 121),
        ("wants_survey", "yes"),
        ("wants_survey", 1),
        ("just_looking", "false"),
        ("decision_maker", []),
        ("email", "not an address"),
        ("no_such_fact", "x"),
    ],
)
def test_an_unfit_value_is_a_problem_and_no_fact(name: str, hostile: Any) -> None:
    parsed = parse_facts({name: hostile})
    assert parsed.accepted == {}
    assert len(parsed.problems) == 1
    assert name in parsed.problems[0]


def test_good_facts_survive_bad_neighbours() -> None:
    parsed = parse_facts({"postcode": "NW6 1AA", "email": "nonsense", "just_looking": True})
    assert parsed.accepted == {FactKey.POSTCODE: "NW6 1AA", FactKey.JUST_LOOKING: True}


def test_both_ends_of_a_budget_may_come_in_words() -> None:
    parsed = parse_facts({"budget_min_pounds": "80-100k", "budget_max_pounds": "£100k"})
    assert parsed.accepted == {FactKey.BUDGET: {"min_pence": 8_000_000, "max_pence": 10_000_000}}


@pytest.mark.parametrize("said", ["a ton fifty", "a hundred and fifty"])
def test_money_that_may_mean_two_things_is_asked_about(said: str) -> None:
    parsed = parse_facts({"budget_max_pounds": said})
    assert parsed.accepted == {}
    assert parsed.problems == [
        "budget_max_pounds may mean two things: ask whether they mean £150,000"
    ]


def test_a_budget_upside_down_is_refused() -> None:
    parsed = parse_facts({"budget_min_pounds": 90_000, "budget_max_pounds": 40_000})
    assert parsed.accepted == {}
    assert parsed.problems == ["budget_min_pounds is more than budget_max_pounds"]


@pytest.mark.parametrize("empty", [None, "", "   ", "\x00"])
def test_null_and_empty_arguments_are_no_news(empty: str | None) -> None:
    parsed = parse_facts({"customer_name": empty, "budget_min_pounds": empty})
    assert (parsed.accepted, parsed.problems) == ({}, [])


def test_long_text_is_capped() -> None:
    parsed = parse_facts({"requirements": "x" * 100_000})
    assert len(parsed.accepted[FactKey.REQUIREMENTS]) == 500


@pytest.mark.parametrize("raw", [None, [], "text", 3])
def test_something_that_is_no_object_is_a_problem(raw: Any) -> None:
    assert parse_facts(raw).problems == ["facts must be an object of named values"]


names = st.text(max_size=30) | st.sampled_from(
    [*FactKey.values, "budget_min_pounds", "budget_max_pounds"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(raw=st.dictionaries(names | st.integers(), values, max_size=6))
def test_reading_never_raises_and_text_stays_short(raw: dict[Any, Any]) -> None:
    for value in parse_facts(raw).accepted.values():
        assert not isinstance(value, str) or 0 < len(value) <= 500


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("budget", {"min_pence": 5_000_000, "max_pence": 8_000_000}, "£50,000 to £80,000"),
        ("budget", {"min_pence": None, "max_pence": 8_000_000}, "Up to £80,000"),
        ("budget", {"min_pence": 5_000_050, "max_pence": None}, "From £50,000.50"),
        ("start_within_months", 0, "At once"),
        ("start_within_months", 1, "Within 1 month"),
        ("wants_survey", True, "Yes"),
        ("project_type", "loft_conversion", "Loft conversion"),
        ("requirements", "Oak floor", "Oak floor"),
    ],
)
def test_staff_read_facts_in_plain_words(key: str, value: Any, said: str) -> None:
    assert spoken(key, value) == said
