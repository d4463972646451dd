"""Which of the offered times a customer means."""

import pytest

from hampstead.sandbox.offered_times import Offered, meant, offers_of

WRITTEN = [
    Offered("Tuesday 1 December at 10:30", "a"),
    Offered("Wednesday 2 December at 14:00", "b"),
    Offered("Thursday 3 December at 08:45", "c"),
]
SPOKEN = [
    Offered("Tuesday the 1st of December at half past ten", "a"),
    Offered("Wednesday the 2nd of December at two o'clock", "b"),
    Offered("Thursday the 3rd of December at quarter to nine", "c"),
]


@pytest.mark.parametrize("offers", [WRITTEN, SPOKEN], ids=["written", "spoken"])
@pytest.mark.parametrize(
    ("said", "slots"),
    [
        ("The first one please", "a"),
        ("the second one", "b"),
        ("the last one", "c"),
        ("Tuesday is fine", "a"),
        ("yes, Wednesday at two", "b"),
        ("10:30 works", "a"),
        ("half ten please", "a"),
        ("quarter to nine", "c"),
        ("the 2nd", "b"),
        ("2pm", "b"),
        ("Wednesday afternoon", "b"),
        ("anything in the morning", "ac"),
        ("whichever", "a"),
        ("first thing on Thursday", "c"),
        ("Friday?", ""),
        ("Tuesday at two", ""),
        ("yes book it", ""),
        ("in 3 months, at 14 Elm Road, about 90k", ""),
    ],
)
def test_a_choice_is_understood(said: str, slots: str, offers: list[Offered]) -> None:
    assert "".join(offer.slot for offer in meant(said, offers)) == slots


@pytest.mark.parametrize("slots", [None, 3, "Tuesday", [1], [{"text": "x"}], [{"slot": ""}]])
def test_what_is_no_offer_is_left_out(slots: object) -> None:
    assert offers_of({"slots": slots}) == []
