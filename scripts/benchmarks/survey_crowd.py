"""Fifty customers book one slot at the same moment, each on a connection of their own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Barrier
from unittest.mock import patch

from django.db import IntegrityError, OperationalError, connection
from psycopg.errors import DeadlockDetected

from hampstead.core.models import Outbox
from leads import booking
from leads.booking import SlotRefusedError, book_survey
from leads.models import Lead, Person, Survey
from leads.slots import Slot
from scripts.benchmarks.surveys import DEADLOCKED, FELL, REFUSED, WON

SOURCE = "benchmark: a crowd"
START_SECONDS = 30.0


@dataclass(frozen=True)
class Wait:
    """How one customer fared, and after how many milliseconds they knew."""

    outcome: str
    ms: float


class Crowd:
    """The same customers again and again; their threads and connections live on."""

    def __init__(self, size: int) -> None:
        people = Person.objects.bulk_create(Person(name=f"Customer {n}") for n in range(size))
        self._leads = [Lead.objects.create(person=person) for person in people]
        self._start = Barrier(size, timeout=START_SECONDS)
        self._pool = ThreadPoolExecutor(max_workers=size)

    def book(self, slot: Slot) -> list[Wait]:
        """All at once. Afterwards the slot is free again."""
        waits = list(self._pool.map(lambda lead: self._come(lead, slot), self._leads))
        Survey.objects.filter(source=SOURCE).delete()
        Outbox.objects.all().delete()
        return waits

    def go(self) -> None:
        """Give all connections back."""
        list(self._pool.map(lambda _lead: self._leave(), self._leads))
        self._pool.shutdown()

    def _come(self, lead: Lead, slot: Slot) -> Wait:
        connection.ensure_connection()  # a process of ours has its connection for long
        self._start.wait()
        began = time.perf_counter()
        outcome = _book(lead, slot)
        return Wait(outcome, 1000 * (time.perf_counter() - began))

    def _leave(self) -> None:
        self._start.wait()  # so that every thread comes once
        connection.close()


def _book(lead: Lead, slot: Slot) -> str:
    try:
        book_survey(person=lead.person, lead=lead, slot=slot, postcode="NW3 2QG", source=SOURCE)
    except SlotRefusedError as error:
        return FELL if isinstance(error.__cause__, IntegrityError) else REFUSED
    except OperationalError as error:
        if isinstance(error.__cause__, DeadlockDetected):
            return DEADLOCKED
        raise
    return WON


@contextmanager
def unlocked() -> Iterator[None]:
    """Bookings do not queue for a surveyor's time: only the constraint is left."""
    with patch.object(booking, "lock_time", lambda _surveyors: None):
        yield
