"""Days named in a text: weekdays, dates, 'tomorrow'; resolved against today in London."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from conversations.claims.day_words import (
    MONTHS,
    ORDINALS,
    RELATIVE,
    WEEKDAYS,
    WEEKDAYS_SHORT,
    one_of,
)

_MONTH = rf"(?P<month>{one_of(MONTHS)})\.?"
_ORDINAL = one_of(ORDINALS).replace("-", "[ -]")
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|o|\.)?"
_YEAR = r"(?:,?\s(?:de\s)?(?P<year>20\d\d))?"
# "Tue" and "Thurs" are nothing else; "sat", "sun", "mon" and "wed" need company.
_ALONE = one_of(word for word in WEEKDAYS_SHORT if word not in ("sat", "sun", "mon", "wed"))
_SHORT = one_of(WEEKDAYS_SHORT)
_PORTUGUESE = ("segunda", "terca", "quarta", "quinta", "sexta")
_WEEKDAY = re.compile(
    rf"\b(?:(?P<long>{one_of(WEEKDAYS)})s?|(?P<alone>{_ALONE})|"
    rf"(?P<pt>{one_of(_PORTUGUESE)})(?=\sas\b|\sde\b|,\s\d)|"
    rf"(?:(?<=\bate\s)|(?<=\bna\s))(?P<pt_alone>{one_of(_PORTUGUESE)})(?=\s?(?:[.,!?;]|$))|"
    r"(?:(?<=\bon\s)|(?<=next\s)|(?<=this\s)|(?<=til\s)|(?<=till\s)|(?<=by\s))"
    rf"(?P<short>{_SHORT})|(?P<near>{_SHORT})(?=\.?,?\s(?:at\s|the\s)?\d|-(?:{_SHORT})\b)|"
    rf"(?<=-)(?P<last>{_SHORT}))\b"
)
_DATES = tuple(
    re.compile(shape)
    for shape in (
        r"(?<![\d-])(?P<year>20\d\d)-(?P<number>\d\d)-(?P<day>\d\d)(?!\d)",
        r"(?<![\d./,£])(?P<day>\d{1,2})[/.](?P<number>\d{1,2})[/.](?P<year>20\d\d|\d\d)(?![\d/])",
        r"(?<![\d./,£])(?!24/7)(?P<day>\d{1,2})/(?P<number>\d{1,2})(?![\d/%])",
        rf"(?<![\d.,£€/:]){_DAY}\s(?:of\s|de\s|d')?{_MONTH}\b{_YEAR}",
        rf"\b{_MONTH}\s(?:the\s)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]?\d|\s?(?:to|-|weeks?|"
        rf"months?|k\b|%|days?)){_YEAR}",
        rf"\b(?P<ordinal>{_ORDINAL})\s(?:of\s)?{_MONTH}\b{_YEAR}",
        rf"\b{_MONTH}\s(?:the\s)?(?P<ordinal>{_ORDINAL})\b{_YEAR}",
        rf"\b(?:on|by) the (?P<ordinal>{_ORDINAL})(?=\s?(?:$|[.,!?]|at\b|of this|then))",
        r"\b(?:on|by|until|till|from|before|after|for|is)\sthe\s(?P<day>\d{1,2})(?:st|nd|rd|th)\b"
        r"(?!\s(?:floor|storey|century|street|avenue|birthday|anniversary))",
    )
)
_RELATIVE = re.compile(
    rf"\b(?P<word>{one_of(RELATIVE)}|(?<!la )(?<!de la )manana|(?<!guten )morgen)\b"
)
_JOINT = re.compile(r"[\s,]*(?:the\s|le\s|el\s|den\s|dem\s|der\s|dia\s|de\s|il\s|on\s|at\s)?")
_WEEK_AFTER = re.compile(r" week\b(?! (?:commencing|beginning|of|or))")
_WEEK_BEFORE = re.compile(r"(?<!once )(?<!twice )(?<!times )\ba week on $")
_THIS = re.compile(r"\bthis (?:coming )?$")


@dataclass(frozen=True)
class Day:
    start: int
    end: int
    text: str
    weekday: int | None = None
    on: date | None = None
    # A date that no calendar has, or a weekday that is not that date's.
    is_impossible: bool = False

    def agrees_with(self, known: "Day") -> bool:
        """Whether what is known bears this day out."""
        if self.is_impossible:
            return False
        if known.on is not None:
            if self.on is not None:
                return self.on == known.on
            return self.weekday == known.on.weekday()
        own = self.on.weekday() if self.on is not None else self.weekday
        return own is not None and own == known.weekday


def days(text: str, today: date) -> list[Day]:
    taken = bytearray(len(text))
    dates: list[Day] = []
    for shape in _DATES:
        for found in shape.finditer(text):
            if not any(taken[found.start() : found.end()]):
                taken[found.start() : found.end()] = b"\1" * (found.end() - found.start())
                dates.append(_date(found, today))
    for found in _RELATIVE.finditer(text):
        ahead = RELATIVE.get(found["word"], 1)
        dates.append(Day(*found.span(), found[0], on=today + timedelta(days=ahead)))
    weekdays = [_weekday(found) for found in _WEEKDAY.finditer(text)]
    joined = _joined(text, sorted([*dates, *weekdays], key=lambda day: day.start))
    return [_resolved(text, day, today) for day in joined]


def _resolved(text: str, day: Day, today: date) -> Day:
    """'This Tuesday', 'Tuesday week', 'a week on Tuesday'. 'Next Tuesday' is two days to people."""
    if day.weekday is None or day.on is not None or day.is_impossible:
        return day
    ahead = (day.weekday - today.weekday()) % 7
    week = _WEEK_AFTER.match(text, day.end)
    if week or _WEEK_BEFORE.search(text, 0, day.start):
        end = week.end() if week else day.end
        on = today + timedelta(days=(ahead or 7) + 7)
        return replace(day, end=end, text=text[day.start : end], on=on)
    if ahead and _THIS.search(text, 0, day.start):
        return replace(day, on=today + timedelta(days=ahead))
    return day


def _weekday(found: re.Match[str]) -> Day:
    names = ("long", "alone", "short", "near", "last")
    word = next((found[name] for name in names if found[name]), None)
    if word is None:
        weekday = _PORTUGUESE.index(found["pt"] or found["pt_alone"])
    else:
        weekday = WEEKDAYS[word] if word in WEEKDAYS else WEEKDAYS_SHORT[word]
    return Day(*found.span(), found[0], weekday=weekday)


def _date(found: re.Match[str], today: date) -> Day:
    parts = found.groupdict()
    word = (parts.get("ordinal") or "").replace(" ", "-")
    day = ORDINALS[word] if word else int(parts["day"])
    month = MONTHS[parts["month"]] if parts.get("month") else int(parts.get("number") or 0)
    made = _nearest(day, month, parts.get("year"), today)
    return Day(*found.span(), found[0], on=made, is_impossible=made is None)


def _nearest(day: int, month: int, year: str | None, today: date) -> date | None:
    """The date meant: this month's or next month's for a bare day, else the one to come."""
    if not month:
        ahead = [
            _real(day, today.month, today.year),
            _real(day, today.month % 12 + 1, _next(today)),
        ]
        return next((one for one in ahead if one is not None and one >= today), None)
    if year:
        return _real(day, month, int(year) % 100 + 2000)
    this_year = _real(day, month, today.year)
    if this_year is None or (today - this_year).days > 60:
        return _real(day, month, today.year + 1)
    return this_year


def _next(today: date) -> int:
    return today.year + (today.month == 12)


def _real(day: int, month: int, year: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _joined(text: str, found: list[Day]) -> list[Day]:
    """'Tuesday 24 November' is one day with two sides that must agree."""
    made: list[Day] = []
    for day in found:
        last = made[-1] if made else None
        if last is not None and _is_pair(last, day) and _JOINT.fullmatch(text, last.end, day.start):
            made[-1] = _both(text, last, day)
        else:
            made.append(day)
    return made


def _is_pair(first: Day, second: Day) -> bool:
    """A weekday beside a date, or a date that was impossible anyway."""
    bare = [day for day in (first, second) if day.weekday is not None and day.on is None]
    return len(bare) == 1 and (first.on or second.on) is not None


def _both(text: str, first: Day, second: Day) -> Day:
    found = first.on or second.on
    weekday = first.weekday if first.on is None else second.weekday
    wrong = found is not None and found.weekday() != weekday
    span = (first.start, second.end)
    return Day(*span, text[first.start : second.end], weekday, found, is_impossible=wrong)
