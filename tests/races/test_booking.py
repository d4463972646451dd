"""Many who want one slot: with the lock, and with nothing but the constraint below it."""

import time
from collections.abc import Callable, Collection
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError

from leads import booking, moving, slot_checks
from leads.booking import SlotRefusedError, SlotTaken
from leads.models import CalendarEvent, Lead, Survey, Surveyor
from leads.outlook import outlook
from tests.core.threads import at_once
from tests.factories.leads import LeadFactory
from tests.leads.booking_steps import book, booked, hold, slot
from tests.leads.calendars import aisha as aisha
from tests.leads.calendars import asked, at, monday
from tests.leads.calendars import tom as tom
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("sandbox", "monday"),
]
LONGEST_SECONDS = 1.0


@pytest.fixture(autouse=True)
def _ready(sandbox: Sandbox) -> None:
    """One adapter, made before the crowd comes."""
    outlook()


class Crowd:
    """Everybody asks at the same moment, on a connection that has been used before."""

    def __init__(self, ask: Callable[[int], Survey], size: int) -> None:
        self._ask, self._start = ask, Barrier(size, timeout=20)
        self.surveys: list[Survey] = []
        self.refused: list[SlotRefusedError] = []
        self.failed: list[OperationalError] = []
        self.seconds: list[float] = []
        at_once(size, self._come)

    def _come(self, number: int) -> None:
        Survey.objects.live().exists()  # a process of ours has its connection for long
        self._start.wait()
        began = time.perf_counter()
        try:
            self.surveys.append(self._ask(number))
        except SlotRefusedError as error:
            self.refused.append(error)
        except OperationalError as error:
            self.failed.append(error)
        finally:
            self.seconds.append(time.perf_counter() - began)

    @property
    def caught_below(self) -> int:
        """How many came as far as the constraint."""
        causes = [error.__cause__ for error in self.refused]
        return sum(isinstance(cause, IntegrityError) for cause in causes) + len(self.failed)


@pytest.fixture
def without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """And everybody has looked before the first one writes."""
    monkeypatch.setattr(booking, "lock_time", lambda _surveyors: None)
    meeting, save = Barrier(6, timeout=10), Survey.save

    def meet(self: Survey, *args: Any, **kwargs: Any) -> None:
        if self.pk is None:
            meeting.wait()
        save(self, *args, **kwargs)

    monkeypatch.setattr(Survey, "save", meet)


def test_one_of_fifty_gets_the_slot_and_nobody_waits_long(tom: Surveyor, sandbox: Sandbox) -> None:
    leads: list[Lead] = LeadFactory.create_batch(50)
    wanted = slot(tom, at(10))
    crowd = Crowd(lambda number: book(wanted, leads[number]), 50)
    assert (len(crowd.surveys), len(crowd.refused), crowd.failed) == (1, 49, [])
    assert {error.refusal for error in crowd.refused} == {SlotTaken()}
    assert crowd.caught_below == 0
    assert max(crowd.seconds) < LONGEST_SECONDS
    assert Survey.objects.live().count() == CalendarEvent.objects.count() == 1
    assert len(asked(sandbox, "getSchedule")) == 1


@pytest.mark.usefixtures("without_the_lock")
def test_without_the_lock_they_fall_over_the_constraint(tom: Surveyor) -> None:
    leads: list[Lead] = LeadFactory.create_batch(6)
    wanted = slot(tom, at(10))
    crowd = Crowd(lambda number: book(wanted, leads[number]), 6)
    assert len(crowd.surveys) == 1  # even so
    assert crowd.caught_below == 5


def test_who_asks_twice_at_once_has_one_survey(tom: Surveyor) -> None:
    lead, wanted = LeadFactory(), slot(tom, at(10))
    crowd = Crowd(lambda _: book(wanted, lead), 5)
    assert len({survey.pk for survey in crowd.surveys}) == 1
    assert (len(crowd.surveys), CalendarEvent.objects.count()) == (5, 1)


def test_who_wants_two_slots_at_once_holds_one(tom: Surveyor, aisha: Surveyor) -> None:
    lead: Lead = LeadFactory()
    both = [slot(tom, at(10)), slot(aisha, at(14))]
    crowd = Crowd(lambda number: hold(both[number], lead), 2)
    assert len(crowd.surveys) == 2
    assert Survey.objects.live().count() == 1


# --- two surveyors --------------------------------------------------------------------------
def exchange(tom: Surveyor, aisha: Surveyor) -> Crowd:
    """Tom's ten o'clock goes to Aisha, and hers of two o'clock to Tom."""
    surveys = [booked(slot(tom, at(10))), booked(slot(aisha, at(14)))]
    wanted = [slot(aisha, at(10)), slot(tom, at(14))]

    def move(number: int) -> Survey:
        source = "conversation:1"
        return booking.move_survey(survey=surveys[number], slot=wanted[number], source=source)

    return Crowd(move, 2)


@pytest.fixture
def in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each locks the old surveyor first, and both have one before they ask for the other."""
    meeting = Barrier(2, timeout=10)

    def lock_time(surveyors: Collection[int]) -> None:
        ids = sorted(surveyors)
        mine = ids if not meeting.wait() else ids[::-1]
        slot_checks.lock_time(mine[:1])
        meeting.wait()
        slot_checks.lock_time(mine[1:])

    monkeypatch.setattr(moving, "lock_time", lock_time)


def test_two_moves_between_two_surveyors_do_not_deadlock(tom: Surveyor, aisha: Surveyor) -> None:
    crowd = exchange(tom, aisha)
    assert (len(crowd.surveys), crowd.failed) == (2, [])
    assert max(crowd.seconds) < LONGEST_SECONDS


@pytest.mark.usefixtures("in_any_order")
def test_locked_in_any_order_they_do(tom: Surveyor, aisha: Surveyor) -> None:
    crowd = exchange(tom, aisha)
    assert (len(crowd.surveys), len(crowd.failed)) == (1, 1)
