"""Office hours: rows, bank holidays of England, and both clock changes."""

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hampstead.core.clock import LONDON, to_london
from leads.models import OpeningHours
from leads.office_hours import (
    Hours,
    after_office_minutes,
    bank_holidays,
    is_open,
    next_opening,
    spoken_hours,
    week,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults")]

EARLY = datetime.fromisoformat("2026-01-01")  # naive: the strategy adds the zone


def london(text: str) -> datetime:
    """'2026-11-23 17:00' by the clock in London."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def shown(moment: datetime) -> str:
    return f"{to_london(moment):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23 07:59", False),
        ("2026-11-23 08:00", True),
        ("2026-11-23 17:59", True),
        ("2026-11-23 18:00", False),
        ("2026-11-21 10:00", False),
        ("2026-11-22 10:00", False),
        ("2026-12-25 10:00", False),
        ("2026-12-28 10:00", False),
        ("2026-08-31 10:00", False),
        ("2026-08-03 10:00", True),
        ("2026-07-13 08:30", True),
    ],
    ids=[
        "before opening", "opens", "last minute", "closes", "Saturday by appointment", "Sunday",
        "Christmas", "Boxing Day moved to Monday", "late summer holiday",
        "a bank holiday of Scotland only", "summer time",
    ],
)  # fmt: skip
def test_the_office_is_open_as_rows_and_holidays_say(at: str, expected: bool) -> None:
    assert is_open(london(at)) is expected


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-23 12:00", "2026-11-23 12:00"),
        ("2026-11-23 06:00", "2026-11-23 08:00"),
        ("2026-11-23 18:00", "2026-11-24 08:00"),
        ("2026-11-27 18:30", "2026-11-30 08:00"),
        ("2026-12-24 18:00", "2026-12-29 08:00"),
        ("2026-03-28 12:00", "2026-03-30 08:00"),
        ("2026-10-24 12:00", "2026-10-26 08:00"),
        ("2026-04-02 19:00", "2026-04-07 08:00"),
    ],
    ids=[
        "open now", "later today", "tomorrow", "over a weekend", "over Christmas",
        "over the clock going forward", "over the clock going back", "over Easter",
    ],
)  # fmt: skip
def test_the_next_opening_skips_what_is_closed(at: str, opens: str) -> None:
    assert shown(next_opening(london(at))) == opens


@pytest.mark.parametrize(
    ("at", "minutes", "due"),
    [
        ("2026-11-23 10:00", 120, "2026-11-23 12:00"),
        ("2026-11-23 16:00", 120, "2026-11-23 18:00"),
        ("2026-11-23 17:00", 120, "2026-11-24 09:00"),
        ("2026-11-23 22:00", 120, "2026-11-24 10:00"),
        ("2026-11-27 17:30", 120, "2026-11-30 09:30"),
        ("2026-11-23 10:00", 1080, "2026-11-24 18:00"),
        ("2026-11-23 10:00", 0, "2026-11-23 10:00"),
    ],
)
def test_only_open_minutes_count(at: str, minutes: int, due: str) -> None:
    assert shown(after_office_minutes(london(at), minutes)) == due


@pytest.mark.parametrize(
    ("at", "due"),
    [("2026-03-29 00:30", "2026-03-29 03:30"), ("2026-10-25 00:30", "2026-10-25 01:30")],
    ids=["the hour that is left out", "the hour that comes twice"],
)
def test_two_hours_are_two_hours_on_the_night_of_a_clock_change(at: str, due: str) -> None:
    OpeningHours.objects.filter(weekday=6).update(opens=time(0), closes=time(6))
    start = london(at)
    assert after_office_minutes(start, 120) - start.astimezone(UTC) == timedelta(hours=2)
    assert shown(after_office_minutes(start, 120)) == due


@pytest.mark.parametrize("rows", ["none", "closed", "by appointment"])
def test_without_any_open_day_the_next_morning_is_assumed(rows: str) -> None:
    if rows == "none":
        OpeningHours.objects.all().delete()
    elif rows == "closed":
        OpeningHours.objects.update(opens=None, closes=None)
    else:
        OpeningHours.objects.update(by_appointment=True)
    assert shown(next_opening(london("2026-11-23 12:00"))) == "2026-11-24 09:00"
    assert not is_open(london("2026-11-24 12:00"))


def test_staff_change_the_hours(db: None) -> None:
    OpeningHours.objects.filter(weekday=0).update(opens=time(7), closes=time(15))
    assert is_open(london("2026-11-23 07:30"))
    assert shown(next_opening(london("2026-11-23 15:00"))) == "2026-11-24 08:00"


def test_the_hours_are_said_as_a_sentence() -> None:
    assert spoken_hours(week()) == (
        "Monday to Friday 08:00 to 18:00, Saturday 09:00 to 13:00 by appointment"
        " and closed on Sunday and bank holidays"
    )


def test_hours_that_nobody_entered_are_by_arrangement() -> None:
    OpeningHours.objects.all().delete()
    assert spoken_hours(week()) == "by arrangement"


def test_the_bank_holidays_are_those_of_england() -> None:
    assert sorted(bank_holidays(2027)) == [
        date(2027, *day)
        for day in [
            (1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30), (12, 25), (12, 26), (12, 27),
            (12, 28),
        ]
    ]  # fmt: skip


@given(
    at=st.datetimes(EARLY, EARLY.replace(year=2029), timezones=st.just(LONDON)),
    minutes=st.integers(0, 2000),
)
def test_a_due_time_is_never_before_nor_outside_the_hours(at: datetime, minutes: int) -> None:
    hours = Hours({day: (time(8), time(18)) for day in range(5)})
    due = hours.after_minutes(at, minutes)
    span = hours.on(to_london(due).date())
    assert due >= at.astimezone(UTC)
    assert span is not None
    assert span.opens <= due <= span.closes


def test_the_library_of_holidays_is_not_loaded_at_start() -> None:
    code = (
        "import django, sys; django.setup(); import leads.office_hours;"
        "print('holidays' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.strip() == "False", run.stderr
