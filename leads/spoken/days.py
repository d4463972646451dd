"""Days as Londoners say them: 'Tuesday week', 'the 1st of December', 'a fortnight on Friday'.

"This Friday" is the coming one; "next Tuesday" is the Tuesday of next week, Monday to Sunday.
People mean both by it, so whoever repeats a day says weekday and date.
"""

import re
from calendar import monthrange
from datetime import date, timedelta

from leads.spoken.figures import TENS, UNITS
from leads.spoken.text import words_of

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = {name[:3]: at for at, name in enumerate(WEEKDAYS)}
_SHORT |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
WEEKDAY_AT = {name: at for at, name in enumerate(WEEKDAYS)} | _SHORT
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
MONTH_AT = {name: at for at, name in enumerate(MONTHS, start=1)}
MONTH_AT |= {name[:3]: at for at, name in enumerate(MONTHS, start=1)} | {"sept": 9}
_ORDINALS = words_of(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
ORDINAL_AT = {word: at for at, word in enumerate(_ORDINALS, start=1)} | {"thirtieth": 30}
ORDINAL_AT |= {
    f"{tens} {unit}": TENS[tens] + at
    for tens, units in (("twenty", _ORDINALS[:9]), ("thirty", _ORDINALS[:1]))
    for at, unit in enumerate(units, start=1)
}
_ORDINAL_WORDS = "|".join(sorted(ORDINAL_AT, key=len, reverse=True))
WEEKDAY = r"(mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?" \
           r"|sat(?:urday)?|sun(?:day)?)"  # fmt: skip
MONTH = "(" + "|".join(sorted(MONTH_AT, key=len, reverse=True)) + ")"
DAY = rf"(\d{{1,2}}(?:st|nd|rd|th)?|{_ORDINAL_WORDS})"
ORDINAL = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{_ORDINAL_WORDS})"
_COUNT = r"(\d{1,2}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|a couple of)"
_WEEKS_ON = re.compile(
    rf"\b(?:(?:(a|two|2|three|3) )?(week|fortnight)s? (?:on|this|from|next)? ?{WEEKDAY}s?"
    rf"|(?:on |this )?{WEEKDAY} "
    r"(week|fortnight))\b"
)
_TIMES = {"two": 2, "2": 2, "three": 3, "3": 3}
_WEEKS_FROM = re.compile(
    r"\b(?:a )?(week|fortnight) (?:from )?(today|tomorrow)\b|\b(today|tomorrow) (week|fortnight)\b"
)
_NAMED = re.compile(
    rf"\b(?:(next|this|coming|this coming) )?{WEEKDAY}(?: (?:of )?(next) week)?\b(?!s)"
)
_DAY_MONTH = re.compile(rf"\b{DAY} (?:of )?{MONTH}\b(?:,? (20\d\d))?")
_MONTH_DAY = re.compile(rf"\b{MONTH} (?:the )?{DAY}\b(?!:)(?:,? (20\d\d))?")
_SLASHED = re.compile(r"\b(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}|\d\d))?\b(?! ?(?:am|pm))")
_BARE_DAY = re.compile(
    rf"\b(?:(?:the|on) |{WEEKDAY} (?=\d))"
    rf"(?P<day>{ORDINAL})\b"
    rf"(?! (?:of|thing|floor|time|{WEEKDAY}))"
)
_WEEK_AFTER_NEXT = re.compile(r"\b(?:the )?week after next\b")
_IN_DAYS = re.compile(rf"\bin {_COUNT} (days?|weeks?|fortnights?)(?:'?s?'? time)?\b")
_RELATIVE = (
    (re.compile(r"\b(?:the )?day after tomorrow\b"), 2),
    (re.compile(r"\b(?:tomorrow|tmrw|tomo)\b"), 1),
    (re.compile(r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b"), 0),
)


def read_day(said: str, today: date) -> date | None:
    """The day named in a text that went through `plain`; None if there is none."""
    # "Friday the 4th" is the 4th, even when another Friday comes first.
    for read in (read_weeks_ahead, _dated, _bare, _named, _counted, _relative):
        if (found := read(said, today)) is not None:
            return found
    return None


def read_days(said: str, today: date) -> list[date]:
    """'Tuesday or Wednesday' -> both, if nothing else was meant."""
    if not re.search(rf"\b{WEEKDAY}(?:s)? ?(?:or|and|,|/) ?(?:(?:on|next|this) )?{WEEKDAY}", said):
        found = read_day(said, today)
        return [found] if found else []
    named = list(_NAMED.finditer(said))
    if not named:  # "Mondays and Wednesdays": those of every week
        return []
    which = named[0][1]  # "next Thursday or Friday": both are of next week
    return sorted({_which(match, today, match[1] or which) for match in named})[:3]


def read_weeks_ahead(said: str, today: date) -> date | None:
    """'Tuesday week', 'a fortnight on Friday', 'the week after next': the weekday alone would be
    a day too early."""
    if _WEEK_AFTER_NEXT.search(said):
        found = _NAMED.search(said)
        monday = today - timedelta(days=today.weekday())
        return monday + timedelta(weeks=2, days=WEEKDAY_AT[found[2]] if found else 0)
    return _weeks_on(said, today)


def spoken_day(day: date) -> str:
    """'Tuesday 1 December': always weekday plus date, so that it can be put right."""
    return f"{day:%A} {day.day} {day:%B}"


def coming(weekday: int, today: date) -> date:
    """The next such day after today."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _weeks_on(said: str, today: date) -> date | None:
    if found := _WEEKS_ON.search(said):
        unit, name = (found[2], found[3]) if found[3] else (found[5], found[4])
        times = _TIMES.get(found[1] or "a", 1)
        return coming(WEEKDAY_AT[name], today) + times * _length(unit)
    if found := _WEEKS_FROM.search(said):
        unit, start = (found[1], found[2]) if found[1] else (found[4], found[3])
        return today + _length(unit) + timedelta(days=start == "tomorrow")
    return None


def _length(unit: str) -> timedelta:
    return timedelta(weeks=2 if unit == "fortnight" else 1)


def _dated(said: str, today: date) -> date | None:
    if found := _DAY_MONTH.search(said):
        return date_of(day_number(found[1]), MONTH_AT[found[2]], found[3], today)
    if found := _MONTH_DAY.search(said):
        return date_of(day_number(found[2]), MONTH_AT[found[1]], found[3], today)
    if found := _SLASHED.search(said):
        is_time = not found[3] and (int(found[2]) > 12 or "." in found[0])
        return None if is_time else date_of(int(found[1]), int(found[2]), found[3], today)
    return None


def date_of(day: int, month: int, year: str | None, today: date) -> date | None:
    """Without a year the next such date: nobody is rung in the past."""
    if not 1 <= month <= 12:
        return None
    in_year = (int(year) if len(year) == 4 else 2000 + int(year)) if year else today.year
    if not year and (month, day) < (today.month, today.day):
        in_year += 1
    return date(in_year, month, day) if 1 <= day <= monthrange(in_year, month)[1] else None


def day_number(word: str) -> int:
    return ORDINAL_AT.get(word) or int(re.sub(r"\D", "", word) or 0)


def _named(said: str, today: date) -> date | None:
    found = _NAMED.search(said)
    return _which(found, today, found[1]) if found else None


def _which(found: re.Match[str], today: date, which: str | None) -> date:
    weekday = WEEKDAY_AT[found[2]]
    if which == "next" or found[3]:
        monday = today - timedelta(days=today.weekday())
        return monday + timedelta(weeks=1, days=weekday)
    if which and weekday == today.weekday():
        return today
    return coming(weekday, today)


def _counted(said: str, today: date) -> date | None:
    found = _IN_DAYS.search(said)
    if found is None:
        return None
    words = {"a": 1, "an": 1, "a couple of": 2}
    count = int(found[1]) if found[1].isdecimal() else words.get(found[1]) or UNITS[found[1]]
    days = {"d": 1, "w": 7, "f": 14}[found[2][0]]
    return today + timedelta(days=count * days)


def _relative(said: str, today: date) -> date | None:
    for pattern, days in _RELATIVE:
        if pattern.search(said):
            return today + timedelta(days=days)
    return None


def _bare(said: str, today: date) -> date | None:
    """'the 3rd': of this month, or of the next that has one."""
    found = _BARE_DAY.search(said)
    if found is None:
        return None
    day = day_number(found["day"])
    for ahead in range(3):
        months = today.month - 1 + ahead
        year, month = today.year + months // 12, months % 12 + 1
        if 1 <= day <= monthrange(year, month)[1] and date(year, month, day) >= today:
            return date(year, month, day)
    return None
