"""The pump: hears NOTIFY, sweeps what is due, and hints Celery. Two pumps do no harm.

Losing every hint costs a second: a sweep publishes again whatever is still due, at growing
intervals, so that hints do not pile up while no worker takes them.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

import psycopg
from asgiref.sync import async_to_sync
from celery import Celery
from channels.layers import get_channel_layer
from django.db import connection
from django.db.utils import InterfaceError, OperationalError
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError as RedisClientError

from hampstead.core import inbox, incidents, lanes, live
from hampstead.core.failpoints import failpoint
from hampstead.core.logs import fields
from hampstead.core.tasks import DRAIN_LANE, PROCESS_POST

logger = logging.getLogger(__name__)
SWEEP_SECONDS = 1.0
HINT_AGAIN_SECONDS = 1.0  # the same id is hinted at most this often, then ever less
LONGEST_WAIT_SECONDS = 30.0
TELL_SECONDS = 0.5
INLINE_AFTER_SECONDS = 5.0  # Redis away this long: the pump does the work itself
BATCH = 500
AWAY = (BrokerError, RedisClientError, OSError)
Hint = tuple[str, int | str]  # task name and its one argument

_DUE = """
    SELECT task, key, extract(epoch FROM min(due_at))::float FROM (
    SELECT %(post)s AS task, id::text AS key, due_at FROM (
        SELECT id, due_at FROM core_inboxevent WHERE status = 'received' AND due_at <= now()
        ORDER BY due_at LIMIT %(batch)s) posts
    UNION ALL
    SELECT %(drain)s, key, due_at FROM (
        SELECT key, due_at FROM core_lane WHERE due_at <= now()
        ORDER BY due_at LIMIT %(batch)s) lanes
    UNION ALL
    SELECT %(drain)s, lane, due_at FROM (
        SELECT lane, due_at FROM core_outbox
        WHERE status IN ('pending', 'sending', 'reconciling', 'held') AND due_at <= now()
        ORDER BY due_at LIMIT %(batch)s) effects
    ) everything GROUP BY 1, 2 ORDER BY 3
"""
_NEXT_DUE = """
    SELECT extract(epoch FROM least(
        (SELECT min(due_at) FROM core_lane WHERE due_at > now()),
        (SELECT min(due_at) FROM core_inboxevent WHERE status = 'received' AND due_at > now()),
        (SELECT min(due_at) FROM core_outbox
          WHERE status IN ('pending', 'sending', 'reconciling', 'held') AND due_at > now())
    ) - now())::float
"""


@dataclass(frozen=True)
class Hinted:
    """When an id was hinted, for which due time, and how long it is then left alone."""

    at: float
    wait: float
    due: float


class Pump:
    """`run` until `stop` is called. `queue` is the Celery application."""

    def __init__(self, queue: Celery) -> None:
        self._queue = queue
        self._hinted: dict[Hint, Hinted] = {}
        self._away_since: float | None = None
        self._probe_at = 0.0
        self._stopping = False

    def stop(self, *_: object) -> None:
        self._stopping = True

    def run(self) -> None:
        listener = self._listen()
        while not self._stopping:
            self._heard(listener.notifies(timeout=self._patience(), stop_after=1))
            self._heard(listener.notifies(timeout=0))
            self.sweep()
        listener.close()

    def _listen(self) -> "psycopg.Connection[Any]":
        """A connection of its own: Django's would close it under us."""
        parameters = connection.get_connection_params()
        parameters = {k: v for k, v in parameters.items() if k not in ("cursor_factory", "context")}
        listener = psycopg.connect(**parameters, autocommit=True)
        for channel in ("inbox", "lane", "live"):
            listener.execute(f"LISTEN {channel}")
        return listener

    def _patience(self) -> float:
        """Seconds until the next thing is due, at most a sweep apart."""
        with connection.cursor() as cursor:
            cursor.execute(_NEXT_DUE)
            (seconds,) = cursor.fetchone()
        return SWEEP_SECONDS if seconds is None else min(max(seconds, 0.001), SWEEP_SECONDS)

    def _heard(self, notes: Iterable[psycopg.Notify]) -> None:
        for note in notes:
            if note.channel == "inbox":
                failpoint("pump.heard")
                self._hint((PROCESS_POST, int(note.payload)))
            elif note.channel == "live":
                self._tell_live_pages(note.payload)
            # "lane" only wakes us: the sweep that follows knows which lanes are due now.

    def sweep(self) -> None:
        """Hint everything that is due; what was hinted lately is left alone."""
        with connection.cursor() as cursor:
            cursor.execute(_DUE, {"post": PROCESS_POST, "drain": DRAIN_LANE, "batch": BATCH})
            due = cursor.fetchall()
        hints: dict[Hint, float] = {
            (task, int(key) if task == PROCESS_POST else key): due_at for task, key, due_at in due
        }
        for hint, due_at in hints.items():
            self._hint(hint, due_at)
        self._forget_old_hints(still_due=hints.keys())

    def _hint(self, hint: Hint, due: float = 0.0) -> None:
        at = time.monotonic()
        last = self._hinted.get(hint)
        is_repeat = last is not None and last.due == due  # another due time is other work
        if last and at - last.at < (last.wait if is_repeat else HINT_AGAIN_SECONDS):
            return
        if self._away_since is not None and at < self._probe_at:
            self._work_inline(hint)
            return
        try:
            # No expiry: it would trust the clocks of two hosts to agree.
            self._queue.send_task(hint[0], args=[hint[1]], retry=False)
        except AWAY as error:
            self._redis_is_away(error)
            self._work_inline(hint)
        else:
            longer = min(last.wait * 2, LONGEST_WAIT_SECONDS) if last else 0.0
            self._hinted[hint] = Hinted(at, longer if is_repeat else HINT_AGAIN_SECONDS, due)
            self._redis_is_back()

    def _redis_is_away(self, error: Exception) -> None:
        at = time.monotonic()
        if self._away_since is None:
            self._away_since = at
            self._hinted.clear()  # what Redis held may be lost with it
            incidents.report(code="E002", scope="redis", detail=repr(error))
            logger.error("Redis is away", extra=fields(code="E002", why=type(error).__name__))
        self._probe_at = time.monotonic() + SWEEP_SECONDS

    def _redis_is_back(self) -> None:
        if self._away_since is not None:
            self._away_since = None
            incidents.end(code="E002", scope="redis")
            logger.warning("Redis is back", extra=fields(code="E002"))

    def _work_inline(self, hint: Hint) -> None:
        """Slower than the workers, but customers are answered while Redis is away."""
        if self._away_since is None or self._stopping:
            return
        if time.monotonic() - self._away_since < INLINE_AFTER_SECONDS:
            return
        work: Callable[[Any], None] = inbox.process if hint[0] == PROCESS_POST else lanes.drain
        try:
            work(hint[1])
        except (OperationalError, InterfaceError):
            raise
        except Exception:  # one poison row must not keep the others from being worked on
            logger.exception("inline work failed", extra=fields(task=hint[0], key=hint[1]))

    def _tell_live_pages(self, subject: str) -> None:
        layer = get_channel_layer()
        if layer is None or (self._away_since is not None and time.monotonic() < self._probe_at):
            return

        async def tell() -> None:
            message = {"type": "row.changed", "subject": subject}
            await asyncio.wait_for(layer.group_send(live.GROUP, message), TELL_SECONDS)

        try:
            async_to_sync(tell)()
        except AWAY as error:  # pages refetch when they reconnect
            logger.warning("live pages not told", extra=fields(why=type(error).__name__))
            self._redis_is_away(error)
        else:
            self._redis_is_back()

    def _forget_old_hints(self, still_due: Collection[Hint]) -> None:
        """What is no longer due begins anew with the shortest interval when it is due again."""
        now = time.monotonic()
        self._hinted = {
            hint: hinted
            for hint, hinted in self._hinted.items()
            if hint in still_due or now - hinted.at < HINT_AGAIN_SECONDS
        }
