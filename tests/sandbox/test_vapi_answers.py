"""What VAPI makes of our app's answers."""

import json
from typing import Any

import pytest

from tests.sandbox.receiver import Receiver
from tests.sandbox.vapi import LOFTS, OFFICE, Vapi, assistant

CALL_ID = "toolu_000001"


def test_a_saved_assistant_is_used_with_its_variables(vapi: Vapi) -> None:
    overrides = {"variableValues": {"caller_name": "Priya"}}
    vapi.answers["assistant-request"] = {
        "assistantId": vapi.add_assistant(),
        "assistantOverrides": overrides,
    }
    assert "AI: Good morning Priya\n" in vapi.rings()["transcript"]
    assert vapi.messages("end-of-call-report")[0]["call"]["assistantOverrides"] == overrides


def test_an_assistant_made_at_the_dashboard_keeps_its_id(vapi: Vapi) -> None:
    vapi.order(assistants=[assistant() | {"id": "asst-1"}])
    vapi.answers["assistant-request"] = {"assistantId": "asst-1"}
    assert vapi.rings()["ended_reason"] == "customer-ended-call"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"assistantId": "nobody"}, "assistant-not-found"),
        (
            {"assistantId": "asst-1", "assistantOverrides": "none"},
            "assistant-request-returned-invalid-assistant",
        ),
        ({"assistant": {"serverMessages": 1}}, "assistant-request-returned-invalid-assistant"),
        ({"error": "We are closed."}, "assistant-request-returned-error"),
        ({}, "assistant-request-returned-no-assistant"),
        (b"oh", "assistant-request-returned-invalid-json"),
        (
            {"assistant": {"model": {"provider": "x"}}},
            "assistant-request-returned-invalid-assistant",
        ),
    ],
)
def test_a_call_without_a_usable_assistant_ends_without_a_report(
    vapi: Vapi, answer: Any, reason: str
) -> None:
    vapi.answers["assistant-request"] = answer
    assert vapi.rings("Hello")["ended_reason"] == reason
    assert vapi.types() == ["assistant-request", "status-update"]


def test_a_refused_assistant_comes_with_the_words_of_the_validator(vapi: Vapi) -> None:
    vapi.answers["assistant-request"] = {"assistant": {"voice": {"provider": "x"}}}
    vapi.rings()
    artifacts = vapi.messages("status-update")[0]["inboundPhoneCallDebuggingArtifacts"]
    assert "voice.provider must be one of" in artifacts["assistantRequestError"]


def test_an_answer_that_is_no_200_fails_the_call(app: Receiver, vapi: Vapi) -> None:
    app.answers.append(500)
    assert vapi.rings()["ended_reason"] == "assistant-request-failed"


def test_a_destination_skips_the_assistant(vapi: Vapi) -> None:
    vapi.answers["assistant-request"] = {"destination": OFFICE, "assistant": assistant()}
    result = vapi.rings("Hello")
    assert result["ended_reason"] == "assistant-request-returned-forwarding-phone-number"
    assert vapi.statuses() == ["forwarding", "ended"]
    assert vapi.messages("status-update")[0]["destination"] == OFFICE


def test_a_tool_is_called_and_its_result_spoken(vapi: Vapi) -> None:
    vapi.answers_tools({"toolCallId": "toolu_1", "name": "check_slots", "result": "Tuesday ten."})
    result = vapi.rings("When can you come?", tools=[[LOFTS | {"id": "toolu_1"}]])
    assert "AI: Tuesday ten.\n" in result["transcript"]
    (answer,) = [a for a in result["answers"] if a["type"] == "tool-calls"]
    assert answer["status"] == 200
    assert answer["body"]["results"][0]["result"] == "Tuesday ten."
    assert answer["milliseconds"] >= 0


def test_the_words_of_the_script_win_over_those_of_the_tool(vapi: Vapi) -> None:
    vapi.answers_tools({"toolCallId": "t", "name": "check_slots", "result": "Tuesday."})
    line = {"text": "When?", "tools": [LOFTS | {"id": "t"}], "says": "On Tuesday, at ten."}
    assert "AI: On Tuesday, at ten.\n" in vapi.rings(line)["transcript"]


@pytest.mark.parametrize(
    "results",
    [
        [{"toolCallId": "other", "result": "Tuesday."}],
        [{"toolCallId": "t", "result": "Tuesday\nor Wednesday"}],
        [{"toolCallId": "t", "result": {"day": "Tuesday"}}],
        {"toolCallId": "t", "result": "Tuesday."},
    ],
)
def test_a_wrong_result_is_none(vapi: Vapi, results: Any) -> None:
    vapi.answers["tool-calls"] = {"results": results}
    vapi.rings({"text": "When?", "tools": [LOFTS | {"id": "t"}]})
    (report,) = vapi.messages("end-of-call-report")
    (kept,) = [m for m in report["messages"] if m["role"] == "tool_call_result"]
    assert kept["result"] == "No result returned."


def test_an_error_of_a_tool_is_heard_by_the_model(vapi: Vapi) -> None:
    vapi.answers_tools({"toolCallId": "t", "name": "check_slots", "error": "That time is gone."})
    result = vapi.rings({"text": "When?", "tools": [LOFTS | {"id": "t"}]})
    assert "AI: That time is gone.\n" in result["transcript"]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("object", {"id": CALL_ID, "type": "function", "function": LOFTS}),
        (
            "string",
            {
                "id": CALL_ID,
                "type": "function",
                "function": {"name": "check_slots", "arguments": '{"postcode": "NW3 1AA"}'},
            },
        ),
        ("name_arguments", {"id": CALL_ID, **LOFTS}),
        (
            "name_parameters",
            {"id": CALL_ID, "name": "check_slots", "parameters": {"postcode": "NW3 1AA"}},
        ),
    ],
)
def test_tool_calls_come_in_each_known_shape(
    vapi: Vapi, shape: str, expected: dict[str, Any]
) -> None:
    vapi.order(tool_shape=shape)
    vapi.rings("When?", tools=[[LOFTS]])
    (message,) = vapi.messages("tool-calls")
    assert message["toolCallList"][0] == expected
    assert message["toolWithToolCallList"][0]["toolCall"] == message["toolCallList"][0]


def test_tool_calls_can_come_in_the_long_list_only(vapi: Vapi) -> None:
    vapi.order(tool_shape="toolWithToolCallList")
    vapi.rings("When?", tools=[[LOFTS]])
    (message,) = vapi.messages("tool-calls")
    assert "toolCallList" not in message
    assert message["toolWithToolCallList"][0]["toolCall"]["function"]["name"] == "check_slots"


def test_vapis_own_tools_are_not_posted(vapi: Vapi) -> None:
    result = vapi.rings("Bye", tools=[[{"name": "endCall"}]])
    assert result["ended_reason"] == "assistant-ended-call"
    assert "tool-calls" not in vapi.types()


def test_a_transfer_goes_where_our_app_says(vapi: Vapi) -> None:
    vapi.answers["transfer-destination-request"] = {"destination": OFFICE}
    result = vapi.rings({"text": "A person please", "transfers": True}, "never said")
    assert result["ended_reason"] == "assistant-forwarded-call"
    assert vapi.statuses() == ["in-progress", "forwarding", "ended"]
    assert "never said" not in result["transcript"]


def test_a_refused_transfer_leaves_the_call_with_the_assistant(vapi: Vapi) -> None:
    vapi.answers["transfer-destination-request"] = {"error": "Nobody is in."}
    result = vapi.rings({"text": "A person please", "transfers": True}, "Then lofts")
    assert "AI: Nobody is in.\n" in result["transcript"]
    assert "User: Then lofts\n" in result["transcript"]


def test_tool_arguments_are_text_in_the_conversation(vapi: Vapi) -> None:
    vapi.rings("When?", tools=[[LOFTS]])
    (report,) = vapi.messages("end-of-call-report")
    (kept,) = [m for m in report["messages"] if m["role"] == "tool_calls"]
    arguments = kept["toolCalls"][0]["function"]["arguments"]
    assert json.loads(arguments) == LOFTS["arguments"]


def test_a_transfer_is_told_before_the_call_ends(vapi: Vapi) -> None:
    vapi.answers["transfer-destination-request"] = {"destination": OFFICE}
    vapi.rings({"text": "A person please", "transfers": True})
    (update,) = vapi.messages("transfer-update")
    assert update["destination"] == OFFICE
    assert update["fromAssistant"]["name"] == "reception-uk"


def test_a_tool_can_end_the_call_with_its_words(vapi: Vapi) -> None:
    spoken = {"type": "request-complete", "content": "Bye.", "endCallAfterSpokenEnabled": True}
    vapi.answers_tools(
        {"toolCallId": "t", "name": "check_slots", "result": "done", "message": spoken}
    )
    result = vapi.rings({"text": "When?", "tools": [LOFTS | {"id": "t"}]}, "never said")
    assert result["ended_reason"] == "assistant-ended-call-after-message-spoken"
    assert result["transcript"].endswith("AI: Bye.\n")
