"""Payment card numbers, taken out of a text before it is stored. Pure.

A number counts as a card if its check digit is right and its length, first digits and grouping
look like one; phone numbers, order numbers and rows of prices survive.
"""

import re
from collections.abc import Iterator

MASK = "••••"
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
    groups = list(_DIGITS.finditer(text))
    begins_phone = run.string[: run.start()].endswith("+")
    parts: list[str] = []
    done = first = 0
    while first < len(groups):
        ends = dict(_cards_from(groups, first, is_phone=begins_phone and first == 0))
        length = next((usual for usual in _LENGTHS if usual in ends), None)
        if length is None:
            first += 1
            continue
        last = ends[length]
        kept = "".join(group[0] for group in groups[first : last + 1])[-4:]
        parts += [text[done : groups[first].start()], f"{MASK} {kept}"]
        done, first = groups[last].end(), last + 1
    return "".join([*parts, text[done:]])


def _cards_from(
    groups: list[re.Match[str]], first: int, *, is_phone: bool
) -> Iterator[tuple[int, int]]:
    """Length and last group of what may be a card and begins with this group."""
    number, sizes = "", ""
    for place in range(first, len(groups)):
        number += groups[place][0]
        sizes = f"{sizes} {len(groups[place][0])}".strip()
        if len(number) > max(_LENGTHS):
            return
        is_long_enough = len(number) > LONGEST_PHONE if is_phone else len(number) >= 13
        if is_long_enough and _is_card(number, sizes):
            yield len(number), place


def _is_card(number: str, sizes: str) -> bool:
    if not _is_checked(number) or not number.strip("0") or _is_uk_phone(number):
        return False
    if _CERTAIN.fullmatch(number):
        return True
    is_usual = _USUAL_GROUPS.fullmatch(sizes) is not None
    return is_usual and (len(number) == 16 or _BRANDS.match(number) is not None)


def _is_uk_phone(number: str) -> bool:
    """ "44 07700 900123": a mobile with the zero that does not belong there."""
    return len(number) == 13 and number.startswith("440")


def _is_checked(number: str) -> bool:
    """Luhn: double every second digit from the right; the sum of all digits ends in zero."""
    odd = sum(int(digit) for digit in number[-1::-2])
    even = sum(sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (odd + even) % 10 == 0
