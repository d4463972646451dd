"""At most three calls at once for one mailbox, over all processes.

Microsoft allows four for each app and mailbox and counts early repeats against us; the fourth is
left to whoever looks by hand. The places are session advisory locks of PostgreSQL: a process that
dies frees its place at once, which a counter in Redis or a row would not, and every process that
calls Microsoft has a connection anyway. A session lock outlives its transaction, so it is given
back by hand; a connection on which that fails, such as one inside an aborted transaction, is
closed, and the place is free again.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.db.utils import Error as DatabaseFault

from hampstead.core.deadline import DeadlineError, remaining
from hampstead.core.errors import NextStep, RateLimitError
from hampstead.core.logs import fields

logger = logging.getLogger(__name__)
PLACES = 3
WAIT_SECONDS = 1.0  # a worker has other things to do
PAUSE_SECONDS = 0.03

# CASE stops at the first that succeeds; a WHERE with LIMIT might take more locks than it returns.
_TAKE = (
    "SELECT CASE "
    + " ".join(
        f"WHEN pg_try_advisory_lock(hashtextextended(%(mailbox)s, {n})) THEN {n}"
        for n in range(1, PLACES + 1)
    )
    + " END"
)


@contextmanager
def passing(mailbox: str) -> Iterator[None]:
    """Hold one of the mailbox's places. Raises RateLimitError if none comes free in time."""
    key = f"microsoft:{mailbox.lower()}"
    place = _wait_for_place(key)
    try:
        yield
    finally:
        _give_back(key, place)


def _wait_for_place(key: str) -> int:
    ends_at = time.monotonic() + WAIT_SECONDS
    while (place := _take(key)) is None:
        if time.monotonic() > ends_at or not _has_time():
            raise RateLimitError(
                "this mailbox has three calls under way",
                next_step=NextStep.WAIT,
                retry_after=timedelta(seconds=1),
                trips_breaker=False,
            )
        time.sleep(PAUSE_SECONDS)
    return place


def _has_time() -> bool:
    try:
        remaining(None)
    except DeadlineError:
        return False
    return True


def _take(key: str) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"mailbox": key})
        place: int | None = cursor.fetchone()[0]
    return place


def _give_back(key: str, place: int) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, %s))", [key, place])
    except BaseException as error:  # a time limit of the worker may strike here too
        logger.warning("could not unlock, closing the connection", extra=fields(place=place))
        connection.close()
        if not isinstance(error, DatabaseFault):
            raise
