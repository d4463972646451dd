"""What is said of a visit in Portuguese, as well heard as in the other languages."""

import pytest

from conversations.claims import FindingKind, Known, check, telling
from tests.conversations.claims import portuguese


@pytest.mark.parametrize(("said", "known"), portuguese.HONEST)
def test_a_true_answer_is_not_found(said: str, known: Known) -> None:
    assert check(said, known) == []


@pytest.mark.parametrize(("kind", "said", "known"), portuguese.DISHONEST)
def test_an_untrue_one_is(kind: FindingKind, said: str, known: Known) -> None:
    assert kind in [finding.kind for finding in check(said, known)]


@pytest.mark.parametrize("said", portuguese.OFF)
def test_cancelled_is_heard(said: str) -> None:
    assert telling.calls_it_cancelled(said)


@pytest.mark.parametrize("said", portuguese.IDLE)
def test_what_is_only_asked_or_denied_is_not(said: str) -> None:
    assert not telling.calls_it_cancelled(said)
    assert not telling.calls_it_booked(said)


@pytest.mark.parametrize("said", portuguese.PENCILLED)
def test_provisional_is_heard(said: str) -> None:
    assert telling.calls_it_provisional(said)


@pytest.mark.parametrize("said", portuguese.KEPT)
def test_held_is_heard(said: str) -> None:
    assert telling.calls_it_held(said)
