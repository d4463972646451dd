"""Two workers in one lane, with the lock and without it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Barrier, BrokenBarrierError

import pytest
from pytest_django import Settings

from hampstead.core import lanes
from hampstead.core.errors import FencedOutError
from hampstead.core.fence import LaneHold
from tests.core.fakes import WIRING, Script
from tests.core.fakes import script as the_script
from tests.core.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
KEY = "test:1"


@pytest.fixture
def script(settings: Settings) -> Iterator[Script]:
    for name, value in WIRING.items():
        setattr(settings, name, value)
    the_script.reset()
    yield the_script
    the_script.reset()


@pytest.fixture
def without_the_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def holding(key: str) -> Iterator[LaneHold]:
        yield lanes._raise_fence(key)

    monkeypatch.setattr(lanes, "holding", holding)


class Meeting:
    """Work that notices whether two workers are in it together, and then writes."""

    def __init__(self, patience: float) -> None:
        self._barrier = Barrier(2)
        self._patience = patience
        self.met: list[bool] = []
        self.wrote: list[bool] = []

    def work(self, hold: LaneHold) -> None:
        has_met = self._somebody_else_comes()
        self.met.append(has_met)
        try:
            hold.check()
        except FencedOutError:
            self.wrote.append(False)
            raise
        else:
            self.wrote.append(True)
        finally:
            if has_met:  # nobody comes back, with a higher fence, before both have tried
                self._barrier.wait(self._patience)

    def _somebody_else_comes(self) -> bool:
        if self.met:  # they meet once
            return False
        try:
            self._barrier.wait(self._patience)
        except BrokenBarrierError:
            return False
        return True


def two_workers(script: Script, patience: float = 0.5) -> Meeting:
    """Where the two must meet, a busy machine gets more patience."""
    meeting = Meeting(patience)
    script.on_work = meeting.work
    lanes.wake(KEY)
    at_once(2, lambda _: lanes.drain(KEY))
    return meeting


def test_two_workers_never_meet_in_a_lane(script: Script) -> None:
    assert two_workers(script).met == [False]


@pytest.mark.usefixtures("without_the_lock")
def test_without_the_lock_they_meet(script: Script) -> None:
    assert two_workers(script, patience=5).met[:2] == [True, True]


@pytest.mark.usefixtures("without_the_lock")
def test_even_then_the_fence_lets_only_one_write(script: Script) -> None:
    assert sorted(two_workers(script, patience=5).wrote[:2]) == [False, True]
