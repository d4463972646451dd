"""Text as the checks read it: sentences with a plain form, and the clauses inside them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from conversations.claims.findings import MAX_QUOTE

_LIKE = str.maketrans(
    {
        **dict.fromkeys("‐‑‒–—―−﹣－", "-"),
        **dict.fromkeys("’‘ʼ´`′", "'"),
        **dict.fromkeys("*_~", ""),
        **dict.fromkeys("₤￡", "£"),
        "ł": "l",
        "Ł": "l",
        "ø": "o",
        "đ": "d",
        "ı": "i",
        "½": ".5",
        "¼": ".25",
        "¾": ".75",
    }
)
# Letters of other alphabets that pass for ours, put back only inside words that also have ours.
_DISGUISED = str.maketrans("аеорсухіѕԁһтмкнвјӏαοενρτυκι", "aeopcyxisdhtmkhbjlaoevptuki")
_MIXED = re.compile(r"\b(?=\w{0,40}[a-z])(?=\w{0,40}[\u0370-\u052f])\w{1,60}\b")
_DROPPED = frozenset(("Mn", "Me", "Cf", "Cs"))
_SPACES = re.compile(r"\s+")
_DIGIT_BEFORE_FRACTION = re.compile(r"(?<!\d)(?=\.(?:5|25|75)\b)")
# Half a sentence that ends in one of these goes on behind the full stop.
_SHORTENED = (
    "mr mrs ms dr st approx e.g i.e eg ie a.m p.m inc incl ca bzw z.b sr sra dott sig godz ul vs"
)
_SHORT = frozenset(_SHORTENED.split())
_ENDS = re.compile(r"(?<![.!?…;])[.!?…;]+[\"')\]]{0,5}\s+|\n\s*")
_SUBJECT = (
    r"(?:i|we|you|they|he|she|it|that|this|someone|somebody|our|the (?:team|office|surveyor)|"
    r"a (?:colleague|surveyor|member))\b"
)
_BREAKS = re.compile(
    r",(?!\d)|[;()]|:(?!\d)|\s-+\s|\b(?:but|however|because|though|although|anyway|so|then|aber|"
    r"mais|pero|pero|ma|mas|ale|dar)\b|"
    rf"\band\s(?={_SUBJECT})"
)
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|[\w.+-]{1,64}@[\w.-]+")
_PHONE = re.compile(r"(?<![\w£€$,.])(?:\+\d|0\d)[\d ()-]{6,16}\d(?!\d)")


def plain(text: str) -> str:
    """Lower case, no accents, no emphasis marks or invisible signs, one kind of dash and quote."""
    apart = unicodedata.normalize("NFKD", text.translate(_LIKE))
    folded = "".join(map(_shown, apart)).casefold().translate(_LIKE)
    latin = folded if folded.isascii() else _MIXED.sub(_undisguised, folded)
    return _SPACES.sub(" ", _DIGIT_BEFORE_FRACTION.sub("0", latin)).strip()


def _undisguised(word: re.Match[str]) -> str:
    return word[0].translate(_DISGUISED)


@lru_cache(maxsize=1024)
def _shown(sign: str) -> str:
    kind = unicodedata.category(sign)
    if kind in _DROPPED:
        return ""
    if kind == "Nd":
        return str(unicodedata.digit(sign))
    return " " if kind == "Cc" else sign


def masked(text: str) -> str:
    """Without addresses and phone numbers, whose digits are neither money nor time."""
    return _PHONE.sub(_blank, _ADDRESS.sub(_blank, text))


def _blank(found: re.Match[str]) -> str:
    return "#" * len(found[0])


@dataclass(frozen=True)
class Sentence:
    original: str
    plain: str

    @property
    def quote(self) -> str:
        one_line = _SPACES.sub(" ", self.original).strip()
        return one_line if len(one_line) <= MAX_QUOTE else one_line[: MAX_QUOTE - 1] + "…"

    @cached_property
    def masked(self) -> str:
        return masked(self.plain)

    @cached_property
    def is_question(self) -> bool:
        return self.plain.rstrip(" \"')#").endswith("?")

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in _BREAKS.finditer(self.plain))]

    @property
    def clauses(self) -> list[str]:
        """Addresses and numbers are masked."""
        ends = [*self._starts[1:], len(self.plain)]
        return [self.masked[first:end] for first, end in zip(self._starts, ends, strict=True)]

    def clause_start(self, at: int) -> int:
        return max(start for start in self._starts if start <= at)

    def clause_before(self, at: int) -> str:
        """The clause in front of the one that `at` is in."""
        first = self.clause_start(at)
        earlier = [start for start in self._starts if start < first]
        return self.plain[earlier[-1] : first] if earlier else ""

    def is_last_clause(self, at: int) -> bool:
        return self.clause_start(at) == self._starts[-1]


def sentences(text: str) -> Iterator[Sentence]:
    begin = 0
    for found in _ENDS.finditer(text):
        if _goes_on(text, begin, found):
            continue
        yield from _sentence(text[begin : found.end()])
        begin = found.end()
    yield from _sentence(text[begin:])


def _goes_on(text: str, begin: int, end: re.Match[str]) -> bool:
    if not end[0].startswith(".") or "\n" in end[0]:
        return False
    last = text[max(begin, end.start() - 12) : end.start()].split()
    word = last[-1].casefold() if last else ""
    return word in _SHORT or (word.isdigit() and len(word) <= 2)


def _sentence(piece: str) -> Iterator[Sentence]:
    if made := plain(piece):
        yield Sentence(piece.strip(), made)
