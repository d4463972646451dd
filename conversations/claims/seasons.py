"""Coarser times: months, seasons, 'next week', 'this afternoon', 'in the morning'."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from conversations.claims.day_words import MONTHS, one_of

_LEAD = (
    r"(?:in|by|until|till|from|since|before|after|early|late|mid|mid-|next|this|during|over|"
    r"(?:end|start|beginning|middle) of|en|em|im|w|fin de|debut|a partir de)\s"
)
_MONTH = one_of(word for word in MONTHS if len(word) > 3 or word == "may")
_COARSE = re.compile(
    rf"\b{_LEAD}(?P<month>{_MONTH})\b(?!\s\d)|"
    rf"\b{_LEAD}(?:the\s)?(?:early\s|late\s)?(?P<season>christmas|xmas|easter|new year|spring|"
    rf"summer|"
    r"autumn|winter)\b|\b(?:in|by|until|before|early|late|from)\s(?P<year>20[2-4]\d)\b|"
    r"\b(?P<span>(?:next|this coming|the coming|the following)\s(?:week|month|year|fortnight)|"
    r"(?:later|early|end of|by the end of)\sthis\s(?:week|month|year)|this (?:week|month)|"
    r"week after next|(?:end|start|beginning|middle) of (?:the )?(?:week|month|year)|"
    r"(?:this|next) weekend|la semaine prochaine|la proxima semana|la semana que viene|"
    r"(?:la )?prossima settimana|la settimana prossima|nachste woche|naechste woche|"
    r"proxima semana|semana que vem|przyszlym tygodniu|saptamana viitoare)\b"
)
# What is left of today, and parts of a day; these need somebody who acts to be a claim.
_PART = re.compile(
    r"\b(?P<today>this (?:morning|afternoon|evening)|tonight|later today|today|aujourd'hui|heute|"
    r"hoy|oggi|hoje|dzisiaj|astazi)\b|"
    r"\b(?P<part>in the (?:morning|afternoon|evening)s?|first thing|(?:at )?lunchtime|"
    r"end of (?:the )?(?:day|play)|close of (?:business|play)|(?:(?:at )?the )?weekends?|weekdays?|"
    r"mornings?|afternoons?|evenings?)\b"
)
_GREETING = re.compile(
    r"\b(?:good|great|lovely|nice|pleasant|wonderful|enjoy (?:the rest of )?your|rest of your|have "
    r"a)(?:\s\w+){0,2}?\s(?:morning|afternoon|evening|weekend|day|night|today)\b"
)


@dataclass(frozen=True)
class Season:
    text: str
    # Comparable meaning: ("month", "3"), ("span", "next week"), ("season", "spring").
    key: tuple[str, str]


@dataclass(frozen=True)
class Part:
    text: str
    is_today: bool


def seasons(text: str) -> list[Season]:
    found = []
    for hit in _COARSE.finditer(text):
        name = next(key for key, value in hit.groupdict().items() if value)
        value = str(MONTHS[hit[name]]) if name == "month" else hit[name]
        found.append(Season(hit[0], (name, value)))
    return found


def parts(text: str) -> list[Part]:
    rest = without_greetings(text)
    return [Part(hit[0], hit["today"] is not None) for hit in _PART.finditer(rest)]


def without_greetings(text: str) -> str:
    return _GREETING.sub(" ", text)


def contains(season: Season, day: date, today: date) -> bool:
    """Whether a known day lies in the named week or month, so that naming it is true."""
    kind, value = season.key
    if kind == "month":
        return day.month == int(value)
    if kind == "year":
        return day.year == int(value)
    week, other = _week(day), _week(today)
    if value.endswith("week") and value.startswith(("next", "the following", "this coming")):
        return week == other + timedelta(days=7)
    if value in ("this week", "later this week"):
        return week == other
    return value.endswith("weekend") and day.weekday() >= 5


def _week(day: date) -> date:
    return day - timedelta(days=day.weekday())
