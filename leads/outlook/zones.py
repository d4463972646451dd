"""Microsoft's way of writing a time: no offset, seven digits of a second, and a zone beside it."""

from datetime import UTC, datetime, time, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hampstead.core.clock import LONDON

# Windows has names of its own, which Python does not know. We ask for UTC everywhere; these are
# what an entry of a British firm may carry all the same.
WINDOWS: dict[str, tzinfo] = {
    "UTC": UTC,
    "tzone://Microsoft/Utc": UTC,
    "GMT Standard Time": LONDON,  # British time, summer time included
    "Greenwich Standard Time": ZoneInfo("Atlantic/Reykjavik"),  # no summer time
    "W. Europe Standard Time": ZoneInfo("Europe/Berlin"),
    "Romance Standard Time": ZoneInfo("Europe/Paris"),
    "Central Europe Standard Time": ZoneInfo("Europe/Budapest"),
    "Central European Standard Time": ZoneInfo("Europe/Warsaw"),
    "GTB Standard Time": ZoneInfo("Europe/Bucharest"),
    "FLE Standard Time": ZoneInfo("Europe/Kyiv"),
    "Eastern Standard Time": ZoneInfo("America/New_York"),
    "Pacific Standard Time": ZoneInfo("America/Los_Angeles"),
}


def read_moment(value: Any, *, is_end: bool = False) -> datetime:
    """A `dateTimeTimeZone` as UTC. Raises ValueError or TypeError for what it cannot place on the
    time line.

    Where the clock goes back or forward a written time may mean two moments: a beginning is the
    first and an end the second, so that no busy time is lost.
    """
    at, zone = _read(value)
    meant = [at.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return max(meant) if is_end else min(meant)


def read_day(value: Any) -> datetime:
    """The edge of an all-day entry: midnight in London of the day that is written there, whatever
    zone stands beside it; such days do not move with the zone.
    """
    at, zone = _read(value)
    if at.time() != time(0):
        return at.replace(tzinfo=zone).astimezone(UTC)
    return at.replace(tzinfo=LONDON).astimezone(UTC)


def write_moment(at: datetime) -> dict[str, str]:
    return {"dateTime": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": "UTC"}


def write_instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read(value: Any) -> tuple[datetime, tzinfo]:
    """The written time, and its zone."""
    if not isinstance(value, dict) or not isinstance(value.get("dateTime"), str):
        raise TypeError("no time")
    at = datetime.fromisoformat(value["dateTime"])
    if not 1990 < at.year < 2200:
        raise ValueError(f"no time of ours: {at.year}")
    if at.tzinfo is not None:
        return at.astimezone(UTC).replace(tzinfo=None), UTC
    return at, _zone(value.get("timeZone"))


def _zone(name: Any) -> tzinfo:
    if not isinstance(name, str):
        raise TypeError("a time without a zone")
    if (known := WINDOWS.get(name)) is not None:
        return known
    if "/" not in name or "://" in name:  # "Customized Time Zone", and names of some other list
        raise ValueError(f"unknown time zone {name[:60]}")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"unknown time zone {name[:60]}") from error
