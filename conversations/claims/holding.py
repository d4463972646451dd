"""A slot kept for a customer while they decide, and until when."""

import re
from datetime import datetime, timedelta

from conversations.claims.day_words import MONTHS, WEEKDAYS, one_of
from conversations.claims.ground import Ground
from conversations.claims.languages import PT_KEEPS
from hampstead.core.clock import to_london

_TIME = (
    rf"(?:slots?|times?|places?|spots?|(?:that|this|the \w+) one|\d[\d:.apm]*|noon|half past|"
    rf"the \d\w+|{one_of([*WEEKDAYS, *MONTHS])}|tomorrow)"
)
_MINUTES = r"for (?:about )?(?:five|5|a few|ten|10) minutes"
# "Keep the loft clear" and "hold the ladder" keep no time.
HOLD = re.compile(
    r"\b(?:(?:(?<!please )(?:held|hold(?:ing)?|keep(?:ing)?|kept)) (?:"
    r"(?:(?:the|that|this|your|both|these|those|an?|first|second|for you|you)[:,]? ){0,2}"
    rf"{_TIME}|"
    r"(?:it|this|that|them|both)(?= (?:\w+ ){0,2}?(?:for (?:you|now)|until|till|while|open|aside|"
    rf"longer|{_MINUTES})\b|\s?[.,:;!)]|$)|for you|until|till|while|back)|"
    r"(?:is|are|was|were|be|been|being|it's|that's|slot's|time's)(?: (?:\w+ly|now|still|only|just|"
    r"being|also|both|already|all)){0,2} (?:held|kept)(?! (?:up|clear|clean|short|dry|safe|in))|"
    r"held(?! (?:up|together|on to|back|responsible)\b)|(?:a|the|your|this) hold(?! up\b)|"
    r"(?:i'm|i am|we're|we are|keep)(?: \w+)? holding|put (?:\w+ ){1,4}on hold|"
    r"reserved (?:for you )?until|set aside|"
    rf"(?:reserved|saved|yours|blocked|free)(?: for you)? {_MINUTES}|{PT_KEEPS})\b"
)
# How long a slot is held is not when the visit is.
UNTIL = re.compile(r"\b(?:until|till?|til) (?:about )?\d{1,2}[:.]\d\d(?: ?[ap]m)?\b")
_HOLDS_FOR = timedelta(hours=1)


def without_hold_end(text: str, ground: Ground) -> str:
    """Without "until 10:05" when a slot is held and that time is near."""
    if not (ground.known.held and HOLD.search(text)):
        return text
    start = to_london(ground.known.now)
    return UNTIL.sub(lambda hit: " " if _is_near(hit[0], start, ground) else hit[0], text)


def _is_near(text: str, start: datetime, ground: Ground) -> bool:
    ends = (each for one in ground.moments(text).times for each in one.times)
    return any(
        timedelta(0) <= datetime.combine(start, each, start.tzinfo) - start <= _HOLDS_FOR
        for each in ends
    )
