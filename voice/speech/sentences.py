"""Cutting a long text where a speaker would breathe."""

import re
from collections.abc import Iterator

# Behind the end of a sentence, then of a clause, then of a word.
ENDS = (
    re.compile(r"(?<=[.!?…])[\"'”’)]*\s+|\n+"),
    re.compile(r"(?<=[,;:–])\s+"),
    re.compile(r"\s+"),
)


def pieces(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` characters that together say the text; none of them empty."""
    whole = text.strip()
    return list(_filled(whole, limit, 0)) if whole else []


def _filled(text: str, limit: int, level: int) -> Iterator[str]:
    """As few parts as the ends of this level allow; too long ones are cut at the next level."""
    if len(text) <= limit:
        yield text
        return
    if level == len(ENDS):
        yield from (text[at : at + limit] for at in range(0, len(text), limit))
        return
    part = ""
    for unit in _units(text, level):
        if part and len(part) + 1 + len(unit) > limit:
            yield from _filled(part, limit, level + 1)
            part = unit
        else:
            part = f"{part} {unit}" if part else unit
    if part:
        yield from _filled(part, limit, level + 1)


def _units(text: str, level: int) -> list[str]:
    return [unit.strip() for unit in _kept_ends(text, level) if unit.strip()]


def _kept_ends(text: str, level: int) -> Iterator[str]:
    """A closing quote stays with its sentence."""
    at = 0
    for end in ENDS[level].finditer(text):
        yield text[at : end.end()]
        at = end.end()
    yield text[at:]
