"""Several connections at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, Event, Thread
from typing import TypeVar

from django.db import connection

from hampstead.core import lanes

Result = TypeVar("Result")


def at_once(count: int, act: Callable[[int], Result]) -> list[Result]:
    """`act(0)` to `act(count - 1)`, each on a connection of its own, begun together."""
    start = Barrier(count, timeout=20)

    def run(number: int) -> Result:
        try:
            start.wait()
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=count) as pool:
        return list(pool.map(run, range(count)))


@contextmanager
def held_elsewhere(key: str) -> Iterator[int]:
    """Another connection holds the lane; the process id of its server side."""
    pids: list[int] = []
    is_held, may_go = Event(), Event()

    def hold() -> None:
        try:
            with lanes.holding(key), connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pids.append(cursor.fetchone()[0])
                is_held.set()
                may_go.wait(20)
        finally:
            connection.close()

    thread = Thread(target=hold)
    thread.start()
    try:
        assert is_held.wait(20), "the other connection has the lane"
        yield pids[0]
    finally:
        may_go.set()
        thread.join(20)
