"""The receptionist arranges surveys with the tools it is offered, and says no time of its own."""

import json
from typing import Any

import anthropic
import pytest

from tests.sandbox.asking import TOOLS, after_tools, ask, assistant, text_of, tool, user, uses_of

SLOT = {"type": "string"}
SURVEY_TOOLS = [
    *TOOLS,
    tool("find_slots", preferred_time=SLOT, postcode=SLOT),
    tool("hold_slot", slot=SLOT),
    tool("book_survey", slot=SLOT, address=SLOT, access_notes=SLOT),
    tool("move_survey", slot=SLOT, postcode=SLOT),
    tool("cancel_survey", reason=SLOT, postcode=SLOT),
    tool("promise_callback", about=SLOT, preferred_time=SLOT),
]
ONLY_SURVEYS = SURVEY_TOOLS[len(TOOLS) :]
FACTS = (
    "# Known facts",
    "- customer_name: 'Priya'",
    "- project_type: 'loft_conversion'",
    "- postcode: 'NW3 2QG'",
    "- budget: {'min_pence': 9000000, 'max_pence': None}",
    "- start_within_months: 3",
    "- wants_survey: True",
)
OFFERS = (
    "# Survey",
    "- offered earlier, if it is still free: Tuesday 1 December at 10:30 (slot aaa)",
    "- offered earlier, if it is still free: Wednesday 2 December at 14:00 (slot bbb)",
)
BOOKED = ("# Survey", "- booked: Tuesday 1 December at 10:30 with Tom (slot aaa)")
OFFERED = assistant("I can offer Tuesday 1 December at 10:30. Would that suit you?")
SLOTS = json.dumps(
    {
        "available": True,
        "is_as_wished": True,
        "slots": [
            {"slot": "aaa", "text": "Tuesday 1 December at 10:30"},
            {"slot": "bbb", "text": "Wednesday 2 December at 14:00"},
        ],
    }
)


def told(words: str, *lines: str) -> dict[str, Any]:
    situation = "\n".join(["<situation>", *FACTS, *lines, "</situation>"])
    return user([{"type": "text", "text": situation}, {"type": "text", "text": words}])


def used(claude: anthropic.Anthropic, words: str, *lines: str) -> dict[str, Any]:
    return uses_of(ask(claude, "Hello", OFFERED, told(words, *lines), tools=ONLY_SURVEYS))


def said(claude: anthropic.Anthropic, words: str, result: str, *lines: str) -> str:
    asked = told(words, *lines)
    first = ask(claude, "Hello", OFFERED, asked, tools=ONLY_SURVEYS)
    results = dict.fromkeys(uses_of(first), result)
    turns = after_tools(first, results)
    return text_of(ask(claude, "Hello", OFFERED, asked, *turns, tools=ONLY_SURVEYS))


def test_times_are_looked_for_when_nothing_is_left_to_ask(claude: anthropic.Anthropic) -> None:
    message = ask(claude, told("Hello again"), tools=ONLY_SURVEYS)
    assert uses_of(message) == {"find_slots": {}}


def test_nobody_who_did_not_ask_for_a_survey_is_offered_one(claude: anthropic.Anthropic) -> None:
    lines = [line for line in FACTS if "wants_survey" not in line]
    situation = {"type": "text", "text": "\n".join(["<situation>", *lines, "</situation>"])}
    asked = user([situation, {"type": "text", "text": "Hello again"}])
    assert ask(claude, asked, tools=ONLY_SURVEYS).stop_reason == "end_turn"


def test_the_offered_times_are_the_tools_own(claude: anthropic.Anthropic) -> None:
    asked = told("Hello again")
    turns = after_tools(ask(claude, asked, tools=ONLY_SURVEYS), {"find_slots": SLOTS})
    text = text_of(ask(claude, asked, *turns, tools=ONLY_SURVEYS))
    assert "I can offer Tuesday 1 December at 10:30 or Wednesday 2 December at 14:00." in text


def test_without_a_diary_a_call_is_promised(claude: anthropic.Anthropic) -> None:
    asked = told("Hello again")
    none = json.dumps({"available": False, "advice": "The diary cannot be read now."})
    turns = after_tools(ask(claude, asked, tools=ONLY_SURVEYS), {"find_slots": none})
    second = ask(claude, asked, *turns, tools=ONLY_SURVEYS)
    assert list(uses_of(second)) == ["promise_callback"]


@pytest.mark.parametrize(
    ("words", "lines", "use"),
    [
        ("The first one please", OFFERS, {"book_survey": {"slot": "aaa"}}),
        ("Wednesday is fine", OFFERS, {"book_survey": {"slot": "bbb"}}),
        ("Can you hold the second one?", OFFERS, {"hold_slot": {"slot": "bbb"}}),
        ("Tuesday doesn't work, Wednesday evening?", OFFERS, "find_slots"),
        ("How about Friday afternoon?", OFFERS, "find_slots"),
        ("Let me think about it", OFFERS, {}),
        ("Could we move it to another day?", BOOKED, "find_slots"),
        ("I have to cancel the survey", BOOKED, "cancel_survey"),
        ("We are at 14 Elm Road", BOOKED,
         {"book_survey": {"slot": "aaa", "address": "14 Elm Road"}}),
        ("Thank you", BOOKED, {}),
    ],
)  # fmt: skip
def test_what_the_customer_says_becomes_the_tool(
    claude: anthropic.Anthropic, words: str, lines: tuple[str, ...], use: dict[str, Any] | str
) -> None:
    found = used(claude, words, *lines)
    assert (list(found) == [use]) if isinstance(use, str) else (found == use)


@pytest.mark.parametrize(
    "result",
    [
        {"status": "confirmed", "text": "The survey is booked for then."},
        {"status": "provisional", "text": "It is provisional."},
        {"status": "refused", "text": "That time is gone.", "slots": []},
    ],
)
def test_what_the_tool_says_is_said(claude: anthropic.Anthropic, result: dict[str, Any]) -> None:
    text = said(claude, "The first one please", json.dumps(result), *OFFERS)
    assert result["text"] in text
    assert ("booked" in text) == ("booked" in result["text"])


def test_a_survey_that_was_not_told_yet_is_told(claude: anthropic.Anthropic) -> None:
    line = (
        "- booked: Tuesday 1 December at 10:30 with Tom; the customer has not been told this yet"
        " (slot aaa)"
    )
    asked = told("Hello?", "# Survey", line)
    assert "booked for Tuesday 1 December at 10:30." in text_of(
        ask(claude, "Hello", OFFERED, asked, tools=ONLY_SURVEYS)
    )
