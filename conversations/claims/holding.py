"""A slot kept for a customer while they decide, and until when."""

import re
from datetime import datetime, timedelta

from conversations.claims.ground import Ground
from hampstead.core.clock import to_london

HOLD = re.compile(
    r"\b(?:held|hold(?:ing)?|keep(?:ing)?|kept|reserved (?:for you )?until|set aside|"
    r"for (?:five|5|a few|ten) minutes)\b"
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
