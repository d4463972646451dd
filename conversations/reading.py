"""Reading the summary that a model has written: by the schema, strictly, and trusting nothing.

Pure: no rows, no clock. The vendor enforces the schema but no ranges and no lengths, and only we
know which numbers are messages of the customer.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hampstead.core.errors import QualificationError
from hampstead.core.storable import storable
from leads.fact_values import BUDGET_ENDS, READERS, parse_facts
from leads.terms import FactKey
from leads.wording import tidy

MOODS = ("warm", "neutral", "worried", "annoyed", "angry")
MOST_LINES = 5
MOST_ENTRIES = 12
MOST_FACTS = 40
LONGEST_LINE = 300
WHOLE_NUMBER = re.compile(r"£?\s*(\d[\d,]{0,12})(?:\.0{1,2})?")
WORDS_OF_TRUTH = {"true": True, "yes": True, "false": False, "no": False}
NUMBERS = (*BUDGET_ENDS, FactKey.START_WITHIN_MONTHS.value)
YES_OR_NO = (FactKey.WANTS_SURVEY.value, FactKey.JUST_LOOKING.value)
FACT_NAMES = [*(str(name) for name in READERS), *BUDGET_ENDS]


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


_text: dict[str, Any] = {"type": "string"}
_texts: dict[str, Any] = {"type": "array", "items": _text}
_number = {"type": "integer", "description": "the number of the message"}
SCHEMA = _object(
    lines={**_texts, "description": "three to five sentences for the office"},
    moods={
        "type": "array",
        "items": _object(mood={"type": "string", "enum": list(MOODS)}, message=_number),
    },
    blockers=_texts,
    buying_signals=_texts,
    driving_reason=_text,
    decision_maker=_text,
    facts={
        "type": "array",
        "items": _object(
            key={"type": "string", "enum": FACT_NAMES},
            value=_text,
            message=_number,
            confidence={"type": "number", "description": "from 0 to 1"},
        ),
    },
)


@dataclass(frozen=True)
class Heard:
    """A numbered message of the transcript."""

    message_id: int
    is_customer: bool


@dataclass(frozen=True)
class ReadMood:
    mood: str
    message_id: int


@dataclass(frozen=True)
class ReadFact:
    """`problem` says why it cannot be used; then `value` is what the model wrote."""

    key: str
    value: Any
    message_id: int | None
    confidence: float
    problem: str = ""


@dataclass(frozen=True)
class Reading:
    lines: list[str]
    moods: list[ReadMood] = field(default_factory=list)
    blockers: list[str] = field(default_factory=list)
    buying_signals: list[str] = field(default_factory=list)
    driving_reason: str = ""
    decision_maker: str = ""
    facts: list[ReadFact] = field(default_factory=list)


def read_summary(data: Any, heard: Mapping[int, Heard]) -> Reading:
    """Raises QualificationError (E015) for what is not a summary. A fact or a mood that does not
    hold costs only itself."""
    data = storable(data)
    if not isinstance(data, dict):
        raise QualificationError("the summary is no object")
    if missing := [name for name in SCHEMA["required"] if name not in data]:
        raise QualificationError(f"the summary lacks {', '.join(missing)}")
    lines = _list_of_texts(data, "lines")[:MOST_LINES]
    if not lines:
        raise QualificationError("the summary has no lines")
    return Reading(
        lines=lines,
        moods=list(_moods(data, heard))[:MOST_ENTRIES],
        blockers=_list_of_texts(data, "blockers"),
        buying_signals=_list_of_texts(data, "buying_signals"),
        driving_reason=_one_text(data, "driving_reason"),
        decision_maker=_one_text(data, "decision_maker"),
        facts=_facts(data, heard),
    )


def _list(data: Mapping[str, Any], name: str) -> list[Any]:
    if not isinstance(data[name], list):
        raise QualificationError(f"{name} is no list")
    return list(data[name])


def _list_of_texts(data: Mapping[str, Any], name: str) -> list[str]:
    entries = _list(data, name)
    if not all(isinstance(entry, str) for entry in entries):
        raise QualificationError(f"{name} holds something else than text")
    texts = (tidy(" ".join(entry.split()), limit=LONGEST_LINE) for entry in entries)
    return [text for text in texts if text][:MOST_ENTRIES]


def _one_text(data: Mapping[str, Any], name: str) -> str:
    if not isinstance(data[name], str):
        raise QualificationError(f"{name} is no text")
    return tidy(" ".join(data[name].split()), limit=LONGEST_LINE)


def _objects(data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    entries = _list(data, name)
    if not all(isinstance(entry, dict) for entry in entries):
        raise QualificationError(f"{name} holds something else than objects")
    return entries


def _moods(data: Mapping[str, Any], heard: Mapping[int, Heard]) -> Iterator[ReadMood]:
    for entry in _objects(data, "moods"):
        message = _message(entry, heard)
        if message is not None and message.is_customer and entry.get("mood") in MOODS:
            yield ReadMood(entry["mood"], message.message_id)


def _message(entry: Mapping[str, Any], heard: Mapping[int, Heard]) -> Heard | None:
    number = entry.get("message")
    is_number = isinstance(number, int) and not isinstance(number, bool)
    return heard.get(number) if is_number and number is not None else None


# --- facts --------------------------------------------------------------------------------


def _facts(data: Mapping[str, Any], heard: Mapping[int, Heard]) -> list[ReadFact]:
    entries = _objects(data, "facts")[:MOST_FACTS]
    budget = [entry for entry in entries if entry.get("key") in BUDGET_ENDS]
    others = [entry for entry in entries if entry.get("key") not in BUDGET_ENDS]
    return [_fact(entry, heard) for entry in others] + _budgets(budget, heard)


def _fact(entry: dict[str, Any], heard: Mapping[int, Heard]) -> ReadFact:
    name = tidy(str(entry.get("key"))[:60], limit=40)
    return _parsed(name, {name: _native(name, entry.get("value"))}, [entry], heard)


def _budgets(entries: list[dict[str, Any]], heard: Mapping[int, Heard]) -> list[ReadFact]:
    """Both ends said in one message are one fact."""
    by_message: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        by_message.setdefault(str(entry.get("message")), []).append(entry)
    return [
        _parsed(
            FactKey.BUDGET.value,
            {entry["key"]: _native(entry["key"], entry.get("value")) for entry in ends},
            ends,
            heard,
        )
        for ends in by_message.values()
    ]


def _parsed(
    key: str, raw: dict[str, Any], entries: list[dict[str, Any]], heard: Mapping[int, Heard]
) -> ReadFact:
    message = _message(entries[0], heard)
    sureness = [_confidence(entry) for entry in entries]
    parsed = parse_facts(raw)
    value = parsed.accepted.get(FactKey(key)) if key in FactKey.values else None
    problem = ""
    if message is None:
        problem = "there is no such message"
    elif not message.is_customer:
        problem = "the customer did not say it"
    elif None in sureness:
        problem = "the confidence is no number from 0 to 1"
    elif value is None or parsed.problems:
        problem = "; ".join(parsed.problems) or "there is no value"
    return ReadFact(
        key=key,
        value=_short(raw) if problem else value,
        message_id=message.message_id if message else None,
        confidence=min((sure for sure in sureness if sure is not None), default=0.0),
        problem=problem,
    )


def _confidence(entry: Mapping[str, Any]) -> float | None:
    value = entry.get("confidence")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        return None
    return round(float(value), 2)


def _native(name: str, value: Any) -> Any:
    """All values come as text: the schema has one type for them."""
    if not isinstance(value, str):
        return value
    word = value.strip().lower()
    if name in NUMBERS and (found := WHOLE_NUMBER.fullmatch(word)):
        return int(found[1].replace(",", ""))
    return WORDS_OF_TRUTH.get(word, value) if name in YES_OR_NO else value


def _short(raw: Mapping[str, Any]) -> str:
    return tidy(", ".join(str(value) for value in raw.values()), limit=LONGEST_LINE)
