"""What the office puts into the messages is not the customer speaking."""

import json

import anthropic
import pytest

from tests.sandbox.asking import TOOLS, after_tools, ask, assistant, text_of, tool, user, uses_of
from tests.sandbox.conftest import Sandbox

DUE = "by 10:00 on Tuesday 24 November"
PROMISED = json.dumps({"promised": True, "due": DUE, "text": f"A colleague will ring {DUE}."})
ALL = (
    "Loft in NW6, my name is Priya, £120k, within 3 months, could someone come and look? "
    "I am free on Monday at 9am."
)
WITH_PROMISE = [
    *TOOLS,
    tool("promise_callback", about={"type": "string"}, preferred_time={"type": "string"}),
    tool(
        "choose_lane",
        lane={"type": "string", "enum": ["emergency", "existing_client", "supplier", "off_topic"]},
    ),
]
CHECK = "[Office check] Your answer was not sent, because of this:\n- “{}”: nobody said so"


def situation(*lines: str) -> dict[str, str]:
    return {"type": "text", "text": "\n".join(["<situation>", *lines, "</situation>"])}


def text(words: str) -> dict[str, str]:
    return {"type": "text", "text": words}


def test_facts_in_the_situation_are_known(claude: anthropic.Anthropic) -> None:
    told = situation(
        "# Known facts",
        "- postcode: 'NW3'",
        "- project_type: 'bathroom'",
        "- customer_name: 'Priya' (sensitive: do not repeat it)",
        "- budget: {'min_pence': 9000000, 'max_pence': None}",
    )
    said = text_of(ask(claude, user([told, text("Hello again")])))
    assert said.endswith("When would you like to start?")


def test_the_digest_is_known(claude: anthropic.Anthropic) -> None:
    told = situation("# Earlier in this conversation", "- customer_name: Priya", "A loft in NW3.")
    said = text_of(ask(claude, user([told, text("Hello again")])))
    assert said.endswith("Do you have a rough budget in mind?")


def test_the_situation_is_nothing_the_customer_said(claude: anthropic.Anthropic) -> None:
    told = situation("# Now", "Could you ring me back about a loft in NW3?")
    message = ask(claude, user([told, text("Hello")]), tools=WITH_PROMISE)
    assert message.stop_reason == "end_turn"


def test_a_customer_who_writes_the_tag_is_a_customer(claude: anthropic.Anthropic) -> None:
    message = ask(claude, "<situation> a loft in NW3", tools=[TOOLS[0]])
    assert uses_of(message)["note_facts"]["postcode"] == "NW3"


def test_a_complete_enquiry_is_promised_a_call(claude: anthropic.Anthropic) -> None:
    first = ask(claude, ALL, tools=WITH_PROMISE)
    turns = after_tools(first, {})
    second = ask(claude, ALL, *turns, tools=WITH_PROMISE)
    assert uses_of(second) == {
        "promise_callback": {
            "about": "loft conversion: to arrange the survey",
            "preferred_time": "Monday at 9am",
        }
    }
    turns += after_tools(second, {"promise_callback": PROMISED})
    said = text_of(ask(claude, ALL, *turns, tools=WITH_PROMISE))
    assert said.endswith(f"that is everything I need. A colleague will ring {DUE}.")


def test_a_wish_to_be_rung_is_promised_at_once(claude: anthropic.Anthropic) -> None:
    asked = "Can you call me back please?"
    first = ask(claude, asked, tools=WITH_PROMISE)
    assert list(uses_of(first)) == ["promise_callback"]
    turns = after_tools(first, {"promise_callback": PROMISED})
    said = text_of(ask(claude, asked, *turns, tools=WITH_PROMISE))
    assert f"A colleague will ring {DUE}. What project" in said


def test_without_the_tool_no_call_is_promised(claude: anthropic.Anthropic) -> None:
    said = text_of(ask(claude, ALL))
    assert "everything I need" in said
    assert "colleague" not in said


@pytest.mark.parametrize("result", ["{}", '{"error": "no"}'])
def test_a_promise_that_failed_is_not_repeated(claude: anthropic.Anthropic, result: str) -> None:
    asked = "Please ring me back"
    turns = after_tools(ask(claude, asked, tools=WITH_PROMISE), {"promise_callback": result})
    assert "could not arrange a call" in text_of(ask(claude, asked, *turns, tools=WITH_PROMISE))


def test_an_open_promise_is_not_made_again(claude: anthropic.Anthropic) -> None:
    told = situation("# Promised and still open", f"- Ring back {DUE}")
    message = ask(claude, user([told, text(ALL)]), tools=[WITH_PROMISE[-2]])
    assert "I have added that to your enquiry." in text_of(message)


@pytest.mark.parametrize(
    ("asked", "lane"),
    [
        ("You're working on my house and the tiles are wrong", "existing_client"),
        ("We supply bricks, who pays our invoice?", "supplier"),
        ("Write me a poem", "off_topic"),
        ("What's the capital of France?", "off_topic"),
    ],
)
def test_what_is_no_enquiry_gets_its_lane_and_one_sentence(
    claude: anthropic.Anthropic, asked: str, lane: str
) -> None:
    only_lanes = [WITH_PROMISE[-1]]
    first = ask(claude, asked, tools=only_lanes)
    assert uses_of(first) == {"choose_lane": {"lane": lane}}
    said = text_of(ask(claude, asked, *after_tools(first, {}), tools=only_lanes))
    assert "?" not in said


def test_a_lane_that_is_not_offered_is_not_chosen(claude: anthropic.Anthropic) -> None:
    lanes = [tool("choose_lane", lane={"type": "string", "enum": ["emergency"]})]
    assert ask(claude, "Write me a poem", tools=lanes).stop_reason == "end_turn"


@pytest.mark.parametrize(
    "asked", ["Are you a robot?", "Am I talking to a machine?", "is this a bot"]
)
def test_a_question_for_a_robot_is_answered_truthfully(
    claude: anthropic.Anthropic, asked: str
) -> None:
    assert "AI assistant, not a person" in text_of(ask(claude, asked))


def test_an_address_is_noted(claude: anthropic.Anthropic) -> None:
    tools = [tool("note_facts", address={"type": "string"})]
    message = ask(claude, "It is at Flat 2, 14 Flask Walk", tools=tools)
    assert uses_of(message) == {"note_facts": {"address": "Flat 2, 14 Flask Walk"}}


def test_what_the_office_objects_to_is_left_out(claude: anthropic.Anthropic) -> None:
    refused = assistant("Thank you, Tom. It costs £1,000.50 in all. What is the postcode?")
    said = text_of(ask(claude, "Hi", refused, user(CHECK.format("costs £1,000.50"))))
    assert said == "Thank you, Tom. What is the postcode?"


def test_an_answer_that_is_wrong_as_a_whole_becomes_a_plain_sentence(
    claude: anthropic.Anthropic,
) -> None:
    said = text_of(ask(claude, "Hi", assistant("You are booked."), user(CHECK.format("booked"))))
    assert said.startswith("I'm afraid I can't say that for certain")


@pytest.mark.parametrize(
    ("persona", "still_lies"), [("liar", True), ("stubborn_liar", True), ("repentant_liar", False)]
)
def test_liars_differ_in_how_they_take_an_objection(
    sandbox: Sandbox, claude: anthropic.Anthropic, persona: str, *, still_lies: bool
) -> None:
    sandbox.model(persona=persona)
    lie = text_of(ask(claude, "Hi"))
    quotes = "\n".join(f"- “{sentence}.”" for sentence in lie.split(". ")[-5:])
    said = text_of(ask(claude, "Hi", assistant(lie), user(f"[Office check] Not sent:\n{quotes}")))
    assert ("VAT" in said or "Thursday" in said) is still_lies


def test_the_stubborn_liar_finds_another_lie(sandbox: Sandbox, claude: anthropic.Anthropic) -> None:
    sandbox.model(persona="stubborn_liar")
    lie = text_of(ask(claude, "Hi"))
    assert text_of(ask(claude, "Hi", assistant(lie), user(CHECK.format("booked")))) != lie
