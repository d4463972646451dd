"""Times of day: 10am, 14:30, half ten, quarter to three, at ten, 14 Uhr, alle 10."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from conversations.claims.day_words import HOURS, one_of

_HOUR_WORD = one_of(HOURS)
_HOUR = rf"(?P<hour>\d{{1,2}}|{_HOUR_WORD})"
_MINUTES = {
    "oh five": 5, "five": 5, "ten": 10, "fifteen": 15, "quarter": 15, "twenty": 20,
    "twenty-five": 25, "twenty five": 25, "half": 30, "thirty": 30, "forty": 40,
    "forty-five": 45, "forty five": 45, "fifty": 50,
}  # fmt: skip
_WORD_MINUTE = one_of(_MINUTES)
_AM_PM = r"(?P<ampm>am|pm|a\.m\.?|p\.m\.?)"
_DAYPART = r"(?P<part>in the (?:morning|afternoon|evening)|at night)"
# A bare number is a time when the sentence goes on like this.
_TAIL = (
    r"(?=\s*(?:$|[.,;!?)])|\s(?:on|tomorrow|today|tonight|in the|this|next|sharp|or|and|if|then|"
    r"for|with|is|would|to|till|until|prompt|please|ok|okay|work|suit|works|suits|onwards?|monday|"
    r"tuesday|wednesday|thursday|friday|saturday|sunday)\b)"
)
_NO_UNIT = (
    r"(?!\s?-?\s?(?:weeks?|months?|days?|hours?|minutes?|years?|k\b|thousand|hundred|grand|pounds?|"
    r"quid|per\s?cent|percent|%|million|people|of\b|bed|metres?|euros?))"
)
_SHAPES = (
    # 10am, 10.30 pm, ten a.m.
    rf"(?<![\w.,:£€$]){_HOUR}(?:[:.](?P<minute>\d\d)|\s(?P<word>{_WORD_MINUTE}))?\s?{_AM_PM}(?!\w)",
    # 10:30, 14h30, 14h
    r"(?<![\w.,:£€$])(?P<hour>\d{1,2}):(?P<minute>\d\d)(?![\d:])",
    r"(?<![\w.,:£€$])(?P<hour>\d{1,2})h(?P<minute>\d\d)?\b",
    # half ten, half past ten, quarter past two, twenty-five past three
    rf"\b(?P<thirty>half)(?:\s?-?past)?[\s-]?{_HOUR}\b(?![:.,]?\d){_NO_UNIT}",
    rf"\b(?P<late>(?:a\s)?(?:{_WORD_MINUTE}|\d{{1,2}})(?:\sminutes)?\spast\s){_HOUR}\b",
    rf"\b(?P<early>(?:a\s)?quarter\sto\s){_HOUR}\b{_NO_UNIT}",
    rf"\b(?:at|by|until|before)\s(?P<early>(?:five|ten|twenty|"
    rf"twenty[\s-]five)\sto\s){_HOUR}\b{_NO_UNIT}",
    # ten o'clock, 14 Uhr, 10 in the morning
    rf"(?<![\w.,:£€$]){_HOUR}(?:[:.](?P<minute>\d\d))?\s?(?:o'?\s?clock|uhr\b)",
    rf"(?<![\w.,:£€$]){_HOUR}(?:[:.](?P<minute>\d\d)|\s(?P<word>{_WORD_MINUTE}))?\s{_DAYPART}",
    # at ten thirty, by 10.30, at 10
    rf"\b(?:at|by|until|till|before|after|from)\s{_HOUR}\s(?P<word>{_WORD_MINUTE})\b{_NO_UNIT}",
    r"\b(?:at|by|until|till|before|after|from|um|alle|alle ore|ore|a las|as|la ora|o)\s"
    r"(?P<hour>\d{1,2})[.:](?P<minute>\d\d)(?!\d)(?!\.\d)" + _NO_UNIT,
    rf"\b(?:at|by|until|till|before)\s{_HOUR}\b(?![.:]\d){_NO_UNIT}{_TAIL}",
    r"\b(?:um|alle|alle ore|ore|a las|as|la ora|o godz(?:inie)?\.?|a)\s(?P<hour>\d{1,2})"
    r"(?:[.:](?P<minute>\d\d))?(?:\s?(?:h|heures|horas|uhr)\b|(?=\s*(?:$|[.,;!?])))",
    rf"\bbetween\s{_HOUR}\sand\s(?P<until>\d{{1,2}}|{_HOUR_WORD})\b{_NO_UNIT}{_TAIL}",
    r"\b(?P<noon>noon|midday|mezzogiorno|mediodia|midi|mittags?|poludnie)\b",
)
_TIMES = tuple(re.compile(shape) for shape in _SHAPES)
# In a sentence about opening hours any small number that is left is an hour.
_BARE = re.compile(rf"(?<![\w.,:£€$/]){_HOUR}(?:[:.](?P<minute>\d\d))?(?![\w%/:])")
_RANGE_HALF = re.compile(
    rf"(?<![\w.,:£€$])(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d\d))?\s?(?:-|to|and|until|till)\s?"
    rf"(?:\d{{1,2}}|{_HOUR_WORD})(?:[:.]\d\d)?\s?(?:am|pm)\b"
)


@dataclass(frozen=True)
class ClockTime:
    start: int
    end: int
    text: str
    # What it can mean: 'half ten' is 10:30 or 22:30.
    times: frozenset[time]


def clock_times(text: str, *, bare: bool = False, is_24h: bool = False) -> list[ClockTime]:
    """`bare` reads any small number as an hour; `is_24h` takes '10:00' for the morning only."""
    found: list[ClockTime] = []
    taken = bytearray(len(text))
    for shape in (*_TIMES, _RANGE_HALF, *((_BARE,) if bare else ())):
        for hit in shape.finditer(text):
            made = [] if any(taken[hit.start() : hit.end()]) else list(_times_of(hit, is_24h))
            if made:
                taken[hit.start() : hit.end()] = b"\1" * (hit.end() - hit.start())
            found += made
    return sorted(found, key=lambda one: one.start)


def _times_of(hit: re.Match[str], is_24h: bool) -> Iterator[ClockTime]:
    parts = hit.groupdict()
    if parts.get("noon"):
        yield ClockTime(*hit.span(), hit[0], frozenset({time(12)}))
        return
    for name in ("hour", "until"):
        if parts.get(name) and (meant := _meant(parts, parts[name], is_24h)):
            yield ClockTime(*hit.span(), hit[0].strip(), meant)


def _meant(parts: dict[str, str | None], hour_text: str, is_24h: bool) -> frozenset[time]:
    hour = HOURS[hour_text] if hour_text in HOURS else int(hour_text)
    minute = _minute(parts)
    if parts.get("early"):
        hour, minute = (hour - 1) % 24 or 12, 60 - minute
    if hour > 24 or minute > 59:
        return frozenset()
    is_written = is_24h and parts.get("minute") is not None
    is_exact = is_written or hour_text.startswith("0") or hour > 12 or hour == 0
    return frozenset(time(each, minute) for each in _hours(parts, hour % 24, is_exact))


def _minute(parts: dict[str, str | None]) -> int:
    if parts.get("thirty"):
        return 30
    if parts.get("minute"):
        return int(parts["minute"] or 0)
    if parts.get("word"):
        return _MINUTES[parts["word"] or ""]
    named = parts.get("late") or parts.get("early")
    if named is None:
        return 0
    words = re.sub(r"^a\s|\sminutes|\spast\s?|\sto\s?", "", named).strip()
    return int(words) if words.isdigit() else _MINUTES.get(words, 0)


def _hours(parts: dict[str, str | None], hour: int, is_exact: bool) -> set[int]:
    half = (parts.get("ampm") or "")[:1]
    part = parts.get("part") or ""
    if half == "a" or "morning" in part:
        return {hour % 12}
    if half == "p" or part:
        return {hour % 12 + 12}
    return {hour} if is_exact else {hour, (hour + 12) % 24}
