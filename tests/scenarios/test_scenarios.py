"""Whole conversations, played through inbox, turns and outbox, and graded on the final rows."""

from collections import Counter

import pytest
from pytest_django import Settings

from tests.early import LIVE
from tests.scenarios.grading import GRADERS, grade
from tests.scenarios.playing import play
from tests.scenarios.reading import EXPECT_KEYS, Scenario, read_all
from tests.vendors import Sandbox

SCENARIOS = read_all()


@pytest.fixture
def wide_limits(settings: Settings) -> None:
    """All scenarios happen on the same few mornings: our own limiters would add them up."""
    settings.WHATSAPP_SENDS_PER_SECOND = settings.ANTHROPIC_CALLS_PER_MINUTE = 100_000


@pytest.mark.django_db
@pytest.mark.usefixtures("quick", "firm_defaults", "wide_limits")
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.id)
def test_scenario(scenario: Scenario, sandbox: Sandbox) -> None:
    if LIVE and not scenario.is_free:
        pytest.skip("the real model says what it likes")
    played = play(scenario, sandbox)
    differences = grade(scenario.expect, played)
    assert not differences, "\n".join([scenario.title, *differences, "--- sent ---", *played.sent])


def test_ids_are_unique() -> None:
    repeated = [name for name, count in Counter(s.id for s in SCENARIOS).items() if count > 1]
    assert repeated == []


def test_every_expectation_has_a_grader() -> None:
    assert set(GRADERS) == EXPECT_KEYS


def test_there_are_at_least_eighty_conversations_of_four_turns_or_more() -> None:
    assert sum(scenario.turns >= 4 for scenario in SCENARIOS) >= 80


def test_a_third_of_them_meet_a_model_that_says_something_wrong() -> None:
    long_ones = [scenario for scenario in SCENARIOS if scenario.turns >= 4]
    assert sum(scenario.has_wrong_model for scenario in long_ones) * 3 >= len(long_ones)
