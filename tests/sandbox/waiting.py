import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(look: Callable[[], T], *, within_seconds: float = 10.0) -> T:
    """The first truthy answer of `look`; fails with the last answer after the deadline."""
    deadline = time.monotonic() + within_seconds
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"never became true, last seen: {found!r}")
        time.sleep(0.01)
