"""Hints are cheap to lose and cheap to repeat; without Redis the pump works by itself."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from channels.layers import channel_layers
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.db.utils import OperationalError
from kombu.exceptions import OperationalError as BrokerError
from pytest_django import Settings

from hampstead.core import inbox, lanes, outbox, pump
from hampstead.core.inbox import Post
from hampstead.core.models import InboxEvent, Incident, Lane
from hampstead.core.pump import Pump
from hampstead.core.tasks import DRAIN_LANE, PROCESS_POST
from scripts.embedded import EmbeddedRedis
from tests.core.fakes import Script
from tests.core.test_ratelimit import hung
from tests.running import make_lanes_due
from tests.vendors import eventually

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("script")]


class Queue:
    """What the pump sees of Celery."""

    def __init__(self) -> None:
        self.hints: list[tuple[str, Any]] = []
        self.is_away = False
        self.tries = 0

    def send_task(self, name: str, *, args: list[Any], retry: bool) -> None:
        self.tries += 1
        if self.is_away:
            raise BrokerError("refused")
        self.hints.append((name, args[0]))


class Ticks:
    """A clock that stands still until told otherwise."""

    def __init__(self) -> None:
        self.at = 1000.0

    def monotonic(self) -> float:
        return self.at


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.fixture
def subject(queue: Queue) -> Pump:
    return Pump(queue)  # type: ignore[arg-type]


@pytest.fixture
def ticks(monkeypatch: pytest.MonkeyPatch) -> Ticks:
    ticks = Ticks()
    monkeypatch.setattr(pump, "time", ticks)
    return ticks


@contextmanager
def running(subject: Pump) -> Iterator[None]:
    def run() -> None:
        try:
            subject.run()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        subject.stop()
        thread.join(10)
    assert not thread.is_alive()


def store(body: bytes = b"{}") -> int:
    inbox.store(source="test", body=body, headers={})
    return InboxEvent.objects.latest("pk").pk


def make_all_due() -> None:
    """The test's own transaction began before its rows were due."""
    make_lanes_due()
    InboxEvent.objects.update(due_at=Now() - timedelta(seconds=1))


def redis_is_away_for(seconds: float, subject: Pump, queue: Queue, ticks: Ticks) -> None:
    make_all_due()
    queue.is_away = True
    subject.sweep()
    ticks.at += seconds


# --- hearing ------------------------------------------------------------------------------
@pytest.mark.django_db(transaction=True)
def test_a_stored_post_is_hinted_at_once(
    subject: Pump, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(subject):
        eventually(is_listening, what="the pump listens")
        monkeypatch.setattr(subject, "sweep", lambda: None)  # by NOTIFY alone
        pk = store()
        eventually(lambda: (PROCESS_POST, pk) in queue.hints, within=5, what="the hint")


@pytest.mark.django_db(transaction=True)
def test_what_was_stored_while_the_pump_was_away_is_hinted(subject: Pump, queue: Queue) -> None:
    pk = store()
    with running(subject):
        eventually(lambda: (PROCESS_POST, pk) in queue.hints, within=5, what="the hint")


@pytest.mark.django_db(transaction=True)
def test_a_lane_is_hinted_when_its_time_has_come(subject: Pump, queue: Queue) -> None:
    with running(subject):
        lanes.wake("test:1", after=timedelta(seconds=0.2))
        eventually(lambda: (DRAIN_LANE, "test:1") in queue.hints, within=5, what="the hint")


def is_listening() -> bool:
    """The last thing a pump's connection says is LISTEN, for the last of its channels."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_stat_activity WHERE query = 'LISTEN live'")
        return cursor.fetchone() is not None


# --- sweeping -----------------------------------------------------------------------------
def test_a_due_lane_is_hinted(subject: Pump, queue: Queue) -> None:
    lanes.wake("test:1")
    subject.sweep()
    assert queue.hints == [(DRAIN_LANE, "test:1")]


def test_a_lane_of_the_future_is_not(subject: Pump, queue: Queue) -> None:
    lanes.wake("test:1", after=timedelta(minutes=1))
    subject.sweep()
    assert queue.hints == []


def test_a_due_effect_hints_its_lane_once(subject: Pump, queue: Queue) -> None:
    for _ in range(2):
        outbox.enqueue(kind="keyless", lane="test:1", payload={}, purpose="a")
    make_all_due()
    subject.sweep()
    assert queue.hints == [(DRAIN_LANE, "test:1")]


def test_a_processed_post_is_not_hinted(subject: Pump, queue: Queue) -> None:
    inbox.process(store())
    subject.sweep()
    assert queue.hints == []


def test_the_same_hint_is_not_repeated_within_a_second(
    subject: Pump, queue: Queue, ticks: Ticks
) -> None:
    lanes.wake("test:1")
    subject.sweep()
    ticks.at += 0.9
    subject.sweep()
    assert len(queue.hints) == 1


def test_a_lost_hint_is_repeated_after_a_second(subject: Pump, queue: Queue, ticks: Ticks) -> None:
    lanes.wake("test:1")
    subject.sweep()
    ticks.at += 1.1
    subject.sweep()
    assert len(queue.hints) == 2


def test_hints_for_what_stays_due_become_rare(subject: Pump, queue: Queue, ticks: Ticks) -> None:
    lanes.wake("test:1")
    for _ in range(600):
        subject.sweep()
        ticks.at += 0.5
    assert 10 <= len(queue.hints) <= 16


def test_other_work_of_a_lane_is_hinted_soon_again(
    subject: Pump, queue: Queue, ticks: Ticks
) -> None:
    lanes.wake("test:1")
    for _ in range(200):
        subject.sweep()
        ticks.at += 0.5
    queue.hints.clear()
    Lane.objects.update(due_at=F("due_at") - timedelta(seconds=1))
    subject.sweep()
    ticks.at += 1.1
    subject.sweep()
    assert len(queue.hints) == 2


def test_what_was_done_meanwhile_begins_anew(subject: Pump, queue: Queue, ticks: Ticks) -> None:
    lanes.wake("test:1")
    for _ in range(200):
        subject.sweep()
        ticks.at += 0.5
    Lane.objects.update(due_at=None)
    subject.sweep()
    assert subject._hinted == {}


# --- without Redis ------------------------------------------------------------------------
def test_a_hung_redis_holds_no_live_note_up(
    subject: Pump, own_redis: EmbeddedRedis, settings: Settings
) -> None:
    layer = settings.CHANNEL_LAYERS["default"]
    host = {**layer["CONFIG"]["hosts"][0], "address": own_redis.url}
    settings.CHANNEL_LAYERS = {"default": {**layer, "CONFIG": {**layer["CONFIG"], "hosts": [host]}}}
    channel_layers.backends = {}
    with hung(own_redis):
        started = time.monotonic()
        subject._tell_live_pages("conversation:1")
        seconds = time.monotonic() - started
    assert Incident.objects.get(code="E002").closed_at is None
    assert seconds < 3


def test_a_hint_that_failed_is_given_by_a_later_sweep(
    subject: Pump, queue: Queue, ticks: Ticks
) -> None:
    pk = store()
    redis_is_away_for(1.1, subject, queue, ticks)
    queue.is_away = False
    subject.sweep()
    assert queue.hints == [(PROCESS_POST, pk)]


def test_redis_away_is_an_incident_until_it_is_back(
    subject: Pump, queue: Queue, ticks: Ticks
) -> None:
    store()
    redis_is_away_for(1.1, subject, queue, ticks)
    assert Incident.objects.get(code="E002").closed_at is None
    queue.is_away = False
    subject.sweep()
    assert Incident.objects.get(code="E002").closed_at is not None


def test_redis_is_tried_once_a_second_not_once_a_hint(
    subject: Pump, queue: Queue, ticks: Ticks
) -> None:
    for number in range(5):
        store(b"%d" % number)
    redis_is_away_for(0.5, subject, queue, ticks)
    subject.sweep()
    assert queue.tries == 1


def test_a_short_absence_is_waited_out(
    subject: Pump, queue: Queue, ticks: Ticks, script: Script
) -> None:
    store()
    redis_is_away_for(4, subject, queue, ticks)
    subject.sweep()
    assert script.posts == []


def test_a_long_absence_is_worked_through_inline(
    subject: Pump, queue: Queue, ticks: Ticks, script: Script
) -> None:
    store(b"a post")
    lanes.wake("test:1")
    redis_is_away_for(6, subject, queue, ticks)
    subject.sweep()
    assert (script.posts, len(script.holds)) == ([b"a post"], 1)


def test_one_poison_effect_does_not_stop_the_inline_work(
    subject: Pump, queue: Queue, ticks: Ticks, script: Script
) -> None:
    for lane in ("test:1", "test:2"):
        outbox.enqueue(kind="keyless", lane=lane, payload={}, purpose="a")
    script.problems = [KeyError("text")]
    redis_is_away_for(6, subject, queue, ticks)
    subject.sweep()
    assert len(script.sent) == 2


def test_a_lost_database_stops_the_inline_work(
    subject: Pump,
    queue: Queue,
    ticks: Ticks,
    script: Script,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("hampstead.core.database.is_away", lambda: True)

    def lose(post: Post) -> None:
        raise OperationalError("gone")

    script.on_post = lose
    store()
    redis_is_away_for(6, subject, queue, ticks)
    with pytest.raises(OperationalError):
        subject.sweep()
