"""When a customer wants to start. Seasons count from one fixed month, so runs agree."""

import math
import re

REFERENCE_MONTH = 11
NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "a couple of": 2, "couple of": 2,
    "a few": 3, "few": 3,
}  # fmt: skip
COUNT = (
    r"(\d+|a couple of|couple of|a few|few|" + "|".join(k for k in NUMBERS if " " not in k) + ")"
)
SPAN = rf"(?:about |around |roughly )?{COUNT}\s*(?:to \w+ )?(week|month|year)s?"
STARTING = re.compile(
    rf"\b(?:within|in|over)\s+(?:the\s+)?(?:next\s+)?{SPAN}|\bnext {SPAN}", re.IGNORECASE
)
BARE_SPAN = re.compile(rf"\b{SPAN}", re.IGNORECASE)
AT_ONCE = re.compile(
    r"as soon as|\basap\b|straight ?away|immediately|right away|next month|this month", re.I
)
NO_HURRY = re.compile(r"no (?:rush|hurry)|not in a hurry|next year|sometime", re.I)
MONTH_NAMES = (
    "january february march april may june july august september october november december"
)
MONTHS = tuple(MONTH_NAMES.split())
SEASONS = {"new year": 1, "spring": 3, "summer": 6, "autumn": 9, "winter": 12}
NAMED_TIME = re.compile(
    rf"\b(?:in|by|from|this|next|after|start\w*)\s+(?:the\s+)?(?:early |late )?"
    rf"({'|'.join([*SEASONS, *MONTHS])})\b",
    re.IGNORECASE,
)
DAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
PREFERRED = re.compile(
    rf"\b(?:(?:next |this )?(?:{DAYS})s?|tomorrow|weekends?|weekdays?)"
    r"(?:\s+(?:mornings?|afternoons?|evenings?))?(?:\s+at\s+\d{1,2}(?:[:.]\d\d)?\s*(?:am|pm)?)?\b"
    r"|\b(?:mornings|afternoons|evenings)\b",
    re.IGNORECASE,
)


def start_in(text: str, *, bare: bool) -> int | None:
    if found := (STARTING.search(text) or (BARE_SPAN.search(text) if bare else None)):
        count, unit = [group for group in found.groups() if group][:2]
        return months(count.lower(), unit.lower())
    if AT_ONCE.search(text):
        return 1
    if found := NAMED_TIME.search(text):
        return months_until(found.group(1).lower())
    return 12 if NO_HURRY.search(text) else None


def months(count: str, unit: str) -> int:
    number = int(count) if count.isdecimal() else NUMBERS[count]
    if unit == "week":
        return max(1, math.ceil(number / 4.35))
    return number * 12 if unit == "year" else number


def months_until(name: str) -> int:
    month = SEASONS.get(name) or MONTHS.index(name) + 1
    return (month - REFERENCE_MONTH) % 12 or 12


def preferred_time_in(text: str) -> str | None:
    found = PREFERRED.search(text)
    return found.group() if found else None
