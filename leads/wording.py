"""Text as we keep it, and money and lists as we say them."""

import unicodedata
from collections.abc import Sequence

# What a hostile sender could make us walk through before the cap applies.
LONGEST_READ = 20_000


def tidy(text: str, *, limit: int) -> str:
    """Trimmed, capped, and free of what PostgreSQL refuses: NUL and lone surrogates."""
    kept = (
        char if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs") else ""
        for char in text[:LONGEST_READ]
    )
    return "".join(kept).strip()[:limit].rstrip()


def pounds(pence: int) -> str:
    """8000000 -> '£80,000'; odd pence are shown, never rounded away."""
    whole, rest = divmod(pence, 100)
    return f"£{whole:,}.{rest:02}" if rest else f"£{whole:,}"


def listed(words: Sequence[str]) -> str:
    """['a', 'b', 'c'] -> 'a, b and c'"""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
