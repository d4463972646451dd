"""When the work should start, in whole months from today: 'next spring', 'a fortnight', 'ASAP'."""

import math
import re
from datetime import date

from leads.spoken.days import MONTH_AT, MONTHS, read_day
from leads.spoken.figures import read_number, tokens_of
from leads.spoken.text import plain

WEEKS_IN_MONTH = 4.35
FURTHEST_MONTHS = 120
# Where only a year is named we take its middle, and never so far that it counts against them.
MIDDLE_OF_YEAR, VAGUE_MONTHS = 6, 12
SEASONS = {
    "new year": 1, "easter": 4, "spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12,
    "christmas": 12, "xmas": 12, "end of the year": 12, "end of year": 12, "year end": 12,
    "half term": 2, "summer holidays": 7, "q1": 1, "q2": 4, "q3": 7, "q4": 10,
}  # fmt: skip
_AT_ONCE = re.compile(
    r"\b(?:asap|as soon as (?:poss\w*|you can|we can|can be|you'?re|you are)|straight ?away"
    r"|immediately|at once|right away|right now|now|yesterday|this (?:week|month)|next week"
    r"|tomorrow|today|(?<!not )(?<!n't )urgent\w*|ready (?:to (?:go|start)|when you are)"
    r"|soon as possible|sooner the better|any ?time soon)\b"
)
_NEXT_MONTH = re.compile(
    r"\bnext month\b|\bwithin (?:a|the) month\b|\b(?:very |quite |pretty )?soon\b(?! as)"
)
_NEXT_YEAR = re.compile(
    r"\b(?:(early|start of|beginning of|mid|middle of|late|end of)[ -]?(?:in )?)?"
    r"(?:next year|(20[2-4]\d))\b"
)
_SPAN = re.compile(r"\b(days?|weeks?|wks?|fortnights?|months?|mths?|mo|years?|yrs?)\b")
_VAGUE_COUNT = {"couple": 2, "few": 3, "several": 4, "a": 1, "an": 1, "next": 1}
_MONTH_NAME = "|".join(sorted(MONTH_AT, key=len, reverse=True))
_NAMED = re.compile(
    rf"\b(after |before )?(?:the )?(?:(early|mid|late|end of|beginning of|start of)[ -])?(?:in )?"
    rf"({'|'.join(sorted(SEASONS, key=len, reverse=True))}|{_MONTH_NAME})\b(?:,? (20[2-4]\d|next "
    r"year))?"
)
_MAY_BE_WORD = {"may", "mar", "march", "fall"}  # "we may", "march on": a month only behind these
_MONTH_LEAD = re.compile(r"\b(?:in|by|from|until|till|this|next|after|before|around|about|early|mid"
                         r"|late|of|or|to|-|for|start|maybe) ?$")  # fmt: skip
_CLUE = re.compile(
    r"\b(?:start\w*|begin\w*|kick(?:ed)? off|get(?:ting)? going|builders? in|on site|crack on"
    r"|timescale|timeline|time ?frame|looking to|planning (?:to|for|on)|hoping (?:to|for)"
    r"|want (?:it|this|to)|work (?:to|in|from|done)|go ahead|commence)\b"
)


def start_within_months(text: str, today: date, *, asked: bool = True) -> int | None:
    """Whole months until they want to start; 0 is at once. `asked`: the text answers that
    question; else some word must say that it is about starting."""
    said = plain(text)
    if not asked and not _CLUE.search(said) and not re.search(r"\basap\b", said):
        return None
    for read in (_year_named, _counted, _named, _dated):
        if (months := read(said, today)) is not None:
            return months if 0 <= months <= FURTHEST_MONTHS else None
    if _AT_ONCE.search(said):
        return 0
    return 1 if _NEXT_MONTH.search(said) else None


def _year_named(said: str, today: date) -> int | None:
    """Only a year: 'next year', 'early 2027'. With a month or a season these decide."""
    found = _NEXT_YEAR.search(said)
    if found is None or _month_in(said) is not None:
        return None
    year = int(found[2]) if found[2] else today.year + 1
    part = (found[1] or "").split(" ")[0]
    if part in ("early", "start", "beginning"):
        return max(0, _until(year, 1, today))
    if part in ("late", "end"):
        return max(0, _until(year, 10, today))
    months = _until(year, MIDDLE_OF_YEAR, today)
    return max(0, min(months, VAGUE_MONTHS) if year == today.year + 1 else months)


def _counted(said: str, today: date) -> int | None:
    """'in two to three months' -> 3, 'a fortnight' -> 1, 'a year and a half' -> 18."""
    tokens = tokens_of(said)
    for at, unit in enumerate(tokens):
        found = _SPAN.fullmatch(unit)
        if found is None:
            continue
        count = _count_before(tokens, at)
        if count is None or (count == 1 and unit == "day"):  # "one day" is no date
            continue
        if tokens[at + 1 : at + 4] == ["and", "a", "half"]:
            count += 0.5
        if tokens[at + 1 : at + 3] == ["or", "two"]:
            count = 2
        return _in_months(count, unit)
    return None


def _count_before(tokens: list[str], at: int) -> float | None:
    for back in (4, 3, 2, 1):
        if back <= at:
            number, end = read_number(tokens, at - back)
            if number is not None and end == at:
                return number
    before = tokens[max(0, at - 3) : at]
    if before[-1:] == ["of"]:
        before = before[:-1]
    if before[-2:] == ["half", "a"] or before[-1:] == ["half"]:
        return 0.5
    word = before[-1] if before else ""
    if word == "next" and at >= 1:  # "next month" is told apart below
        return None
    if word == "half" or word not in _VAGUE_COUNT:
        return 1 if tokens[at] == "fortnight" and not word else None
    return _VAGUE_COUNT[word]


def _in_months(count: float, unit: str) -> int:
    if unit.startswith("d"):
        return math.ceil(count / 31)
    if unit.startswith("w"):
        return max(1, math.ceil(count / WEEKS_IN_MONTH))
    if unit.startswith("f"):
        return max(1, math.ceil(2 * count / WEEKS_IN_MONTH))
    return math.ceil(count * 12 if unit.startswith("y") else count)


def _month_in(said: str) -> re.Match[str] | None:
    for found in _NAMED.finditer(said):
        before = said[max(0, found.start(3) - 12) : found.start(3)]
        if (
            found[3] not in _MAY_BE_WORD
            or found[4]
            or _MONTH_LEAD.search(before)
            or said == found[3]
        ):
            return found
    return None


def _named(said: str, today: date) -> int | None:
    found = _month_in(said)
    if found is None:
        return None
    name = found[3]
    month = SEASONS.get(name) or MONTH_AT[name]
    if found[1] and found[1].strip() == "after" and name in ("christmas", "xmas"):
        month = 1
    if found[1] and found[1].strip() == "after" and name == "summer":
        month = 9
    if found[2] and found[2].startswith("end") and name in MONTHS:
        month = month % 12 + 1
    if found[4]:
        year = today.year + 1 if found[4] == "next year" else int(found[4])
        return max(0, _until(year, month, today))
    return (month - today.month) % 12 or _full_circle(said, name)


def _full_circle(said: str, name: str) -> int:
    """This very month: 'next November' is a year away, 'November' is now."""
    return 12 if f"next {name}" in said else 0


def _until(year: int, month: int, today: date) -> int:
    return (year - today.year) * 12 + month - today.month


def _dated(said: str, today: date) -> int | None:
    """'the 3rd of March', '1/2/2027'"""
    if not re.search(r"\d(?:st|nd|rd|th)|\d/\d", said):
        return None
    day = read_day(said, today)
    return None if day is None else max(0, _until(day.year, day.month, today))
