"""Structured output: fills whatever JSON schema is asked for with what the customer said."""

import re
from typing import Any

from hampstead.sandbox.customer_english import Value
from hampstead.sandbox.numbered_transcript import Said, customers_lines, latest_facts
from hampstead.sandbox.receptionist import understand
from hampstead.sandbox.schema_fit import allowed, fitted, kinds, stand_in, variants
from hampstead.sandbox.transcript import Transcript

JsonObject = dict[str, Any]
CONFIDENCE = 0.9
MOODS = (
    ("angry", r"furious|disgrace|ridiculous|angry|appalling|useless"),
    ("annoyed", r"annoy|frustrat|still waiting|not happy|disappoint|third time"),
    ("worried", r"worried|worry|nervous|concern|afraid|anxious|scared"),
    ("warm", r"lovely|great|brilliant|fantastic|excited|thank you so much|perfect|love"),
)
BLOCKERS = re.compile(
    r"planning permission|too (?:expensive|dear|much)|can'?t afford|landlord|freeholder|"
    r"party wall|mortgage|waiting for|need to (?:sell|ask|check)|listed building", re.I,
)  # fmt: skip
SIGNALS = re.compile(
    r"as soon as|ready to|when can you (?:start|come)|can you (?:start|come)|how soon|"
    r"come (?:and|round)|survey|sign|deposit|we(?:'ve| have) got (?:the money|planning)", re.I,
)  # fmt: skip
REASON = re.compile(
    r"\b(?:because|since|so that|as we|we(?:'re| are) (?:having|expecting))\b", re.I
)
DECIDES = re.compile(r"my (?:wife|husband|partner)|we both|just me|landlord|my decision", re.I)
MESSAGE_NAMES = ("message", "message_number", "number", "source")
BUDGET_NAMES = ("budget_min_pounds", "budget_max_pounds")


def extracted(schema: JsonObject, transcript: Transcript) -> JsonObject:
    lines = customers_lines(transcript)
    if not lines:
        return fitted(schema, dict(understand(transcript).known))
    properties: JsonObject = schema.get("properties") or {}
    return {name: filled(name, prop, lines) for name, prop in properties.items()}


def filled(name: str, prop: JsonObject, lines: list[Said]) -> Any:
    found: list[JsonObject] | str = READERS.get(name, nothing)(lines)
    if "array" in kinds(prop):
        rows = found if isinstance(found, list) else []
        items: JsonObject = next((v["items"] for v in variants(prop) if "items" in v), {})
        return [row for row in (one_item(items, row) for row in rows) if row is not None]
    if isinstance(found, str) and found and "string" in kinds(prop):
        return found
    if name in (facts := latest_facts(lines)):
        return facts[name][0]
    return stand_in(prop, "")


def one_item(schema: JsonObject, row: JsonObject) -> Any:
    """A row as the schema wants it: an object of its properties, or its text alone."""
    if "object" not in kinds(schema):
        return row["text"]
    result: JsonObject = {}
    for name, prop in (schema.get("properties") or {}).items():
        value = row.get("message" if name in MESSAGE_NAMES else name, row["text"])
        choices = allowed(prop)
        if choices is not None and value not in choices:
            return None
        result[name] = in_kind(prop, value)
    return result


def in_kind(prop: JsonObject, value: Any) -> Any:
    wanted = kinds(prop)
    if isinstance(value, bool | int | float) and "string" in wanted and len(wanted) == 1:
        return str(value).lower() if isinstance(value, bool) else str(value)
    return value


def facts_of(lines: list[Said]) -> list[JsonObject]:
    rows = [
        fact_row(name, value, said)
        for name, (value, said) in latest_facts(lines).items()
        if name not in BUDGET_NAMES
    ]
    for said in lines:
        ends = [said.facts[name] for name in BUDGET_NAMES if name in said.facts]
        if ends:
            amounts = " to ".join(f"£{end:,}" for end in dict.fromkeys(ends))
            rows.append(fact_row("budget", amounts, said))
            rows += [fact_row(n, said.facts[n], said) for n in BUDGET_NAMES if n in said.facts]
    return rows


def fact_row(key: str, value: Value, said: Said) -> JsonObject:
    return {
        "key": key,
        "value": value,
        "message": said.number,
        "confidence": CONFIDENCE,
        "quote": said.text,
        "text": f"{key}: {value}",
    }


def moods_of(lines: list[Said]) -> list[JsonObject]:
    """Where the mood changes, and the first one."""
    found: list[JsonObject] = []
    for said in lines:
        mood = next((m for m, words in MOODS if re.search(words, said.text, re.I)), "")
        if not found or (mood and mood != found[-1]["mood"]):
            found.append({"mood": mood or "neutral", "message": said.number, "text": mood})
    return found


def picked(pattern: re.Pattern[str], lines: list[Said]) -> list[JsonObject]:
    hits = [said for said in lines if pattern.search(said.text)]
    return [{"message": s.number, "text": one_line(s.text), "quote": s.text} for s in hits][:5]


def summary_of(lines: list[Said]) -> list[JsonObject]:
    facts = {name: value for name, (value, _) in latest_facts(lines).items()}
    told = [f"{name.replace('_', ' ').capitalize()}: {value}." for name, value in facts.items()]
    told.append(f"Last message: {one_line(lines[-1].text)}")
    return [{"text": line} for line in [" ".join(told[:-4]), *told[-4:]] if line]


def one_line(text: str) -> str:
    return " ".join(text.split())[:200]


def first_of(pattern: re.Pattern[str], lines: list[Said]) -> str:
    return next((one_line(said.text) for said in lines if pattern.search(said.text)), "")


def nothing(lines: list[Said]) -> str:
    return ""


READERS: dict[str, Any] = {
    "facts": facts_of,
    "lines": summary_of,
    "summary": summary_of,
    "moods": moods_of,
    "blockers": lambda lines: picked(BLOCKERS, lines),
    "buying_signals": lambda lines: picked(SIGNALS, lines),
    "driving_reason": lambda lines: first_of(REASON, lines),
    "decision_maker": lambda lines: first_of(DECIDES, lines),
}
