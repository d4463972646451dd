"""Days, times and lengths of time as they are written and said. Today is Monday 23 November."""

from datetime import date, time

import pytest

from conversations.claims.clock_times import clock_times
from conversations.claims.days import days
from conversations.claims.durations import durations
from conversations.claims.sentences import plain

TODAY = date(2026, 11, 23)
DAYS = (
    ("Tuesday", 1, None),
    ("on Sat", 5, None),
    ("Thurs", 3, None),
    ("mercoledì", 2, None),
    ("Samstag", 5, None),
    ("terça-feira", 1, None),
    ("środę", 2, None),
    ("sâmbătă", 5, None),
    ("this Tuesday", 1, date(2026, 11, 24)),
    ("Tuesday week", 1, date(2026, 12, 1)),
    ("a week on Friday", 4, date(2026, 12, 4)),
    ("once a week on Friday", 4, None),
    ("this Monday", 0, None),  # today, or the next
    ("this Tuesday, 1 December", 1, date(2026, 12, 1)),
    ("tomorrow", None, date(2026, 11, 24)),
    ("the day after tomorrow", None, date(2026, 11, 25)),
    ("demain", None, date(2026, 11, 24)),
    ("1 December", None, date(2026, 12, 1)),
    ("the first of December", None, date(2026, 12, 1)),
    ("December the 1st", None, date(2026, 12, 1)),
    ("1er décembre", None, date(2026, 12, 1)),
    ("1. Dezember", None, date(2026, 12, 1)),
    ("1 de diciembre", None, date(2026, 12, 1)),
    ("01/12", None, date(2026, 12, 1)),
    ("1/12/2026", None, date(2026, 12, 1)),
    ("01.12.26", None, date(2026, 12, 1)),
    ("2026-12-01", None, date(2026, 12, 1)),
    ("on the 3rd", None, date(2026, 12, 3)),
    ("3 January", None, date(2027, 1, 3)),
    ("Tuesday 1 December", 1, date(2026, 12, 1)),
    ("Tuesday, the 1st of December", 1, date(2026, 12, 1)),
)
NO_DAYS = (
    "24/7",
    "a sun room",
    "she sat down",
    "it may take a while",
    "a march through London",
    "on the third floor",
    "la mañana",
    "Guten Morgen",
    "10 to 12 weeks",
    "1.5 metres",
    "may 10 to 12 people come",
)
TIMES = (
    ("10am", {time(10)}),
    ("10.30 pm", {time(22, 30)}),
    ("ten a.m.", {time(10)}),
    ("half ten", {time(10, 30), time(22, 30)}),
    ("half past two", {time(2, 30), time(14, 30)}),
    ("quarter to three", {time(2, 45), time(14, 45)}),
    ("twenty past four", {time(4, 20), time(16, 20)}),
    ("ten o'clock", {time(10), time(22)}),
    ("14:30", {time(14, 30)}),
    ("08:00", {time(8)}),
    ("14h30", {time(14, 30)}),
    ("um 14 Uhr", {time(14)}),
    ("alle 10", {time(10), time(22)}),
    ("a las 10", {time(10), time(22)}),
    ("at ten", {time(10), time(22)}),
    ("at ten thirty", {time(10, 30), time(22, 30)}),
    ("eight in the evening", {time(20)}),
    ("noon", {time(12)}),
    ("12pm", {time(12)}),
)
NO_TIMES = (
    "at 14 Frognal Lane",
    "half a million",
    "at eighty thousand",
    "ten to twelve weeks",
    "at 20%",
    "by 10 people",
    "one of ours",
    "half price",
    "flat 10",
    "24 hours",
)
LENGTHS: tuple[tuple[str, list[tuple[float, str]]], ...] = (
    ("10 to 14 weeks", [(10, "week"), (14, "week")]),
    ("ten to fourteen weeks", [(10, "week"), (14, "week")]),
    ("a fortnight or takes a fortnight", [(2, "week")]),
    ("a couple of months", [(2, "month")]),
    ("a 12-week build", [(12, "week")]),
    ("45-minute", [(45, "minute")]),
    ("half an hour", [(0.5, "hour")]),
    ("within a month", [(1, "month")]),
    ("2½ years", [(2.5, "year")]),
    ("3 semaines", [(3, "week")]),
    ("5 Wochen", [(5, "week")]),
    ("24 hours a day", []),
    ("one day", []),
    ("have a day off", []),
)


@pytest.mark.parametrize(("text", "weekday", "on"), DAYS)
def test_a_day_is_read(text: str, weekday: int | None, on: date | None) -> None:
    [day] = days(plain(text), TODAY)
    assert (day.weekday, day.on, day.is_impossible) == (weekday, on, False)


@pytest.mark.parametrize("text", NO_DAYS)
def test_other_words_are_no_days(text: str) -> None:
    assert days(plain(text), TODAY) == []


@pytest.mark.parametrize("text", ["31 February", "Wednesday 1 December"])
def test_a_day_that_does_not_exist_is_impossible(text: str) -> None:
    [day] = days(plain(text), TODAY)
    assert day.is_impossible


@pytest.mark.parametrize(("text", "meant"), TIMES)
def test_a_time_is_read(text: str, meant: set[time]) -> None:
    [one] = clock_times(plain(text))
    assert one.times == meant


@pytest.mark.parametrize("text", NO_TIMES)
def test_other_numbers_are_no_times(text: str) -> None:
    assert clock_times(plain(text)) == []


@pytest.mark.parametrize(("text", "lengths"), LENGTHS)
def test_a_length_of_time_is_read(text: str, lengths: list[tuple[float, str]]) -> None:
    assert [(float(one.value), one.unit) for one in durations(plain(text))] == lengths
