"""Back-off schedules. Waiting itself is always a due time in a row."""

import random
from datetime import timedelta

MAX_WAIT = timedelta(minutes=15)


def backoff(attempt: int, *, base_seconds: float = 1.0, cap: timedelta = MAX_WAIT) -> timedelta:
    """The wait before try number `attempt` + 1: doubling, capped, with up to 25 % jitter."""
    seconds = min(base_seconds * 2 ** min(attempt - 1, 20), cap.total_seconds())
    return timedelta(seconds=seconds * random.uniform(0.75, 1.0))  # noqa: S311  not a secret


def capped(
    wait: timedelta | None, *, default: timedelta, floor: timedelta = timedelta(0)
) -> timedelta:
    """What a vendor asked for, within reason: never below `floor`, never above MAX_WAIT."""
    if wait is None:
        return default
    return max(floor, min(wait, MAX_WAIT))
