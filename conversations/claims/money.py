"""Amounts of money and percentages in a plain text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from conversations.claims.numerals import Number, numbers
from conversations.claims.sentences import plain

_BEFORE = re.compile(r"(?:[£€$¥₿₹₺]|\b(?:gbp|eur|usd|pln|chf))\s?$")
# As plain text has them, without vowel signs.
_SCRIPTS = "|".join(map(plain, ("фунт", "рубл", "英镑", "पाउंड", "পাউন্ড", "جنيه", "λιρ", "פאונד")))
_CURRENCY = (
    r"(?:(?:pounds?|quid|gbp|sterlin\w*|euros?|eur|dollars?|usd|pln|zloty\w*|zl|lei|ron|livres?|"
    r"libras?|pfund|funt\w*|lire|lir|btc|bitcoins?|eth)\b|[£€$¥₿₹₺₽]|"
    rf"(?:{_SCRIPTS}))"
)
_AFTER = re.compile(rf"\s?(?:de )?{_CURRENCY}")
_PERCENT = re.compile(r"\s?(?:%|per\s?cent\b|percent\b|prozent\b|por ciento\b|pour cent\b|proc)")
_LINK = re.compile(
    r"\s?(?:-|/|to|and|or|until|till|up to|bis|et|e|y|hasta|do|a|ou|oder)?\s?-?\s?(?:[£€$]\s?)?"
)
# What a large number may count instead of money.
_COUNTED = re.compile(
    r"\s?(?:\+\s?)?(?:[a-z]+\s)?(?:projects?|homes?|customers?|clients?|people|families|sq\b|"
    r"square|"
    r"feet|ft\b|reviews?|kitchens?|lofts?|bathrooms?|miles?|houses?|times|years?|words?|thanks|"
    r"hours?|litres?|bricks?|jobs|steps|m2|metres?|km\b|kg\b)"
)
_COST_LEAD = re.compile(
    r"\b(?:costs?|costing|prices?|priced|quotes?|quoted|charges?|charged|fees?|deposit|comes? to|"
    r"comes? in at|works? out at|sets? you back|estimates?|ballpark|pay|paying|spend|total|"
    r"do (?:it|that|this) for|budget|looking at|talking|in the region of|it'd be|(?:it|that) would "
    r"be|start(?:s|ing)? (?:at|from))\b"
    r"(?:[\s,-]+(?:you|is|be|are|at|of|about|around|roughly|approximately|approx\.?|between|from|"
    r"usually|typically|normally|somewhere|will|would|to|only|just|the|region|in|up|under|over|"
    r"nearer|a|it's|say|like)\b){0,7}[\s:]{0,2}$"
)
_ENDS_HERE = re.compile(
    r"\s?(?:$|[.,;:!?)]|(?:plus|including|inclusive|inc|per|depending|all in|in total|so|but|if|"
    r"ish|max|tops|or so|for (?:a|the|your|that|this|it)|would|which|with vat|i|we)\b)"
)
_VAGUE = re.compile(
    r"\b(?:(?:a )?few|a couple(?: of)?|several|tens of|hundreds of|some)\s"
    r"(?:grand\b|k\b|thousands?\b(?! of (?!pounds))|hundred (?:pounds|quid|euros))|"
    r"\b(?:four|five|six|seven|[4-7])[\s-]figures?\b|\b(?:a |an )?(?:fiver|tenner)\b|"
    r"\b(?:half|quarter of) a (?:million|mil|grand)\b|"
    r"\b(?<!\d )(?:mil|mille|mila|tausend|tysiecy|tysiac|mii|cento|cien|cent|hundert|sto)\s(?:de |"
    r"d'|di )?"
    rf"{_CURRENCY}|tausend {_CURRENCY}"
)


@dataclass(frozen=True)
class Amount:
    """An amount and what it can mean: '80' in '£80–140k' is £80 or £80,000."""

    text: str
    pence: frozenset[int]


def amounts(text: str) -> list[Amount]:
    found = [amount for group in _ranges(text) for amount in _of_range(text, group)]
    taken = {amount.text for amount in found}
    vague = (hit[0].strip() for hit in _VAGUE.finditer(text))
    return found + [Amount(words, frozenset()) for words in vague if words not in taken]


def percentages(text: str) -> list[tuple[str, Decimal]]:
    return [
        (text[number.start : number.end] + "%", number.value)
        for number in numbers(text)
        if _PERCENT.match(text, number.end)
    ]


def pence_of(text: str) -> set[int]:
    return {pence for amount in amounts(text) for pence in amount.pence}


def _ranges(text: str) -> Iterator[list[Number]]:
    """Numbers that belong together: 'sixty to a hundred and twenty thousand' is one range."""
    group: list[Number] = []
    for number in numbers(text):
        if group and not (len(group) < 2 and _LINK.fullmatch(text, group[-1].end, number.start)):
            yield group
            group = []
        group.append(number)
    if group:
        yield group


def _of_range(text: str, group: list[Number]) -> Iterator[Amount]:
    if _PERCENT.match(text, group[-1].end):
        return
    by_context = group[0].is_slang or _is_cost_context(text, group)
    if not by_context and not any(_is_money(text, number, group[-1].end) for number in group):
        return
    times = {number.times for number in group} | ({1, 1000} if by_context else set())
    for number in group:
        own = {number.times} if number.times > 1 or number.is_grouped else times
        values = {number.bare * factor for factor in own}
        pence = frozenset(int(value * 100) for value in values)
        yield Amount(text[number.start : number.end].strip(), pence)


def _is_money(text: str, number: Number, group_end: int) -> bool:
    if _BEFORE.search(text, max(0, number.start - 5), number.start):
        return True
    if _AFTER.match(text, number.end) or _AFTER.match(text, group_end):
        return True
    is_large = number.is_grouped or number.times >= 1000
    if text[: number.end].endswith("m") and text[number.end - 2].isdigit():
        is_large = False  # "10m" is a length unless a currency stands by it.
    return is_large and not _COUNTED.match(text, group_end)


def _is_cost_context(text: str, group: list[Number]) -> bool:
    if group[-1].value < 10 or 2000 <= group[0].value <= 2050:
        return False
    lead = _COST_LEAD.search(text[max(0, group[0].start - 90) : group[0].start])
    if lead is None or _COUNTED.match(text, group[-1].end):
        return False
    return group[-1].value >= 1000 or _ENDS_HERE.match(text, group[-1].end) is not None
