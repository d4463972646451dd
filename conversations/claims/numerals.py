"""Numbers as people write and say them: 80,000 · 80.000 · 80k · eighty thousand · a ton fifty."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_SMALL_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
)
_TENS_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL = {word: value for value, word in enumerate(_SMALL_WORDS.split())}
_TENS = dict(zip(_TENS_WORDS.split(), range(20, 100, 10), strict=True))
WORD_VALUES = {**_SMALL, **_TENS, "fourty": 40}
_HUNDREDS = {"hundred": 100, "ton": 100}
_SCALES = {"thousand": 1_000, "grand": 1_000, "million": 1_000_000}
_VALUES = "|".join(sorted(WORD_VALUES, key=len, reverse=True))
# "A ton fifty" is 150; "a ton of work" is not.
_TON = rf"ton(?=\s(?:and\s)?(?:{_VALUES})\b)"
_LARGE = rf"hundred|thousand|million|grand|{_TON}"

_DIGITS = (
    r"\d{1,3}(?:[., ']\d{3})+(?:[.,]\d{1,2})?(?![\d])|"  # 80,000 80.000 80 000 80,000.00
    r"\d{1,9}(?:[.,]\d{1,2})?(?![\d])"
)
_WORDS = (
    rf"(?<!half )(?<!quarter of )(?<!thanks )(?:an?\s(?:{_LARGE})|{_VALUES})\b"
    rf"(?:(?:\sand\s|[\s-])(?:{_VALUES}|{_LARGE})\b){{0,12}}"
)
# Multipliers behind digits or words; "mil" is a thousand in Spanish and a million in slang.
_TIMES = {
    **dict.fromkeys(("k", "thousand", "grand", "tsd", "tausend", "mila", "mille"), 1_000),
    **dict.fromkeys(("mil", "tys", "mii", "tysiecy"), 1_000),
    **dict.fromkeys(("million", "millions", "mn", "m"), 1_000_000),
    "hundred thousand": 100_000,
    "hundred": 100,
}
_TIMES_WORDS = "|".join(sorted(_TIMES, key=len, reverse=True))
_NUMBER = re.compile(
    rf"(?<![\w.,#])(?:(?P<digits>{_DIGITS})|(?P<words>{_WORDS}))"
    rf"(?:[\s.]?(?:odd\s)?(?P<times>{_TIMES_WORDS})\b)?(?=[^a-z]|$|ish\b|p[hdw]?\b|eur\b)"
)
_GROUPED = re.compile(r"\d{1,3}(?:[., ']\d{3})+")


@dataclass(frozen=True)
class Number:
    start: int
    end: int
    value: Decimal
    # What the number was multiplied by in words or letters: 1000 in "80k".
    times: int
    is_grouped: bool
    is_slang: bool = False

    @property
    def bare(self) -> Decimal:
        return self.value / self.times


def numbers(text: str) -> Iterator[Number]:
    for found in _NUMBER.finditer(text):
        times = _TIMES[found["times"]] if found["times"] else 1
        if found["words"]:
            value, inner = words_value(found["words"])
            is_slang = "ton" in found["words"].split()
            span = found.span()
            yield Number(*span, value * times, inner * times, False, is_slang)
        else:
            is_grouped = _GROUPED.match(found["digits"]) is not None
            value = _digits_value(found["digits"])
            yield Number(found.start(), found.end(), value * times, times, is_grouped)


def words_value(words: str) -> tuple[Decimal, int]:
    """The value of number words, and the scale it ends in (1000 for "eighty thousand")."""
    total = current = 0
    times = 1
    for word in re.split(r"[\s-]+", words):
        times = _SCALES.get(word, 1)
        if word in _SCALES:
            total += (current or 1) * _SCALES[word]
            current = 0
        elif word in _HUNDREDS:
            current = (current or 1) * 100
        elif word in WORD_VALUES:
            current = _joined(current, WORD_VALUES[word])
    return Decimal(total + current), times


def _joined(current: int, value: int) -> int:
    """'one forty' is 140, 'eighty five' 85, 'a hundred (and) forty' 140."""
    if current % 100 == 0 or (current % 10 == 0 and value < 10):
        return current + value
    return current * 100 + value if current < 1000 else current + value


def _digits_value(digits: str) -> Decimal:
    if grouped := _GROUPED.match(digits):
        whole = re.sub(r"\D", "", grouped[0])
        rest = re.sub(r"\D", "", digits[grouped.end() :])
        return Decimal(f"{whole}.{rest or 0}")
    return Decimal(digits.replace(",", "."))
