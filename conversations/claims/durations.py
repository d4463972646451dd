"""Lengths of time: '10 to 14 weeks', 'a couple of months', 'a 45-minute visit'."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from conversations.claims.day_words import one_of
from conversations.claims.numerals import WORD_VALUES, words_value

_UNITS = {
    "minute": "minutes? mins? minuten minuti minutos minutow minute",
    "hour": "hours? hrs? heures? horas? ore stunden? godzin\\w*",
    "day": "days? jours? dias? giorni giorno tagen? tage dni zile",
    "week": "weeks? wks? semaines? semanas? settiman[ae] wochen? tygodni\\w* tydzien saptamani",
    "month": "months? mois meses mes mesi mese monaten? monate miesi\\w+ luni",
    "year": "years? yrs? annees? anos? anni jahren? jahre lat",
    "fortnight": "fortnights?",
}
_UNIT = "|".join(rf"(?P<{name}>{'|'.join(words.split())})" for name, words in _UNITS.items())
_SOME = {"couple of": 2, "couple": 2, "few": 0, "several": 0, "half": 0, "dozen": 12}
_WORD = one_of(WORD_VALUES)
_NUMBER = (
    rf"\d{{1,3}}(?:[.,]\d{{1,2}})?|(?:{_WORD})(?:[\s-](?:{_WORD}))?|"
    r"(?:an? )?(?:couple(?: of)?|few|dozen)|several|half an?|half|an?"
)
_DURATION = re.compile(
    rf"(?<![\w.,£€$-])(?P<low>{_NUMBER})(?:\s?(?:to|-|or|and|till?|until|bis|do|a|et?|o|ou)\s?"
    rf"(?P<high>{_NUMBER}))?(?:\s|\s?-\s?)(?:(?:more|working|business|full|calendar|short|solid|"
    rf"long|or so|odd)\s)?(?:{_UNIT})\b"
)
# "A month" is a length only after one of these; "a day" in "24 hours a day" is none.
_BEFORE_A = re.compile(
    r"\b(?:takes?|taking|in|within|about|around|roughly|under|over|than|least|most|for|after|just|"
    r"only|needs?|lasts?|next|last|past|first)\s$"
)
_ROUND_THE_CLOCK = re.compile(r"\s(?:a|per|every|each)\s(?:day|week)\b|\s?/\s?(?:7|365)\b")
_IDIOM = re.compile(r"\b(?:one|these|some|other) (?:day|days)$")
_MORE = re.compile(r"\s(?:and a half|or (?:so|two|three|more)|at (?:most|least)|max|tops)\b")
FEW_MINUTES = 10


@dataclass(frozen=True)
class Duration:
    text: str
    end: int
    value: Decimal  # 0 for "a few" and "several"
    unit: str

    @property
    def key(self) -> tuple[Decimal, str]:
        return (self.value, self.unit)


def durations(text: str) -> Iterator[Duration]:
    for found in _DURATION.finditer(text):
        if _is_none(text, found):
            continue
        unit = next(name for name in _UNITS if found[name])
        for end in ("low", "high"):
            if found[end]:
                yield _duration(found[0], found.end(), found[end], unit)


def _is_none(text: str, found: re.Match[str]) -> bool:
    if _ROUND_THE_CLOCK.match(text, found.end()) or _IDIOM.search(found[0]):
        return True
    alone = found["low"] in ("a", "an") and not found["high"]
    if _MORE.match(text, found.end()):
        return False
    return alone and not _BEFORE_A.search(text, max(0, found.start() - 12), found.start())


def _duration(text: str, end: int, number: str, unit: str) -> Duration:
    value = _value(number)
    if unit == "fortnight":
        value, unit = value * 2, "week"
    return Duration(text, end, value, unit)


def _value(number: str) -> Decimal:
    if number[0].isdigit():
        return Decimal(number.replace(",", ".")).normalize()
    word = re.sub(r"^an? |^half an?$", lambda hit: "half" if "half" in hit[0] else "", number)
    if word in ("a", "an"):
        return Decimal(1)
    if word == "half":
        return Decimal("0.5")
    if word in _SOME:
        return Decimal(_SOME[word])
    return words_value(word)[0]
