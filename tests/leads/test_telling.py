"""A moment in words."""

from datetime import UTC, datetime

import pytest
import time_machine

from leads.telling import spoken_time, written_time

pytestmark = pytest.mark.usefixtures("in_november")


@pytest.fixture
def in_november():  # type: ignore[no-untyped-def]
    with time_machine.travel(datetime(2026, 11, 23, 10, tzinfo=UTC), tick=False):
        yield


@pytest.mark.parametrize(
    ("moment", "written", "spoken"),
    [
        ((2026, 12, 1, 10, 30), "Tuesday 1 December at 10:30",
         "Tuesday the 1st of December at half past ten"),
        ((2026, 12, 2, 9, 0), "Wednesday 2 December at 09:00",
         "Wednesday the 2nd of December at nine o'clock"),
        ((2026, 12, 3, 14, 15), "Thursday 3 December at 14:15",
         "Thursday the 3rd of December at quarter past two"),
        ((2026, 12, 11, 12, 0), "Friday 11 December at 12:00",
         "Friday the 11th of December at midday"),
        ((2026, 12, 21, 12, 45), "Monday 21 December at 12:45",
         "Monday the 21st of December at quarter to one"),
        ((2026, 12, 22, 15, 40), "Tuesday 22 December at 15:40",
         "Tuesday the 22nd of December at twenty to four"),
        ((2026, 12, 23, 7, 30), "Wednesday 23 December at 07:30",
         "Wednesday the 23rd of December at half past seven in the morning"),
        ((2026, 12, 13, 20, 0), "Sunday 13 December at 20:00",
         "Sunday the 13th of December at eight o'clock in the evening"),
        ((2026, 12, 13, 0, 0), "Sunday 13 December at 00:00",
         "Sunday the 13th of December at midnight"),
        ((2026, 12, 1, 10, 7), "Tuesday 1 December at 10:07",
         "Tuesday the 1st of December at ten oh 7"),
        ((2027, 1, 5, 9, 0), "Tuesday 5 January 2027 at 09:00",
         "Tuesday the 5th of January 2027 at nine o'clock"),
        ((2026, 7, 7, 9, 30), "Tuesday 7 July at 10:30",
         "Tuesday the 7th of July at half past ten"),
        ((2026, 12, 31, 23, 30), "Thursday 31 December at 23:30",
         "Thursday the 31st of December at half past eleven in the evening"),
    ],
)  # fmt: skip
def test_a_moment_is_told_by_londons_clock(
    moment: tuple[int, int, int, int, int], written: str, spoken: str
) -> None:
    at = datetime(*moment, tzinfo=UTC)
    assert written_time(at) == written
    assert spoken_time(at) == spoken


def test_the_year_is_londons_too() -> None:
    with time_machine.travel(datetime(2026, 7, 1, tzinfo=UTC), tick=False):
        assert written_time(datetime(2026, 12, 31, 23, 59, tzinfo=UTC)).endswith("at 23:59")
