"""Denials, holds and cancellations are told from what only sounds like them."""

from datetime import UTC, datetime

import pytest
import time_machine

from conversations.claims import FindingKind, Known, check, telling
from tests.conversations.claims import counterexamples as table

AT = datetime(2026, 12, 1, 10, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(datetime(2026, 11, 23, 10, 0, tzinfo=UTC), tick=False):
        yield


@pytest.mark.parametrize("said", table.TELLS)
def test_what_is_denied_beside_the_time_does_not_take_it_back(said: str) -> None:
    assert telling.tells_when(said, AT)


@pytest.mark.parametrize("said", table.DENIES)
def test_a_denied_time_is_not_told(said: str) -> None:
    assert not telling.tells_when(said, AT)


@pytest.mark.parametrize("said", table.NOT_OFF)
def test_what_stands_is_not_heard_as_off(said: str) -> None:
    assert not telling.calls_it_cancelled(said)


@pytest.mark.parametrize("said", table.IS_OFF)
def test_off_is_heard(said: str) -> None:
    assert telling.calls_it_cancelled(said)


@pytest.mark.parametrize("said", table.NOT_HELD)
def test_keeping_other_things_is_no_hold(said: str) -> None:
    assert not telling.calls_it_held(said)


@pytest.mark.parametrize("said", table.IS_HELD)
def test_a_hold_is_heard(said: str) -> None:
    assert telling.calls_it_held(said)
    assert telling.tells_when(said, AT)


@pytest.mark.parametrize(("said", "known"), table.HONEST)
def test_a_true_answer_is_not_found(said: str, known: Known) -> None:
    assert check(said, known) == []


@pytest.mark.parametrize(("kind", "said", "known"), table.DISHONEST)
def test_an_untrue_one_is(kind: FindingKind, said: str, known: Known) -> None:
    assert kind in [finding.kind for finding in check(said, known)]
