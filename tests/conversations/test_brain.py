"""The tool loop, with exact answers of the model."""

import json
from typing import Any, cast

import pytest

from conversations import brain
from conversations.claude import Claude, claude
from conversations.context import TurnContext
from conversations.desk import Desk, ToolResult
from conversations.draft import Draft, Reply, ToolUse
from conversations.models import Message, ToolCall, Turn
from conversations.prompting import current_playbook
from hampstead.core.errors import ClaudeError
from hampstead.core.models import Outbox
from hampstead.core.spending import Bill
from leads.models import Fact, FactKey, Lead
from tests.vendors import Sandbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults")]


def use(name: str, use_id: str = "t1", **arguments: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": use_id, "name": name, "input": arguments}


def compose(sandbox: Sandbox, *answers: Any) -> Draft:
    sandbox.answers(*[a if isinstance(a, str | dict) else {"content": a} for a in answers])
    context = a_context({"role": "user", "content": "A loft in NW3, please"})
    return brain.compose(context, claude(), desk=a_desk(context), bill=Bill("answer"))


def a_context(*messages: dict[str, Any]) -> TurnContext:
    return TurnContext(
        channel="whatsapp",
        prompt_version="v1",
        system=[{"type": "text", "text": "Be brief."}],
        messages=list(messages),
        playbook=current_playbook(),
    )


def a_desk(context: TurnContext) -> Desk:
    return Desk(context.channel, context.playbook)


def results(sandbox: Sandbox, round_number: int = 1) -> list[dict[str, Any]]:
    """What the model was told about its tools, in the request that followed."""
    content = sandbox.log("anthropic")[round_number]["body"]["messages"][-1]["content"]
    return [{**block, "content": json.loads(block["content"])} for block in content]


def test_an_answer_without_tools_is_the_draft(sandbox: Sandbox) -> None:
    draft = compose(sandbox, "Good morning.")
    assert (draft.text, draft.tool_runs) == ("Good morning.", {})


def test_two_tools_of_one_message_are_answered_in_one_user_message(sandbox: Sandbox) -> None:
    noted, area = use("note_facts", "a", postcode="NW3"), use("check_service_area", "b")
    area["input"] = {"postcode": "NW3"}
    compose(sandbox, [noted, area], "Yes.")
    messages = sandbox.log("anthropic")[1]["body"]["messages"]
    assert [message["role"] for message in messages] == ["user", "assistant", "user"]
    assert [result["tool_use_id"] for result in results(sandbox)] == ["a", "b"]


def test_what_a_tool_noted_is_a_wish_of_the_draft(sandbox: Sandbox) -> None:
    draft = compose(sandbox, [use("note_facts", project_type="loft_conversion")], "Noted.")
    assert draft.wishes.facts == {FactKey.PROJECT_TYPE: "loft_conversion"}


def test_a_later_fact_of_the_same_turn_wins(sandbox: Sandbox) -> None:
    rounds = [[use("note_facts", f"t{n}", postcode=code)] for n, code in enumerate(["NW3", "N6"])]
    draft = compose(sandbox, *rounds, "Noted.")
    assert draft.wishes.facts == {FactKey.POSTCODE: "N6"}


def test_an_unknown_tool_is_told_to_the_model_and_the_loop_goes_on(sandbox: Sandbox) -> None:
    draft = compose(sandbox, [use("send_money", amount=1)], "I cannot do that.")
    (result,) = results(sandbox)
    assert draft.text == "I cannot do that."
    assert result["is_error"]
    assert result["content"] == {"error": "there is no tool named send_money"}


@pytest.mark.parametrize("name", ["check_service_area", "get_price_range", "request_human"])
def test_a_missing_argument_is_named(sandbox: Sandbox, name: str) -> None:
    compose(sandbox, [use(name)], "Hm.")
    (result,) = results(sandbox)
    assert result["is_error"]
    assert result["content"]["error"].startswith("missing: ")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("note_facts", {"budget_max_pounds": "lots", "wants_survey": 1}),
        ("note_facts", {"project_type": ["loft"], "postcode": {"a": 1}, "x": None}),
        ("check_service_area", {"postcode": {"outcode": "NW3"}}),
        ("check_service_area", {"postcode": None}),
        ("get_price_range", {"project_type": ["loft_conversion"]}),
        ("request_human", {"reason": {"why": "?"}}),
        ("request_human", {"reason": None}),
    ],
)
def test_arguments_of_wrong_types_do_not_break_the_loop(
    sandbox: Sandbox, name: str, arguments: dict[str, Any]
) -> None:
    draft = compose(sandbox, [use(name, **arguments)], "Fine.")
    assert draft.text == "Fine."
    assert draft.wishes.facts == {}


class Repeating:
    """Claude as its API never is: two rounds with the same id."""

    def __init__(self) -> None:
        self.codes = ["NW3", "N6"]
        self.told: list[Any] = []

    def reply(self, *, messages: list[dict[str, Any]], **_: Any) -> Reply:
        self.told.append(messages[-1]["content"])  # the question, then each round's results
        if not self.codes:
            return Reply("Noted.", (), [])
        use = ToolUse("same", "note_facts", {"postcode": self.codes.pop(0)})
        return Reply("", (use,), [])


def test_a_repeated_tool_id_gets_its_first_result_again() -> None:
    model, context = Repeating(), a_context({"role": "user", "content": "Hi"})
    draft = brain.compose(context, cast(Claude, model), desk=a_desk(context), bill=Bill("answer"))
    assert draft.wishes.facts == {FactKey.POSTCODE: "NW3"}
    assert model.told[1] == model.told[2]


def test_endless_tools_end_in_an_error_after_a_few_rounds(sandbox: Sandbox) -> None:
    rounds = [[use("note_facts", f"t{n}", postcode="NW3")] for n in range(20)]
    with pytest.raises(ClaudeError) as caught:
        compose(sandbox, *rounds)
    assert not caught.value.trips_breaker
    assert len(sandbox.log("anthropic")) == brain.MAX_ROUNDS


def test_an_empty_answer_after_tools_is_an_error(sandbox: Sandbox) -> None:
    with pytest.raises(ClaudeError, match="empty answer"):
        compose(sandbox, [use("note_facts", postcode="NW3")], [])


def test_tokens_of_all_rounds_are_added(sandbox: Sandbox) -> None:
    counted = {"input_tokens": 10, "output_tokens": 3}
    tools = {"content": [use("note_facts", postcode="NW3")], "usage": counted}
    said = {"content": [{"type": "text", "text": "Yes."}], "usage": counted}
    usage = compose(sandbox, tools, said).usage
    assert (usage.input_tokens, usage.output_tokens) == (20, 6)


def test_composing_changes_no_row(sandbox: Sandbox) -> None:
    human = use("request_human", "b", reason="asked")
    compose(sandbox, [use("note_facts", "a", postcode="NW3"), human], "A colleague will call.")
    for model in (Fact, Lead, Message, Turn, ToolCall, Outbox):
        assert not model._default_manager.exists()


def test_the_same_call_under_a_new_id_gets_the_stored_result(sandbox: Sandbox) -> None:
    first, again = use("promise_callback", "a", about="x"), use("promise_callback", "b", about="x")
    compose(sandbox, [first], [again], "Done.")
    assert results(sandbox, 1)[0]["content"] == results(sandbox, 2)[0]["content"]


def test_a_call_that_was_refused_may_succeed_later_in_the_turn(sandbox: Sandbox) -> None:
    lane = use("choose_lane", "lane", lane="supplier")
    project = use("note_facts", "project", enquiry_kind="new_project")
    prices = [use("get_price_range", name, project_type="bathroom") for name in ("first", "again")]
    compose(sandbox, [lane], [prices[0]], [project], [prices[1]], "Done.")
    assert [results(sandbox, number)[0]["is_error"] for number in (2, 4)] == [True, False]


def test_only_the_first_calls_of_a_message_are_carried_out(sandbox: Sandbox) -> None:
    codes = [f"NW{number}" for number in range(50)]
    compose(sandbox, [use("check_service_area", code, postcode=code) for code in codes], "Yes.")
    refused = [result["is_error"] for result in results(sandbox)]
    assert refused == [False] * brain.MAX_CALLS + [True] * (50 - brain.MAX_CALLS)


def test_a_lane_with_a_fixed_text_has_the_last_word(sandbox: Sandbox) -> None:
    draft = compose(sandbox, [use("choose_lane", lane="emergency")], "Never asked for.")
    assert "0199" in draft.text
    assert len(sandbox.log("anthropic")) == 1


def test_a_booking_after_a_cancellation_is_made_again(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def count(name: str, arguments: Any, desk: Desk) -> ToolResult:
        made.append(name)
        return ToolResult({"done": len(made)})

    monkeypatch.setattr(brain, "run_tool", count)
    names = ["book_survey", "book_survey", "cancel_survey", "book_survey"]
    compose(sandbox, *[[use(name, f"t{n}")] for n, name in enumerate(names)], "Booked.")
    assert made == ["book_survey", "cancel_survey", "book_survey"]
