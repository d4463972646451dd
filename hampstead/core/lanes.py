"""Lanes: one writer at a time, in order, and no writer that was overtaken.

A lane is a key such as "conversation:12". The worker that drains it holds a session advisory
lock on its own connection, so its death frees the lane within milliseconds; no transaction is
open while it calls a model or a vendor. Each holder raises the lane's fence and every writing
transaction checks it, so a paused old holder cannot commit.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.utils import Error as DatabaseFault
from django.db.utils import InterfaceError, OperationalError
from django.utils.module_loading import import_string

from hampstead.core import database, incidents, outbox, requestid, stafftasks
from hampstead.core.errors import FencedOutError
from hampstead.core.fence import LaneHold
from hampstead.core.logs import fields
from hampstead.core.retry import backoff
from hampstead.core.storable import storable

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 8
MAX_ROUNDS = 20  # one task does at most this many pieces of work, then lets others in


# Work on a lane: do what is due and say after how long to come back, or None when idle.
Work = Callable[[LaneHold], timedelta | None]


def wake(key: str, *, after: timedelta = timedelta(0)) -> None:
    """Ask for the lane to be worked on `after` some time, replacing an earlier wish."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH woken AS (
                INSERT INTO core_lane (key, wakes, due_at, request_id)
                VALUES (%s, 1, now() + %s * interval '1 second', %s)
                ON CONFLICT (key) DO UPDATE
                    SET wakes = core_lane.wakes + 1, due_at = EXCLUDED.due_at, attempts = 0,
                        request_id = EXCLUDED.request_id
                RETURNING key
            )
            SELECT pg_notify('lane', key) FROM woken
            """,
            [key, after.total_seconds(), requestid.current()],
        )


def nudge(key: str) -> None:
    """Something in the lane's outbox may go on; its own due time stays as it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('lane', %s)", [key])


def overtake(key: str) -> None:
    """Raise the fence, so that whoever works on the lane now can no longer commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_lane (key, fence) VALUES (%s, 1)"
            " ON CONFLICT (key) DO UPDATE SET fence = core_lane.fence + 1",
            [key],
        )


@contextmanager
def holding(key: str) -> Iterator[LaneHold | None]:
    """The lane for ourselves, or None when another worker has it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [key])
        (taken,) = cursor.fetchone()
    if not taken:
        yield None
        return
    try:
        yield _raise_fence(key)
    finally:
        _release(key)


def _raise_fence(key: str) -> LaneHold:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_lane SET fence = fence + 1 WHERE key = %s"
            " RETURNING fence, wakes, request_id",
            [key],
        )
        row = cursor.fetchone()
        if row is None:
            cursor.execute(
                "INSERT INTO core_lane (key, fence) VALUES (%s, 1)"
                " ON CONFLICT (key) DO UPDATE SET fence = core_lane.fence + 1"
                " RETURNING fence, wakes, request_id",
                [key],
            )
            row = cursor.fetchone()
    return LaneHold(key, *row)


def _release(key: str) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])
    except BaseException as error:  # a time limit may strike here too
        # A connection we cannot unlock on must not live on holding the lane.
        logger.warning("could not unlock, closing the connection", extra=fields(lane=key))
        connection.close()
        if not isinstance(error, DatabaseFault):
            raise


def drain(key: str) -> None:
    """Do all that is due in a lane: its effects in order, then its work. Safe to call any time."""
    for _ in range(MAX_ROUNDS):
        with holding(key) as hold:
            if hold is None:
                return
            with requestid.following(hold.request_id or requestid.new()):
                _drain_once(hold)
        if not _is_due(key):
            return


def _drain_once(hold: LaneHold) -> None:
    try:
        outbox.deliver(hold)
        if _is_due(hold.key):
            _run(hold)
            outbox.deliver(hold)
    except FencedOutError:
        logger.info("fenced out", extra=fields(lane=hold.key))


def _is_due(key: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM core_lane WHERE key = %s AND due_at <= now()", [key])
        return cursor.fetchone() is not None


def _run(hold: LaneHold) -> None:
    work: Work = import_string(settings.LANE_WORK[hold.key.partition(":")[0]])
    try:
        again_after = work(hold)
    except FencedOutError:
        raise
    except Exception as error:  # whatever a floor does wrong costs only this lane
        if isinstance(error, OperationalError | InterfaceError) and database.is_away():
            raise  # the sweep comes back
        logger.exception("lane work failed", extra=fields(lane=hold.key))
        _postpone(hold, error)
    else:
        _finish(hold, again_after)
        incidents.end(code="", scope=f"lane:{hold.key}")


def _finish(hold: LaneHold, again_after: timedelta | None) -> None:
    """Set the next due time, unless somebody has asked for the lane meanwhile."""
    seconds = None if again_after is None else again_after.total_seconds()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_lane SET due_at = now() + %s * interval '1 second', attempts = 0,"
            " error = '' WHERE key = %s AND wakes = %s AND fence = %s",
            [seconds, hold.key, hold.wakes, hold.fence],
        )


@transaction.atomic
def _postpone(hold: LaneHold, error: Exception) -> None:
    hold.check()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_lane SET attempts = attempts + 1, error = %s WHERE key = %s"
            " RETURNING attempts",
            [storable(database.described(error))[:2000], hold.key],
        )
        (attempts,) = cursor.fetchone()
        is_dead = attempts >= MAX_ATTEMPTS
        cursor.execute(
            "UPDATE core_lane SET due_at = now() + %s * interval '1 second' WHERE key = %s",
            [None if is_dead else backoff(attempts).total_seconds(), hold.key],
        )
    incidents.report(code="", scope=f"lane:{hold.key}", detail=database.described(error))
    if is_dead:
        stafftasks.open_task(
            title="A conversation keeps failing",
            subject=hold.key,
            detail=f"Tried {attempts} times. Read it and answer by hand; the customer's next "
            "message starts it again.",
            is_urgent=True,
        )
