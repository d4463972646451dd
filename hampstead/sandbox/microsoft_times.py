"""Graph's times: naive text beside a zone's name, seven fractional digits, days that float."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hampstead.sandbox.microsoft_errors import GraphRefusalError

LONDON = ZoneInfo("Europe/London")
WINDOWS_ZONES = {
    "UTC": "UTC",
    "GMT Standard Time": "Europe/London",
    "Greenwich Standard Time": "Atlantic/Reykjavik",
    "W. Europe Standard Time": "Europe/Berlin",
    "Romance Standard Time": "Europe/Paris",
    "Eastern Standard Time": "America/New_York",
    "Pacific Standard Time": "America/Los_Angeles",
}
# Taken inside a body; the Prefer header knows Windows names and only some of these.
IANA_ZONES = {"Europe/London", "Europe/Paris", "Europe/Berlin", "Etc/GMT", "America/New_York"}


@dataclass(frozen=True)
class Span:
    """When an event is. Instants are UTC; a whole day runs from midnight to midnight in London."""

    starts: datetime
    ends: datetime
    is_all_day: bool = False
    start_zone: str = "UTC"
    end_zone: str = "UTC"

    def overlaps(self, starts: datetime, ends: datetime) -> bool:
        if self.starts == self.ends:
            return starts <= self.starts < ends
        return self.starts < ends and self.ends > starts


def zone(name: object) -> ZoneInfo:
    known = WINDOWS_ZONES.get(str(name)) or (str(name) if name in IANA_ZONES else None)
    if known is None:
        raise GraphRefusalError(
            400,
            "TimeZoneNotSupportedException",
            "A valid TimeZone value must be specified. The following TimeZone value is not "
            f"supported: '{name}'.",
        )
    return ZoneInfo(known)


def instant(text: str, what: str) -> datetime:
    """A time of the address line: without an offset it counts as UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        message = f"The value '{text}' of parameter '{what}' is invalid."
        raise GraphRefusalError(400, "ErrorInvalidParameter", message) from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def local_time(value: Any, what: str) -> tuple[datetime, str]:
    """A dateTimeTimeZone as an aware time and the name of its zone."""
    if not isinstance(value, Mapping) or not isinstance(value.get("dateTime"), str):
        raise GraphRefusalError(
            400, "ErrorPropertyValidationFailure", f"Required property '{what}' is missing."
        )
    name = str(value.get("timeZone") or "UTC")
    place = zone(name)
    try:
        found = datetime.fromisoformat(value["dateTime"])
    except ValueError:
        message = f"Cannot convert the literal '{value['dateTime']}' to the type 'Edm.DateTime'."
        raise GraphRefusalError(400, "RequestBodyRead", message) from None
    return (found.replace(tzinfo=place) if found.tzinfo is None else found), name


def span_of(start: Any, end: Any, *, is_all_day: bool) -> Span:
    """The span of an event's start and end. Raises GraphRefusalError for an impossible one."""
    first, start_zone = local_time(start, "start")
    last, end_zone = local_time(end, "end")
    if is_all_day:
        if first.time() != time.min or last.time() != time.min:
            raise GraphRefusalError(
                400,
                "ErrorPropertyValidationFailure",
                "The Event.Start and Event.End of an all-day event must be at midnight.",
            )
        return whole_days(first.date(), last.date(), start_zone, end_zone)
    return checked(Span(first.astimezone(UTC), last.astimezone(UTC), False, start_zone, end_zone))


def whole_days(first: date, after: date, start_zone: str = "UTC", end_zone: str = "UTC") -> Span:
    if after <= first:
        after = first + timedelta(days=1)
    return Span(midnight(first), midnight(after), True, start_zone, end_zone)


def checked(span: Span) -> Span:
    if span.ends < span.starts:
        raise GraphRefusalError(
            400, "ErrorCalendarEndDateIsEarlierThanStartDate", "The end is before the start."
        )
    return span


def midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LONDON).astimezone(UTC)


def shown(at: datetime, zone_name: str) -> dict[str, str]:
    local = at.astimezone(zone(zone_name))
    return {"dateTime": digits(local), "timeZone": zone_name}


def shown_day(at: datetime, zone_name: str) -> dict[str, str]:
    """An all-day event begins at midnight whatever the zone: the day floats."""
    return {"dateTime": f"{at.astimezone(LONDON):%Y-%m-%d}T00:00:00.0000000", "timeZone": zone_name}


def digits(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond:06d}0"
