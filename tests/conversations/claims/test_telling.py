"""What a text that goes out tells of a visit: only that is noted as told."""

from datetime import UTC, datetime

import pytest
import time_machine

from conversations.claims import telling

AT = datetime(2026, 12, 1, 10, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(datetime(2026, 11, 23, 10, 0, tzinfo=UTC), tick=False):
        yield


@pytest.mark.parametrize(
    "said",
    [
        "You're booked for Tuesday 1 December at 10:30.",
        "Booked: Tuesday the 1st of December at half past ten.",
        "Votre visite est confirmée pour le mardi 1 décembre à 10h30.",
        "Moved from Thursday 3 December at 09:00 to Tuesday 1 December at 10:30.",
        "I'm holding 1 December at 10.30am for you.",
        "You're booked in. It is on Tuesday 1 December at 10:30.",
        "Thursday 3 December at 09:00 is gone, but you're booked for 1 December at 10:30.",
    ],
)
def test_day_and_time_together_tell_when(said: str) -> None:
    assert telling.tells_when(said, AT)


@pytest.mark.parametrize(
    "said",
    [
        "You're booked.",
        "You're booked for Tuesday 1 December.",
        "You're booked for half past ten.",
        "See you on Tuesday at 10:30!",  # which Tuesday
        "You're booked for Tuesday 8 December at 10:30.",
        "You're booked for Tuesday 1 December at 11:30.",
        "Moved from Tuesday 1 December at 10:30 to Thursday 3 December at 09:00.",
        "A colleague will ring you on Tuesday 1 December at 10:30.",
        "Tuesday 1 December at 10:30 is no longer possible, but you're booked in.",
        "Tuesday, 1 December at 10:30, isn't available. You're booked in.",
        "You're booked in. Would Tuesday 1 December at 10:30 suit you better?",
        "We have Tuesday 1 December at 10:30.",
        "Tuesday 1 December at 10:30 is nice. Thanks for that. You're booked in.",
    ],
)
def test_less_than_that_does_not(said: str) -> None:
    assert not telling.tells_when(said, AT)


def test_a_weekday_alone_is_enough_within_the_week() -> None:
    with time_machine.travel(datetime(2026, 11, 28, 10, 0, tzinfo=UTC), tick=False):
        assert telling.tells_when("See you on Tuesday at 10:30!", AT)


@pytest.mark.parametrize(
    ("said", "is_booked"),
    [
        ("You're booked for Tuesday.", True),
        ("Would you like Tuesday 1 December at 10:30?", False),
        ("I can offer Tuesday 1 December at 10:30.", False),
        ("Nothing is booked yet.", False),
    ],
)
def test_an_offer_is_not_a_booking(said: str, is_booked: bool) -> None:
    assert telling.calls_it_booked(said) is is_booked


@pytest.mark.parametrize(
    ("said", "is_cancelled"),
    [
        ("I have cancelled your survey.", True),
        ("Your survey on Tuesday is cancelled.", True),
        ("Votre visite est annulée.", True),
        ("Cancelled, it is off the diary.", True),
        ("Reply here to cancel it.", False),
        ("To cancel the survey just reply.", False),
        ("Pour annuler la visite, répondez ici.", False),
        ("Shall I cancel your survey?", False),
        ("You may cancel your survey whenever you like.", False),
        ("I can't cancel your survey from here.", False),
        ("If you want to cancel your survey, tell me.", False),
    ],
)
def test_cancelled_is_said_not_asked(said: str, is_cancelled: bool) -> None:
    assert telling.calls_it_cancelled(said) is is_cancelled


def test_provisional_and_held_are_heard_in_any_sentence() -> None:
    assert telling.calls_it_provisional("Thanks. It is provisionally booked.")
    assert telling.calls_it_held("I'm holding Tuesday for you.")
    assert not telling.calls_it_held("It's booked.")
