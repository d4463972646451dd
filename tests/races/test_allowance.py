"""Fifty callers and ten places, with the row lock and without it."""

from threading import Barrier

import pytest
from django.db import connection

from hampstead.core import allowance
from hampstead.core.allowance import Learned, Quota
from hampstead.core.errors import RateLimitError
from tests.core.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
CALLERS, PLACES = 50, 10


def admitted() -> int:
    """All connect first, so that they ask within a moment: a place comes back in six seconds."""
    allowance.learn("test", "small", Learned(requests=Quota(PLACES, PLACES)))
    connected = Barrier(CALLERS, timeout=60)

    def ask(_: int) -> bool:
        connection.ensure_connection()
        connected.wait()
        try:
            allowance.take("test", "small", tokens=1, is_background=False)
        except RateLimitError:
            return False
        return True

    return at_once(CALLERS, ask).count(True)


def test_ten_of_fifty_are_let_through() -> None:
    assert admitted() == PLACES


def test_without_the_row_lock_there_are_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "_TAKE", allowance._TAKE.replace("FOR UPDATE", ""))
    assert admitted() > PLACES
