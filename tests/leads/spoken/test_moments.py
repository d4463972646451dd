"""Times, days and starts, as they are said on Monday 23 November 2026."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.spoken.days import WEEKDAYS, read_day, read_days
from leads.spoken.moments import preferred_time, read_time
from leads.spoken.starts import start_within_months

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("half ten", time(10, 30)),
        ("half past ten", time(10, 30)),
        ("half two", time(14, 30)),
        ("half seven", time(19, 30)),
        ("half seven in the morning", time(7, 30)),
        ("quarter past nine", time(9, 15)),
        ("a quarter to six", time(17, 45)),
        ("ten to four", time(15, 50)),
        ("ten to one", time(12, 50)),
        ("twenty-five past two", time(14, 25)),
        ("twenty to nine", time(8, 40)),
        ("noon", time(12)),
        ("midday", time(12)),
        ("10am", time(10)),
        ("12pm", time(12)),
        ("5 p.m.", time(17)),
        ("10.30", time(10, 30)),
        ("3.15pm", time(15, 15)),
        ("14:45", time(14, 45)),
        ("3 o'clock", time(15)),
        ("at 4", time(16)),
        ("at eleven", time(11)),
        ("four thirty", time(16, 30)),
        ("nine fifteen", time(9, 15)),
        ("8", time(8)),
        ("in the evening at 8", time(20)),
        ("25:61", None),
        ("4 bedrooms", None),
        ("soon", None),
        ("", None),
    ],
)
def test_the_time_of_day(said: str, moment: time | None) -> None:
    assert read_time(said) == moment


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ("tomorrow morning", "Tuesday 24 November, in the morning"),
        ("tomorrow first thing", "Tuesday 24 November, first thing"),
        ("today at 3", "Monday 23 November, 15:00"),
        ("tonight", "Monday 23 November, in the evening"),
        ("Tuesday", "Tuesday 24 November"),
        ("Monday", "Monday 30 November"),
        ("this Friday", "Friday 27 November"),
        ("next Tuesday", "Tuesday 1 December"),
        ("next Tuesday at half ten", "Tuesday 1 December, 10:30"),
        ("Tuesday next week", "Tuesday 1 December"),
        ("Tuesday week", "Tuesday 1 December"),
        ("a week on Tuesday", "Tuesday 1 December"),
        ("a fortnight on Friday", "Friday 11 December"),
        ("a week tomorrow", "Tuesday 1 December"),
        ("in a week's time", "Monday 30 November"),
        ("in 2 days", "Wednesday 25 November"),
        ("the 1st of December", "Tuesday 1 December"),
        ("1st Dec 2pm", "Tuesday 1 December, 14:00"),
        ("December 1st", "Tuesday 1 December"),
        ("1/12", "Tuesday 1 December"),
        ("the thirty first of December", "Thursday 31 December"),
        ("the 3rd", "Thursday 3 December"),
        ("2 January", "Saturday 2 January"),
        ("Friday 4th December 3.15pm", "Friday 4 December, 15:15"),
        (
            "Tuesday or Wednesday after 5",
            "Tuesday 24 November or Wednesday 25 November, after 17:00",
        ),
        ("between 2 and 4 on Wednesday", "Wednesday 25 November, between 14:00 and 16:00"),
        ("10 to 12 tomorrow", "Tuesday 24 November, between 10:00 and 12:00"),
        ("10 to 2pm", "between 10:00 and 14:00"),
        ("ten to four", "15:50"),
        ("before 9", "before 09:00"),
        ("after 6pm", "after 18:00"),
        ("after the school run", "after the school run"),
        ("mornings", "in the morning"),
        ("not before 11", "after 11:00"),
        ("no later than 4", "before 16:00"),
        ("2ish", "14:00"),
        ("between half 2 and half 3", "between 14:30 and 15:30"),
        ("Thursday am", "Thursday 26 November, in the morning"),
        ("I'm free Weds pm", "Wednesday 25 November, in the afternoon"),
        ("next Thursday or Friday", "Thursday 3 December or Friday 4 December"),
        ("now is good", "as soon as possible"),
        ("in half an hour", "in half an hour"),
        ("lunchtime tomorrow", "Tuesday 24 November, at lunchtime"),
        ("monday to friday 9 to 5", "Monday to Friday, between 09:00 and 17:00"),
        ("Thursdays", "Thursdays"),
        ("weekends", "at the weekend"),
        ("next week", "next week"),
        ("any time", "any time"),
        ("I don't mind", "any time"),
        ("tomorrow after lunch", "Tuesday 24 November, after lunch"),
        ("before lunch", "before lunch"),
        ("twelve noon Thursday", "Thursday 26 November, 12:00"),
        ("any day but Friday", "not on Friday"),
        ("not Thursdays, mornings", "not on Thursday, in the morning"),
        ("two weeks on Thursday", "Thursday 10 December"),
        ("the week after next", "Monday 7 December"),
        ("30 February", None),
        ("a loft", None),
        ("no", None),
        ("", None),
    ],
)
def test_a_time_to_ring_is_repeated_with_weekday_and_date(
    said: str, understood: str | None
) -> None:
    assert preferred_time(said, MONDAY) == understood


@pytest.mark.parametrize(
    ("said", "months"),
    [
        ("ASAP", 0),
        ("as soon as possible", 0),
        ("straight away", 0),
        ("this month", 0),
        ("November", 0),
        ("next month", 1),
        ("a fortnight", 1),
        ("in a fortnight's time", 1),
        ("six weeks", 2),
        ("12 weeks", 3),
        ("in three months", 3),
        ("2-3 months", 3),
        ("in two to three months", 3),
        ("a couple of months", 2),
        ("a month or two", 2),
        ("a few months", 3),
        ("half a year", 6),
        ("within a year", 12),
        ("a year and a half", 18),
        ("18 months", 18),
        ("before Christmas", 1),
        ("after Christmas", 2),
        ("in the new year", 2),
        ("January", 2),
        ("early next year", 2),
        ("spring", 4),
        ("next spring", 4),
        ("1st of March", 4),
        ("March 2027", 4),
        ("by the end of March", 5),
        ("around Easter", 5),
        ("april or may", 5),
        ("we may start in may", 6),
        ("summer", 7),
        ("next year", 7),
        ("not before September", 10),
        ("next November", 12),
        ("2028", 19),
        ("as soon as planning comes through", None),
        ("no rush", None),
        ("not urgent", None),
        ("how are you", None),
        ("in 900 years", None),
        ("", None),
    ],
)
def test_the_start_in_whole_months(said: str, months: int | None) -> None:
    assert start_within_months(said, MONDAY) == months


@pytest.mark.parametrize(
    ("said", "months"),
    [
        ("we'd like to start in about 3 months", 3),
        ("planning to begin next spring", 4),
        ("asap please", 0),
        ("I moved in 3 months ago", None),
        ("ring me tomorrow", None),
        ("we may need it", None),
    ],
)
def test_where_nobody_asked_the_words_must_speak_of_starting(said: str, months: int | None) -> None:
    assert start_within_months(said, MONDAY, asked=False) == months


@given(
    today=st.dates(date(2025, 1, 1), date(2035, 1, 1)),
    weekday=st.integers(0, 6),
    form=st.sampled_from(["{}", "this {}", "next {}", "{} week", "a fortnight on {}"]),
)
def test_a_named_weekday_is_that_weekday_within_three_weeks(
    today: date, weekday: int, form: str
) -> None:
    day = read_day(form.format(WEEKDAYS[weekday]), today)
    assert day is not None
    assert day.weekday() == weekday
    assert today <= day <= today + timedelta(weeks=3)


@given(today=st.dates(date(2025, 1, 1), date(2035, 1, 1)), weekday=st.integers(0, 6))
def test_next_tuesday_lies_in_next_week_and_this_tuesday_before_it(
    today: date, weekday: int
) -> None:
    name = WEEKDAYS[weekday]
    next_one, this_one = read_day(f"next {name}", today), read_day(f"this {name}", today)
    assert next_one is not None
    assert this_one is not None
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=1)
    assert monday <= next_one < monday + timedelta(weeks=1)
    assert this_one <= next_one


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("friday the 4th", date(2026, 12, 4)),
        ("friday 4th", date(2026, 12, 4)),
        ("on the 3rd", date(2026, 12, 3)),
        ("the first friday", date(2026, 11, 27)),
        ("friday first thing", date(2026, 11, 27)),
    ],
)
def test_a_date_beside_a_weekday_says_it_exactly(said: str, day: date) -> None:
    assert read_day(said, MONDAY) == day


def test_mondays_and_wednesdays_are_no_two_days() -> None:
    assert read_days("mondays and wednesdays", MONDAY) == []
