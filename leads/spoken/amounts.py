"""Sums of money in a sentence, one by one; what they mean together is for `money`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from leads.spoken.figures import UNITS, read_number
from leads.spoken.text import plain

THOUSANDS = {"k", "grand", "thousand", "thousands"}
MILLIONS = {"mil", "mill", "mn", "million", "millions", "m"}
POUNDS = {"quid", "pound", "pounds", "gbp", "sterling"}
SLANG = {"monkey": 500, "pony": 25}
_PARTS = {"half": Decimal("0.5"), "quarter": Decimal("0.25"), "quarters": Decimal("0.75")}
_NOT_MONEY = re.compile(
    r"(?:months?|weeks?|years?|yrs?|days?|nights?|minutes?|mins?|hours?|hrs?|times|bed|beds|bedrooms?"
    r"|bathrooms?|rooms?|floors?|stor(?:ey|eys|ies)|square|sq|sqm|feet|foot|ft|met(?:re|er)s?|cm|mm"
    r"|inch(?:es)?|miles?|kids|children|people|adults|of us|flats?|houses?|doors?|windows?|percent"
    r"|figures?|per|each|a (?:day|week|month|year|metre|square)|an hour|pcm|pw|thanks|apologies"
    r"|deposit|euros?|dollars?|o'clock|am|pm|%|in the (?:morning|afternoon|evening))\b|%"
)
_NUMBERED = {
    "number",
    "no",
    "flat",
    "unit",
    "house",
    "room",
    "phone",
    "past",
    "plot",
    "until",
    "in",
}
_CLEAN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+-]{1,64}@[\w.-]+|https?://\S+"), " ; "),
    (re.compile(r"(?:\+44|\b0)[\d ()-]{8,14}\d"), " ; "),
    (re.compile(r"[€$] ?\d[\d,.]*k?"), " ; "),
    (re.compile(r"(?<!\d)(\d{1,3}) (\d{3})(?!\d)"), r"\1\2"),
    (re.compile(r"\bgbp(?=\s?\d)"), "£"),
    (re.compile(r"(\d)\s?(k|m|mil|mill|mn|million|grand)\b"), r"\1 \2"),
    (re.compile(r"(?<=[\dk])[ -]?ish\b"), ""),
    (re.compile(r"\b(\d{2,3})/(\d{2,3}) (?=k\b|grand\b|thousand\b)"), r"\1 - \2 "),
    (re.compile(r"\d+(?:[:/]\d+)+|\b\d+(?:\.\d+)?[a-z]\w*|\b[a-z]+\d\w*"), " ; "),
    (re.compile(r"\b(\d{1,3})\.(\d{3})\b"), r"\1\2"),
    (re.compile(r"(?<=[a-z])-(?=[a-z])"), " "),
)
_TOKEN = re.compile(r"£|\d[\d,]*(?:\.\d+)?|[a-z][a-z']*|[-+.,?!;%]")


@dataclass(frozen=True)
class Amount:
    """`pounds` as said; `has_unit` when it was plainly money, `is_exact` when said in pounds."""

    pounds: Decimal
    start: int
    end: int
    has_unit: bool
    is_exact: bool
    is_slang: bool = False


def tokens_of(text: str) -> list[str]:
    """Without what holds figures that are no money: numbers to ring, postcodes, times, dates."""
    said = plain(text)
    for pattern, instead in _CLEAN:
        said = pattern.sub(instead, said)
    return [token.rstrip(",") or "," for token in _TOKEN.findall(said)]


def amounts_of(tokens: Sequence[str], *, m_is_million: bool = False) -> list[Amount]:
    """Without a pound sign "3m" is a length, unless money is being talked about."""
    found, at = [], 0
    while at < len(tokens):
        amount = _amount(tokens, at, m_is_million)
        if amount is not None and not _is_something_else(tokens, amount):
            found.append(amount)
        at = max(at + 1, amount.end if amount else 0)
    return found


def _amount(tokens: Sequence[str], start: int, m_is_million: bool) -> Amount | None:
    has_sign = tokens[start] == "£"
    at = start + has_sign
    is_slang, value = False, None
    for read in (_slang, _part, _plain_number):
        value, end = read(tokens, at)
        if value is not None:
            is_slang = read is _slang
            break
    if value is None:
        return None
    factor, is_exact, past = _unit(tokens, end, may_be_metres=not (has_sign or m_is_million))
    if factor >= 1_000_000 and tokens[past : past + 3] == ["and", "a", "half"]:
        value, past = value + Decimal("0.5"), past + 3
    has_unit = has_sign or is_exact or factor > 1 or "thousand" in tokens[at:end]
    return Amount(value * factor, start, past, has_unit, has_sign or is_exact, is_slang)


def _slang(tokens: Sequence[str], at: int) -> tuple[Decimal | None, int]:
    """'a ton fifty' -> 150, 'a monkey' -> 500, 'a grand' -> 1000."""
    count, past = read_number(tokens, at)
    if count is None and at < len(tokens) and tokens[at] in ("a", "an"):
        count, past = 1, at + 1
    word = tokens[past] if count is not None and past < len(tokens) else ""
    if count is None:
        return None, at
    if word in SLANG:
        return Decimal(count * SLANG[word]), past + 1
    if tokens[at:past] == ["a"] and word == "grand":
        return Decimal(1000), past + 1
    return _tons(tokens, count, past + 1) if word in ("ton", "tons") else (None, at)


def _tons(tokens: Sequence[str], count: int, at: int) -> tuple[Decimal, int]:
    if tokens[at : at + 3] == ["and", "a", "half"]:
        return Decimal(count * 100 + 50), at + 3
    more, end = read_number(tokens, at)
    if more is not None and more < 100:
        return Decimal(count * 100 + more), end
    return Decimal(count * 100), at


def _part(tokens: Sequence[str], at: int) -> tuple[Decimal | None, int]:
    """'half a', 'a quarter of a', 'three quarters of a' and 'a' in front of million."""
    if tokens[at : at + 1] == ["a"] and at + 1 < len(tokens) and tokens[at + 1] in MILLIONS:
        return Decimal(1), at + 1
    at += 1 if at + 1 < len(tokens) and tokens[at] in ("a", "three") else 0
    part = _PARTS.get(tokens[at]) if at < len(tokens) else None
    if part is None:
        return None, at
    at += 1
    while at < len(tokens) and tokens[at] in ("of", "a"):
        at += 1
    is_million = at < len(tokens) and tokens[at] in MILLIONS - {"m"}
    return (part, at) if is_million else (None, at)


def _plain_number(tokens: Sequence[str], at: int) -> tuple[Decimal | None, int]:
    if at >= len(tokens):
        return None, at
    if re.fullmatch(r"\d{1,9}\.\d{1,4}", tokens[at]):
        return Decimal(tokens[at]), at + 1
    if re.fullmatch(r"0\d*", tokens[at]):
        return None, at
    number, end = read_number(tokens, at)
    if number is None:
        return None, at
    if tokens[end : end + 1] == ["point"] and end + 1 < len(tokens):
        tenth = UNITS.get(tokens[end + 1], 10)
        return (Decimal(number) + Decimal(tenth) / 10, end + 2) if tenth < 10 else (None, at)
    if tokens[end : end + 3] == ["and", "a", "half"] and number < 100:
        return Decimal(number) + Decimal("0.5"), end + 3
    return Decimal(number), end


def _unit(tokens: Sequence[str], at: int, *, may_be_metres: bool) -> tuple[int, bool, int]:
    """The factor, whether pounds were named, and where the unit ends."""
    factor = 1
    word = tokens[at] if at < len(tokens) else ""
    if word in THOUSANDS:
        factor, at = 1000, at + 1
    elif word in MILLIONS and not (word == "m" and may_be_metres):
        factor, at = 1_000_000, at + 1
    elif word == "a" and tokens[at : at + 2] == ["a", "million"]:
        factor, at = 1_000_000, at + 2
    is_exact = at < len(tokens) and tokens[at] in POUNDS
    return factor, is_exact, at + is_exact


def _is_something_else(tokens: Sequence[str], amount: Amount) -> bool:
    """A count, a length, a date, a door: no budget."""
    following = " ".join(tokens[amount.end : amount.end + 4])
    before = tokens[amount.start - 1] if amount.start else ""
    if _NOT_MONEY.match(following):
        return True
    if not amount.has_unit and (before in _NUMBERED or following.startswith("m ")):
        return True
    is_year = not amount.has_unit and 2020 <= amount.pounds <= 2040
    return is_year or following == "m"
