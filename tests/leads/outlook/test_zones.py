"""Microsoft's times: no offset, seven digits, names of zones that only Windows knows."""

from datetime import UTC, datetime
from typing import Any

import pytest

from leads.outlook.zones import read_day, read_moment, write_moment


def moment(text: str, zone: Any = "UTC") -> dict[str, Any]:
    return {"dateTime": text, "timeZone": zone}


@pytest.mark.parametrize(
    ("text", "zone", "hour"),
    [
        ("2026-07-01T10:00:00.0000000", "UTC", 10),
        ("2026-07-01T10:00:00.0000000", "tzone://Microsoft/Utc", 10),
        ("2026-07-01T10:00:00.0000000", "GMT Standard Time", 9),
        ("2026-07-01T10:00:00", "Europe/London", 9),
        ("2026-07-01T10:00:00", "Greenwich Standard Time", 10),
        ("2026-07-01T10:00:00", "W. Europe Standard Time", 8),
        ("2026-07-01T10:00:00Z", "GMT Standard Time", 10),
        ("2026-07-01T10:00:00+02:00", None, 8),
        ("2026-12-01T10:00:00.0000000", "GMT Standard Time", 10),
    ],
)
def test_a_time_is_placed_by_its_zone(text: str, zone: str | None, hour: int) -> None:
    read = read_moment(moment(text, zone))
    assert (read.hour, read.tzinfo) == (hour, UTC)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "2026-07-01T10:00:00",
        {},
        moment("soon"),
        moment("0001-01-01T00:00:00"),
        moment("9999-12-31T23:59:59"),
        moment("2026-07-01T10:00:00", None),
        moment("2026-07-01T10:00:00", ""),
        moment("2026-07-01T10:00:00", "Customized Time Zone"),
        moment("2026-07-01T10:00:00", "tzone://Microsoft/Custom"),
        moment("2026-07-01T10:00:00", "Europe/Atlantis"),
        moment("2026-07-01T10:00:00", "../../etc/passwd"),
        moment("2026-07-01T10:00:00", "Europe/"),
        moment("2026-07-01T10:00:00", "Europe"),
    ],
)
def test_what_cannot_be_placed_is_refused(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        read_moment(value)


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [("2026-10-25", (0, 30), (1, 30)), ("2027-03-28", (0, 30), (1, 30))],
    ids=["comes twice", "does not exist"],
)
def test_a_time_at_a_clock_change_is_early_as_a_beginning_and_late_as_an_end(
    day: str, first: tuple[int, int], last: tuple[int, int]
) -> None:
    written = moment(f"{day}T01:30:00", "GMT Standard Time")
    begins, ends = read_moment(written), read_moment(written, is_end=True)
    assert ((begins.hour, begins.minute), (ends.hour, ends.minute)) == (first, last)


@pytest.mark.parametrize(
    "value",
    [
        moment("2026-07-01T00:00:00.0000000"),
        moment("2026-07-01T00:00:00.0000000", "GMT Standard Time"),
        moment("2026-06-30T23:00:00.0000000"),
    ],
)
def test_a_whole_day_begins_at_londons_midnight(value: Any) -> None:
    assert read_day(value) == datetime(2026, 6, 30, 23, tzinfo=UTC)


def test_what_we_write_is_utc() -> None:
    at = datetime(2026, 12, 1, 10, 30, 15, 400, tzinfo=UTC)
    assert write_moment(at) == {"dateTime": "2026-12-01T10:30:15", "timeZone": "UTC"}
