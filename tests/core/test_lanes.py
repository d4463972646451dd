"""One writer at a time, in order; no wake is lost and no overtaken writer commits."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.db.utils import OperationalError

from hampstead.core import lanes, requestid
from hampstead.core.errors import FencedOutError
from hampstead.core.fence import LaneHold
from hampstead.core.models import Incident, Lane, StaffTask
from tests.core.fakes import Script
from tests.core.threads import held_elsewhere
from tests.running import make_lanes_due
from tests.vendors import eventually

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("script")]
KEY = "test:1"


def drain_until_dead(key: str) -> None:
    lanes.wake(key)
    for _ in range(lanes.MAX_ATTEMPTS):
        lanes.drain(key)
        make_lanes_due()


def fail(hold: LaneHold) -> None:
    raise RuntimeError("poison")


def is_free(key: str) -> bool:
    with lanes.holding(key) as hold:
        return hold is not None


@pytest.mark.django_db(transaction=True)
def test_a_lane_has_one_holder_at_a_time() -> None:
    with held_elsewhere(KEY):
        assert not is_free(KEY)
    assert is_free(KEY)


@pytest.mark.django_db(transaction=True)
def test_another_lane_is_free_meanwhile() -> None:
    with held_elsewhere(KEY):
        assert is_free("test:2")


@pytest.mark.django_db(transaction=True)
def test_a_lane_is_free_once_its_holders_connection_dies() -> None:
    with held_elsewhere(KEY) as pid, connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        eventually(lambda: is_free(KEY), within=5, what="the lane is free")


@pytest.mark.django_db(transaction=True)
def test_a_taken_lane_is_left_to_its_holder(script: Script) -> None:
    lanes.wake(KEY)
    with held_elsewhere(KEY):
        lanes.drain(KEY)
    assert script.holds == []


def test_the_lane_is_free_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), lanes.holding(KEY):
        raise ZeroDivisionError
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        assert cursor.fetchone() == (0,)


def test_each_hold_raises_the_fence() -> None:
    with lanes.holding(KEY) as first, transaction.atomic():
        assert first is not None
    with lanes.holding(KEY) as second:
        assert second is not None
        assert second.fence == first.fence + 1


def test_an_overtaken_holder_may_not_write() -> None:
    with lanes.holding(KEY) as hold:
        assert hold is not None
        hold.check()
        lanes.overtake(KEY)
        with pytest.raises(FencedOutError):
            hold.check()


def test_the_holder_of_an_erased_lane_may_not_write() -> None:
    with lanes.holding(KEY) as hold:
        assert hold is not None
        Lane.objects.all().delete()
        with pytest.raises(FencedOutError):
            hold.check()


def test_due_work_is_done_once(script: Script) -> None:
    lanes.wake(KEY)
    lanes.drain(KEY)
    lanes.drain(KEY)
    assert len(script.holds) == 1
    assert Lane.objects.get().due_at is None


def test_work_that_is_not_due_waits(script: Script) -> None:
    lanes.wake(KEY, after=timedelta(minutes=1))
    lanes.drain(KEY)
    assert script.holds == []


def test_work_says_when_it_comes_back(script: Script) -> None:
    script.on_work = lambda hold: timedelta(minutes=1)
    lanes.wake(KEY)
    lanes.drain(KEY)
    soon, late = Now() + timedelta(seconds=50), Now() + timedelta(seconds=70)
    assert Lane.objects.filter(due_at__gt=soon, due_at__lt=late).exists()


@pytest.mark.django_db(transaction=True)
def test_a_wake_during_the_work_is_not_lost(script: Script) -> None:
    def woken_once(hold: LaneHold) -> None:
        if len(script.holds) == 1:
            lanes.wake(KEY)

    script.on_work = woken_once
    lanes.wake(KEY)
    lanes.drain(KEY)
    assert len(script.holds) == 2


def test_one_drain_does_not_go_on_for_ever(script: Script) -> None:
    script.on_work = lambda hold: timedelta(seconds=-1)
    lanes.wake(KEY)
    lanes.drain(KEY)
    assert len(script.holds) == lanes.MAX_ROUNDS


def test_failing_work_backs_off_and_keeps_its_error(script: Script) -> None:
    script.on_work = fail
    lanes.wake(KEY)
    lanes.drain(KEY)
    lane = Lane.objects.get(due_at__gt=Now())
    assert (lane.attempts, "poison" in lane.error) == (1, True)


def test_work_that_keeps_failing_becomes_an_urgent_task(script: Script) -> None:
    script.on_work = fail
    drain_until_dead(KEY)
    task = StaffTask.objects.get()
    assert (task.subject, task.urgency) == (KEY, StaffTask.Urgency.URGENT)
    assert Lane.objects.get().due_at is None


def test_a_wake_gives_a_dead_lane_all_its_attempts_again(script: Script) -> None:
    script.on_work = fail
    drain_until_dead(KEY)
    lanes.wake(KEY)
    assert Lane.objects.get().attempts == 0


def test_a_failing_lane_does_not_touch_the_others(script: Script) -> None:
    script.on_work = lambda hold: fail(hold) if hold.key == KEY else None
    for key in (KEY, "test:2"):
        lanes.wake(key)
        lanes.drain(key)
    assert Lane.objects.get(key="test:2").due_at is None


def test_the_incident_of_a_failing_lane_ends_when_its_work_succeeds(script: Script) -> None:
    script.on_work = fail
    lanes.wake(KEY)
    lanes.drain(KEY)
    script.on_work = lambda hold: None
    make_lanes_due()
    lanes.drain(KEY)
    assert Incident.objects.get().closed_at is not None


def test_a_lost_database_burns_no_attempt(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hampstead.core.database.is_away", lambda: True)

    def lose(hold: LaneHold) -> None:
        raise OperationalError("gone")

    script.on_work = lose
    lanes.wake(KEY)
    with pytest.raises(OperationalError):
        lanes.drain(KEY)
    assert Lane.objects.get().attempts == 0


def test_an_overtaken_worker_does_not_set_the_next_time(script: Script) -> None:
    def overtaken_once(hold: LaneHold) -> timedelta | None:
        if len(script.holds) > 1:
            return None
        lanes.overtake(KEY)
        return timedelta(hours=1)

    script.on_work = overtaken_once
    lanes.wake(KEY)
    lanes.drain(KEY)
    assert len(script.holds) == 2


def test_an_overtaken_workers_failure_is_not_counted(script: Script) -> None:
    def overtaken_once(hold: LaneHold) -> None:
        if len(script.holds) == 1:
            lanes.overtake(KEY)
            raise RuntimeError("late")

    script.on_work = overtaken_once
    lanes.wake(KEY)
    lanes.drain(KEY)
    assert Lane.objects.get().error == ""


def test_a_hold_names_its_row() -> None:
    assert LaneHold("conversation:12", 1, 1).row_id == 12


def test_the_work_follows_the_request_that_asked_for_it(script: Script) -> None:
    seen: list[str] = []
    script.on_work = lambda hold: seen.append(requestid.current())
    with requestid.following("request-of-the-post"):
        lanes.wake(KEY)
    lanes.drain(KEY)
    assert seen == ["request-of-the-post"]
