"""UK postcodes as people write and say them. Pure."""

import re

_OUTCODE = r"[A-Z]{1,2}[0-9][A-Z0-9]?"
_INCODE = r"[0-9][A-Z]{2}"
# A whole postcode may stand anywhere in a sentence; half of one only alone, because "A1" or
# "M25" in a sentence is rarely a postcode. "NW3 2" is a sector: people stop half-way.
_WHOLE = re.compile(rf"\b({_OUTCODE})\s*({_INCODE})\b")
_HALF = re.compile(rf"({_OUTCODE})(?:\s+[0-9])?")


def postcode_of(text: str) -> str | None:
    """'nw32qg' -> 'NW3 2QG', 'nw3' -> 'NW3', otherwise None."""
    shouted = text[:500].upper().strip()
    if whole := _WHOLE.search(shouted):
        return f"{whole[1]} {whole[2]}"
    half = _HALF.fullmatch(shouted)
    return half[1] if half else None


def outcode_of(text: str) -> str | None:
    """'NW3 2QG' -> 'NW3'"""
    postcode = postcode_of(text)
    return postcode.partition(" ")[0] if postcode else None
