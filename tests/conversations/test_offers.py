"""An offer can be taken only by whom it was made to."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from conversations.models import Conversation
from conversations.offers import UnknownOfferError, offer, taken_offer
from hampstead.core.clock import now
from leads.slots import Slot

OURS, THEIRS = Conversation(pk=1), Conversation(pk=2)
START = datetime(2026, 12, 1, 10, 30, tzinfo=UTC)
SLOT = Slot(3, START, START + timedelta(minutes=45))


def test_what_was_offered_comes_back() -> None:
    assert taken_offer(OURS, offer(OURS, SLOT)) == SLOT


def test_it_is_short_enough_to_be_copied() -> None:
    assert len(offer(OURS, SLOT)) <= 40


def test_white_space_around_it_does_no_harm() -> None:
    assert taken_offer(OURS, f" {offer(OURS, SLOT)}\n") == SLOT


@pytest.mark.parametrize(
    "token", ["", "1", "slot-1", "a:b:c", "é" * 35, None, 7, {"slot": 1}, "x" * 9999, "A" * 35]
)
def test_a_made_up_token_is_no_offer(token: Any) -> None:
    with pytest.raises(UnknownOfferError):
        taken_offer(OURS, token)


@pytest.mark.parametrize("place", [0, 5, 17, 19, 30])
def test_a_changed_letter_makes_it_no_offer(place: int) -> None:
    token = offer(OURS, SLOT)
    other = "A" if token[place] != "A" else "B"
    with pytest.raises(UnknownOfferError):
        taken_offer(OURS, token[:place] + other + token[place + 1 :])


def test_the_offer_of_another_conversation_is_no_offer() -> None:
    with pytest.raises(UnknownOfferError):
        taken_offer(OURS, offer(THEIRS, SLOT))


def test_an_offer_of_yesterday_is_over() -> None:
    token = offer(OURS, SLOT)
    with (
        time_machine.travel(now() + timedelta(hours=25)),
        pytest.raises(UnknownOfferError),
    ):
        taken_offer(OURS, token)
