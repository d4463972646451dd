"""A text message is words: no HTML, no headings, tables or code, no JSON, and not nothing."""

import json
import re
import unicodedata
from collections.abc import Iterator

from conversations.claims.findings import Finding, FindingKind

_MARKUP = re.compile(
    r"</?[a-z][a-z0-9-]{0,30}(?:[\s/][^<>\n]{0,300})?>|<!--|<!doctype|&(?:amp|lt|gt|nbsp|quot|"
    r"#\d{1,6});|^\s{0,3}#{1,6}\s+\S|```|^\s{0,3}\|[^\n]{1,400}\|\s*$|^\s{0,3}\|?\s?:?-{3,}:?\s?\||"
    r"!?\[[^\]\n]{1,200}\]\((?:https?:|/|mailto:)[^)\n]{1,400}\)|"
    r"\{\s*\"[^\"\n]{1,80}\"\s*:|\[\s*\{\s*\"|javascript:|jndi:|<[|%?]|[|%?]>|\{[{%#]|[$#]\{|"
    r"\{[a-z_][\w.]{1,60}\}|\[/?INST\]|[\u202a-\u202e\u2066-\u2069]|=HYPERLINK|DROP TABLE|"
    r"\b[A-Za-z0-9+]{44,}={0,2}",
    re.IGNORECASE | re.MULTILINE,
)
WHY_MARKUP = "It contains markup or code, which a customer would see as gibberish."
WHY_EMPTY = "There is nothing in it."


def find_markup(said: str) -> Iterator[Finding]:
    if _is_empty(said):
        yield Finding(FindingKind.EMPTY, "", WHY_EMPTY)
    elif found := _MARKUP.search(said):
        yield Finding(FindingKind.MARKUP, found[0].strip()[:200], WHY_MARKUP)
    elif _is_json(said):
        yield Finding(FindingKind.MARKUP, said.strip()[:200], WHY_MARKUP)


def _is_empty(said: str) -> bool:
    """Neither a letter, a digit nor a picture."""
    return not any(
        unicodedata.category(sign)[0] in "LN"
        or (sign > "\u2190" and unicodedata.category(sign) == "So")
        for sign in said
    )


def _is_json(said: str) -> bool:
    text = said.strip()
    if not text.startswith(("{", "[")):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
