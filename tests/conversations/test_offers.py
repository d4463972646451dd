"""An offer can be taken only by whom it was made to."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from conversations.models import Conversation
from conversations.offers import UnknownOfferError, offer, taken_offer
from hampstead.core.clock import now

OURS, THEIRS = Conversation(pk=1), Conversation(pk=2)
SLOT = {"surveyor": 3, "starts_at": "2026-12-01T10:30:00Z"}


def test_what_was_offered_comes_back() -> None:
    assert taken_offer(OURS, offer(OURS, SLOT)) == SLOT


def test_nobody_can_read_it_as_an_id() -> None:
    assert "surveyor" not in offer(OURS, SLOT)


@pytest.mark.parametrize("token", ["", "1", "slot-1", "a:b:c", None, 7, {"slot": 1}, "x" * 9999])
def test_a_made_up_token_is_no_offer(token: Any) -> None:
    with pytest.raises(UnknownOfferError):
        taken_offer(OURS, token)


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
