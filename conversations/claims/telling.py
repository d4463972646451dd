"""What a text tells a customer of their visit: how firm it calls it, and whether it names when."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from conversations.claims import standing
from conversations.claims.booked import claims_booking
from conversations.claims.clock_times import ClockTime
from conversations.claims.days import Day
from conversations.claims.findings import Known
from conversations.claims.ground import Ground, Moments
from conversations.claims.hedges import is_asked, is_hedged
from conversations.claims.holding import HOLD
from conversations.claims.promised import CANCELS, MOVES
from conversations.claims.sentences import Sentence, sentences
from hampstead.core.clock import now, to_london

_OF_IT = re.compile(
    r"\b(?:survey\w*|visits?|appointments?|booking|visite|rendez-vous|rdv|visita|cita|sopralluogo|"
    r"appuntamento|termin|besichtigung|wizyta|vizita|marcacao|agendamento|"
    r"consulta|vistoria|that|it)\b"
)
_PROVISIONAL = re.compile(
    r"\b(?:provisional\w*|pencil\w*|to be confirmed|provisoir\w*|provvisori\w*|provisori\w*|"
    r"vorlaufig\w*|unter vorbehalt|wstepnie|provizori\w*)\b"
)
# "No longer possible, but": each side of it says its own thing.
_TURNS = re.compile(r"\b(?:but|however|though|although)\b|;")
_FREE = (
    r"(?:possible|available|free|on|going ahead|happening|an option|open|bookable|there|left|ours|"
    r"yours|booked|confirmed|working)"
)
# What cannot be is the time. "You needn't prepare anything" and "when you can't make it" take
# nothing back.
_DENIES = re.compile(
    rf"\bno longer (?:works?|suits?|{_FREE})\b|\bunavailable\b|\bfell through\b|"
    rf"(?:n't|\bnot) (?:\w+ly )?(?:be |been )?{_FREE}\b|"
    r"(?<!\byou )\b(?:can't|cannot|couldn't|won't|will not|don't|do not|doesn't|does not|didn't|"
    r"(?:unable|not able) to) (?:\w+ly )?(?:come|make|do|offer|have|visit|attend|fit|work|suit|"
    r"hold|keep|book|manage)\b|"
    r"\b(?:is|was|are|been|got|just|already|'s) taken\b(?! (?:care|into|up|from))|"
    r"(?:\b(?:is|are|has|have)|'s)(?: (?:now|just|already|all|sadly)){0,2} gone\b(?! (?:ahead|for|"
    r"through))|"
    r"\b(?:(?:some(?:body|one)|anyone) else|another \w+)(?:'s| has)?(?: \w+)? (?:took|taken|"
    r"booked)\b|\bis (?:fully|already) booked\b"
)
_OTHERWISE = re.compile(r"^(?:if|or|otherwise|alternatively|should|we also|i also)\b")
# "To cancel it, reply": how it is done, not that it is.
_HOW = re.compile(
    r"(?<!going )\b(?:to|pour|per|para|zum|um|just|please|can|may) (?:\w+ )?$|(?:^|[,.:;] ?)$|"
    r"\b(?:here|and|or|reply|text|just) $|\b(?:posso|podemos|pode|quer|puedo|puede|quiere|peux|"
    r"pouvez|pouvons|possiamo|puo) (?:\w+ )?$"
)
_BARE = re.compile(r"cancel(?!l?ed|ad|at|lat|ei\b|amos\b)|annul(?:er|ar)|anul(?:ar|er)|desmarcar")
# The fee and the terms of it, rather than the deed.
_CANCELLATION = re.compile(r"cancel+ations?\b(?! (?:is|has been|was) (?:now )?(?:confirmed|done))")
WEEK = 7


def tells_when(said: str, at: datetime) -> bool:
    """Whether the day of `at` and its time are named together, plainly enough to find the door."""
    ground = Ground(Known(now=now()))
    given = ground.at([at])
    is_near = 0 <= (to_london(at).date() - ground.today).days < WEEK
    return any(
        _is_meant(day, one, given, is_near=is_near)
        for sentence in _of_the_claim(list(sentences(said)))
        for day, one in _moments(sentence, ground).pairs
    )


def _of_the_claim(told: Sequence[Sentence]) -> Iterator[Sentence]:
    """The sentences that claim a visit and those beside them, without what they deny."""
    for place, sentence in enumerate(told):
        around = told[max(0, place - 1) : place + 2]
        is_aside = sentence.is_question or _OTHERWISE.search(sentence.plain)
        if any(map(_claims, around)) and not is_aside:
            yield _asserted(sentence)


def _claims(sentence: Sentence) -> bool:
    text = sentence.plain
    if sentence.is_question:
        return False
    is_moved = MOVES.search(text) is not None
    return is_moved or claims_booking(sentence) or HOLD.search(text) is not None


def _asserted(sentence: Sentence) -> Sentence:
    text = sentence.plain
    cuts = [0, *(found.start() for found in _TURNS.finditer(text)), len(text)]
    pieces = (text[first:end] for first, end in pairwise(cuts))
    kept = "".join(" " * len(piece) if _denies(piece) else piece for piece in pieces)
    return Sentence(sentence.original, kept)


def _denies(piece: str) -> bool:
    return _DENIES.search(piece) is not None and not claims_booking(Sentence(piece, piece))


def _moments(sentence: Sentence, ground: Ground) -> Moments:
    return ground.moments(standing.of_visit(sentence, ground))


def _is_meant(day: Day, one: ClockTime, given: Moments, *, is_near: bool) -> bool:
    """A weekday alone names a day of this week only."""
    is_day = any(day.agrees_with(known) for known in given.days)
    is_time = any(one.times & known.times for known in given.times)
    return is_day and is_time and (day.on is not None or is_near)


def calls_it_booked(said: str) -> bool:
    """Booked, confirmed, 'see you on Tuesday': as settled, whether it is or not."""
    return any(claims_booking(sentence) for sentence in sentences(said))


def calls_it_provisional(said: str) -> bool:
    return _PROVISIONAL.search(Ground(Known(), said).said) is not None


def calls_it_held(said: str) -> bool:
    return HOLD.search(Ground(Known(), said).said) is not None


def calls_it_cancelled(said: str) -> bool:
    return any(_is_cancelled(sentence) for sentence in sentences(said))


def _is_cancelled(sentence: Sentence) -> bool:
    if sentence.is_question or not _OF_IT.search(sentence.plain):
        return False
    return any(
        not _is_how(sentence, hit)
        and not is_asked(sentence, hit.start())
        and not is_hedged(sentence, hit.start(), tight=False)
        for hit in CANCELS.finditer(sentence.plain)
    )


def _is_how(sentence: Sentence, hit: re.Match[str]) -> bool:
    if _CANCELLATION.match(sentence.plain, hit.start()):
        return True
    is_bare = _BARE.match(sentence.plain, hit.start()) is not None
    return is_bare and _HOW.search(sentence.plain, 0, hit.start()) is not None
