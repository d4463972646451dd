"""At most three calls at once for a mailbox, whoever makes them."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from threading import Barrier, Event
from typing import TypeVar

import pytest
from django.db import DatabaseError, connection, transaction

from hampstead.core.errors import CatalogueError, NextStep, RateLimitError
from leads.outlook import graph, outlook
from leads.outlook.turnstile import PLACES, passing
from tests.core.threads import at_once
from tests.leads.outlook.asking import AISHA, TOM, asked, at, busy
from tests.vendors import Sandbox

with_connections = pytest.mark.django_db(transaction=True)


def held_places() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database"
            " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])


@with_connections
def test_four_callers_never_call_at_once(sandbox: Sandbox) -> None:
    busy()  # has signed in
    sandbox.microsoft(concurrent_calls=PLACES, latency_seconds=0.1)
    assert at_once(6, read) == ["read"] * 6


@with_connections
def test_without_the_places_four_callers_call_at_once(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy()  # has signed in
    monkeypatch.setattr(graph, "passing", lambda mailbox: nullcontext())
    sandbox.microsoft(concurrent_calls=PLACES, latency_seconds=0.3)
    assert "E009" in at_once(6, read)


def read(_: int) -> str:
    try:
        outlook().entries(TOM, starts=at(9), ends=at(17))
    except CatalogueError as error:
        return error.code
    return "read"


Result = TypeVar("Result")


def while_full(mailbox: str, act: Callable[[], Result]) -> Result:
    """What `act` returns while others hold all places of the mailbox."""
    all_in, may_go = Barrier(PLACES + 1, timeout=20), Event()

    def run(number: int) -> Result | None:
        if number == PLACES:
            try:
                all_in.wait()
                return act()
            finally:
                may_go.set()
        with passing(mailbox):
            all_in.wait()
            may_go.wait(20)
        return None

    result = at_once(PLACES + 1, run)[-1]
    assert result is not None
    return result


@with_connections
def test_a_caller_waits_a_moment_and_then_comes_back_later(sandbox: Sandbox) -> None:
    def call() -> float:
        began = time.monotonic()
        with pytest.raises(RateLimitError) as caught:
            busy()
        assert (caught.value.next_step, caught.value.trips_breaker) == (NextStep.WAIT, False)
        return time.monotonic() - began

    assert 0.9 < while_full(TOM, call) < 2
    assert asked(sandbox, "/getSchedule") == []


@with_connections
def test_another_mailbox_has_places_of_its_own(sandbox: Sandbox) -> None:
    assert while_full(TOM, lambda: busy(AISHA)).error == ""


@pytest.mark.django_db
@pytest.mark.parametrize("mailbox", [TOM, TOM.upper()])
def test_a_place_is_given_back(mailbox: str) -> None:
    with passing(mailbox):
        assert held_places() == 1
    assert held_places() == 0


@pytest.mark.django_db
def test_a_place_is_given_back_after_an_error() -> None:
    with pytest.raises(ValueError, match="x"), passing(TOM):
        raise ValueError("x")
    assert held_places() == 0


@with_connections
def test_a_place_taken_in_a_transaction_that_broke_is_free_again() -> None:
    def call(_: int) -> None:
        with pytest.raises(DatabaseError), transaction.atomic(), passing(TOM):
            connection.cursor().execute("SELECT 1 / 0")

    at_once(1, call)
    assert held_places() == 0
