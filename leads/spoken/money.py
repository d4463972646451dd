"""Budgets as people say them: '80-100k', 'up to ninety grand', 'a ton fifty'."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from leads.spoken.amounts import Amount, amounts_of, tokens_of
from leads.spoken.text import is_unknown
from leads.wording import pounds

LEAST_POUNDS, MOST_POUNDS = 1, 20_000_000
LEAST_BARE = 5
# Nobody builds for less: a smaller figure without a unit leaves out the thousands.
PLAUSIBLE_POUNDS = 1000
PLAUSIBLE_EXACT_POUNDS = 100
_FILLER = (
    r"(?: (?:about|around|roughly|say|like|the|a|an|of|is|be|approx|approximately|circa"
    r"|budget|spend|our|my))*$"
)
_AT_MOST = re.compile(
    r"(?:up ?to|upto|under|below|less than|more than that|no more than|not more than|maximum|max"
    r"|at most|not over|not above|don't go over|can't go over|within|limit|capped at|ceiling|tops)"
    + _FILLER
)
_AT_LEAST = re.compile(
    r"(?:at least|over|above|more than|upwards of|from|minimum|min|north of|starting at"
    r"|starting from|in excess of|no less than|not less than)" + _FILLER
)
_MOST_AFTER = re.compile(
    r"(?:(?:is |as )?(?:the |a |our |my )?(?:absolute )?(?:max|maximum|tops|limit)"
    r"|at (?:the )?(?:very )?most|at a push|or (?:less|under|below))\b"
)
_LEAST_AFTER = re.compile(
    r"\+|plus(?! vat)|minimum|min\b|or (?:more|over)|upwards|and (?:up|above|over)"
)
_RANGE = {"to", "-", "or", "maybe", "perhaps", "possibly", "up", "stretch", "stretching", "push"}
_RANGE |= {"max", "maximum"}
_FILLS_RANGE = _RANGE | {",", "but", "could", "can", "might", "we", "i", "go", "at", "a", "the"}
_FILLS_RANGE |= {"pushing", "max", "most", "even", "about", "around", "it", "absolute", "if", "for"}
_FILLS_RANGE |= {"needed", "necessary", "need", "be", "somewhere", "roughly", "say", "through"}
_CORRECTION = {"sorry", "actually", "mean", "rather", "wait", "scratch", "make", "instead", "nope"}
_NOT_OURS = re.compile(
    r"\b(?:quot\w+|estimat\w+|neighbour\w*|friends?|charged?|paid|bought|worth|valued?|sold"
    r"|mortgage|deposit|borrow\w*|owe\w*|salary|rent)\b"
)
_OURS = re.compile(r"\b(?:budget\w*|spend\w*|afford|invest\w*|(?:set|put) aside|got|have)\b")
_BUDGET_WORD = re.compile(r"\b(?:budget|spend|afford)\b")


@dataclass(frozen=True)
class Budget:
    """Ends in pence. A doubtful one is our guess at what was meant: ask before it is noted.
    Without ends, the customer does not know or will not say."""

    min_pence: int | None
    max_pence: int | None
    is_doubtful: bool = False

    @property
    def is_unknown(self) -> bool:
        return self.min_pence is None and self.max_pence is None

    @property
    def in_words(self) -> str:
        ends = [pounds(end) for end in (self.min_pence, self.max_pence) if end is not None]
        return " to ".join(dict.fromkeys(ends))

    def as_fact(self) -> dict[str, int | None]:
        return {"min_pence": self.min_pence, "max_pence": self.max_pence}


@dataclass(frozen=True)
class _Sum:
    """One amount or a range, as it stands in the sentence."""

    low: Amount
    high: Amount

    @property
    def is_money(self) -> bool:
        return self.low.has_unit or self.high.has_unit


def read_budget(text: str, *, asked: bool = False) -> Budget | None:
    """What they would spend. `asked`: the text answers that question, so that a bare figure
    counts. Two sums that do not belong together are no answer."""
    tokens = tokens_of(text)
    is_about_money = asked or bool(_BUDGET_WORD.search(" ".join(tokens)))
    sums = [
        found
        for found in _sums(tokens, is_about_money)
        if (is_about_money and _is_likely(found)) or _is_plain_money(found)
    ]
    ours = [found for found in sums if not _belongs_to_others(tokens, found)]
    if len(ours) < len(sums):  # "20k saved and 60k to borrow": only what is called the budget
        ours = [found for found in ours if _BUDGET_WORD.search(_before(tokens, found.low, 6))]
    sums = ours
    if len(sums) > 1:
        sums = [found for found in sums if _OURS.search(_before(tokens, found.low, 6))]
    if len(sums) == 1:
        return _budget(tokens, sums[0])
    if asked and not sums and is_unknown(text):
        return Budget(None, None)
    return None


def _is_plain_money(found: _Sum) -> bool:
    most = max(found.low.pounds, found.high.pounds)
    return found.is_money and not found.low.is_slang and most >= PLAUSIBLE_POUNDS


def _is_likely(found: _Sum) -> bool:
    return found.is_money or found.high.pounds >= LEAST_BARE


def _sums(tokens: Sequence[str], is_about_money: bool) -> list[_Sum]:
    sums: list[_Sum] = []
    for amount in amounts_of(tokens, m_is_million=is_about_money):
        if tokens[amount.start - 1 : amount.start] == ["not"]:
            continue
        last = sums[-1] if sums else None
        between = tokens[last.high.end : amount.start] if last else []
        if last is not None and _CORRECTION & set(between) and len(between) <= 6:
            sums[-1] = _Sum(amount, amount)
        elif last is not None and _is_range(tokens, last, amount):
            sums[-1] = _Sum(last.low, amount)
        else:
            sums.append(_Sum(amount, amount))
    return sums


def _is_range(tokens: Sequence[str], last: _Sum, amount: Amount) -> bool:
    """'80 to 100', '80, maybe 100' and '80, 100 at the most'."""
    if last.low is not last.high:
        return False
    between = tokens[last.high.end : amount.start]
    if list(between) == ["and"]:
        return "between" in tokens[max(0, last.low.start - 3) : last.low.start]
    words = set(between)
    is_most = _MOST_AFTER.match(" ".join(tokens[amount.end : amount.end + 4])) is not None
    return words <= _FILLS_RANGE and (not between or is_most or bool(words & _RANGE))


def _belongs_to_others(tokens: Sequence[str], found: _Sum) -> bool:
    before = _before(tokens, found.low, 6)
    return bool(_NOT_OURS.search(before)) and not _BUDGET_WORD.search(before)


def _before(tokens: Sequence[str], amount: Amount, count: int) -> str:
    """The words in front of an amount, within its own sentence."""
    words = list(tokens[max(0, amount.start - count) : amount.start])
    for mark in (".", "?", "!", ";"):
        if mark in words:
            words = words[len(words) - words[::-1].index(mark) :]
    return " ".join(words)


def _budget(tokens: Sequence[str], found: _Sum) -> Budget | None:
    low, high = found.low.pounds, found.high.pounds
    if low < 1000 <= high and low * 1000 <= high:
        low *= 1000  # "80 to 100k"
    if low < 10 and high < 1000 and 0 <= high // 100 - low <= 1:
        low *= 100  # "two to two fifty"
    if high < 1000 <= low <= high * 1000:
        high *= 1000  # "100k, maybe 120"
    is_exact = found.low.is_exact or found.high.is_exact
    is_doubtful = high < (PLAUSIBLE_EXACT_POUNDS if is_exact else PLAUSIBLE_POUNDS)
    if is_doubtful:
        low, high = low * 1000, high * 1000
    low, high = min(low, high), max(low, high)
    if not LEAST_POUNDS <= low <= high <= MOST_POUNDS:
        return None
    return _bounded(tokens, found, _pence(low), _pence(high), is_doubtful)


def _bounded(tokens: Sequence[str], found: _Sum, low: int, high: int, is_doubtful: bool) -> Budget:
    if found.low is found.high:
        before = _before(tokens, found.low, 6)
        after = " ".join(tokens[found.high.end : found.high.end + 4])
        if _AT_MOST.search(before) or _MOST_AFTER.match(after):
            return Budget(None, high, is_doubtful)
        if _AT_LEAST.search(before) or _LEAST_AFTER.match(after):
            return Budget(low, None, is_doubtful)
    return Budget(low, high, is_doubtful)


def _pence(pounds_said: Decimal) -> int:
    return int(pounds_said * 100)
