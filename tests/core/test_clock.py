"""UTC inside, London at the edges, on both days the clocks change."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils.formats import localize

from hampstead.core import clock


@pytest.mark.parametrize(
    ("moment", "spoken"),
    [
        (datetime(2026, 11, 23, 14, 5, tzinfo=UTC), "Monday 23 November 2026, 14:05"),
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "Thursday 2 July 2026, 00:30"),
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "Sunday 29 March 2026, 00:59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "Sunday 29 March 2026, 02:00"),
        (datetime(2026, 10, 25, 0, 59, tzinfo=UTC), "Sunday 25 October 2026, 01:59"),
        (datetime(2026, 10, 25, 1, 0, tzinfo=UTC), "Sunday 25 October 2026, 01:00"),
    ],
    ids=["winter", "summer", "before spring", "after spring", "before autumn", "after autumn"],
)
def test_a_moment_is_spoken_in_london(moment: datetime, spoken: str) -> None:
    assert clock.spoken_date(moment) == spoken


def test_the_repeated_hour_keeps_two_moments_apart() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    second = first + timedelta(hours=1)
    assert clock.to_london(first).hour == clock.to_london(second).hour == 1
    assert clock.to_london(first).astimezone(UTC) != clock.to_london(second).astimezone(UTC)


def test_now_is_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)


def test_staff_read_a_weekday_and_a_24_hour_clock() -> None:
    afternoon = datetime(2026, 11, 23, 14, 5)  # noqa: DTZ001  as the admin shows it, in London
    assert localize(afternoon) == "Mon 23 Nov 2026, 14:05"
