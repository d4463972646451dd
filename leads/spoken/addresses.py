"""E-mail addresses, written or said aloud: 'priya dot shah at gmail dot com'."""

import re
from collections.abc import Iterator, Sequence

from leads.spoken.figures import DIGITS, TENS, UNITS
from leads.spoken.text import LONGEST_READ, plain, words_of

_WRITTEN = re.compile(
    r"(?<![\w.+-])[\w+-]{1,40}(?:\.[\w+-]{1,40}){0,5}@[\w-]{1,60}(?:\.[\w-]{2,40}){1,4}(?![\w-])"
)
_MARKS = {
    "dot": ".", "point": ".", "underscore": "_", "_": "_",
    "dash": "-", "hyphen": "-", "minus": "-", "-": "-", "plus": "+", "+": "+",
}  # fmt: skip
_ENDS = {"com", "uk", "org", "net", "london", "io", "me", "eu", "info", "edu", "gov", "ie", "fr"}
_ENDS |= {"de", "it", "es", "biz", "design", "studio", "nhs"}
_SPLIT_NAMES = (
    ("g mail", "gmail"), ("gee mail", "gmail"), ("hot mail", "hotmail"), ("i cloud", "icloud"),
    ("out look", "outlook"), ("google mail", "googlemail"), ("bt internet", "btinternet"),
    ("b t internet", "btinternet"), ("full stop", "dot"), ("under score", "underscore"),
    ("proton mail", "protonmail"), ("at sign", "at"), ("double you", "w"), ("double u", "w"),
    ("dot co uk", "dot co dot uk"), ("dotcom", "dot com"), ("dotco", "dot co"),
)  # fmt: skip
_NOT_SAID = re.compile(
    r"\b(?:all (?:in )?(?:lower|small) ?case|all one word|no spaces|(?:that's )?all together)\b"
)
_OWNER = re.compile(r"\b(it|that|mine|address|e-?mail|mail)'s\b")
_AT_IN_BRACKETS = re.compile(r" ?[(\[]at[)\]] ?")
_TOKEN = re.compile(r"[a-z0-9]+(?:['._-][a-z0-9]+)*|[^\sa-z0-9]")
# Words in front of an address; a word that is none of them may belong to it, so we ask instead.
_BEFORE = set(
    words_of(
        "is it's its it email mail e address on to me with the and use try via under at here my so "
        "yes yeah sure ok okay please would be thats that's well um er hi hello also or contact "
        "reach"
    )
)
_LONGEST_LOCAL = 64
_NO_LOCAL = {"look", "looking", "looked", "see", "saw", "found", "am", "was", "house", "work"}


def read_email(text: str) -> str | None:
    """Lower case when it was spoken, as it stands when it was written."""
    if written := _WRITTEN.search(text[:LONGEST_READ]):
        return written[0].rstrip(".")
    said = _OWNER.sub(r"\1 is", _NOT_SAID.sub(" ", plain(text)))
    said = _AT_IN_BRACKETS.sub(" at ", said)
    for split, joined in _SPLIT_NAMES:
        said = re.sub(rf"\b{split}\b", joined, said)
    tokens = _TOKEN.findall(said)
    for at, token in enumerate(tokens):
        if token not in ("at", "@") or at == 0:
            continue
        local, domain = _local(tokens, at), _domain(tokens, at + 1)
        if local and domain:
            return f"{local}@{domain}"
    return None


def _local(tokens: Sequence[str], end: int) -> str | None:
    """Backwards from the "at": words held together by dots, figures or single letters."""
    at = end - 1
    if tokens[at] in _MARKS or not tokens[at][0].isalnum():
        return None
    while at > 0 and _belongs(tokens[at - 1], tokens[at]):
        at -= 1
    before = tokens[at - 1] if at else ""
    if tokens[at] in _MARKS or tokens[at] in _BEFORE - {"e"}:
        return None
    if before and before not in _BEFORE and before[0].isalnum():
        return None
    local = "".join(_spelled(tokens[at:end]))
    is_fit = len(local) <= _LONGEST_LOCAL and ".." not in local and "'" not in local
    return local if is_fit and local not in _NO_LOCAL else None


def _belongs(word: str, following: str) -> bool:
    if following in _MARKS:
        return word[0].isalnum() and word not in _MARKS
    if word in _MARKS and (word.isalpha() or word in "_-+."):
        return True
    is_figure = following.isdecimal() or following in DIGITS or following in TENS
    is_figure = is_figure or following in UNITS
    return (is_figure and word[0].isalnum() and word not in _BEFORE) or (
        len(word) == 1 and len(following) == 1 and word.isalpha() and following.isalnum()
    )


def _spelled(tokens: Sequence[str]) -> Iterator[str]:
    """'eighty two' -> '82', 'dot' -> '.'"""
    at = 0
    while at < len(tokens):
        word, following = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else ""
        at += 1
        if word in TENS and following in DIGITS and following not in ("oh", "o"):
            yield str(TENS[word] + int(DIGITS[following]))
            at += 1
        elif word in TENS or (word in UNITS and UNITS[word] >= 10):
            yield str(TENS.get(word) or UNITS[word])
        elif word in DIGITS and word != "o":
            yield DIGITS[word]
        else:
            yield _MARKS.get(word, word)


def _domain(tokens: Sequence[str], start: int) -> str | None:
    parts: list[str] = []
    at = start
    while at < len(tokens) and tokens[at][0].isalnum() and tokens[at] not in _MARKS:
        parts.append(tokens[at])
        if at + 2 >= len(tokens) or tokens[at + 1] not in ("dot", ".", "point", "dash", "hyphen"):
            break
        parts.append("." if tokens[at + 1] in ("dot", ".", "point") else "-")
        at += 2
    while len(parts) > 2 and parts[-1].rpartition(".")[2] not in _ENDS:
        parts = parts[:-2]  # "... dot com. Thanks": the full stop was one
    domain = "".join(parts).removeprefix("www.") if len(parts) > 1 else "".join(parts)
    return (
        domain
        if not domain.startswith("www.") and domain.rpartition(".")[2] in _ENDS and "." in domain
        else None
    )
