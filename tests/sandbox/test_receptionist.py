import json

import anthropic
import pytest

from tests.sandbox.asking import TOOLS, after_tools, ask, assistant, text_of, tool, user, uses_of
from tests.sandbox.conftest import Sandbox

FIRST = "Hi, do you do loft conversions in NW3? How much are they?"
PRICE = json.dumps({"text": "£60,000–£120,000 including VAT"})
QUESTIONS = {
    "project": "What project are you planning?",
    "postcode": "What is the postcode of the property?",
    "name": "May I take your name?",
    "budget": "Do you have a rough budget in mind?",
    "start": "When would you like to start?",
    "survey": "Would you like one of our surveyors to visit and see the property?",
}


def finished(claude: anthropic.Anthropic, text: str, **results: str) -> str:
    first = ask(claude, text, tools=TOOLS)
    return text_of(ask(claude, text, *after_tools(first, results), tools=TOOLS))


def test_new_facts_lead_to_several_tools_in_one_message(claude: anthropic.Anthropic) -> None:
    message = ask(claude, FIRST, tools=TOOLS)
    assert message.stop_reason == "tool_use"
    assert uses_of(message) == {
        "note_facts": {"project_type": "loft_conversion", "postcode": "NW3"},
        "check_service_area": {"postcode": "NW3"},
        "get_price_range": {"project_type": "loft_conversion"},
    }


def test_only_offered_tools_are_used(claude: anthropic.Anthropic) -> None:
    assert ask(claude, FIRST).stop_reason == "end_turn"


def test_a_tool_choice_of_none_is_respected(claude: anthropic.Anthropic) -> None:
    message = ask(claude, FIRST, tools=TOOLS, tool_choice={"type": "none"})
    assert message.stop_reason == "end_turn"


def test_the_price_is_quoted_exactly_from_the_tool_result(claude: anthropic.Anthropic) -> None:
    said = finished(claude, FIRST, get_price_range=PRICE)
    assert "£60,000–£120,000 including VAT" in said


def test_no_price_is_invented_when_the_tool_gives_none(claude: anthropic.Anthropic) -> None:
    said = finished(claude, FIRST)
    assert "£" not in said
    assert "rather not guess" in said


def test_outside_the_area_it_asks_nothing_later_either(claude: anthropic.Anthropic) -> None:
    refused = assistant("I am sorry, that is outside the area we work in.")
    said = text_of(ask(claude, "A bathroom in SW1A 1AA", refused, user("Oh, a pity then")))
    assert said
    assert "?" not in said


def test_the_area_advice_is_passed_on(claude: anthropic.Anthropic) -> None:
    advice = json.dumps({"area": "primary", "advice": "NW3 is right in our home area."})
    assert "right in our home area" in finished(claude, FIRST, check_service_area=advice)


def test_advice_meant_for_the_model_is_put_into_own_words(claude: anthropic.Anthropic) -> None:
    advice = json.dumps({"area": "outside", "advice": "Tell the customer we cannot help."})
    said = finished(claude, "A bathroom in SW1A 1AA please", check_service_area=advice)
    assert "outside the area we cover" in said
    assert "Tell the customer" not in said
    assert "?" not in said


@pytest.mark.parametrize(
    ("known", "topic"),
    [
        ("", "project"),
        ("A loft conversion.", "postcode"),
        ("A loft conversion in NW6.", "name"),
        ("A loft conversion in NW6, my name is Priya.", "budget"),
        ("A loft conversion in NW6, my name is Priya, £120k.", "start"),
        ("A loft conversion in NW6, my name is Priya, £120k, within 3 months.", "survey"),
    ],
)
def test_exactly_one_missing_thing_is_asked_in_order(
    claude: anthropic.Anthropic, known: str, topic: str
) -> None:
    said = text_of(ask(claude, f"Good morning. {known}"))
    assert said.endswith(QUESTIONS[topic])
    assert said.count("?") == 1


def test_earlier_user_texts_are_remembered(claude: anthropic.Anthropic) -> None:
    said = text_of(ask(claude, "A bathroom in NW3", assistant(QUESTIONS["name"]), user("Priya")))
    assert said == f"Thank you, Priya. {QUESTIONS['budget']}"


def test_known_facts_in_the_system_text_are_not_asked_again(claude: anthropic.Anthropic) -> None:
    system = "Be polite.\n\n## Known facts\n- project_type: bathroom\n- postcode: NW3\n\n## Rules\n"
    said = text_of(ask(claude, "Hello again", system=system))
    assert said.endswith(QUESTIONS["name"])


def test_a_known_fact_is_not_noted_again(claude: anthropic.Anthropic) -> None:
    system = "Known facts:\nproject_type: bathroom\n"
    assert ask(claude, "It is the bathroom", system=system, tools=TOOLS).stop_reason == "end_turn"


def test_a_short_answer_is_understood_by_the_question_before(claude: anthropic.Anthropic) -> None:
    message = ask(claude, "Hi", assistant(QUESTIONS["survey"]), user("Yes please"), tools=TOOLS)
    assert uses_of(message) == {"note_facts": {"wants_survey": True}}


@pytest.mark.parametrize(
    "reply", ["Priya Shah", "priya shah", "It's Priya Shah", "I'm Priya Shah."]
)
def test_a_name_alone_answers_the_question_for_it(claude: anthropic.Anthropic, reply: str) -> None:
    message = ask(claude, "Hi", assistant(QUESTIONS["name"]), user(reply), tools=TOOLS)
    name = uses_of(message)["note_facts"]["customer_name"]
    assert name.casefold() == "priya shah"


@pytest.mark.parametrize(
    "text", ["It's Monday", "I'm looking around", "You can call me later, B2B offer", "yes", "M25"]
)
def test_small_talk_brings_no_facts(claude: anthropic.Anthropic, text: str) -> None:
    assert ask(claude, text, tools=[TOOLS[0]]).stop_reason == "end_turn"


def test_an_emergency_goes_to_a_person(claude: anthropic.Anthropic) -> None:
    message = ask(claude, "Water is coming through the ceiling!", tools=TOOLS)
    assert "emergency" in uses_of(message)["request_human"]["reason"]


def test_nothing_is_asked_a_third_time(claude: anthropic.Anthropic) -> None:
    ask_project = assistant(QUESTIONS["project"])
    said = text_of(ask(claude, "Hi", ask_project, user("hm"), ask_project, user("hm")))
    assert said == QUESTIONS["postcode"]


def test_a_wish_for_a_person_is_passed_on(claude: anthropic.Anthropic) -> None:
    message = ask(claude, "Can I speak to a human?", tools=TOOLS)
    assert list(uses_of(message)) == ["request_human"]
    assert "colleague" in finished(claude, "Can I speak to a human?")


def test_a_schema_without_a_property_never_gets_it(claude: anthropic.Anthropic) -> None:
    small = [tool("note_facts", postcode={"type": "string"})]
    message = ask(claude, "A loft in NW3, £90k", tools=small)
    assert uses_of(message) == {"note_facts": {"postcode": "NW3"}}


def test_a_value_outside_the_enum_becomes_other(claude: anthropic.Anthropic) -> None:
    message = ask(claude, "We want a basement", tools=TOOLS)
    assert uses_of(message)["note_facts"] == {"project_type": "other"}


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("about £120k", {"budget_min_pounds": 120_000, "budget_max_pounds": 120_000}),
        ("120 thousand", {"budget_min_pounds": 120_000, "budget_max_pounds": 120_000}),
        ("£80-120k", {"budget_min_pounds": 80_000, "budget_max_pounds": 120_000}),
        ("up to £50,000", {"budget_max_pounds": 50_000}),
        ("within 3 months", {"start_within_months": 3}),
        ("in the spring", {"start_within_months": 4}),
        ("as soon as possible", {"start_within_months": 1}),
        ("in six weeks", {"start_within_months": 2}),
        ("nw3 2qg", {"postcode": "NW3 2QG"}),
        ("my name is priya Shah", {"customer_name": "Priya Shah"}),
        ("I'm Tom from NW6", {"customer_name": "Tom", "postcode": "NW6"}),
        ("a loft 3m wide", {"project_type": "loft_conversion"}),
    ],
)
def test_a_customers_english_becomes_facts(
    claude: anthropic.Anthropic, text: str, facts: dict[str, object]
) -> None:
    only_notes = [TOOLS[0]]
    assert uses_of(ask(claude, text, tools=only_notes)) == {"note_facts": facts}


def test_the_same_request_always_gets_the_same_answer(
    sandbox: Sandbox, claude: anthropic.Anthropic
) -> None:
    first = ask(claude, FIRST, tools=TOOLS)
    sandbox.http.post("/_reset")
    assert ask(claude, FIRST, tools=TOOLS) == first


def test_a_json_schema_is_answered_with_json(claude: anthropic.Anthropic) -> None:
    schema = {"type": "object", "properties": {"postcode": {"type": "string"}}}
    message = ask(
        claude,
        "A loft in NW3",
        output_config={"format": {"type": "json_schema", "schema": schema}},
    )
    assert json.loads(text_of(message)) == {"postcode": "NW3"}
