"""When somebody likes to be rung: 'half ten', 'Tuesday week after the school run'."""

import re
from datetime import date, time

from leads.spoken.days import WEEKDAY, WEEKDAY_AT, WEEKDAYS, read_days, spoken_day
from leads.spoken.figures import UNITS
from leads.spoken.text import plain

# An hour without am or pm lies in the working day: eight to twelve, then one to seven.
FIRST_MORNING_HOUR = 8
_HOURS = {word: number for word, number in UNITS.items() if 1 <= number <= 12}
_HOUR = r"(\d{1,2}|" + "|".join(_HOURS) + ")"
_MINUTE_WORDS = {"five": 5, "ten": 10, "twenty": 20, "twenty five": 25, "quarter": 15, "half": 30}
_MERIDIEM = r"(?: ?(a\.?m|p\.?m)\b\.?)?"
_END = r"(?:\b|(?=[ap]m\b))"
_PAST = re.compile(
    rf"\b(?:a )?(quarter|five|ten|twenty(?:[ -]five)?|\d{{1,2}}) (?:minutes? )?(past|to|till) "
    rf"{_HOUR}{_END}{_MERIDIEM}"
)
_CLOCK = re.compile(rf"\b([01]?\d|2[0-3]|{'|'.join(_HOURS)})[:.]([0-5]\d)(?!\d){_MERIDIEM}")
_MARKED = re.compile(rf"\b{_HOUR} ?(?:o'?clock\b{_MERIDIEM}|(a\.?m|p\.?m)\b)")
_AT = re.compile(
    rf"\b(?:at|around|about|by|after|before|from|until|til|till) (?:about |around )?{_HOUR}"
    r"(?: (thirty|fifteen|forty five|forty-five))?\b(?! (?:minutes|hours|days|weeks|months))"
)
_BARE = re.compile(rf"{_HOUR}(?: (thirty|fifteen|forty five|forty-five))?(?: ish)?")
_SPAN = re.compile(
    rf"\b(between |from )?{_HOUR}(?::([0-5]\d))? ?(?:am|pm)? ?(and|to|-|until|till) ?{_HOUR}"
    rf"(?::([0-5]\d))?{_END}{_MERIDIEM}"
)
_NOON = re.compile(r"\b(?:12 |twelve )?(?:noon|mid-?day)\b")
_SAME = (
    (_NOON, "12:00"),
    (re.compile(rf"\bhalf (?:past )?{_HOUR}{_END}"), r"\1:30"),
    (re.compile(r"\b1st thing\b"), "first thing"),
    (re.compile(r"\barvo\b"), "afternoon"),
    (re.compile(rf"\b{WEEKDAY} am\b"), r"\1 morning"),
    (re.compile(rf"\b{WEEKDAY} pm\b"), r"\1 afternoon"),
    (re.compile(rf"\b{_HOUR}[ -]?ish\b"), r"at \1"),
    (re.compile(r"\bnot (?:before|until|till)\b|\bno earlier than\b"), "after"),
    (re.compile(r"\bnot after\b|\bno later than\b"), "before"),
    (re.compile(rf"\bat {_HOUR}(?= (?:or later|onwards?|so after that)\b)"), r"after \1"),
)
_MORNING, _LATE = re.compile(r"\bmornings?\b"), re.compile(r"\b(?:afternoons?|evenings?|tonight)\b")
_SOON = re.compile(
    r"\b(?:now|asap|as soon as (?:possible|you can)|straight away|right away)\b"
    r"|\bin (?:about )?(?:an hour|half an hour|\w{1,6} (?:hours|minutes|mins))\b"
)
_ANY_TIME = re.compile(
    r"\b(?:any ?time|whenever|any day|don'?t mind|do not mind|not fussed|no preference|up to you"
    r"|all day|either is fine|when(?:ever)? suits|when you can)\b"
)
_PARTS = (
    (re.compile(r"\bfirst thing\b"), "first thing"),
    (re.compile(r"\bafter (?:the )?school (?:run|drop(?:[- ]off)?)\b"), "after the school run"),
    (re.compile(r"\bafter (?:the )?school (?:pick[- ]?up)\b"), "after the school pick-up"),
    (re.compile(r"\bafter work\b"), "after work"),
    (re.compile(r"\bbefore work\b"), "before work"),
    (re.compile(r"\bbefore (?:the )?school (?:run|drop(?:[- ]off)?)\b"), "before the school run"),
    (re.compile(r"\bafter lunch(?:time)?\b"), "after lunch"),
    (re.compile(r"\bbefore lunch(?:time)?\b"), "before lunch"),
    (re.compile(r"\b(?:at )?(?:lunch ?time|lunch)\b"), "at lunchtime"),
    (re.compile(r"\blate(?:r)? (?:in the )?morning\b"), "late morning"),
    (re.compile(r"\blate(?:r)? (?:in the )?afternoon\b"), "late afternoon"),
    (re.compile(r"\bmornings?\b"), "in the morning"),
    (re.compile(r"\bafternoons?\b|\bthis aft\b"), "in the afternoon"),
    (re.compile(r"\bevenings?\b|\btonight\b"), "in the evening"),
)
_LOOSE_DAYS = (
    (re.compile(r"\bweek ?ends?\b"), "at the weekend"),
    (re.compile(r"\bweek ?days?\b"), "on weekdays"),
    (re.compile(r"\bnext week\b"), "next week"),
    (re.compile(r"\blater (?:this|in the) week\b|\bthis week\b"), "this week"),
    (re.compile(r"\bevery ?day\b"), "every day"),
)
_NEVER_ON = re.compile(
    rf"\b(?:not|never|except|any ?(?:time|day) but|can'?t (?:do|talk|make)) (?:on )?"
    rf"(?:a |this |next )?{WEEKDAY}s?\b"
)
_EVERY = re.compile(r"\b(mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays)\b")
_DAYS_SPAN = re.compile(rf"\b{WEEKDAY} ?(?:to|-|until) ?{WEEKDAY}\b")
_BOUND = re.compile(r"\b(after|before|from|until|til|till|by)\b")


def read_time(text: str) -> time | None:
    """'half ten' -> 10:30, 'ten to four' -> 15:50, 'noon' -> 12:00."""
    return _time(_clear(text))


def preferred_time(text: str, today: date) -> str | None:
    """When they like to be rung, in words that show what we understood: 'Tuesday 1 December,
    10:30'. None when no time is named."""
    said = _clear(text)
    parts = [part for part in (_day_words(said, today), _time_words(said)) if part]
    if parts:
        return ", ".join(parts)
    if found := _SOON.search(said):
        return found[0] if found[0].startswith("in ") else "as soon as possible"
    return "any time" if _ANY_TIME.search(said) else None


def _clear(text: str) -> str:
    """One way of saying it for several: '2ish' is 'at 2', 'not before 11' is 'after 11'."""
    said = plain(text)
    for pattern, instead in _SAME:
        said = pattern.sub(instead, said)
    return said


def _day_words(said: str, today: date) -> str:
    if found := _NEVER_ON.search(said):
        return f"not on {_full(found[1])}"
    for pattern, words in _LOOSE_DAYS[:2]:
        if pattern.search(said):
            return words
    if found := _DAYS_SPAN.search(said):
        return f"{_full(found[1])} to {_full(found[2])}"
    every = list(dict.fromkeys(_EVERY.findall(said)))
    if every:
        return " or ".join(name.capitalize() for name in every)
    days = read_days(said, today)
    if days:
        return " or ".join(map(spoken_day, days))
    for pattern, words in _LOOSE_DAYS[2:]:
        if pattern.search(said):
            return words
    return ""


def _full(weekday: str) -> str:
    return WEEKDAYS[WEEKDAY_AT[weekday]].capitalize()


def _time_words(said: str) -> str:
    if (span := _span_words(said)) is not None:
        return span
    exact = _time(said)
    if exact is not None:
        bound = _BOUND.search(said)
        spoken = f"{exact:%H:%M}"
        if bound and _comes_before_time(said, bound.end()):
            word = {"til": "until", "till": "until"}.get(bound[1], bound[1])
            return f"{word} {spoken}"
        return spoken
    return next((words for pattern, words in _PARTS if pattern.search(said)), "")


def _comes_before_time(said: str, at: int) -> bool:
    return bool(re.match(rf" (?:about |around )?(?:{_HOUR}|half|quarter)(?:\b|[ap]m)", said[at:]))


def _span_words(said: str) -> str | None:
    found = _SPAN.search(said)
    if found is None or (found[4] in ("and", "to", "-") and not _is_span(said, found)):
        return None
    low, high = _clock(found[2], found[3] or 0, found[7], said), None
    if found[5]:
        high = _clock(found[5], found[6] or 0, found[7], said)
    if low is None or high is None:
        return None
    if low >= high:  # "10 to 2pm": the half of the day belongs to the end alone
        low = _clock(found[2], found[3] or 0, None, said)
    return f"between {low:%H:%M} and {high:%H:%M}" if low and low < high else None


def _is_span(said: str, found: re.Match[str]) -> bool:
    """'ten to four' is 15:50; '10 to 4' in figures is a span, and so is 'between ten and four'."""
    if found[1]:
        return True
    return found[4] != "and" and found[2].isdecimal() and found[5].isdecimal()


def _time(said: str) -> time | None:
    if found := _PAST.search(said):
        return _past(found, said)
    if found := _CLOCK.search(said):
        return _clock(found[1], found[2], found[3], said)
    if found := _MARKED.search(said):
        return _clock(found[1], 0, found[2] or found[3], said)
    found = (
        _AT.search(said)
        or _BARE.fullmatch(said)
        or re.search(rf"\b{_HOUR} (thirty|fifteen|forty five|forty-five)\b", said)
    )
    if found:
        minutes = {"thirty": 30, "fifteen": 15, None: 0}.get(found[2], 45)
        return _clock(found[1], minutes, None, said)
    return None


def _past(found: re.Match[str], said: str) -> time | None:
    word = found[1].replace("-", " ")
    minutes = _MINUTE_WORDS.get(word) or int(word) if word.isdecimal() else _MINUTE_WORDS[word]
    if not 0 < minutes < 60:
        return None
    hour = _clock(found[3], 0, found[4], said)
    if hour is None or found[2] == "past":
        return hour and hour.replace(minute=minutes)
    # "ten to one" lies before one: also where one is in the afternoon.
    return hour.replace(hour=(hour.hour - 1) % 24, minute=60 - minutes)


def _clock(hour: str, minute: str | int, meridiem: str | None, said: str) -> time | None:
    number = int(hour) if hour.isdecimal() else _HOURS[hour]
    if number > 23:
        return None
    half = (meridiem or "").replace(".", "") or _half_of_day(number, said)
    if number > 12:
        half = ""
    number += 12 if half == "pm" and number < 12 else 0
    number = 0 if half == "am" and number == 12 else number
    return time(number, int(minute))


def _half_of_day(hour: int, said: str) -> str:
    if _MORNING.search(said):
        return "" if hour == 12 else "am"
    if _LATE.search(said):
        return "pm"
    return "pm" if 1 <= hour < FIRST_MORNING_HOUR else ""
