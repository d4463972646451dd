"""Days and times: only from a tool, a survey or the opening hours, or the customer's own word."""

import re
from collections.abc import Iterator

from conversations.claims.agreeing import knows_day, knows_pair, knows_time
from conversations.claims.clock_times import ClockTime
from conversations.claims.days import Day
from conversations.claims.findings import Finding, FindingKind
from conversations.claims.former import without_told
from conversations.claims.ground import Ground, Moments
from conversations.claims.holding import without_hold_end
from conversations.claims.hours import is_open_too_often, is_true_of_hours
from conversations.claims.seasons import Part, Season, contains, without_greetings
from conversations.claims.sentences import Sentence

_THEIRS = re.compile(
    r"\byou(?:'ve| have|'d| would|'re| are)?(?: \w+ly)? (?:said|mention\w*|prefer\w*|ask\w*|"
    r"suggest\w*|"
    r"like|want\w*|free|can do|hop\w+|told|wrote|available|thinking|looking|around|off|away|moving|"
    r"planning|need|do)\b|\b(?:suits?|works? (?:for|best for)) you\b|\bfor you\b|\byour "
    r"(?:prefer\w*|"
    r"wish|availability|move|holiday|preferred)\b|\bnoted\b|\bnote\b|\byou (?:to )?(?:start|"
    r"begin)\b"
)
_ACTS = (
    r"(?:come|visit|ring|call|phone|be (?:there|with|round|back|in touch)|see|meet|start|begin|"
    r"send|attend|arrive|do|book|schedule|arrange|reserve|confirm|make|manage|offer|fit|get|survey|"
    r"finish|complete|deliver|have|hold|reply|write|email|text|pop|fix|squeeze)"
)
_OURS = (
    r"(?:we|i|they|he|she|someone|somebody|colleagues?|surveyors?|team|office|engineers?|builders?|"
    r"manager|plumber)"
)
_COMMITS = re.compile(
    rf"\b{_OURS}(?:'ll| will| shall| can| could|'re going to| are going to| is going to|'re| are| "
    rf"is|'s|'m| am)(?: \w+){{0,2}}? {_ACTS}(?:ing)?\b|"
    rf"\b{_OURS}(?:'re| are| is|'s) (?:free|available|coming|visiting)\b|"
    r"\b(?:booked|confirmed|scheduled|reserved|arranged|see you|in the diary|all set|is available|"
    r"have availability|(?:got|have) (?:a|an|one) \w*\s?(?:slot|space|opening)|slots?|we have "
    r"space|works? for us|suits? us|fine (?:with|by|for) (?:us|me)|is (?:free|fine|doable|possible|"
    r"perfect|good)|that works|no problem|it is then|will (?:be|take place|happen))\b|"
    r"\b(?:survey|visit|appointment|call|work|build)s? (?:is|will|starts?|begins?)\b"
)
# "I'll note Tuesday" says nothing about what we do on it.
_NOTING = re.compile(
    r"\b(?:i|we)(?:'ve| have|'ll| will| can)?(?: now| also| just)? (?:make a note|made a note|note|"
    r"noted|"
    r"noting|put down|pass on|pass that on|let (?:the|our) (?:team|office|colleagues?) know|see)\b|"
    r"\bthat (?:works|is perfect|suits) for you\b"
)
# With these a part of today is a plan, without them small talk.
_PLANS = re.compile(
    r"\b(?:ring|call|phone|come|visit|survey\w*|slots?|appointments?|pop|start|send|available|free|"
    r"see you|be (?:there|with you)|round|arrive|reply|back to you|in touch|speak|meet)\b"
)
_PAST = re.compile(
    r"\b(?:thanks?|thank you|sorry|merci|gracias|danke|grazie|obrigad[oa])\b[^.]{0,60}$|\byou(?:r| "
    r")?(?:'ve| have)?\s?(?:called|rang|wrote|sent|messaged|call|message)\b"
)
_REFUSES = re.compile(
    r"\b(?:can't|cannot|unable to|not able to|won't|couldn't|not sure|don't know)\b(?! wait)"
)
# Questions that a receptionist asks about the project rather than offering a time.
_PROJECT = re.compile(
    r"\b(?:start\w*|begin\w*|mov\w+|finish\w*|ready|done|complet\w+|work|project|build|timescale|"
    r"have in mind|thinking|baby|arrives)\b"
)

SHORT = 2

WHY_DAY = "It names a day ({text}) that no tool returned and no survey is on."
WHY_TIME = "It names a time ({text}) that no tool returned and no survey is at."
WHY_HOURS = "It says that we are open when we are not."
WHY_PAIR = "It puts {time} on {day}, which no tool returned together."


def find_dates(sentence: Sentence, ground: Ground) -> Iterator[Finding]:
    if is_open_too_often(sentence, ground):
        yield Finding(FindingKind.DATE, sentence.quote, WHY_HOURS)
        return
    text = without_hold_end(without_greetings(sentence.masked), ground)
    text = without_told(text, ground)
    said = ground.moments(text)
    if not (said.days or said.times or said.seasons or said.parts):
        return
    wrong = _first_wrong(text, said, ground)
    if wrong and not is_true_of_hours(sentence, ground) and not _is_echo(sentence, said, ground):
        yield Finding(FindingKind.DATE, sentence.quote, wrong)


def _first_wrong(text: str, said: Moments, ground: Ground) -> str:
    given = ground.tool_moments
    for day in said.days:
        if not knows_day(day, given):
            return WHY_DAY.format(text=day.text)
    for season in said.seasons:
        if not _knows_season(season, given, ground):
            return WHY_DAY.format(text=season.text)
    for one in said.times:
        if not knows_time(one, given):
            return WHY_TIME.format(text=one.text)
    for day, one in said.pairs:
        if not knows_pair(day, one, given):
            return WHY_PAIR.format(time=one.text, day=day.text)
    return _wrong_part(text, said, given, ground)


def _wrong_part(text: str, said: Moments, given: Moments, ground: Ground) -> str:
    for part in said.parts:
        plans = _PLANS if part.is_today else _COMMITS
        is_plan = plans.search(text) or (part.text != "today" and len(text.split()) <= SHORT)
        if _knows_part(part, given, ground) or not is_plan or _PAST.search(text):
            continue
        if _REFUSES.search(text):
            continue
        return WHY_TIME.format(text=part.text)
    return ""


def _knows_season(season: Season, given: Moments, ground: Ground) -> bool:
    if any(season.key == known.key for known in given.seasons):
        return True
    dates = (day.on for day in given.days)
    return any(day is not None and contains(season, day, ground.today) for day in dates)


def _knows_part(part: Part, given: Moments, ground: Ground) -> bool:
    if any(part.text == known.text for known in given.parts):
        return True
    if part.is_today and not any(day.on == ground.today for day in given.days):
        return False
    if part.text in ("today", "later today"):
        return True
    return any(_in_part(part.text, one) for one in given.times)


def _in_part(text: str, one: ClockTime) -> bool:
    ranges = {"morning": range(12), "afternoon": range(12, 18), "evening": range(17, 24)}
    ranges |= {"tonight": range(17, 24), "first thing": range(10), "lunch": range(12, 15)}
    hours = [hours for word, hours in ranges.items() if word in text] or [range(24)]
    return any(each.hour in hours[0] for each in one.times)


def _is_echo(sentence: Sentence, said: Moments, ground: Ground) -> bool:
    text = _NOTING.sub(" noted ", sentence.plain)
    if _COMMITS.search(text):
        return False
    if sentence.is_question and not said.days and not said.times and _is_about_project(text, said):
        return True
    if not (sentence.is_question or _THEIRS.search(text) or _REFUSES.search(text)):
        return False
    return _customer_said(said, ground)


def _is_about_project(text: str, said: Moments) -> bool:
    """'Are you hoping to start in the spring?', 'Do mornings suit you?'"""
    is_loose = not said.seasons and not any(part.is_today for part in said.parts)
    return is_loose or _PROJECT.search(text) is not None


def _customer_said(said: Moments, ground: Ground) -> bool:
    theirs = ground.customer_moments
    words = " ".join(ground.customer)
    return (
        all(knows_day(day, theirs) or _is_sooner(day, theirs, ground) for day in said.days)
        and all(knows_time(one, theirs) for one in said.times)
        and all(_knows_season(season, theirs, ground) for season in said.seasons)
        and all(_part_said(part, words, theirs, ground) for part in said.parts)
    )


def _is_sooner(day: Day, theirs: Moments, ground: Ground) -> bool:
    """They wrote 'Tuesday' and are asked whether they mean the 24th or the 1st."""
    if day.on is None or day.is_impossible:
        return False
    is_near = 0 <= (day.on - ground.today).days <= 21
    return is_near and any(day.on.weekday() == known.weekday for known in theirs.days)


def _part_said(part: Part, words: str, theirs: Moments, ground: Ground) -> bool:
    root = part.text.removesuffix("s").rsplit(" ", maxsplit=1)[-1]
    return root in words or _knows_part(part, theirs, ground)
