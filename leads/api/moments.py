"""Times as callers write them: ISO 8601 with London's offset, or in UTC."""

from datetime import UTC, datetime, timedelta

from hampstead.core.clock import to_london
from leads.api.problems import RequestError
from leads.slots import UnrealTimeError, at_local

_NONE = timedelta(0)


def read_moment(text: str) -> datetime:
    """'2026-12-01T10:30:00Z' -> UTC. Raises RequestError for whatever might be meant otherwise:
    no zone, another zone's offset, an hour that London has twice or not at all.
    """
    written = _parsed(text)
    offset = written.utcoffset()
    if offset is None:
        raise RequestError("no_zone", "The time needs its offset, such as Z or +01:00.")
    try:
        local = to_london(written)
    except OverflowError:
        raise RequestError("unreadable_time", "That is no time we could ever come.") from None
    try:
        # What was written too: "01:30+00:00" on the day the clocks go forward is hardly UTC.
        for each in (written, local):
            at_local(each.date(), each.time().replace(fold=0))
    except UnrealTimeError as error:
        raise RequestError("unreal_time", f"{error}. Choose another time.") from None
    if offset not in (local.utcoffset(), _NONE):
        raise RequestError("wrong_zone", "Write the time in UTC (Z) or with London's offset.")
    return written.astimezone(UTC)


def _parsed(text: str) -> datetime:
    try:
        written = datetime.fromisoformat(text)
    except ValueError:
        written = None
    if written is None or written.second or written.microsecond:
        raise RequestError("unreadable_time", "Write the time as 2026-12-01T10:30:00Z.")
    return written
