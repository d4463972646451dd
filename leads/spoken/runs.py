"""Runs of days: 'next week', 'w/c 7th December', 'Monday to Wednesday', 'after the 10th'.

Each reader takes a text that went through `plain` and answers the days and what is left of the
text, so that 'Tuesday or Thursday next week' can be narrowed; None when it finds none.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from leads.spoken.days import (
    DAY,
    MONTH,
    MONTH_AT,
    ORDINAL,
    WEEKDAY,
    WEEKDAY_AT,
    coming,
    date_of,
    day_number,
    read_day,
)

AHEAD_DAYS = 60  # how far "from Monday on" or "Tuesdays" reach
_ONE = timedelta(days=1)
Run = tuple[list[date], str]

_WEEK_OF = re.compile(
    r"\b(?:w/?c|week (?:commencing|beginning|starting|of))\b[ :.]*"
    rf"(?P<day>(?:the |{WEEKDAY} )*{DAY}(?: of)?(?: {MONTH})?|(?:next |this )?{WEEKDAY}"
    r"|\d{1,2}/\d{1,2}(?:/\d{2,4})?)"
)
_WEEKS = (
    (re.compile(r"\b(?:the )?week after next\b"), 2),
    (re.compile(r"\b(?:any ?time |some ?time |the )?next week\b(?! ?ends?)"), 1),
    (re.compile(r"\bin (?:a|one|1) week(?:'?s?'? time)?\b"), 1),
    (re.compile(r"\bin (?:two|2|a couple of) weeks?(?:'?s?'? time)?\b|\bin a fortnight\b"), 2),
    (re.compile(r"\bin (?:three|3) weeks?(?:'?s?'? time)?\b"), 3),
    (re.compile(r"\b(?:later )?(?:this|in the) week\b(?! ?ends?)"), 0),
)
_WEEKEND = re.compile(r"\b(?P<next>next )?(?:the |this )?week ?end(?P<all>s)?\b")
_WEEKDAYS = re.compile(
    rf"\b(?:between |from )?(?P<next>next )?{WEEKDAY} ?(?:to|-|until|till|and|through) ?"
    rf"{WEEKDAY}\b(?P<later> next week)?"
)
_DATES = re.compile(
    rf"\b(?:between |from )?(?:the )?{DAY}(?: of)?(?: {MONTH})? ?(?:to|-|until|till|and) ?"
    rf"(?:the )?{DAY}(?: of)?(?: {MONTH})?\b"
)
_IN_MONTH = re.compile(
    r"\b(?:(?P<part>early|mid|middle of|late|beginning of|start of|end of|first half of"
    rf"|second half of)[ -](?:in )?|(?:in|during|some ?time in) )(?:next )?{MONTH}\b"
)
_OF_MONTH = re.compile(
    r"\b(?:(?P<part>early|mid|middle of|late|beginning of|start of|end of) )?(?:the )?"
    r"(?P<which>next|this) month\b|\b(?P<end>end|beginning|start|middle) of the month\b"
)
_PARTS = {"e": (1, 10), "m": (11, 20), "b": (1, 10), "s": (1, 10), "l": (21, 31)}
_PARTS |= {"end of": (21, 31), "end": (21, 31), "first half of": (1, 15)}
_PARTS |= {"second half of": (16, 31)}
_BOUND = re.compile(
    r"\b(?P<word>not before|no earlier than|any ?time (?:from|after)|after|from|since|starting"
    r"|before|by|until|till|no later than) (?:on )?(?:the )?"
    rf"(?P<day>(?:next |this )?{WEEKDAY}\b(?:,? (?:the )?{ORDINAL})?(?: (?:of )?{MONTH})?"
    rf"|{ORDINAL}\b(?: (?:of )?{MONTH})?|\d{{1,2}} {MONTH})"
)
_FEASTS = (
    (re.compile(r"\bbefore (?:christmas|xmas)\b"), "before", (12, 25)),
    (re.compile(r"\bafter (?:christmas|xmas)\b"), "after", (12, 26)),
    (re.compile(r"\b(?:in|after) (?:the )?new year\b"), "after", (1, 1)),
)


def read_run(said: str, today: date) -> Run | None:
    """The first run that is named, from today on at the earliest."""
    for read in _READERS:
        if (found := read(said, today)) is not None:
            return found
    return None


def week_of(day: date) -> list[date]:
    """Monday to Sunday around a day."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=ahead) for ahead in range(7)]


def _rest(said: str, found: re.Match[str]) -> str:
    return f"{said[: found.start()]} {said[found.end() :]}".strip()


def _days(first: date, last: date, today: date) -> list[date]:
    first = max(first, today)
    count = min((last - first).days + 1, AHEAD_DAYS)
    return [first + timedelta(days=ahead) for ahead in range(count)]


def _week_of(said: str, today: date) -> Run | None:
    if found := _WEEK_OF.search(said):
        day = read_day(_ordinal(found["day"]), today)
        return None if day is None else (week_of(day), _rest(said, found))
    return None


def _ordinal(named: str) -> str:
    """'7' -> 'the 7th', so that it reads as a day of the month."""
    return f"the {named}th" if named.isdecimal() else f"the {named}"


def _weeks(said: str, today: date) -> Run | None:
    for pattern, weeks in _WEEKS:
        if found := pattern.search(said):
            whole = week_of(today + timedelta(weeks=weeks))
            return [day for day in whole if day >= today], _rest(said, found)
    return None


def _weekend(said: str, today: date) -> Run | None:
    found = _WEEKEND.search(said)
    if found is None:
        return None
    if found["all"]:
        ahead = _days(today, today + timedelta(days=AHEAD_DAYS), today)
        return [day for day in ahead if day.weekday() >= 5], _rest(said, found)
    whole = week_of(today + timedelta(weeks=bool(found["next"])))[5:]
    return [day for day in whole if day >= today], _rest(said, found)


def _weekdays(said: str, today: date) -> Run | None:
    """'Monday to Wednesday'; 'and' counts only after 'between'."""
    found = _WEEKDAYS.search(said)
    if found is None or (" and " in found[0] and not found[0].startswith("between")):
        return None
    first, last = (WEEKDAY_AT[name] for name in found.group(2, 3))
    is_next = found["next"] or found["later"]
    begin = week_of(today + timedelta(weeks=1))[first] if is_next else coming(first, today)
    return _days(begin, begin + timedelta(days=(last - first) % 7), today), _rest(said, found)


def _dates(said: str, today: date) -> Run | None:
    """'the 3rd to the 5th of December'; '10 to 2' is a time."""
    found = _DATES.search(said)
    if found is None or (" and " in found[0] and not found[0].startswith("between")):
        return None
    first, first_month, last, last_month = found.groups()
    is_dated = first_month or last_month or not (first.isdecimal() or last.isdecimal())
    if not is_dated:
        return None
    month = last_month or first_month
    begin = _dated(first, first_month or month, today)
    end = begin and _dated(last, month, begin)
    return None if begin is None or end is None else (_days(begin, end, today), _rest(said, found))


def _dated(day: str, month: str | None, after: date) -> date | None:
    if month:
        return date_of(day_number(day), MONTH_AT[month], None, after)
    return read_day(f"the {day}", after)


def _month(said: str, today: date) -> Run | None:
    if found := _IN_MONTH.search(said):
        month = MONTH_AT[found[2]]
        year = today.year + (month < today.month)
        return _part(found["part"], year, month, today), _rest(said, found)
    if found := _OF_MONTH.search(said):
        months = today.month - 1 + (found["which"] == "next")
        part = found["part"] or found["end"]
        run = _part(part, today.year + months // 12, months % 12 + 1, today)
        return (run, _rest(said, found)) if run else None
    return None


def _part(part: str | None, year: int, month: int, today: date) -> list[date]:
    first, last = (_PARTS.get(part) or _PARTS[part[0]]) if part else (1, 31)
    last = min(last, monthrange(year, month)[1])
    return _days(date(year, month, first), date(year, month, last), today)


def _bounded(said: str, today: date) -> Run | None:
    """'after the 10th', 'from Monday on', 'before Christmas', 'by Friday'."""
    for pattern, word, (month, number) in _FEASTS:
        if found := pattern.search(said):
            day = date_of(number, month, None, today)
            return None if day is None else (_beyond(word, day, today), _rest(said, found))
    found = _BOUND.search(said)
    if found is None:
        return None
    day = read_day(f"the {found['day']}", today)
    if day is None:
        return None
    return _beyond(found["word"], day, today), _rest(said, found)


def _beyond(word: str, day: date, today: date) -> list[date]:
    far = max(day, today) + timedelta(days=AHEAD_DAYS)
    if word == "after" or word.endswith(" after"):
        return _days(day + _ONE, far, today)
    if word == "before":
        return _days(today, day - _ONE, today)
    is_until = word in ("by", "until", "till", "no later than")
    return _days(today, day, today) if is_until else _days(day, far, today)


_READERS: tuple[Callable[[str, date], Run | None], ...] = (
    _week_of, _weekdays, _dates, _weeks, _weekend, _month, _bounded,
)  # fmt: skip
