"""Numbers as people say them: 'a hundred and twenty', 'two fifty', 'double seven', 'oh'."""

import re
from collections.abc import Sequence

from leads.spoken.text import plain, words_of

UNITS = {
    word: number
    for number, word in enumerate(
        words_of(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen "
            "fourteen fifteen sixteen seventeen eighteen nineteen"
        )
    )
}
TENS = {
    word: 10 * number
    for number, word in enumerate(
        words_of("twenty thirty forty fifty sixty seventy eighty ninety"), start=2
    )
} | {"fourty": 40, "ninty": 90}
NOUGHTS = {"oh", "o", "nought", "naught", "zero", "nil"}
REPEATS = {"double": 2, "triple": 3, "treble": 3}
DIGITS = {word: str(UNITS[word]) for word in list(UNITS)[1:10]} | dict.fromkeys(NOUGHTS, "0")
_DOZEN = 12
_WRITTEN = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,9}")
_TOKEN = re.compile(r"\d+(?:,\d{3})*|[a-z]+|[^\sa-z\d]")


def tokens_of(text: str) -> list[str]:
    """Words and runs of digits; a hyphen between words is no token of its own."""
    return [word for word in _TOKEN.findall(plain(text)) if word != "-"]


def whole_number(text: str) -> int | None:
    """The whole text as one number: 'a hundred and twenty' -> 120, 'double seven' -> 77."""
    tokens = tokens_of(text)
    if not tokens:
        return None
    value, end = read_number(tokens, 0)
    if value is not None and end == len(tokens):
        return value
    if any(token in TENS or UNITS.get(token, 0) > 9 for token in tokens):
        return None
    digits, end = read_digits(tokens, 0)
    return int(digits) if end == len(tokens) and 0 < len(digits) <= 9 else None


def read_number(tokens: Sequence[str], start: int) -> tuple[int | None, int]:
    """The longest number that begins at `start`, and where it ends. Thousands included."""
    total, at = 0, start
    part, at = _below_thousand(tokens, at)
    if part is None:
        return None, start
    if _word(tokens, at) in ("thousand", "thousands"):
        total, at = part * 1000, at + 1
        rest_at = at + 1 if _word(tokens, at) == "and" else at
        rest, end = _below_thousand(tokens, rest_at)
        if rest is not None and rest < 1000 and _WRITTEN.fullmatch(tokens[rest_at]) is None:
            return total + rest, end
        return total, at
    return part, at


def _below_thousand(tokens: Sequence[str], at: int) -> tuple[int | None, int]:
    if _WRITTEN.fullmatch(_word(tokens, at)):
        number = int(tokens[at].replace(",", ""))
        return (number * 100, at + 2) if _word(tokens, at + 1) == "hundred" else (number, at + 1)
    if _word(tokens, at) == "a" and _word(tokens, at + 1) in ("hundred", "thousand"):
        return (1, at + 1) if tokens[at + 1] == "thousand" else _after_hundred(tokens, 1, at + 2)
    if _word(tokens, at) in ("a", "the") and _word(tokens, at + 1) in ("couple", "dozen"):
        at += 1
    if _word(tokens, at) in ("couple", "dozen"):
        return _several(tokens, at)
    if _word(tokens, at) == "hundred":
        return _after_hundred(tokens, 1, at + 1)
    first, at = _below_hundred(tokens, at)
    if first is None:
        return None, at
    if _word(tokens, at) in ("hundred", "hundreds"):
        return _after_hundred(tokens, first, at + 1)
    if 1 <= first <= 9:
        # "two fifty", "one twenty five": hundreds with the word left out.
        rest, end = _below_hundred(tokens, at)
        if rest is not None and rest >= 10 and _word(tokens, at) not in NOUGHTS:
            return first * 100 + rest, end
    return first, at


def _several(tokens: Sequence[str], at: int) -> tuple[int, int]:
    count = _DOZEN if tokens[at] == "dozen" else 2
    at += 1
    if _word(tokens, at) == "of":
        at += 1
    return (count * 100, at + 1) if _word(tokens, at) == "hundred" else (count, at)


def _after_hundred(tokens: Sequence[str], hundreds: int, at: int) -> tuple[int, int]:
    rest_at = at + 1 if _word(tokens, at) == "and" else at
    rest, end = _below_hundred(tokens, rest_at)
    return (hundreds * 100 + rest, end) if rest is not None else (hundreds * 100, at)


def _below_hundred(tokens: Sequence[str], at: int) -> tuple[int | None, int]:
    word = _word(tokens, at)
    if word in TENS:
        unit = UNITS.get(_word(tokens, at + 1), 0)
        return (TENS[word] + unit, at + 2) if 1 <= unit <= 9 else (TENS[word], at + 1)
    if word in UNITS:
        return UNITS[word], at + 1
    return (0, at + 1) if word in ("nought", "naught") else (None, at)


def read_digits(tokens: Sequence[str], start: int) -> tuple[str, int]:
    """A number said figure by figure, as telephone numbers are: 'double oh, nine hundred'."""
    digits, at = "", start
    while at < len(tokens):
        if tokens[at] in (",", ".", "-", "(", ")") and digits:
            at += 1
            continue
        more, end = _next_digits(tokens, at)
        if not more:
            break
        digits, at = digits + more, end
    return digits, at


def _next_digits(tokens: Sequence[str], at: int) -> tuple[str, int]:
    word, following = tokens[at], _word(tokens, at + 1)
    if word in REPEATS:
        digit = DIGITS.get(following) or (following if len(following) == 1 else "")
        return (digit * REPEATS[word], at + 2) if digit.isdecimal() else ("", at)
    if word in DIGITS:
        end = at + 2 if following == "hundred" else at + 1
        return DIGITS[word] + ("00" if following == "hundred" else ""), end
    if word.isdecimal():
        return word, at + 1
    number, end = _below_hundred(tokens, at)
    return (str(number), end) if number is not None else ("", at)


def _word(tokens: Sequence[str], at: int) -> str:
    return tokens[at] if 0 <= at < len(tokens) else ""
