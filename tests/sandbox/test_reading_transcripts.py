"""The stronger model's work: a digest of what was said, and its facts by a schema."""

import json
from typing import Any

import anthropic

from tests.sandbox.asking import ask, text_of

NUMBERED = """The last message was sent on Monday.
<known_facts>
- postcode: 'N1'
</known_facts>
<transcript>
1. Customer: Hi, I'm Tom Reed, about £90k to 120k for a loft
2. Assistant: When would you like to start?
3. Customer: 3 months, because we are having a baby. I am worried about planning permission
    4. Customer: my postcode is SW1A 1AA
5. Customer: could someone come round?
</transcript>"""
TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
TEXTS = {"type": "array", "items": TEXT}
KEYS = ["customer_name", "budget_min_pounds", "budget_max_pounds", "start_within_months"]


def listed(**properties: Any) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "properties": properties}}


SCHEMA = {
    "type": "object",
    "properties": {
        "lines": TEXTS,
        "moods": listed(mood={"type": "string", "enum": ["neutral", "worried"]}, message=NUMBER),
        "blockers": TEXTS,
        "buying_signals": TEXTS,
        "driving_reason": TEXT,
        "decision_maker": TEXT,
        "facts": listed(
            key={"type": "string", "enum": KEYS}, value=TEXT, message=NUMBER, confidence=NUMBER
        ),
    },
}


def read(claude: anthropic.Anthropic, text: str) -> Any:
    wanted = {"format": {"type": "json_schema", "schema": SCHEMA}}
    return json.loads(text_of(ask(claude, text, output_config=wanted)))


def test_each_fact_names_the_message_it_comes_from(claude: anthropic.Anthropic) -> None:
    facts = read(claude, NUMBERED)["facts"]
    assert {(fact["key"], fact["value"], fact["message"]) for fact in facts} == {
        ("customer_name", "Tom Reed", 1),
        ("budget_min_pounds", "90000", 1),
        ("budget_max_pounds", "120000", 1),
        ("start_within_months", "3", 3),
    }


def test_moods_blockers_signals_and_reason_are_found(claude: anthropic.Anthropic) -> None:
    found = read(claude, NUMBERED)
    moods = [{"mood": "neutral", "message": 1}, {"mood": "worried", "message": 3}]
    assert found["moods"] == moods
    assert "planning permission" in found["blockers"][0]
    assert found["buying_signals"] == ["could someone come round?"]
    assert "having a baby" in found["driving_reason"]
    assert found["decision_maker"] == ""
    assert 1 <= len(found["lines"]) <= 5


def test_a_digest_keeps_the_older_notes_and_the_newest_word(claude: anthropic.Anthropic) -> None:
    said = text_of(
        ask(
            claude,
            "<notes_so_far>\n- customer_name: Tom\n- postcode: NW3\n</notes_so_far>\n"
            "<transcript>\nCustomer: It is NW6 now\n    Customer: and £5k\n</transcript>\n"
            "Write the notes anew.",
        )
    )
    assert said.splitlines()[:2] == ["- customer_name: Tom", "- postcode: NW6"]
    assert "Write the notes" not in said
