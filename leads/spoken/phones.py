"""Telephone numbers said aloud."""

from hampstead.core.phone import to_e164
from leads.spoken.figures import read_digits, tokens_of

FEWEST, MOST = 10, 13


def read_phone(text: str) -> str | None:
    """'oh seven seven double oh, nine hundred, one two three' -> '+447700900123'."""
    tokens, at = tokens_of(text), 0
    while at < len(tokens):
        is_international = tokens[at] in ("+", "plus")
        digits, end = read_digits(tokens, at + is_international)
        if FEWEST <= len(digits) <= MOST and (number := _british(digits, is_international)):
            return number
        at = max(end, at + 1)
    return None


def _british(digits: str, is_international: bool) -> str | None:
    if is_international or (digits.startswith("44") and len(digits) == 12):
        return to_e164(f"+{digits.replace('440', '44', 1) if digits[:3] == '440' else digits}")
    return to_e164(digits) if digits.startswith("0") and len(digits) in (10, 11) else None
