"""What a sentence says of a visit, compared with the visits that stand: how firm, and when."""

import re
from collections.abc import Sequence
from datetime import datetime

from conversations.claims.agreeing import bears_out, knows_day, knows_pair
from conversations.claims.former import without_former
from conversations.claims.ground import Ground
from conversations.claims.holding import HOLD, UNTIL
from conversations.claims.hours import is_true_of_hours
from conversations.claims.promised import CANCELS, promises_something
from conversations.claims.sentences import Sentence

PROVISIONAL = re.compile(
    r"\b(?:provisional\w*|pencil\w*|subject to|to be confirmed|until you confirm|"
    r"for now|reserved for (?:five|5|a few)|provisoir\w*|provvisori\w*|provisori\w*|vorlaufig\w*|"
    r"unter vorbehalt|wstepnie|provizori\w*)\b"
)
# Words that say it is settled; "the surveyor will come" leaves room for a "provisionally" beside.
_FIRM = re.compile(
    r"\b(?:booked|confirmed|scheduled|arranged|fixed|secured|diary|calendar|all set|guaranteed|"
    r"it's a date|is yours|it is|happening|going ahead)\b"
)
_OTHERWISE = re.compile(r"^(?:if|or|otherwise|alternatively|should|you could|we also)\b|\?\s*$")
_THEIRS = re.compile(r"\byou(?:'ve| have|'d| had)? (?:said|mention\w*|prefer\w*|ask\w*|suggest\w*)")

WHY = "It says that a visit is booked or will happen, and no such survey is stored."
WHY_PROVISIONAL = "It says that a visit is fixed, and the survey is only provisional."
WHY_HELD = "It says that a visit is booked, and the time is only held for the customer."
WHY_WHEN = "It names another day or time than the survey that is stored."
WHY_STANDS = "It says that a visit is cancelled, and that survey stands."


def wrong(sentence: Sentence, ground: Ground) -> str:
    """Why a sentence that speaks of a booked visit is not true; empty if it is."""
    known, text = ground.known, sentence.plain
    if not (known.surveys or known.provisional or known.held):
        return WHY
    starts = [*known.surveys]
    if _is_loose(text) or (_is_loose(ground.said) and not _FIRM.search(text)):
        starts += known.provisional
    if HOLD.search(text) and not _FIRM.search(text):
        starts += known.held
    if not starts:
        return WHY_PROVISIONAL if known.provisional else WHY_HELD
    return "" if _agrees(sentence, starts, ground) else WHY_WHEN


def _is_loose(text: str) -> bool:
    return PROVISIONAL.search(text) is not None or HOLD.search(text) is not None


def cancels_what_stands(sentence: Sentence, ground: Ground) -> bool:
    """Whether every moment of a sentence about a cancelled visit is that of one that stands."""
    if not CANCELS.search(sentence.plain):
        return False
    known = ground.known
    given = ground.at((*known.surveys, *known.provisional, *known.held))
    said = ground.moments(of_visit(sentence, ground)).pairs
    return bool(said) and all(knows_pair(day, one, given) for day, one in said)


def is_elsewhere(sentence: Sentence, beside: Sequence[Sentence], ground: Ground) -> bool:
    """Whether the sentences around one without a day name other days than those of the visits."""
    known = ground.known
    starts = (*known.surveys, *known.provisional, *known.held)
    if not starts or ground.moments(of_visit(sentence, ground)).days:
        return False
    given = ground.at(starts)
    named = [
        day
        for other in beside
        if not _is_of_something_else(other, ground)
        for day in ground.moments(of_visit(other, ground)).days
    ]
    return bool(named) and not any(knows_day(day, given) for day in named)


def _is_of_something_else(sentence: Sentence, ground: Ground) -> bool:
    text = sentence.plain
    is_other = _OTHERWISE.search(text) or _THEIRS.search(text) or promises_something(sentence)
    return bool(is_other) or is_true_of_hours(sentence, ground)


def _agrees(sentence: Sentence, starts: Sequence[datetime], ground: Ground) -> bool:
    said, given = ground.moments(of_visit(sentence, ground)), ground.at(starts)
    return bears_out(given, said)


def of_visit(sentence: Sentence, ground: Ground) -> str:
    """The sentence without the clauses in which somebody promises to ring or write."""
    kept = (
        " " * len(clause) if promises_something(Sentence(clause, clause)) else clause
        for clause in sentence.clauses
    )
    text = "".join(kept)
    text = UNTIL.sub(" ", text) if HOLD.search(text) else text
    return without_former(text, ground)
