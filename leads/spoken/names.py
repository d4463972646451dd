"""Names as people give them: 'it's Priya', 'my name is Mr O'Connor', 'Priya Shah here'."""

import re
from collections.abc import Sequence

from leads.spoken.days import MONTHS, WEEKDAYS
from leads.spoken.places import place_outcode
from leads.spoken.text import LONGEST_READ, is_unknown, words_of

MOST_WORDS = 5
_TITLES = set(
    words_of(
        "mr mrs ms miss mx dr doctor prof professor sir dame lady lord rabbi rev father master"
    )
)
_PARTICLES = set(
    words_of(
        "de da do dos du del della di van von der den la le el al bin ibn ben ap st ter ten zu y"
    )
)
_WORD = r"[^\W\d_](?:['’.-]?[^\W\d_]){0,29}\.?"
_WORDS = rf"(?P<name>{_WORD}(?: {_WORD}){{0,5}})"
# Said to introduce oneself: what follows is a name in any case of letters.
_PLAINLY = re.compile(
    rf"(?:\b(?:my (?:full |first )?name(?:'?s| is|:)|the name(?:'s| is)(?! of)|call me|name:"
    rf"|name -|i am called|i'm called|you(?:'re| are) (?:speaking|talking) (?:to|with))"
    rf"|(?:^|[.!;,\n]) *name(?:'?s| is)(?! of)) +{_WORDS}",
    re.IGNORECASE,
)
# Said of many things: only capitals make it a name.
_MAYBE = re.compile(rf"(?:^|[\s,.!;(])(?:(?i:it's|it is|this is|i'm|i am|im|its)) +{_WORDS}")
_HERE = re.compile(
    rf"(?:^|[\s,.!;(]){_WORDS},? +(?i:here|speaking|is (?:the|my) name|'s the name)\b"
)
_SIGNED = re.compile(
    rf"(?i:\b(?:thanks|thank you|cheers|regards|kind regards|best wishes|best|many thanks|love)),?"
    rf" *[\n,] *{_WORDS}\s*[.!]?\s*$"
)
_LEAD_IN = re.compile(
    r"^(?:(?:yes|yeah|sure|ok|okay|of course|certainly|hi|hello|hey|good (?:morning|afternoon"
    r"|evening)|hiya|oh|sorry|so|well|um|er|please|there|thanks|thank you|no problem|it's|it is|its"
    r"|this is|i'm|i am|im|the name|name|just|put(?: me)?(?: down)?(?: as)?)\b[\s,.!:-]*)+",
    re.IGNORECASE,
)
_STOPS = re.compile(r"[,;:!?()\n]| - |\.(?= |$)(?<!\bmr\.)(?<!\bdr\.)(?<!\bms\.)(?<!\bmrs\.)", re.I)
# Words that follow "I'm" or stand alone in an answer and are no name.
_NO_NAMES = set(
    words_of(
        "a an the and or but not no yes yeah ok okay sure fine good great hello hi hey "
        "thanks thank you please sorry what why how when where who which that this there "
        "here it i me my we our us they he she his her in on at to from for of with by "
        "about just only also very really so too now later soon still already interested "
        "looking hoping thinking planning after ready based keen happy trying calling "
        "ringing writing getting wondering moving buying selling available free busy away "
        "back home work married going coming waiting having doing living renting afraid "
        "glad urgent probably maybe perhaps definitely actually never always nothing "
        "something anything everything none nobody anyone someone dunno idk skip pass "
        "rather prefer private anonymous next same kitchen loft bathroom extension basement "
        "house flat garden roof side rear full renovation renovations conversion project "
        "builder builders building job quote price cost budget survey visit design plans "
        "planning permission postcode address email phone whatsapp hampstead london uk "
        "street road week weeks month months year years morning afternoon evening today "
        "tomorrow asap stop start help human person robot ai bot agent assistant customer "
        "client would could should can cant will wont do does did dont is am are was were "
        "be been have has had say tell know think want need like love hate see get got "
        "going let's lets if because as then than down up off out over under into again "
        "eleven twelve fifteen twenty thirty forty fifty sixty seventy eighty ninety hundred "
        "thousand grand million quid pounds k "
        "both all any some more less much many lot bit one two three four five six seven "
        "eight nine ten new old big small nice lovely cool perfect british english scottish "
        "welsh irish polish french german italian spanish indian american pregnant disabled "
        "retired "
    )
)
_NO_NAMES |= {*WEEKDAYS, *MONTHS} - {"april", "may", "june", "august"}
_NAMES_TOO = {"al", "ben", "van"}
_SURNAMES_TOO = {
    *("price", "love", "small", "street", "french", "english", "london", "german", "best")
}
_INITIAL = re.compile(r"\b([A-Z])\. ?(?=[A-Z][a-z])")
_MINE = {"mine", "name", "myself", "your", "their"}


def read_name(text: str, *, asked: bool = False) -> str | None:
    """`asked`: the text answers that question, so that a bare name counts."""
    said = text[:LONGEST_READ].replace("’", "'").replace("‘", "'").strip()
    said = _INITIAL.sub(r"\1 ", said)
    found = _PLAINLY.search(said)
    if found and (name := _name(found["name"].split(), any_case=True)):
        return name
    for pattern in (_HERE, _MAYBE, _SIGNED):
        for found in pattern.finditer(said):
            words = found["name"].split()
            if pattern is _HERE:
                words = _tail(words)
            if name := _name(words, any_case=False):
                return name
    return _bare(said) if asked else None


def _bare(said: str) -> str | None:
    """A whole message that is a name, with at most a word of courtesy around it."""
    head = _STOPS.split(_LEAD_IN.sub("", said, count=1).strip(), maxsplit=1)[0].strip(" .-")
    words = head.split()
    if not words or len(words) > MOST_WORDS or is_unknown(head) or "?" in said[: len(head) + 2]:
        return None
    if not all(re.fullmatch(_WORD, word) for word in words if word != "&"):
        return None
    name = _name(words, any_case=True)
    # A word too many and it was a sentence.
    return name if name and len(name.split()) >= len(words) - 1 else None


def _tail(words: Sequence[str]) -> list[str]:
    """'Hi there Priya Shah' (here) -> the capitalised words at the end."""
    start = len(words)
    while start > 0 and (words[start - 1][:1].isupper() or words[start - 1] in _PARTICLES):
        start -= 1
    return list(words[start:])


def _name(words: Sequence[str], *, any_case: bool) -> str | None:
    kept: list[str] = []
    for word in words:
        if not _fits(word, kept, any_case=any_case):
            break
        kept.append(word)
        if word.endswith(".") and word.lower().strip(".") not in _TITLES:
            break
    while len(kept) > 1 and kept[-1].lower() in _PARTICLES | {"and", "&"}:
        kept.pop()
    bare = [word for word in kept if word.lower().strip(".") not in _TITLES]
    if all(len(word.strip(".")) < 2 for word in bare) or len(kept) > MOST_WORDS:
        return None
    name = " ".join([_capital(_cased(kept[0])), *map(_cased, kept[1:])])
    return None if place_outcode(name) and len(bare) > 1 else name


def _fits(word: str, kept: Sequence[str], *, any_case: bool) -> bool:
    low = word.lower().strip(".")
    if low in _PARTICLES or (low in ("and", "&") and kept):
        is_first_name = low != "st" and (word[:1].isupper() or (any_case and low in _NAMES_TOO))
        return bool(kept) or is_first_name
    if low == "will" and word[0] == "W" and not kept:
        return True
    if low in _SURNAMES_TOO and word[:1].isupper() and kept:
        return True
    if low in _NO_NAMES or low in _MINE or low.endswith("'s"):
        return False
    if not any_case and low in MONTHS:  # "It's April"
        return False
    is_contraction = low.endswith(("'d", "'m", "'ll", "'ve", "'re", "n't"))
    return not is_contraction and (any_case or word[:1].isupper())


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _cased(word: str) -> str:
    """'o'connor' -> 'O'Connor', 'SMITH-JONES' -> 'Smith-Jones'; what has capitals keeps them."""
    if word.lower() in _PARTICLES | {"and", "&"}:
        return word.lower()
    bare = word.rstrip(".")
    if not (bare.islower() or (bare.isupper() and len(bare) > 2)):
        return bare
    parts = re.split(r"(['-])", bare.lower())
    named = "".join(part[:1].upper() + part[1:] for part in parts)
    is_mac = named.startswith("Mc") and len(named) > 3
    return f"Mc{named[2].upper()}{named[3:]}" if is_mac else named
