"""Times that were offered for a survey, and which of them a customer means."""

import re
from dataclasses import dataclass
from typing import Any

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOURS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve",
)  # fmt: skip
MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
DATE = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?:{MONTHS})\b|\bthe (\d{{1,2}})(?:st|nd|rd|th)\b"
    rf"|\b(?:{MONTHS}) (?:the )?(\d{{1,2}})(?:st|nd|rd|th)?\b",
    re.I,
)
CLOCK = re.compile(
    rf"\b(?P<half>half (?:past )?)?(?:(?<=at )|(?<=@)|(?<=past )|(?<=half )|(?=\d{{1,2}}[:.]\d\d)|"
    rf"(?=(?:\d{{1,2}}|{'|'.join(HOURS)}) ?(?:am|pm|o'?clock)))"
    rf"(?P<hour>\d{{1,2}}|{'|'.join(HOURS)})(?:[:.](?P<minute>\d\d))?"
    r"(?:\s?(?P<part>am|pm|o'?clock))?\b(?!\s?(?:weeks?|months?|days?|k\b))"
    r"(?!\s+\w+ (?:road|street|lane|avenue|gardens|hill|close|drive|place)\b)",
    re.I,
)
QUARTER = re.compile(rf"\bquarter (past|to) ({'|'.join(HOURS)})\b", re.I)
ORDINALS = (
    re.compile(r"\b(?:the )?(?:first|1st)(?: (?:one|time|slot|option))\b|\bthe first\b(?! thing)"
               r"|\bearliest\b", re.I),
    re.compile(r"\b(?:second|2nd|middle) (?:one|time|slot|option)\b|\bthe second\b", re.I),
    re.compile(r"\b(?:third|3rd|last) (?:one|time|slot|option)\b|\bthe third\b", re.I),
)  # fmt: skip
ANY = re.compile(
    r"\b(?:any of (?:them|those|these)|whichever|either(?: one| is| works)|you choose)\b", re.I
)
PARTS = (("morning", range(12)), ("afternoon", range(12, 18)), ("evening", range(17, 24)))


@dataclass(frozen=True)
class Offered:
    text: str
    slot: str


@dataclass(frozen=True)
class Named:
    """What a text says of when: weekdays, days of the month, minutes of the day, parts of it."""

    weekdays: frozenset[str]
    dates: frozenset[int]
    minutes: frozenset[int]
    parts: frozenset[str]

    @property
    def is_empty(self) -> bool:
        return not (self.weekdays or self.dates or self.minutes or self.parts)


def offers_of(data: dict[str, Any]) -> list[Offered]:
    """Of a tool's result; anything else that may stand there is left out."""
    rows = data.get("slots")
    return [
        Offered(str(row["text"]), str(row["slot"]))
        for row in (rows if isinstance(rows, list) else [])
        if isinstance(row, dict) and row.get("text") and row.get("slot")
    ]


def named_in(text: str) -> Named:
    low = text.lower()
    dates = {int(next(filter(None, found.groups()))) for found in DATE.finditer(text)}
    return Named(
        weekdays=frozenset(day for day in DAYS if re.search(rf"\b{day}s?\b", low)),
        dates=frozenset(dates),
        minutes=frozenset(_minutes(text)),
        parts=frozenset(part for part, _ in PARTS if part in low),
    )


def meant(text: str, offers: list[Offered]) -> list[Offered]:
    """Those that the text may mean: one is a choice, several an unclear one, none a new wish."""
    for place, pattern in enumerate(ORDINALS):
        if pattern.search(text) and place < len(offers):
            is_last = place == 2 and re.search(r"\blast\b", text, re.I)
            return [offers[-1] if is_last else offers[place]]
    if ANY.search(text):
        return offers[:1]
    named = named_in(text)
    if named.is_empty:
        return []
    return [offer for offer in offers if _fits(named, named_in(offer.text))]


def _fits(wanted: Named, offered: Named) -> bool:
    hours = {minute // 60 for minute in offered.minutes}
    in_part = all(
        hours & set(next(hours_of for name, hours_of in PARTS if name == part))
        for part in wanted.parts
    )
    return (
        in_part
        and (not wanted.weekdays or bool(wanted.weekdays & offered.weekdays))
        and (not wanted.dates or bool(wanted.dates & offered.dates))
        and (not wanted.minutes or bool(wanted.minutes & offered.minutes))
    )


def _minutes(text: str) -> set[int]:
    """Surveys are by day: 'at two' is the afternoon's, 'at nine' the morning's."""
    found = set()
    for hit in CLOCK.finditer(text):
        hour = _hour(hit["hour"], (hit["part"] or "").lower())
        if hour is not None:
            found.add(hour * 60 + (30 if hit["half"] else int(hit["minute"] or 0)))
    for hit in QUARTER.finditer(text):
        hour = _hour(hit[2], "") or 0
        found.add(hour * 60 + (15 if hit[1].lower() == "past" else -15))
    return found


def _hour(said: str, part: str) -> int | None:
    hour = HOURS.index(said.lower()) + 1 if said.lower() in HOURS else int(said)
    if hour > 23:
        return None
    if part == "pm":
        return hour % 12 + 12
    if part == "am":
        return hour % 12
    return hour + 12 if hour < 8 else hour
