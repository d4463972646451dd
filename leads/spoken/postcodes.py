"""UK postcodes spelled out: 'en double-u three two queue gee', 'N for November W three'."""

import re
from collections.abc import Iterator

from leads.spoken.figures import DIGITS, REPEATS, TENS, UNITS
from leads.spoken.text import LONGEST_READ, plain, words_of

AREAS = frozenset(
    words_of(
        "AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH "
        "DL DN DT DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV "
        "JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE "
        "PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ "
        "TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE "
    )
)
LONDON = frozenset(words_of("E EC N NW SE SW W WC"))
_OUTCODE = r"([A-Z]{1,2})(?:[1-9][0-9]?|[1-9][A-HJKMNPRSTU-Y]|0)"
# Letters that never stand in the second half; that is what tells O from 0 there.
_INCODE = r"[0-9][ABD-HJLNP-UW-Z]{2}"
_WHOLE = re.compile(rf"{_OUTCODE}{_INCODE}")
_HALF = re.compile(rf"{_OUTCODE}[0-9]?")
_NAMES = {
    "A": "ay eh a", "B": "bee be", "C": "see sea cee", "D": "dee", "E": "ee", "F": "ef eff",
    "G": "gee jee", "H": "aitch haitch", "I": "eye i aye", "J": "jay", "K": "kay",
    "L": "el ell", "M": "em emm", "N": "en enn", "O": "oh owe", "P": "pee pea",
    "Q": "queue cue kew que", "R": "ar are", "S": "ess es", "T": "tee tea", "U": "you yew",
    "V": "vee", "W": "doubleu dubya", "X": "ex", "Y": "why wye", "Z": "zed zee",
}  # fmt: skip
_NATO = words_of(
    "alpha alfa bravo charlie delta echo foxtrot golf hotel india juliet juliett kilo lima mike "
    "november oscar papa quebec romeo sierra tango uniform victor whiskey whisky xray yankee zulu"
)
# Everyday words among the names of letters: they count only inside a whole postcode.
_EVERYDAY = set(words_of("a i be see sea are you why oh tea pea to too el es ex am eye owe"))
_SHORT_WORDS = set(
    words_of("at by in on is it of or so we us my me no up go do he hi if as an ok vs")
)
_SYMBOLS = {name: letter for letter, names in _NAMES.items() for name in names.split()}
_SYMBOLS |= {word: word[0].upper() for word in _NATO}
_SYMBOLS |= dict(DIGITS) | {"oh": "O", "o": "O", "ten": "10", "eleven": "11", "to": "2", "too": "2"}
_SYMBOLS |= {word: str(number) for word, number in UNITS.items() if number >= 10}
_NORTH_WEST = re.compile(r"\bnorth[- ]?west (?=\d|[a-z]+\b)")
_DOUBLE_U = re.compile(r"\bdouble[- ]?(?:you|u)\b|\bdub\b")
_AS_IN = re.compile(r"\b(?:for|as in|like|is for)$")
_TOKEN = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
# As written, in capitals: "NW3 IAA" and "NWI 4AB".
_MISTYPED = re.compile(r"\b([A-Z]{1,2}[0-9IO][A-Z0-9]?) ?([0-9IO][A-Z]{2})\b")
_LOOKS = {"O": "0", "I": "1", "0": "O", "1": "I"}
_LONGEST_RUN = 12


def spelled_postcode(text: str) -> str | None:
    """'N W 3, 2 Q G' -> 'NW3 2QG', 'nw three' -> 'NW3'. A letter O for a nought, and an I for a
    one, are put right only where that makes a postcode."""
    half = None
    if written := _mistyped(text):
        return written
    said = _NORTH_WEST.sub("n w ", plain(text).replace("x-ray", "xray"))
    for run in _runs(_DOUBLE_U.sub("doubleu", said)):
        for start in range(len(run)):
            if whole := _whole_at(run, start):
                return whole
            half = half or _half_at(run, start)
    return half


def _mistyped(text: str) -> str | None:
    """Words in a text that is all in capitals look alike: then the figures must be figures."""
    head = text[:LONGEST_READ].strip()
    is_shouted = len(head) > 8 and head.upper() == head
    for found in _MISTYPED.finditer(head.upper() if len(head) <= 8 else head):
        figures = [part for part in found.groups() if any(char.isdecimal() for char in part)]
        if len(figures) > is_shouted and (whole := repaired(found[1] + found[2])):
            return whole
    return None


def _runs(said: str) -> Iterator[list[tuple[str, str]]]:
    """Neighbouring words that can be letters or figures, as (word, what it stands for)."""
    tokens, run, at = _TOKEN.findall(said), list[tuple[str, str]](), 0
    while at < len(tokens):
        step, symbol = _symbol(tokens, at)
        if symbol:
            run.append((tokens[at], symbol))
            # "N for November": the word only says again which letter it was.
            step += _explanation(tokens, at + step, symbol)
        elif tokens[at] not in (",", "-", ".", "/") or not run:
            yield run
            run = []
        at += step
    yield run


def _symbol(tokens: list[str], at: int) -> tuple[int, str]:
    word = tokens[at]
    following = tokens[at + 1] if at + 1 < len(tokens) else ""
    if word in REPEATS:
        symbol = _SYMBOLS.get(following) or (following.upper() if len(following) == 1 else "")
        return (2, symbol * REPEATS[word]) if symbol.isalnum() else (1, "")
    if word in TENS:
        unit = UNITS.get(following, 0)
        return (2, str(TENS[word] + unit)) if 1 <= unit <= 9 else (1, str(TENS[word]))
    if word in _SYMBOLS:
        return 1, _SYMBOLS[word]
    has_figure = len(word) <= 8 and any(char.isdecimal() for char in word)
    is_letters = len(word) <= 2 and word.isalpha() and word not in _SHORT_WORDS
    return 1, word.upper() if has_figure or is_letters else ""


def _explanation(tokens: list[str], at: int, symbol: str) -> int:
    for length in (2, 1):
        lead_in = " ".join(tokens[at : at + length])
        word = tokens[at + length] if at + length < len(tokens) else ""
        if _AS_IN.fullmatch(lead_in) and word[:1].upper() == symbol:
            return length + 1
    return 0


def _whole_at(run: list[tuple[str, str]], start: int) -> str | None:
    joined = ""
    for _, symbol in run[start : start + _LONGEST_RUN]:
        joined += symbol
        if len(joined) > 7:
            return None
        if len(joined) >= 5 and (whole := repaired(joined)):
            return whole
    return None


def _half_at(run: list[tuple[str, str]], start: int) -> str | None:
    """Half a postcode in a sentence: of London, and said in letters that are no words."""
    words = run[start : start + 4]
    for count in (4, 3, 2, 1):
        part = words[:count]
        joined = _mended_half("".join(symbol for _, symbol in part))
        found = _HALF.fullmatch(joined)
        if len(part) < count or found is None or found[1] not in LONDON:
            continue
        if part[0][0] in _EVERYDAY or (count > 1 and part[0][0] in ("e", "no")):
            continue
        return outcode(joined)
    return None


def _mended_half(joined: str) -> str:
    """'NW1O' -> 'NW10': no outcode ends in O or I, and none has one in front of its figure."""
    letters = 2 if joined[:2] in LONDON else 1
    return joined[:letters] + "".join(_as_digit(char) for char in joined[letters:])


def outcode(joined: str) -> str:
    """'NW32' -> 'NW3': a sector is said on the way to a whole postcode, except as 'N12'."""
    letters = "".join(char for char in joined[:2] if char.isalpha())
    figures = joined[len(letters) :]
    most = {"NW": 11, "N": 22, "E": 20, "SE": 28, "SW": 20, "W": 14}.get(letters, 4)
    is_number = figures.isdecimal() and int(figures) <= most
    return joined if is_number or not figures.isdecimal() else letters + figures[0]


def repaired(joined: str) -> str | None:
    """A whole postcode of 5 to 7 letters and figures, after mending O/0 and I/1 if need be."""
    head, tail = joined[:-3], joined[-3:]
    tail = _as_digit(tail[0]) + "".join(_as_letter(char) for char in tail[1:])
    for letters in (2, 1):
        area = "".join(_as_letter(char) for char in head[:letters])
        for rest in (head[letters:], "".join(_as_digit(char) for char in head[letters:])):
            found = _WHOLE.fullmatch(area + rest + tail)
            if found and found[1] == area and area in AREAS:
                return f"{area}{rest} {tail}"
    return None


def _as_digit(char: str) -> str:
    return _LOOKS[char] if char in ("O", "I") else char


def _as_letter(char: str) -> str:
    return _LOOKS[char] if char in ("0", "1") else char
