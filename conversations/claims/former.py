"""When a visit was before, or is not: "from Tuesday", "instead of Tuesday at ten"."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from conversations.claims.agreeing import bears_out
from conversations.claims.clock_times import ClockTime
from conversations.claims.days import Day
from conversations.claims.ground import Ground, Moments, pairs
from conversations.claims.promised import CANCELS, MOVES

# Between the parts of one moment: "Tuesday, 1 December, at 10:00".
_JOINT = re.compile(r"[\s,]*(?:(?:at|on|the|de|a|a las|as|um|alle|o)\s*)?")
_VISIT = r"(?:survey|visit|appointment|booking|visite|visita|cita|termin)"
_LINK = r"(?:\s(?:on|at|for|the|el|le|dem|den|o|dia)){0,2}\s?$"
_NOT = re.compile(
    r"\b(?:instead of|rather than|not|no longer|was|au lieu d[eu]|plutot que|en lugar del?|en vez "
    r"del?|invece d(?:i|el)|anziche|statt|anstatt|em vez d[eao]|zamiast|in loc de)" + _LINK
)
_FROM = re.compile(r"\bfrom" + _LINK)
_WAS_BOOKED = re.compile(r"\bwas (?:\w+ly )?(?:booked|planned|scheduled|arranged|due)" + _LINK)
_FROM_ELSEWHERE = re.compile(r"\b(?:d[eau]|de la|dal|del|desde|vo[nm]|ze?|de pe)" + _LINK)
_TO_ELSEWHERE = re.compile(r"(?:\suhr)?,?\s(?:a|al|au|auf|zum|alle?|as|na|pe|para)\b")
_OF_VISIT = re.compile(rf"\b(?:{_VISIT}|your|the|it|you){_LINK}")
_TO = re.compile(rf",?(?:\s{_VISIT})?\sto\b")
# "Your visit on Tuesday has been moved", "is cancelled".
_AUX = (
    rf"(?:\s{_VISIT})?(?:\s(?:has|have|is|was|been|now|just|all|est|a|ete|ist|wurde|ha|sido|fue|"
    r"esta|foi|e|stat[oa]|jest|zostala|este)){1,4}\s"
)
_IS_MOVED = re.compile(rf"{_AUX}(?:{MOVES.pattern}|rescheduled|rearranged)")
_IS_CANCELLED = re.compile(rf"{_AUX}(?:{CANCELS.pattern})")
_CANCELLED = re.compile(rf"\bcancel+ed (?:your|the) (?:\w+ )?{_VISIT}{_LINK}")
_MOVED = re.compile(rf"{MOVES.pattern}|\b(?:rescheduled|rearranged)\b")
_NOW = re.compile(r"\bnow\b")


def without_former(text: str, ground: Ground) -> str:
    """Without the times that are named as past ones, whichever they are."""
    return _without(text, ground, lambda run: _is_past(text, run) or _is_told(text, run, ground))


def without_told(text: str, ground: Ground) -> str:
    """Without past times that the customer had been told: only these may be named anew."""
    return _without(text, ground, lambda run: _is_told(text, run, ground))


def _without(text: str, ground: Ground, is_left_out: Callable[[Moments], bool]) -> str:
    for run in _runs(text, ground.moments(text)):
        if is_left_out(run):
            first, end = _span(run)
            text = text[:first] + " " * (end - first) + text[end:]
    return text


def _is_past(text: str, run: Moments) -> bool:
    before = text[: _span(run)[0]]
    has_moved = _MOVED.search(text) is not None
    return _NOT.search(before) is not None or (has_moved and _FROM.search(before) is not None)


def _is_told(text: str, run: Moments, ground: Ground) -> bool:
    told = ground.known.was_told_for
    if not told or not bears_out(ground.at(told), run):
        return False
    first, end = _span(run)
    before = text[:first]
    is_cancelled = _CANCELLED.search(before) or _IS_CANCELLED.match(text, end)
    if ground.known.has_cancelled and is_cancelled:
        return True
    return _is_past(text, run) or _is_moved_from(text, before, end, ground)


def _is_moved_from(text: str, before: str, end: int, ground: Ground) -> bool:
    if _IS_MOVED.match(text, end):
        return True
    has_moved = _MOVED.search(text)
    if _WAS_BOOKED.search(before):
        return bool(_MOVED.search(ground.said) or _NOW.search(text))
    is_first = _OF_VISIT.search(before) and _TO.match(text, end)
    is_elsewhere = _FROM_ELSEWHERE.search(before) and _TO_ELSEWHERE.match(text, end)
    return bool(has_moved and (is_first or is_elsewhere))


def _runs(text: str, said: Moments) -> Iterator[Moments]:
    """The parts that follow each other closely are one moment."""
    named: list[Day | ClockTime] = [*said.days, *said.times]
    parts = sorted(named, key=lambda part: part.start)
    cuts = [
        place
        for place, (one, other) in enumerate(pairwise(parts), start=1)
        if not _JOINT.fullmatch(text, one.end, other.start)
    ]
    for first, end in pairwise([0, *cuts, len(parts)]):
        if run := parts[first:end]:
            yield _moments(text, run)


def _moments(text: str, parts: list[Day | ClockTime]) -> Moments:
    named = [part for part in parts if isinstance(part, Day)]
    times = [part for part in parts if isinstance(part, ClockTime)]
    return Moments(named, times, pairs(text, named, times), [], [])


def _span(run: Moments) -> tuple[int, int]:
    parts: list[Day | ClockTime] = [*run.days, *run.times]
    return min(part.start for part in parts), max(part.end for part in parts)
