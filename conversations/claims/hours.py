"""What is said about when the office is open, compared with the opening hours."""

import re
from datetime import time

from conversations.claims.clock_times import ClockTime
from conversations.claims.days import Day
from conversations.claims.ground import Ground, Moments
from conversations.claims.sentences import Sentence

_HOURS = re.compile(
    r"\b(?:opens?|opening (?:hours|times)|closed|closes?|closing|office hours|working hours|hours "
    r"are|our hours|"
    r"(?:office|phones?|lines?) (?:is|are) (?:staffed|manned|answered|there|here)|in the office|"
    r"reopens?|back in|(?:ring|call|phone|reach) (?:us|the office|our office))\b|\b(?:ouverts?|"
    r"ferme|abierto|cerrado|aperti|aperto|chiusi|geoffnet|"
    r"geschlossen|aberto|fechado|otwarte|deschis|inchis)\b"
)
_VISITING = re.compile(
    r"\b(?:survey\w*|visits?|appointments?|slots?|booked|come (?:round|out|over)|see you|call you|"
    r"ring you|available|start work)\b"
)
_CLOSED = re.compile(
    r"\b(?:closed|shut|not open|ferme|cerrado|chiusi|geschlossen|fechado|inchis)\b"
)
_ALWAYS = re.compile(
    r"\bopen (?:every day|seven days|7 days|all week|(?:all )?(?:day and night|round the clock)|"
    r"24/7|on bank holidays|at weekends)\b"
)
_PIECE = re.compile(r",(?!\d)|;|\band\b(?=[^,;]{0,40}(?:day|closed))|\bbut\b")
_TO = re.compile(r"\s?(?:to|-|till?|until|through|a|au|bis|do|al)\s?")
_TODAY = re.compile(r"\b(?:today|now|tonight|this (?:morning|afternoon|evening))\b")
_WEEKDAYS_WORD = re.compile(r"\b(?:weekdays?|working days?)\b")
_WEEKEND = re.compile(r"\bweekends?\b")


def is_true_of_hours(sentence: Sentence, ground: Ground) -> bool:
    """Whether it is about being open, and each day and time in it agrees with the rows."""
    text = sentence.masked.replace("by appointment", " ")
    if not ground.known.opening or not _HOURS.search(text) or _VISITING.search(text):
        return False
    weekdays: set[int] = set()
    for piece in _PIECE.split(text):
        said = ground.moments(piece, bare=True)
        own = _weekdays(piece, said, ground)
        weekdays = own or weekdays
        if said.seasons or ((own or said.times) and not _agrees(piece, weekdays, said, ground)):
            return False
    return True


def is_open_too_often(sentence: Sentence, ground: Ground) -> bool:
    """'We're open every day': a claim without a day in it."""
    found = _ALWAYS.search(sentence.plain)
    weekdays = {weekday for weekday, _, _ in ground.known.opening}
    return found is not None and len(weekdays) < 7


def _agrees(piece: str, weekdays: set[int], said: Moments, ground: Ground) -> bool:
    opening = {weekday: (opens, closes) for weekday, opens, closes in ground.known.opening}
    if _CLOSED.search(piece):
        # Closed all day, or closed now and for the rest of the day: then times are opening times.
        return bool(said.times) or not weekdays & set(opening) or bool(_TODAY.search(piece))
    if not weekdays <= set(opening):
        return False
    edges = {edge for day in weekdays or opening for edge in opening[day]}
    return all(_is_edge(one, edges) for one in said.times)


def _is_edge(one: ClockTime, edges: set[time]) -> bool:
    return bool(one.times & edges)


def _weekdays(piece: str, said: Moments, ground: Ground) -> set[int]:
    found: set[int] = set()
    for first, second in zip(said.days, [*said.days[1:], None], strict=False):
        start = _weekday(first)
        found.add(start)
        if second is not None and _TO.fullmatch(piece, first.end, second.start):
            found |= set(_between(start, _weekday(second)))
    if _TODAY.search(piece):
        found.add(ground.today.weekday())
    if _WEEKDAYS_WORD.search(piece):
        found |= {0, 1, 2, 3, 4}
    if _WEEKEND.search(piece):
        found |= {5, 6}
    return found


def _weekday(day: Day) -> int:
    if day.on is not None:
        return day.on.weekday()
    return day.weekday if day.weekday is not None else -1


def _between(first: int, last: int) -> list[int]:
    return [(first + ahead) % 7 for ahead in range((last - first) % 7 + 1)]
