"""Addresses and numbers: only the firm's, a tool's, or the customer's own."""

import re
from collections.abc import Iterable, Iterator

from conversations.claims.findings import MAX_QUOTE, Finding, FindingKind, Known
from conversations.claims.ground import leaves
from conversations.claims.sentences import plain, sentences

_TOP = (
    r"(?:com|co\.uk|org\.uk|me\.uk|gov\.uk|org|net|uk|io|info|biz|app|dev|xyz|shop|site|online|ru|"
    r"cn|top|london|eu|gg|tk|ly|example|test|invalid)"
)
_MAIL = r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"
_LINK = re.compile(
    r"\b(?:https?|ftp|file|ldap|mailto|tel)://?[^\s<>\"]{1,300}|\bwww\.[^\s<>\"]{1,300}|"
    rf"(?<![\w.@-])(?:[a-z0-9-]{{2,63}}\.){{1,3}}{_TOP}\b(?:/[^\s<>\"]{{0,300}})?|"
    r"(?<![\w.@-])[a-z0-9-]{1,63}\.[a-z]{2,6}/[^\s<>\"]{1,300}|"
    # Ways to be paid: IBAN, bitcoin, sort code.
    r"\b[a-z]{2}\d{2}\s?(?:[a-z0-9]{4}\s?){3,7}[a-z0-9]{0,4}\b(?<=\d)|\bbc1[a-z0-9]{20,}\b|"
    r"\bsort code\W{0,4}(?:is )?\d\d\W?\d\d\W?\d\d"
)
_ADDRESS = re.compile(_MAIL)
_SPOKEN_DOT = re.compile(r"\s?[(\[]?\s?\b(?:dot|punto|punkt|point)\b\s?[)\]]?\s?(?=[a-z0-9])")
_SPOKEN_SLASH = re.compile(r"(?<=\w) slash (?=\w)")
_SPOKEN_AT = re.compile(
    r"\b(?!(?:pay|continue|look|us|me|order|visit|book|find|now|is|here|be|online|"
    r"page)\b)([\w.+-]{1,64})\s?[(\[]?\s?\bat\b\s?[)\]]?\s?(?=[a-z0-9-]{2,40}\.[a-z])"
)
_PHONE = re.compile(r"(?<![\w£€$.,-])(?:\+|00)?\d(?:[ ()./-]{0,2}\d){8,18}(?!\d)")
_DIGITS = {"oh": "0", "o": "0", "zero": "0", "nought": "0", "one": "1", "two": "2", "three": "3"}
_DIGITS |= {
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "hundred": "00",
}
_DIGIT_WORD = "|".join(_DIGITS)
_SPOKEN = re.compile(rf"\b(?:(?:(?:double|triple) )?(?:{_DIGIT_WORD})\b[ ,-]{{0,2}}){{7,16}}")
_EMERGENCY = frozenset({"0800111999", "999", "112", "101", "105", "111"})
_SHARED_END = 9
LONGEST_NUMBER = 15  # more digits are a card

# What the customer gave may be read back to them, not passed off as a way to reach us.
_OURS = re.compile(
    r"\b(?:ring|call|pay|go to|visit|see|transfer|send|write to|contact us|reach us|continue at|"
    r"our|us|office|team|surveyor|click)\b"
)

WHY = "It gives an address, a link or a number that is neither the firm's nor the customer's."


def find_links(said: str, known: Known) -> Iterator[Finding]:
    text = _written(said)
    if not any(pattern.search(text) for pattern in (_LINK, _ADDRESS, _PHONE)):
        return
    tools = [str(leaf.value) for one in known.tool_texts for leaf in leaves(one)]
    firm = _joined((*known.firm_texts, *tools))
    customer = " \n " + _joined(known.customer_texts)
    for sentence in sentences(text):
        own = "" if _OURS.search(sentence.plain) and not sentence.is_question else customer
        if strange := _strange(sentence.plain, firm, own):
            yield Finding(FindingKind.LINK, strange[:MAX_QUOTE], WHY)
            return


def _strange(text: str, firm: str, customer: str) -> str:
    """The first thing in the text that is nobody's."""
    links = (hit[0].rstrip(".,;:!?)'/") for hit in _LINK.finditer(_ADDRESS.sub(" ", text)))
    if found := next((link for link in links if link not in firm), ""):
        return found
    mails = (hit[0].rstrip(".-") for hit in _ADDRESS.finditer(text))
    if found := next((mail for mail in mails if mail not in firm + customer), ""):
        return found
    numbers = {_end(hit[0]) for hit in _PHONE.finditer(firm + customer)}
    for hit in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", hit[0])
        is_known = digits in _EMERGENCY or _end(digits) in numbers
        if not is_known or len(digits) > LONGEST_NUMBER:
            return hit[0]
    return ""


def _joined(texts: Iterable[str]) -> str:
    return " \n ".join(_written(text) for text in texts)


def _end(number: str) -> str:
    return re.sub(r"\D", "", number)[-_SHARED_END:]


def _written(text: str) -> str:
    """'jo dot b at mail dot com' and 'oh two oh seven' as they would be typed."""
    typed = _SPOKEN_SLASH.sub("/", _SPOKEN_AT.sub(r"\1@", _SPOKEN_DOT.sub(".", plain(text))))
    return _SPOKEN.sub(_digits, typed)


def _digits(found: re.Match[str]) -> str:
    times, made = 1, []
    for word in re.split(r"[ ,-]+", found[0].strip(" ,-")):
        if word in ("double", "triple"):
            times = 2 if word == "double" else 3
        else:
            made.append(_DIGITS[word] * times)
            times = 1
    return "".join(made) + " "
