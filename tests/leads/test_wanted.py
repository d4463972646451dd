"""When they would like the surveyor to come, as they say it on Tuesday 24 November 2026."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hampstead.core.clock import LONDON
from leads.slots import Slot
from leads.spoken.text import words_of
from leads.wanted import Wanted, read_wanted, suits

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
TODAY = date(2026, 11, 24)


def wanted(text: str) -> Wanted:
    return read_wanted(text, NOW)


def shown(days: tuple[date, ...] | None) -> str:
    """'25-27 Nov' reads worse than every day, but runs of sixty are no use to anybody."""
    if days is None:
        return ""
    return f"{days[0]:%d.%m}..{days[-1]:%d.%m}" if len(days) > 3 else " ".join(
        f"{day:%d.%m}" for day in days
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("next Tuesday", "01.12"),
        ("Tuesday", "01.12"),
        ("Thursday please", "26.11"),
        ("tomorrow morning", "25.11"),
        ("the 3rd", "03.12"),
        ("Friday the 4th", "04.12"),
        ("Friday 4th, after 3", "04.12"),
        ("3 December at 2", "03.12"),
        ("Tuesday week", "08.12"),
        ("a fortnight on Friday", "11.12"),
        ("this afternoon", "24.11"),
        ("in three days", "27.11"),
    ],
)
def test_one_day(text: str, days: str) -> None:
    assert shown(wanted(text).days) == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Tuesday or Thursday afternoon", "26.11 01.12"),
        ("next Thursday or Friday", "03.12 04.12"),
        ("tomorrow or Thursday", "25.11 26.11"),
        ("3rd or 4th of December", "03.12 04.12"),
        ("Friday 27th or Monday 30th", "27.11 30.11"),
        ("Tuesday or Thursday next week", "01.12 03.12"),
        ("between the 3rd and the 5th", "03.12 04.12 05.12"),
        ("3rd to 5th December", "03.12 04.12 05.12"),
        ("Monday to Wednesday", "30.11 01.12 02.12"),
        ("Monday to Wednesday next week", "30.11 01.12 02.12"),
        ("between Monday and Wednesday", "30.11 01.12 02.12"),
        ("Mondays and Wednesdays", "25.11..20.01"),
        ("a Tuesday", "24.11..19.01"),
        ("before Friday", "24.11 25.11 26.11"),
        ("by Thursday", "24.11 25.11 26.11"),
    ],
)
def test_several_days(text: str, days: str) -> None:
    assert shown(wanted(text).days) == days


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("any time next week", "30.11..06.12"),
        ("w/c 7th December", "07.12..13.12"),
        ("w/c Monday 7th", "07.12..13.12"),
        ("week commencing 30/11", "30.11..06.12"),
        ("the week of the 9th", "07.12..13.12"),
        ("the week after next", "07.12..13.12"),
        ("Wednesday the week after next", "09.12"),
        ("in two weeks", "07.12..13.12"),
        ("in a fortnight", "07.12..13.12"),
        ("later this week", "24.11..29.11"),
        ("at the weekend", "28.11 29.11"),
        ("next weekend", "05.12 06.12"),
        ("some time in December", "01.12..31.12"),
        ("early December", "01.12..10.12"),
        ("next month", "01.12..31.12"),
        ("end of the month", "24.11..30.11"),
        ("after the 10th", "11.12..08.02"),
        ("from Monday onwards", "30.11..28.01"),
        ("by the 4th", "24.11..04.12"),
        ("after Christmas", "27.12..24.02"),
    ],
)
def test_runs_of_days(text: str, days: str) -> None:
    assert shown(wanted(text).days) == days


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("after the school run", time(9, 30), time(12)),
        ("before the school run", None, time(9)),
        ("first thing", None, time(10)),
        ("first thing on Thursday", None, time(10)),
        ("half ten", time(10, 30), time(11)),
        ("half ten on Friday", time(10, 30), time(11)),
        ("at 2", time(14), time(14, 30)),
        ("quarter to ten", time(9, 45), time(10, 15)),
        ("ten past two", time(14, 10), time(14, 40)),
        ("around eleven", time(10, 15), time(11, 46)),
        ("10-ish on Tuesday", time(9, 15), time(10, 46)),
        ("between 10 and 12 on the 3rd", time(10), time(12)),
        ("not before 11", time(11), None),
        ("after 3", time(15), None),
        ("before noon", None, time(12)),
        ("Tuesday or Thursday afternoon", time(12), None),
        ("tomorrow morning", None, time(12)),
        ("Thursday lunchtime", time(12), time(14)),
        ("not mornings", time(12), None),
        ("end of the month", None, None),
        ("2 bedrooms and a bathroom", None, None),
    ],
)
def test_times_of_day(text: str, begin: time | None, end: time | None) -> None:
    found = wanted(text)
    assert (found.begin, found.end) == (begin, end)


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("not Fridays", {4}),
        ("any day but Friday", {4}),
        ("not Monday or Friday", {0, 4}),
        ("next week but not Friday", {4}),
        ("Mondays are no good", {0}),
        ("Thursday doesn't work", {3}),
        ("can't do Tuesday", {1}),
        ("not at the weekend", {5, 6}),
        ("weekdays after 2", {5, 6}),
        ("Fridays", set()),
    ],
)
def test_days_that_are_ruled_out(text: str, never: set[int]) -> None:
    assert wanted(text).never_on == never


def test_a_day_that_is_ruled_out_is_not_one_they_want() -> None:
    assert date(2026, 12, 4) not in (wanted("next week but not Friday").days or ())
    assert wanted("not Friday").days is None


@pytest.mark.parametrize("text", ["", "yes please", "🙂", "what does it cost?", "ok"])
def test_what_says_no_time_is_not_read(text: str) -> None:
    assert not wanted(text).is_read


@pytest.mark.parametrize("text", ["as soon as possible", "asap", "whenever suits", "any time"])
def test_any_time_is_an_answer_too(text: str) -> None:
    found = wanted(text)
    assert found.is_read
    assert found.days is None
    assert suits(found, slot("2026-11-26 09:00"))


def slot(text: str) -> Slot:
    starts_at = datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)
    return Slot(1, starts_at, starts_at + timedelta(minutes=45))


@pytest.mark.parametrize(
    ("text", "start", "expected"),
    [
        ("Tuesday or Thursday afternoon", "2026-11-26 14:00", True),
        ("Tuesday or Thursday afternoon", "2026-11-26 11:30", False),
        ("Tuesday or Thursday afternoon", "2026-11-27 14:00", False),
        ("half ten", "2026-11-26 10:30", True),
        ("half ten", "2026-11-26 11:00", False),
        ("around half ten", "2026-11-26 11:00", True),
        ("not Fridays", "2026-11-27 11:00", False),
        ("not Fridays", "2026-11-26 11:00", True),
        ("mornings", "2026-11-26 12:00", False),
        ("mornings", "2026-11-26 11:30", True),
        ("whatever", "2026-11-26 11:30", True),
    ],
)
def test_which_slots_suit(text: str, start: str, expected: bool) -> None:
    assert suits(wanted(text), slot(start)) is expected


def test_a_slot_is_judged_by_londons_clock() -> None:
    summer = Slot(1, datetime(2026, 7, 7, 8, 30, tzinfo=UTC), datetime(2026, 7, 7, 9, tzinfo=UTC))
    assert not suits(Wanted(begin=time(10)), summer)
    assert suits(Wanted(begin=time(9, 30), days=(date(2026, 7, 7),)), summer)


WORDS = st.sampled_from(
    words_of(
        "next this the monday tuesdays friday weekend week after before from to or and not on in "
        "w/c commencing december month 3rd 10 half past ten between until late early school run "
        "morning 31st february christmas , / - fortnight 29/2 any weekday by of"
    )
)


@given(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=10).map(" ".join)))
def test_whatever_they_write_is_read_without_error(text: str) -> None:
    found = wanted(text)
    assert found.days is None or found.days
    assert all(day >= TODAY for day in found.days or ())
