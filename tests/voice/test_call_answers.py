"""What VAPI is answered while a caller waits: the assistant, the tools, the office line."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from conversations.models import ToolCall
from hampstead.core.clock import LONDON
from hampstead.core.models import Incident
from leads.models import Fact, FactKey, Firm, Promise, Survey
from tests.voice.posts import AT, CALL, message, post, raw_post, tool_call
from voice import answers
from voice.models import Call

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults", "sandbox")]


@pytest.fixture(autouse=True)
def _monday_morning() -> Iterator[None]:
    with time_machine.travel(AT):
        yield


def run(name: str, call_id: str = "toolu_1", **arguments: Any) -> Any:
    (result,) = post("tool-calls", toolCallList=[tool_call(name, call_id, **arguments)])["results"]
    assert (result["toolCallId"], result["name"]) == (call_id, name)
    return result


def content(result: dict[str, Any]) -> Any:
    return json.loads(result["result"])


# --- which assistant ----------------------------------------------------------------------


def test_a_call_gets_our_assistant_with_its_notice_and_tools() -> None:
    assistant = post("assistant-request")["assistant"]
    assert "AI assistant" in assistant["firstMessage"]
    assert "recorded" in assistant["firstMessage"]
    names = {tool.get("function", {}).get("name") for tool in assistant["model"]["tools"]}
    assert {"find_slots", "book_survey", "promise_callback"} <= names
    assert assistant["server"]["backoffPlan"]["maxRetries"] == 3
    assert "NW3" in assistant["model"]["messages"][0]["content"]
    assert Call.objects.get().vendor_id == CALL


def test_no_secret_of_ours_goes_out() -> None:
    assert "test-vapi-secret" not in json.dumps(post("assistant-request"))


def test_a_stored_assistant_is_named_instead(settings: Settings) -> None:
    settings.VAPI_ASSISTANT_ID = "asst-1"
    assert post("assistant-request") == {"assistantId": "asst-1"}


def test_when_we_fail_the_caller_is_put_through(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("no prompt")

    monkeypatch.setattr(answers, "build_assistant", fail)
    destination = post("assistant-request")["destination"]
    assert destination["number"] == Firm.current().office_phone
    assert Incident.objects.get().code == "E007"


# --- tools --------------------------------------------------------------------------------


def test_a_tool_answers_in_one_line_and_what_was_said_is_noted() -> None:
    result = run("note_facts", postcode="NW3 2QG", customer_name="Priya Shah")
    assert "\n" not in result["result"]
    assert set(Fact.objects.values_list("key", flat=True)) == {
        FactKey.POSTCODE,
        FactKey.CUSTOMER_NAME,
    }


@pytest.mark.parametrize(
    "call",
    [
        {"id": "t", "function": {"name": "check_service_area", "arguments": {"postcode": "NW3"}}},
        {"id": "t", "function": {"name": "check_service_area", "arguments": '{"postcode":"NW3"}'}},
        {"id": "t", "name": "check_service_area", "arguments": {"postcode": "NW3"}},
        {"id": "t", "name": "check_service_area", "parameters": {"postcode": "NW3"}},
    ],
)
@pytest.mark.parametrize("where", ["toolCallList", "toolCalls", "toolWithToolCallList"])
def test_all_shapes_of_a_call_are_understood(call: dict[str, Any], where: str) -> None:
    given = [{"toolCall": call}] if where == "toolWithToolCallList" else [call]
    (result,) = post("tool-calls", **{where: given})["results"]
    assert "NW3" in result["result"]


def test_the_same_call_again_gets_the_stored_answer() -> None:
    first = run("promise_callback", about="a loft")
    assert run("promise_callback", about="a loft") == first
    assert Promise.objects.count() == 1
    assert ToolCall.objects.count() == 1


def test_a_call_named_twice_in_one_post_is_answered_once() -> None:
    call = tool_call("check_service_area", postcode="NW3")
    assert len(post("tool-calls", toolCallList=[call, call])["results"]) == 1


def test_several_calls_are_answered_in_their_order() -> None:
    calls = [tool_call("check_service_area", f"t{n}", postcode="NW3") for n in range(3)]
    results = post("tool-calls", toolCallList=calls)["results"]
    assert [result["toolCallId"] for result in results] == ["t0", "t1", "t2"]


@pytest.mark.parametrize("arguments", ["", "{", "[]", None, 7])
def test_arguments_that_are_none_are_told_as_an_error(arguments: Any) -> None:
    call = {"id": "t", "function": {"name": "check_service_area", "arguments": arguments}}
    (result,) = post("tool-calls", toolCallList=[call])["results"]
    assert "missing" in result["error"]


def test_a_tool_we_do_not_have_is_told_as_an_error() -> None:
    assert "no tool named" in run("open_the_safe")["error"]


def test_a_call_books_a_survey_with_a_slot_it_was_offered() -> None:
    run("note_facts", "t1", postcode="NW3 2QG", customer_name="Priya Shah", project_type="loft")
    found = content(run("find_slots", "t2", preferred_time="Thursday afternoon"))
    booked = content(run("book_survey", "t3", slot=found["slots"][0]["slot"], address="1 Elm Row"))
    assert booked["status"] == "confirmed"
    assert Survey.objects.get().status == Survey.Status.CONFIRMED


def test_the_same_booking_under_a_new_id_is_the_same_survey() -> None:
    run("note_facts", "t1", postcode="NW3 2QG", customer_name="Priya Shah")
    slot = content(run("find_slots", "t2"))["slots"][0]["slot"]
    run("book_survey", "t3", slot=slot, address="1 Elm Row")
    run("book_survey", "t4", slot=slot, address="1 Elm Row")
    assert Survey.objects.count() == 1


def test_a_tool_that_breaks_gives_the_assistant_something_to_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(**given: Any) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(answers, "answer_tool_call", fail)
    assert "rings back" in run("find_slots")["error"]
    assert Incident.objects.get().code == "E007"


def test_an_old_assistant_is_answered_in_its_form() -> None:
    function = {"name": "check_service_area", "parameters": {"postcode": "NW3"}}
    assert "NW3" in post("function-call", functionCall=function)["result"]


# --- putting through ----------------------------------------------------------------------


def test_in_office_hours_a_caller_is_put_through() -> None:
    destination = post("transfer-destination-request")["destination"]
    assert destination["number"] == Firm.current().office_phone


def test_at_night_a_call_back_is_offered_instead() -> None:
    with time_machine.travel(AT.replace(hour=23).astimezone(LONDON)):
        assert "rings back" in post("transfer-destination-request")["error"]


def test_a_tool_call_without_a_call_is_told_as_an_error() -> None:
    body = message("tool-calls", toolCallList=[tool_call("find_slots")])
    del body["message"]["call"]
    answer = json.loads(raw_post(json.dumps(body).encode()).content)
    assert "not named" in answer["results"][0]["error"]
