"""Payment card numbers, taken out of a text before it is stored. Pure.

A number counts as a card if its check digit is right and its length, first digits and grouping
look like one; phone numbers, order numbers and rows of prices survive.
"""

import re
from collections.abc import Iterator
from itertools import accumulate, pairwise

MASK = "••••"
KEPT = 4
LONGEST_PHONE = 15  # digits behind a plus
_GAP = r"[ \t\xa0\u2000-\u200d\u202f\u2060\ufeff\xad._·/|*‐-―−-]{0,3}"
_RUN = re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{12,}}")
_DIGITS = re.compile(r"\d+")
# The usual length first: a longer one may be a card with its code behind it.
_LENGTHS = (16, 15, 14, 19, 18, 17, 13)
# Brands whose numbers are recognised however they are grouped, then all others.
_CERTAIN = re.compile(r"4\d{15}|5[1-5]\d{14}|6011\d{12}|65\d{14}|3[47]\d{13}")
_BRANDS = re.compile(r"[3-6]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)")
_USUAL_GROUPS = re.compile(r"\d+|4(?: 4)*(?: [1-4])?|4 6 [45]|1(?: 1)+|2(?: 2)+")

_MASKED = rf"{MASK} \d{{4}}"
_DATE = r"(?:0?[1-9]|1[0-2]) ?[/.-] ?(?:20)?\d{2}\b"
_EXPIRY_BEHIND = re.compile(rf"({_MASKED}[^\d•.!?\n]{{0,25}})\b{_DATE}")
_EXPIRY_NAMED = re.compile(rf"(\b(?:exp\w{{0,5}}|valid\s+\w+)\W{{1,4}}){_DATE}", re.IGNORECASE)
_CODE_NAMED = re.compile(r"(\b(?:cvv|cvc|cv|csc)2?\b[^\d\n•]{0,20})\d{3,4}(?!\d)", re.IGNORECASE)
_CODE_NEAR_CARD = re.compile(
    r"(\bsec(?:urity|\.)?\s+(?:code|number|no)\b[^\d\n•]{0,20}|(?:••••\ \d{4}|••/••)[\s,;/-]{1,3})"
    r"\d{3,4}(?!\d)(?!\s?[a-z%£])",
    re.IGNORECASE,
)


def mask_cards(text: str) -> tuple[str, bool]:
    """The text with the last four digits of each card only, and whether there was any."""
    before, masked = text, _masked_once(text)
    # What is left beside a masked number may look like a card only now; digits only get fewer.
    while masked != before:
        before, masked = masked, _masked_once(masked)
    return masked, masked != text


def _masked_once(text: str) -> str:
    text = _RUN.sub(_mask_run, text)
    text = _CODE_NAMED.sub(rf"\1{MASK[:3]}", text)
    if MASK not in text:
        return text
    text = _EXPIRY_BEHIND.sub(r"\1••/••", text)
    text = _EXPIRY_NAMED.sub(r"\1••/••", text)
    return _CODE_NEAR_CARD.sub(rf"\1{MASK[:3]}", text)


def _mask_run(run: re.Match[str]) -> str:
    """Groups of digits between small gaps; a card is made of whole groups."""
    text = run[0]
    groups = _Groups(text, begins_phone=run.string[: run.start()].endswith("+"))
    cards = list(groups.cards())
    parts: list[str] = []
    done = 0
    for (first, last), (limit, _) in pairwise([*cards, (len(groups.spans), 0)]):
        end = _with_what_follows(text, groups, last, limit)
        parts += [text[done : groups.spans[first][0]], f"{MASK} {groups.kept(end)}"]
        done = groups.spans[end][1]
    return "".join([*parts, text[done:]])


def _with_what_follows(text: str, groups: "_Groups", last: int, limit: int) -> int:
    """What is kept of a card may begin another with the groups behind it, and that one a third.
    Settled here: a pass over the whole text for each would let a hostile one take minutes.
    """
    while last + 1 < limit:
        behind = groups.spans[min(last + max(_LENGTHS), limit - 1)][1]
        tail = _Groups(groups.kept(last) + text[groups.spans[last][1] : behind])
        more = tail.end_of_card(0)
        if not more:
            return last
        last += more
    return last


class _Groups:
    """The groups of a run, with sums that answer for any stretch of it whether its check digit is
    right: thousands of single digits must not cost a scan for each.
    """

    def __init__(self, text: str, *, begins_phone: bool = False) -> None:
        self.spans = [group.span() for group in _DIGITS.finditer(text)]
        self.digits = "".join(text[start:end] for start, end in self.spans)
        sizes = [end - start for start, end in self.spans]
        self.starts = list(accumulate(sizes, initial=0))
        self._group_ending_at = {end: at for at, end in enumerate(self.starts[1:])}
        self._begins_phone = begins_phone
        self._sums = _luhn_sums(self.digits)

    def cards(self) -> Iterator[tuple[int, int]]:
        """First and last group of each."""
        first = 0
        while first < len(self.spans):
            last = self.end_of_card(first)
            if last is not None:
                yield first, last
            first = first + 1 if last is None else last + 1

    def end_of_card(self, first: int) -> int | None:
        """The last group of a card that begins with this group."""
        start = self.starts[first]
        shortest = LONGEST_PHONE + 1 if self._begins_phone and first == 0 else min(_LENGTHS)
        for length in _LENGTHS:
            last = self._group_ending_at.get(start + length)
            if last is not None and length >= shortest and self._is_card(first, last):
                return last
        return None

    def kept(self, last: int) -> str:
        end = self.starts[last + 1]
        return self.digits[end - KEPT : end]

    def _is_card(self, first: int, last: int) -> bool:
        start, end = self.starts[first], self.starts[last + 1]
        sums = self._sums[(end - 1) % 2]  # from the right: the last digit stands for itself
        if (sums[end] - sums[start]) % 10:
            return False
        bounds = self.starts[first : last + 2]
        sizes = " ".join(str(after - before) for before, after in pairwise(bounds))
        return _is_card(self.digits[start:end], sizes)


def _luhn_sums(digits: str) -> tuple[list[int], list[int]]:
    """Running sums by Luhn: every digit in an even place as it is and the others doubled, and the
    other way round.
    """
    plain = [int(digit) for digit in digits]
    doubled = [sum(divmod(2 * digit, 10)) for digit in plain]
    by_parity = (plain, doubled)
    even, odd = (
        list(accumulate((by_parity[(at + parity) % 2][at] for at in range(len(plain))), initial=0))
        for parity in (0, 1)
    )
    return even, odd


def _is_card(number: str, sizes: str) -> bool:
    """Of a number whose check digit is right."""
    if not number.strip("0") or _is_uk_phone(number):
        return False
    if _CERTAIN.fullmatch(number):
        return True
    is_usual = _USUAL_GROUPS.fullmatch(sizes) is not None
    return is_usual and (len(number) == 16 or _BRANDS.match(number) is not None)


def _is_uk_phone(number: str) -> bool:
    """ "44 07700 900123": a mobile with the zero that does not belong there."""
    return len(number) == 13 and number.startswith("440")
