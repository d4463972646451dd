"""Facts the receptionist already has: from the office's notes, the digest, earlier exchanges."""

import json
import re

from hampstead.sandbox.customer_english import Facts, Value, learn
from hampstead.sandbox.english_money import budget_in
from hampstead.sandbox.operator_notes import section
from hampstead.sandbox.transcript import Transcript

HEADING = re.compile(r"^\W*known[ _]facts\b.{0,60}$", re.IGNORECASE)
LINE = re.compile(r"^\s*[-*•]?\s*[`\"*]*([A-Za-z][A-Za-z _-]{1,40}?)[`\"*]*\s*[:=]\s*(.+?)\s*$")
NOTHING = frozenset({"", "-", "none", "null", "unknown", "not known", "not known yet", "n/a", "?"})
INTEGERS = frozenset({"budget_min_pounds", "budget_max_pounds", "start_within_months"})
BOOLEANS = frozenset({"wants_survey", "just_looking"})
TEXT_NAMES = (
    "customer_name enquiry_kind project_type postcode decision_maker requirements email "
    "preferred_time address"
)
TEXTS = frozenset(TEXT_NAMES.split())
ALIASES = {"name": "customer_name", "project": "project_type", "survey": "wants_survey"}
PENCE_ENDS = re.compile(r"(min|max)_pence\W+(\d+)")
SENSITIVE = re.compile(r" \(sensitive:[^)]*\)$")
DIGEST = "earlier in this conversation"
QUESTIONS = (
    ("postcode", r"postcode"),
    ("budget", r"budget"),
    ("survey", r"survey|visit|come and (?:see|look)"),
    ("name", r"\bname\b"),
    ("start", r"\bstart|\bbegin"),
    ("project", r"project|work .*(?:done|mind)|planning"),
)


def asked_in(assistant_text: str) -> str:
    """Which missing thing the assistant's last question was about."""
    sentences = re.split(r"(?<=[.!?])\s+", assistant_text)
    questions = [sentence for sentence in sentences if sentence.rstrip().endswith("?")]
    if not questions:
        return ""
    for topic, pattern in QUESTIONS:
        if re.search(pattern, questions[-1], re.IGNORECASE):
            return topic
    return ""


def facts_before(transcript: Transcript) -> Facts:
    facts = from_lines(section(transcript.notes, DIGEST))
    facts.update(from_system(f"{transcript.system}\n{transcript.notes}"))
    for exchange in transcript.exchanges[:-1]:
        for text in exchange.user_texts:
            facts.update(learn(text, asked_in(exchange.assistant_text)))
    return facts


def facts_in_latest(transcript: Transcript) -> Facts:
    facts: Facts = {}
    asked = asked_in(transcript.latest.assistant_text)
    for text in transcript.latest.user_texts:
        facts.update(learn(text, asked))
    return facts


def from_lines(lines: list[str]) -> Facts:
    """Lines "- name: value", or the customer's own words."""
    facts: Facts = {}
    for line in lines:
        found = LINE.match(line)
        named = one_fact(found.group(1), found.group(2)) if found else {}
        facts.update(named or learn(line))
    return facts


def from_system(system: str) -> Facts:
    facts: Facts = {}
    inside = False
    for line in system.splitlines():
        if HEADING.match(line):
            inside = True
        elif inside and re.match(r"^\s*(#|</|\[)", line):
            inside = False
        elif inside and line.strip().startswith("{"):
            facts.update(from_json(line))
        elif inside and (found := LINE.match(line)):
            facts.update(one_fact(found.group(1), found.group(2)))
    return facts


def from_json(line: str) -> Facts:
    try:
        data = json.loads(line)
    except ValueError:
        return {}
    facts: Facts = {}
    for name, value in data.items():
        if value is not None:
            facts.update(one_fact(str(name), str(value)))
    return facts


def one_fact(label: str, raw: str) -> Facts:
    name = re.sub(r"[ -]+", "_", label.strip().lower())
    name = ALIASES.get(name, name)
    value = SENSITIVE.sub("", raw).strip("\"'` ")
    if value.lower() in NOTHING:
        return {}
    if name == "budget":
        return budget(value)
    parsed: Value | None = None
    if name in INTEGERS:
        digits = re.sub(r"\D", "", value)
        parsed = int(digits) if digits else None
    elif name in BOOLEANS:
        parsed = value.lower() in ("true", "yes")
    elif name in TEXTS:
        parsed = value
    return {} if parsed is None else {name: parsed}


def budget(value: str) -> Facts:
    """Both ends as stored, in pence, or as a person would say them."""
    if ends := PENCE_ENDS.findall(value):
        return {f"budget_{end}_pounds": int(pence) // 100 for end, pence in ends}
    return dict(budget_in(value, bare=True))
