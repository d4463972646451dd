"""How long the way takes, by outcodes."""

import re
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.models.surveyor import OUTCODE
from leads.travel import LONGEST_MINUTES, UNKNOWN_MINUTES, miles_between, places, travel_minutes


@dataclass(frozen=True)
class Pace:
    travel_minutes: int = 30
    minutes_per_mile: int = 6


KNOWN = st.sampled_from(sorted(places()))


@pytest.mark.parametrize(
    ("a", "b", "miles"),
    [("NW3", "NW6", 1.2), ("NW3", "SW19", 9.0), ("E4", "SW20", 17.5), ("NW3", "NW3", 0)],
)
def test_the_distance_is_about_right(a: str, b: str, miles: float) -> None:
    assert miles_between(a, b) == pytest.approx(miles, abs=0.6)


def test_next_door_still_takes_the_least_time() -> None:
    assert travel_minutes("NW3", "NW6", Pace()) == 30


def test_a_long_way_takes_longer() -> None:
    assert 50 <= travel_minutes("NW3", "SW19", Pace()) <= 60


def test_no_way_takes_longer_than_the_longest() -> None:
    assert travel_minutes("E4", "SW20", Pace(minutes_per_mile=20)) == LONGEST_MINUTES


@pytest.mark.parametrize("unknown", ["", "ZZ9", "AB1", "-", "é"])
def test_an_unknown_outcode_is_taken_cautiously(unknown: str) -> None:
    assert travel_minutes("NW3", unknown, Pace()) == UNKNOWN_MINUTES
    assert travel_minutes(unknown, "NW3", Pace()) == UNKNOWN_MINUTES
    assert travel_minutes(unknown, "NW3", Pace(travel_minutes=90)) == 90


@pytest.mark.parametrize("within", ["W1K", "EC2A", "SW1A", "WC1B", "SE1P", "nw3"])
def test_a_part_of_an_outcode_is_where_the_whole_is(within: str) -> None:
    assert miles_between(within, "NW3") is not None


def test_a_letter_that_says_more_is_kept() -> None:
    assert miles_between("E1W", "E1") != 0


def test_every_place_is_in_london() -> None:
    assert len(places()) >= 120
    for name, (lat, lon) in places().items():
        OUTCODE(name)
        assert 51.39 < lat < 51.65
        assert -0.35 < lon < 0.13


def test_districts_of_all_london_areas_are_known() -> None:
    areas = {re.match("[A-Z]+", name)[0] for name in places()}  # type: ignore[index]
    assert areas == {"N", "NW", "W", "WC", "EC", "E", "SE", "SW"}


@given(KNOWN, KNOWN)
def test_the_way_back_is_as_long(a: str, b: str) -> None:
    assert travel_minutes(a, b, Pace()) == travel_minutes(b, a, Pace())
    assert 30 <= travel_minutes(a, b, Pace()) <= LONGEST_MINUTES
