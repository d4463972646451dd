"""How long a vendor of speech asks us to wait."""

from collections.abc import Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime

from hampstead.core.clock import now

LONGEST = timedelta(minutes=15)


def retry_after(headers: Mapping[str, str] | None) -> timedelta | None:
    """Seconds or a date, never negative and never absurd; None if nothing readable is said."""
    said = {name.lower(): value for name, value in (headers or {}).items()}.get("retry-after", "")
    try:
        wait: timedelta | None = timedelta(seconds=float(said))
    except (ValueError, OverflowError):
        wait = _until(said)
    return None if wait is None else min(max(wait, timedelta(0)), LONGEST)


def _until(said: str) -> timedelta | None:
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment - now() if moment.tzinfo else None
