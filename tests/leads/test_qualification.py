from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hampstead.core.errors import QualificationError
from leads import defaults
from leads.models import Area, Band, FactKey
from leads.qualification import LeadFacts, Rule, Rules, Verdict, qualify


def shipped_rules() -> Rules:
    rows = defaults.read()["rules"]["rule"]
    return Rules(
        version=1,
        rules=tuple(
            Rule(r["code"], r["label"], r["fact"], r["test"], r.get("value", {}), r["points"])
            for r in rows
        ),
    )


RULES = shipped_rules()


def verdict(area: Area = Area.UNKNOWN, outcode: str = "", **known: Any) -> Verdict:
    return qualify(LeadFacts(known=known, area=area, outcode=outcode), RULES)


def budget(low: int | None = None, high: int | None = None) -> dict[str, int | None]:
    return {
        "min_pence": None if low is None else low * 100,
        "max_pence": None if high is None else high * 100,
    }


KITCHEN = {"project_type": "kitchen_extension"}


@pytest.mark.parametrize(
    ("facts", "points"),
    [
        ({}, 0),
        ({"area": Area.PRIMARY}, 20),
        ({"area": Area.SECONDARY}, 15),
        ({"area": Area.BORDERLINE}, 0),
        ({"area": Area.OUTSIDE}, -30),
        ({"budget": budget(high=100_001)}, 15),
        ({"budget": budget(high=100_000)}, 10),
        ({"budget": budget(high=50_000)}, 10),
        ({"budget": budget(high=49_999)}, 0),
        ({"budget": budget(high=19_999), **KITCHEN}, -15),
        ({"budget": budget(high=20_000), **KITCHEN}, 0),
        ({"budget": budget(high=19_999), "project_type": "bathroom"}, 0),
        ({"budget": budget(high=19_999), "project_type": "maintenance"}, 0),
        ({"budget": budget(high=19_999)}, 0),
        ({"start_within_months": 0}, 10),
        ({"start_within_months": 3}, 10),
        ({"start_within_months": 4}, 5),
        ({"start_within_months": 6}, 5),
        ({"start_within_months": 7}, 0),
        ({"start_within_months": 12}, 0),
        ({"start_within_months": 13}, -10),
        ({"wants_survey": True}, 10),
        ({"wants_survey": False}, 0),
        ({"requirements": "Open plan, with bifold doors"}, 5),
        ({"just_looking": True}, -10),
        ({"just_looking": False}, 0),
        ({"decision_maker": "unclear"}, -5),
        ({"decision_maker": "joint"}, 0),
    ],
)
def test_each_shipped_rule_moves_the_score_by_its_points(
    facts: dict[str, Any], points: int
) -> None:
    assert verdict(**facts).score == 50 + points


@pytest.mark.parametrize(
    ("base", "band"),
    [
        (100, "hot"),
        (80, "hot"),
        (79, "warm"),
        (60, "warm"),
        (59, "cool"),
        (40, "cool"),
        (39, "cold"),
    ],
)
def test_bands_begin_at_their_thresholds(base: int, band: str) -> None:
    found = qualify(LeadFacts(known={}), Rules(version=1, rules=(), base_score=base))
    assert found.band == band


def test_the_top_of_a_budget_counts_when_it_is_known() -> None:
    assert verdict(budget=budget(low=40_000, high=60_000)).score == 60


def test_the_bottom_of_a_budget_counts_when_nothing_else_is_known() -> None:
    assert verdict(budget=budget(low=120_000)).score == 65


def test_the_score_stops_at_100() -> None:
    best = verdict(
        Area.PRIMARY, budget=budget(high=200_000), start_within_months=1,
        wants_survey=True, requirements="Oak floor",
    )  # fmt: skip
    assert (best.score, best.band) == (100, Band.HOT)


def test_the_score_stops_at_0() -> None:
    worst = verdict(
        Area.OUTSIDE, budget=budget(high=5_000), start_within_months=24,
        just_looking=True, decision_maker="unclear", **KITCHEN,
    )  # fmt: skip
    assert worst.score == 0


@pytest.mark.parametrize("kind", ["supplier", "job_seeker", "sales_call", "existing_client"])
def test_who_wants_no_new_project_is_not_a_lead(kind: str) -> None:
    found = verdict(Area.OUTSIDE, enquiry_kind=kind)
    assert (found.band, found.missing) == (Band.NOT_A_LEAD, ())


@pytest.mark.parametrize("kind", ["new_project", "other"])
def test_other_enquiries_keep_a_band(kind: str) -> None:
    assert verdict(enquiry_kind=kind).band == Band.COOL


def test_outside_the_area_is_a_verdict_of_its_own_even_with_a_high_score() -> None:
    found = verdict(
        Area.OUTSIDE, budget=budget(high=300_000), start_within_months=1,
        wants_survey=True, requirements="Oak floor",
    )  # fmt: skip
    assert (found.score, found.band) == (60, Band.OUTSIDE_AREA)


def test_a_borderline_area_asks_for_a_person() -> None:
    found = verdict(Area.BORDERLINE, "NW1")
    assert found.needs_person
    assert [reason.because for reason in found.reasons] == ["Borderline area NW1: a person decides"]


def test_a_supplier_in_a_borderline_area_needs_no_decision() -> None:
    assert not verdict(Area.BORDERLINE, enquiry_kind="supplier").needs_person


def test_reasons_read_as_plain_english() -> None:
    found = verdict(Area.PRIMARY, "NW3", budget=budget(high=120_000), start_within_months=1)
    assert [reason.because for reason in found.reasons] == [
        "Primary area NW3: +20",
        "Budget over £100,000 (£120,000): +15",
        "Start within 3 months (1 month): +10",
    ]


def test_what_is_not_known_is_listed_in_the_order_of_asking() -> None:
    found = verdict(project_type="bathroom", requirements="", wants_survey=False)
    assert found.missing == (
        FactKey.POSTCODE,
        FactKey.BUDGET,
        FactKey.START_WITHIN_MONTHS,
        FactKey.REQUIREMENTS,
        FactKey.DECISION_MAKER,
        FactKey.CUSTOMER_NAME,
    )


@pytest.mark.parametrize(
    ("fact", "test", "value"),
    [
        ("budget", "budget_over", {}),
        ("budget", "budget_over", {"pence": "lots"}),
        ("budget", "budget_between", {"from_pence": 1}),
        ("postcode", "area_is", {"area": "moon"}),
        ("decision_maker", "equals", {}),
        ("budget", "no_such_test", {}),
        ("no_such_fact", "is_true", {}),
    ],
)
def test_a_broken_rule_is_reported_as_e015(fact: str, test: str, value: dict[str, Any]) -> None:
    rules = Rules(version=1, rules=(Rule("broken", "Broken", fact, test, value, 1),))
    with pytest.raises(QualificationError, match=r"E015.*Broken"):
        qualify(LeadFacts(known={}), rules)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=5,
)
known_facts = st.dictionaries(st.sampled_from(FactKey.values), anything)
budgets = st.fixed_dictionaries(
    {"min_pence": st.none() | st.integers(), "max_pence": st.none() | st.integers()}
)


@given(known=known_facts, area=st.sampled_from(Area))
def test_no_facts_whatever_push_the_score_off_the_scale(known: dict[str, Any], area: Area) -> None:
    assert 0 <= qualify(LeadFacts(known, area), RULES).score <= 100


@given(known=known_facts, more=known_facts, money=budgets)
def test_more_facts_never_raise(
    known: dict[str, Any], more: dict[str, Any], money: dict[str, Any]
) -> None:
    found = qualify(LeadFacts({**known, **more, "budget": money}, Area.PRIMARY), RULES)
    assert found.band in Band


@given(known=known_facts, area=st.sampled_from(Area))
def test_the_score_is_the_base_plus_the_reasons(known: dict[str, Any], area: Area) -> None:
    found = qualify(LeadFacts(known, area), RULES)
    total = RULES.base_score + sum(reason.points for reason in found.reasons)
    assert found.score == max(0, min(100, total))
