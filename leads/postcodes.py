"""UK postcodes as people write and say them. Pure."""

import re

from leads.spoken.places import place_outcode
from leads.spoken.postcodes import repaired, spelled_postcode

_OUTCODE = r"[A-Z]{1,2}[0-9][A-Z0-9]?"
_INCODE = r"[0-9][A-Z]{2}"
# A whole postcode may stand anywhere in a sentence; half of one only alone, because "A1" or
# "M25" in a sentence is rarely a postcode. "NW3 2" is a sector: people stop half-way.
_WHOLE = re.compile(rf"\b({_OUTCODE})\s*({_INCODE})\b")
_HALF = re.compile(rf"({_OUTCODE})(?:\s+[0-9])?")

_CORRECTS = re.compile(r"\b(?:NO|SORRY|WAIT|ACTUALLY|I MEAN|CORRECTION|RATHER)\b")


def postcode_of(text: str) -> str | None:
    """'nw32qg' -> 'NW3 2QG', 'nw3' -> 'NW3', 'en double-u three' -> 'NW3', otherwise None."""
    shouted = text[:500].upper().strip()
    if whole := _meant(shouted):
        return repaired(whole[1] + whole[2]) or f"{whole[1]} {whole[2]}"
    half = _HALF.fullmatch(shouted)
    # No outcode ends in O or I: "NW1O" has a figure mistaken for a letter.
    if half and half[1][-1] not in "OI":
        return half[1]
    return spelled_postcode(text) or place_outcode(text)


def _meant(shouted: str) -> re.Match[str] | None:
    """The first whole postcode, or the last where they correct themselves."""
    found = list(_WHOLE.finditer(shouted))
    if len(found) > 1 and _CORRECTS.search(shouted[found[0].end() : found[-1].start()]):
        return found[-1]
    return found[0] if found else None


def outcode_of(text: str) -> str | None:
    """'NW3 2QG' -> 'NW3', 'West Hampstead' -> 'NW6'"""
    postcode = postcode_of(text)
    return postcode.partition(" ")[0] if postcode else None
