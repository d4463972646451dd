"""VAPI's bad days: lost, late, doubled and disordered messages."""

import time
from typing import Any

import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.receiver import Receiver
from tests.sandbox.vapi import LOFTS, Vapi, assistant


def test_a_dropped_report_is_still_in_the_api(vapi: Vapi) -> None:
    vapi.order(drop=["end-of-call-report"])
    call_id = vapi.rings("Do you do lofts?")["id"]
    assert "end-of-call-report" not in vapi.types()
    assert "Do you do lofts?" in vapi.get(f"/call/{call_id}")["transcript"]


def test_one_status_alone_can_be_dropped(vapi: Vapi) -> None:
    vapi.order(drop=["status-update:ended"])
    vapi.rings()
    assert vapi.statuses() == ["in-progress"]


def test_a_dropped_question_is_answered_by_nobody(vapi: Vapi) -> None:
    vapi.order(drop=["assistant-request"])
    assert vapi.rings()["ended_reason"] == "assistant-request-failed"


def test_an_unanswered_call_goes_to_the_lines_own_destination(vapi: Vapi) -> None:
    office = {"type": "number", "number": "+442079460001"}
    vapi.add("phone-number", number="+442079460002", fallbackDestination=office)
    vapi.order(drop=["assistant-request"])
    vapi.rings(line="+442079460002")
    assert vapi.messages("status-update")[0]["destination"] == office


def test_a_doubled_message_comes_twice_alike(vapi: Vapi) -> None:
    vapi.order(duplicate=["end-of-call-report", "tool-calls"])
    vapi.rings("When?", tools=[[LOFTS]])
    first, second = vapi.messages("end-of-call-report")
    assert first == second
    assert len(vapi.messages("tool-calls")) == 2


def test_a_late_message_comes_behind_the_next_ones(vapi: Vapi) -> None:
    vapi.order(delay={"status-update:in-progress": 0.3})
    vapi.rings("Hello")
    assert vapi.types()[-1] == "status-update"
    assert vapi.statuses() == ["ended", "in-progress"]


def test_a_late_question_makes_the_call_wait(vapi: Vapi) -> None:
    vapi.order(delay={"tool-calls": 0.2})
    begin = time.monotonic()
    vapi.rings("When?", tools=[[LOFTS]])
    assert time.monotonic() - begin >= 0.2


@pytest.mark.parametrize("line", ["Hello", "Hello there"])
def test_out_of_order_the_report_comes_before_the_end(vapi: Vapi, line: str) -> None:
    """Whether an odd or an even number of messages came before."""
    vapi.order(reorder=True)
    vapi.rings(line)
    types = vapi.types()
    assert types[-2:] == ["end-of-call-report", "status-update"]
    assert types.index("assistant.started") < types.index("status-update")


def test_out_of_order_nothing_is_lost(vapi: Vapi) -> None:
    vapi.rings("Hello", "Lofts")
    expected = sorted(vapi.types())
    vapi.app.posts.clear()
    vapi.order(reorder=True)
    vapi.rings("Hello", "Lofts")
    assert sorted(vapi.types()) == expected


def test_lost_recordings_are_nowhere(vapi: Vapi) -> None:
    vapi.order(lose_recordings=True)
    call_id = vapi.rings("Hello")["id"]
    (report,) = vapi.messages("end-of-call-report")
    assert "recordingUrl" not in report
    assert "presignedMonoUrl" not in report["artifact"]
    assert vapi.ask("GET", f"/call/{call_id}/mono-recording").status_code == 404


def test_without_a_plan_nothing_is_sent_again(app: Receiver, vapi: Vapi) -> None:
    app.answers.extend([200, 500])
    vapi.rings()
    assert vapi.statuses() == ["in-progress", "ended"]


def test_ordered_retries_bring_a_refused_message_again(app: Receiver, vapi: Vapi) -> None:
    vapi.order(retries=2)
    app.answers.extend([200, 500])
    vapi.rings()
    assert vapi.statuses().count("in-progress") == 2
    assert vapi.statuses().count("ended") == 1


def test_a_refused_question_is_asked_again_with_the_same_tool_id(app: Receiver, vapi: Vapi) -> None:
    wanted = {"assistant": assistant(serverMessages=["tool-calls"])}
    vapi.answers["assistant-request"] = wanted
    vapi.answers_tools({"toolCallId": "t", "name": "check_slots", "result": "Tuesday."})
    vapi.order(retries=1)
    app.answers.extend([200, 503])
    result = vapi.rings("When?", tools=[[LOFTS | {"id": "t"}]])
    first, second = vapi.messages("tool-calls")
    assert first["toolCallList"] == second["toolCallList"]
    assert "AI: Tuesday.\n" in result["transcript"]


def test_the_call_goes_on_while_a_message_is_tried_again(app: Receiver, vapi: Vapi) -> None:
    vapi.order(retries=1)
    app.answers.extend([200, 500])
    vapi.rings()
    assert vapi.statuses() == ["in-progress", "ended", "in-progress"]


@pytest.mark.parametrize(("status", "times"), [(503, 2), (400, 1)])
def test_the_assistants_own_plan_is_kept_to(
    app: Receiver, vapi: Vapi, status: int, times: int
) -> None:
    plan = {"type": "fixed", "maxRetries": 1, "baseDelaySeconds": 0, "excludedStatusCodes": [400]}
    server = {"url": "https://office.example/", "backoffPlan": plan}
    wanted = assistant(server=server, serverMessages=["status-update", "hang"])
    vapi.answers["assistant-request"] = {"assistant": wanted}
    app.answers.extend([200, 200, status])
    vapi.rings({"text": "Hello", "hangs": True})
    assert vapi.types().count("hang") == times


def test_the_api_can_be_slow(vapi: Vapi) -> None:
    vapi.order(latency_seconds=0.2)
    begin = time.monotonic()
    vapi.get("/call")
    assert time.monotonic() - begin >= 0.2


def test_a_reset_makes_it_behave_again(sandbox: Sandbox, vapi: Vapi) -> None:
    vapi.order(drop=["end-of-call-report"], auth="bearer", delay={"hang": 3})
    before = vapi.http.get("/_vapi").json()
    sandbox.http.post("/_reset")
    assert before["drop"] == ["end-of-call-report"]
    after = vapi.http.get("/_vapi").json()
    assert (after["drop"], after["delay"], after["auth"]) == ([], {}, "secret")


def test_a_reset_ends_a_call_that_is_going_on(sandbox: Sandbox, vapi: Vapi) -> None:
    vapi.rings("Hello", stays=True, wait=False)
    sandbox.http.post("/_reset")
    count = len(vapi.app.posts)
    assert vapi.get("/call") == []
    assert len(vapi.app.posts) == count


@pytest.mark.parametrize(
    "order",
    [
        {"drop": ["call.started"]},
        {"drop": "hang"},
        {"delay": {"hang": "long"}},
        {"retries": 4},
        {"auth": "oauth2"},
        {"tool_shape": "round"},
        {"reorder": 1},
        {"outbound": {"type": "fax"}},
        {"assistants": {}},
        {"whatever": 1},
    ],
)
def test_a_wrong_order_is_refused_and_changes_nothing(
    sandbox: Sandbox, vapi: Vapi, order: dict[str, Any]
) -> None:
    before = vapi.http.get("/_vapi").json()
    assert sandbox.post("/_vapi", {"drop": ["hang"], **order}).status_code == 400
    assert vapi.http.get("/_vapi").json() == before
