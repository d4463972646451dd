"""Names of people in what was said, and other names in their place. Pure."""

import re
from collections.abc import Iterable, Iterator

from leads.spoken.names import read_name
from leads.spoken.text import words_of

INVENTED_NAME = "Alex Morgan"
INVENTED_OTHER = "Sam Taylor"  # whoever they speak of
SHORT = 3
_NO_NAMES = set(
    words_of(
        "mr mrs ms miss mx dr prof sir lady and the de da do dos du del della di van von der den "
        "la le el bin ibn ben st ter ten y"
    )
)
# Names that are everyday words too: only where they can be nothing else.
_ORDINARY = set(
    words_of(
        "will an may mark rose grace hope joy bill rob sue pat dawn art jack drew chase grant "
        "frank guy ray june april august summer autumn max miles dale glen heath ivy holly daisy "
        "lily iris violet ruby amber olive hazel robin jay faith patience rich gene don bob so my "
        "to do price young long best love small green brown white black gray grey wood woods "
        "stone hill field lane street park house hall church kitchen cook baker mason carpenter "
        "taylor smith potter butler page king prince knight bishop pope day week winter snow "
        "frost rice bush bell ball bird fox wolf lamb wells brook brooks banks bond cash power "
        "strong sharp short little good goodman french english london west north east south new "
        "old son case in on no yes see he she it you me us we they is are was at by or if as up "
        "go hi oh ok"
    )
)
_NAME = r"[A-ZÀ-Þ](?:['’][A-ZÀ-Þ])?[^\W\d_][^\W\d_'’-]*(?:[-'’][^\W\d_]{2,})*"
_NAMES = rf"({_NAME}(?:\s+{_NAME}){{0,2}})"
_KIN = (
    r"\b(?i:husband|wife|partner|neighbou?r|son|daughter|mother|father|mum|dad|brother|sister"
    r"|boyfriend|girlfriend|fianc[ée]e?|flatmate|landlord|landlady|tenant|architect|builder"
    r"|solicitor|lawyer|assistant|friend|colleague|boss|agent|uncle|aunt|cousin|nanny)"
    r"(?i:[ -]in[ -]law)?"
)
_OTHERS = (
    re.compile(rf"{_KIN}(?i:'s name is|’s name is| is called| called| named| is)?,?\s+{_NAMES}"),
    re.compile(rf"{_NAMES},\s+(?i:my|our|his|her)\s+{_KIN}"),
    re.compile(rf"\b(?i:mr|mrs|ms|miss|mx|dr|prof)\.?\s+{_NAMES}"),
    # In small letters only where it is said to be a name.
    re.compile(
        rf"{_KIN}(?:['’]s name is| is called| called| named)\s+"
        r"([a-z]{2,}(?:\s+(?!and|who|is|will|can|would|has|he|she|they|on|at|in|to|for)[a-z]{2,})?)"
    ),
)
_PIECES = re.compile(r"[.,;!?\n]")
_AND = re.compile(r" (?:and|&) ")
_CAPITALISED = re.compile(r"\b[A-Z][a-z]")
_INTRODUCED = re.compile(
    r"\b(?:i['’]?m|i am|name is|name['’]?s|call me|hi|hello|hey|dear|thanks|cheers|regards),?\s+$",
    re.IGNORECASE,
)
_BEGINS = re.compile(r"(?:^|[.!?\n])\s*$")
_STANDS_ALONE = re.compile(r"\s*(?:[,.!?\n]|$|here\b|speaking\b)")


def own_names(texts: Iterable[str]) -> list[str]:
    """As whom they introduce themselves. The reader gives what it read capitals: where others have
    them and this has none, it is no name ("call me before nine").
    """
    return [
        name
        for text in texts
        for piece in (text, *_PIECES.split(text))
        for name in _AND.split(read_name(piece) or "")
        if name and (name in piece or (_CAPITALISED.search(piece) is None and "name" in piece))
    ]


def names_of_others(texts: Iterable[str]) -> list[str]:
    """'my husband Tom Baker', 'Mrs Shah', 'Jo, our architect'."""
    found = (match[1] for text in texts for one in _OTHERS for match in one.finditer(text))
    # The reader knows which words are no names: "Hello, my wife", "our architect. Please".
    names = (read_name(f"My name is Mr {said}") or "" for said in dict.fromkeys(found))
    return [name.removeprefix("Mr ") for name in names if name]


class Names:
    """Replaces whole names, and each of their words where it is a name and nothing else."""

    def __init__(self, own: Iterable[str], others: Iterable[str]) -> None:
        self._invented: dict[str, str] = {}
        for names, invention in ((own, INVENTED_NAME), (others, INVENTED_OTHER)):
            for name in names:
                for part, instead in _parts(name, invention):
                    self._invented.setdefault(part.lower(), instead)
        longest_first = sorted(self._invented, key=len, reverse=True)
        either = "|".join(map(re.escape, longest_first)) or r"(?!)"
        self._pattern = re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)

    def __call__(self, text: str) -> str:
        is_small = _CAPITALISED.search(text) is None

        def replace(found: re.Match[str]) -> str:
            is_name = _is_name(found, is_small=is_small)
            return self._invented[found[0].lower()] if is_name else found[0]

        return self._pattern.sub(replace, text)


def _parts(name: str, invention: str) -> Iterator[tuple[str, str]]:
    words = name.split()
    if len(words) > 1:
        yield " ".join(words), invention
    for word in (word.strip(".,") for word in words):
        if len(word) > 1 and word.lower() not in _NO_NAMES:
            yield word, invention.split()[0]


def _is_name(found: re.Match[str], *, is_small: bool) -> bool:
    """`is_small`: nobody has bothered with capitals, so that they tell nothing."""
    word = found[0]
    if word.lower() not in _ORDINARY:
        return len(word) > SHORT or not word.islower() or is_small
    before, behind = found.string[: found.start()], found.string[found.end() :]
    begins, stands_alone = _BEGINS.search(before), _STANDS_ALONE.match(behind)
    if begins:
        return stands_alone is not None
    return not word.islower() or _INTRODUCED.search(before) is not None
