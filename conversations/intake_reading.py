"""What a customer's answer says, read without a model: facts, and what is still in doubt."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from conversations.intake_words import IN_WRITING, SURE, Topic
from leads.fact_values import parse_facts
from leads.models import FactKey, ProjectType
from leads.postcodes import postcode_of
from leads.spoken.addresses import read_email
from leads.spoken.moments import preferred_time
from leads.spoken.money import Budget, read_budget
from leads.spoken.names import read_name
from leads.spoken.places import place_outcode, read_address
from leads.spoken.postcodes import spelled_postcode
from leads.spoken.projects import read_project
from leads.spoken.starts import start_within_months
from leads.spoken.text import is_no, is_thanks, is_unknown, is_yes, plain

FACT_OF = {
    Topic.NAME: FactKey.CUSTOMER_NAME,
    Topic.WHAT: FactKey.PROJECT_TYPE,
    Topic.WHERE: FactKey.POSTCODE,
    Topic.BUDGET: FactKey.BUDGET,
    Topic.WHEN: FactKey.START_WITHIN_MONTHS,
    Topic.RING: FactKey.PREFERRED_TIME,
}
# As many words say more about the work than which kind it is.
DETAILED_WORDS = 6
_BEFORE_WHEN = (Topic.WHAT, Topic.WHERE, Topic.BUDGET)
_CORRECTING = re.compile(
    r"\b(?:actually|instead|sorry|i mean|i meant|changed (?:my|our) minds?|correction|not (?:a|the)"
    r"|rather|change (?:it|that)|wrong)\b"
)
_NO_CALLS = re.compile(
    r"\b(?:(?:do ?n'?t|do not|never|please no|no) (?:call|ring|phone)\w*|no (?:phone )?calls?"
    r"|(?:just |only |please |rather |prefer (?:to be )?)(?:text|message|e-?mail|whats ?app)"
    r"(?:ed|s)?|(?:text|message|e-?mail|whats ?app)(?: me)? (?:only|instead|please"
    r"|is (?:fine|better|best)))\b"
)
_CALL = re.compile(r"\b(?:ring|call|phone|reach|speak|talk|chat|contact)\b")
_SURVEY = re.compile(
    r"\bsurvey\w*\b|\bsite visit\b|\b(?:take|have) a look at (?:it|the|our|my)\b"
    r"|\b(?:come|pop|send (?:someone|somebody)) (?:and|to|over|out|round|by)\b"
    r".{0,30}\b(?:look|see|measure|quote)\b"
)
_NO_SURVEY = re.compile(r"\b(?:no|not|n't|without)\b.{0,20}\bsurvey")
_QUESTION = re.compile(
    r"\?|^(?:how|what|when|where|who|why|which|can|could|do|does|is|are|will|would)\b", re.M
)
_GREETING = re.compile(r"(?:hi|hello|hey|hiya|good (?:morning|afternoon|evening)|there|\W)*")
_Read = TypeVar("_Read")


@dataclass
class Reading:
    """`doubt` is a budget that may mean two things: ask before it is noted."""

    facts: dict[FactKey, Any] = field(default_factory=dict)
    doubt: Budget | None = None
    is_refusal: bool = False
    is_question: bool = False
    is_thanks: bool = False


@dataclass(frozen=True)
class Asked:
    """What the customer was asked last, and in which words."""

    topic: Topic | None = None
    text: str = ""


def read_answer(
    texts: Sequence[str], asked: Asked, known: Mapping[FactKey, Any], today: date
) -> Reading:
    """All facts of a burst; what answers the question asked last may be as short as "80"."""
    texts = [text for text in texts if text.strip()]
    joined = plain("\n".join(texts))
    reading = Reading(
        is_refusal=any(map(is_unknown, texts)),
        is_question=bool(_QUESTION.search(joined)),
        is_thanks=bool(texts) and all(map(is_thanks, texts)),
    )
    for read in (_name, _what, _where, _when, _ring, _extras):
        reading.facts.update(read(texts, asked.topic, known, today))
    _budget(reading, texts, asked)
    return reading


def _last(texts: Sequence[str], read: Callable[[str], _Read | None]) -> _Read | None:
    """The newest word counts; what no message says alone, the burst may say together."""
    found = [value for text in texts if (value := read(text)) is not None]
    return found[-1] if found else read(" ".join(texts))


def _name(
    texts: Sequence[str], topic: Topic | None, known: Mapping[FactKey, Any], today: date
) -> dict[FactKey, Any]:
    is_asked = topic == Topic.NAME
    if FactKey.CUSTOMER_NAME in known and not is_asked:
        return {}
    name = _last(texts, lambda text: read_name(text, asked=is_asked))
    return {FactKey.CUSTOMER_NAME: name} if name else {}


def _what(
    texts: Sequence[str], topic: Topic | None, known: Mapping[FactKey, Any], today: date
) -> dict[FactKey, Any]:
    project = _last(texts, read_project)
    said = " ".join(" ".join(texts).split())
    old = known.get(FactKey.PROJECT_TYPE)
    if topic == Topic.WHAT and old is None:
        return _described(said, project)
    if project is None or project == old:
        return {}
    if old in (None, ProjectType.OTHER) or _CORRECTING.search(plain(said)):
        return {FactKey.PROJECT_TYPE: project}
    # A second project: the first stays what the enquiry is about, staff read of both.
    return {FactKey.REQUIREMENTS: _added(known, said)}


def _described(said: str, project: ProjectType | None) -> dict[FactKey, Any]:
    if project is None and not _may_describe(said):
        return {}
    facts: dict[FactKey, Any] = {FactKey.PROJECT_TYPE: project or ProjectType.OTHER}
    if project in (None, ProjectType.OTHER) or len(said.split()) >= DETAILED_WORDS:
        facts[FactKey.REQUIREMENTS] = said[:500]
    return facts


def _may_describe(said: str) -> bool:
    """Words without a known kind of work are kept as they are, unless they say something else."""
    is_empty = is_unknown(said) or is_thanks(said) or bool(_GREETING.fullmatch(plain(said)))
    is_other = read_budget(said, asked=True) is not None or postcode_of(said) is not None
    return not (is_empty or is_other or "?" in said or len(said.split()) < 2)


def _added(known: Mapping[FactKey, Any], said: str) -> str:
    before = known.get(FactKey.REQUIREMENTS)
    return (f"{before}; {said}" if isinstance(before, str) and before else said)[:500]


def _where(
    texts: Sequence[str], topic: Topic | None, known: Mapping[FactKey, Any], today: date
) -> dict[FactKey, Any]:
    facts: dict[FactKey, Any] = {}
    if address := _last(texts, read_address):
        facts[FactKey.ADDRESS] = address
    is_asked = topic == Topic.WHERE
    found = _last(texts, postcode_of if is_asked else _mentioned_postcode)
    old = known.get(FactKey.POSTCODE)
    is_finer = isinstance(old, str) and str(found).startswith(f"{old} ")
    is_news = old in (None, found) or is_asked or is_finer
    if found and (is_news or _CORRECTING.search(plain(" ".join(texts)))):
        facts[FactKey.POSTCODE] = found
    return facts


def _mentioned_postcode(text: str) -> str | None:
    return spelled_postcode(text) or place_outcode(text, asked=False)


def _when(
    texts: Sequence[str], topic: Topic | None, known: Mapping[FactKey, Any], today: date
) -> dict[FactKey, Any]:
    # "Easter" in place of a postcode is the answer to another question; in place of a name, no.
    is_short = FactKey.START_WITHIN_MONTHS not in known and len(" ".join(texts).split()) <= 5
    is_asked = topic == Topic.WHEN or (topic in _BEFORE_WHEN and is_short)
    months = _last(texts, lambda text: start_within_months(text, today, asked=is_asked))
    return {} if months is None else {FactKey.START_WITHIN_MONTHS: months}


def _ring(
    texts: Sequence[str], topic: Topic | None, known: Mapping[FactKey, Any], today: date
) -> dict[FactKey, Any]:
    joined = plain(" ".join(texts))
    is_old = FactKey.PREFERRED_TIME in known and bool(_CORRECTING.search(joined))
    if topic != Topic.RING and not _CALL.search(joined) and not is_old:
        return {}
    if _NO_CALLS.search(joined):
        return {FactKey.PREFERRED_TIME: IN_WRITING}
    time = _last(texts, lambda text: preferred_time(text, today))
    return {FactKey.PREFERRED_TIME: time} if time else {}


def _extras(
    texts: Sequence[str], topic: Topic | None, known: Mapping[FactKey, Any], today: date
) -> dict[FactKey, Any]:
    joined = plain(" ".join(texts))
    facts: dict[FactKey, Any] = {}
    if email := _last(texts, read_email):
        facts.update(parse_facts({FactKey.EMAIL: email}).accepted)
    if _SURVEY.search(joined) and not _NO_SURVEY.search(joined):
        facts[FactKey.WANTS_SURVEY] = True
    return facts


def _budget(reading: Reading, texts: Sequence[str], asked: Asked) -> None:
    is_asked = asked.topic == Topic.BUDGET
    budget = _last(texts, lambda text: read_budget(text, asked=is_asked))
    guess = _guessed(asked)
    if guess is not None and _confirms(texts, budget, guess):
        budget = Budget(guess.min_pence, guess.max_pence)
    if budget is None or budget.is_unknown:
        return
    if not budget.is_doubtful:
        reading.facts[FactKey.BUDGET] = budget.as_fact()
    elif is_asked and guess is None:
        reading.doubt = budget


def _guessed(asked: Asked) -> Budget | None:
    """What we asked them to confirm: it stands in our own question."""
    if SURE not in asked.text:
        return None
    return read_budget(asked.text.partition(SURE)[2].partition("?")[0], asked=True)


def _confirms(texts: Sequence[str], budget: Budget | None, guess: Budget) -> bool:
    if any(map(is_no, texts)):
        return False
    if budget is None or budget.is_unknown:
        return any(map(is_yes, texts))
    return budget.as_fact() == guess.as_fact()
