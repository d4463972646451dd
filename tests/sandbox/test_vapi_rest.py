"""VAPI's REST API, as our adapter meets it."""

import io
from typing import Any

import av
import pytest

from tests.sandbox.conftest import Sandbox
from tests.sandbox.vapi import KEY, NUMBER, Vapi, assistant
from tests.sandbox.waiting import eventually


@pytest.fixture
def office_line(vapi: Vapi) -> str:
    return str(vapi.add("phone-number", provider="twilio", number="+442079460001")["id"])


def outbound(line: str, **changes: Any) -> dict[str, Any]:
    return {
        "assistant": assistant(),
        "phoneNumberId": line,
        "customer": {"number": NUMBER},
        **changes,
    }


def test_a_request_without_a_key_is_refused_in_the_vendors_shape(sandbox: Sandbox) -> None:
    answer = sandbox.http.get("/vapi/call")
    assert answer.status_code == 401
    assert answer.json()["statusCode"] == 401
    assert answer.json()["error"] == "Unauthorized"


def test_an_assistant_can_be_created_and_read_again(vapi: Vapi) -> None:
    assistant_id = vapi.add_assistant(firstMessage="Hello")
    assert vapi.get(f"/assistant/{assistant_id}")["firstMessage"] == "Hello"
    assert [found["id"] for found in vapi.get("/assistant")] == [assistant_id]


def test_a_change_replaces_a_sent_field_whole_and_leaves_the_others(vapi: Vapi) -> None:
    assistant_id = vapi.add_assistant()
    model = {"provider": "anthropic", "model": "claude-sonnet-5"}
    vapi.ask("PATCH", f"/assistant/{assistant_id}", json={"model": model})
    found = vapi.get(f"/assistant/{assistant_id}")
    assert found["model"] == model
    assert found["name"] == "reception-uk"


def test_a_removed_assistant_is_gone(vapi: Vapi) -> None:
    assistant_id = vapi.add_assistant()
    assert vapi.ask("DELETE", f"/assistant/{assistant_id}").status_code == 200
    assert vapi.ask("GET", f"/assistant/{assistant_id}").status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "copied"},
        {"name": "x" * 41},
        {"model": {"provider": "nobody"}},
        {"model": {"provider": "anthropic", "model": "claude-sonnet-4-5-20250514"}},
        {"voice": {"provider": "elevenlabs"}},
        {"server": {}},
        {"serverMessages": ["call.started"]},
        {"maxDurationSeconds": 5},
    ],
)
def test_a_wrong_assistant_is_refused(vapi: Vapi, changes: dict[str, Any]) -> None:
    answer = vapi.ask("POST", "/assistant", json=assistant(**changes))
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_a_secret_cannot_be_read_back(vapi: Vapi) -> None:
    server = {"url": "https://office.example/", "secret": "ours"}
    assistant_id = vapi.add_assistant(server=server)
    assert "ours" not in str(vapi.get(f"/assistant/{assistant_id}"))


def test_the_list_of_calls_is_a_bare_array_with_the_newest_first(vapi: Vapi) -> None:
    first, second = vapi.rings("Hello")["id"], vapi.rings("Hello")["id"]
    assert [call["id"] for call in vapi.get("/call")] == [second, first]


def test_the_list_can_be_walked_back_by_its_creation_times(vapi: Vapi) -> None:
    ids = [vapi.rings()["id"] for _ in range(3)]
    newest = vapi.get("/call", limit="1")[0]
    older = vapi.get("/call", createdAtLt=newest["createdAt"])
    assert [call["id"] for call in older] == [ids[1], ids[0]]


def test_the_list_can_be_asked_for_one_assistant(vapi: Vapi) -> None:
    assistant_id = vapi.add_assistant()
    vapi.rings()
    wanted = vapi.rings(assistantId=assistant_id)["id"]
    assert [call["id"] for call in vapi.get("/call", assistantId=assistant_id)] == [wanted]


def test_an_unknown_filter_is_refused(vapi: Vapi) -> None:
    assert vapi.ask("GET", "/call", params={"page": "2"}).status_code == 400


def test_a_call_that_is_over_holds_what_the_report_held(vapi: Vapi) -> None:
    call_id = vapi.rings("Do you do lofts?", ends="silence-timed-out")["id"]
    call = vapi.get(f"/call/{call_id}")
    (report,) = vapi.messages("end-of-call-report")
    assert (call["status"], call["endedReason"]) == ("ended", "silence-timed-out")
    assert call["artifact"]["transcript"] == report["artifact"]["transcript"]
    assert call["cost"] == report["cost"] > 0


def test_an_unknown_call_is_not_found(vapi: Vapi) -> None:
    assert vapi.ask("GET", "/call/nobody").status_code == 404


def test_only_the_name_of_a_call_can_be_changed(vapi: Vapi) -> None:
    call_id = vapi.rings()["id"]
    assert vapi.ask("PATCH", f"/call/{call_id}", json={"status": "ended"}).status_code == 400
    assert vapi.ask("PATCH", f"/call/{call_id}", json={"name": "Priya"}).json()["name"] == "Priya"


def test_an_erased_call_and_its_recording_are_gone(vapi: Vapi) -> None:
    call_id = vapi.rings("Hello")["id"]
    link = vapi.ask("GET", f"/call/{call_id}/mono-recording").headers["Location"]
    assert vapi.ask("DELETE", f"/call/{call_id}").status_code == 200
    assert vapi.ask("GET", f"/call/{call_id}").status_code == 404
    assert vapi.http.get(link).status_code == 404


def test_a_recording_is_audio_behind_a_link_that_takes_no_key(vapi: Vapi) -> None:
    vapi.answers["assistant-request"]["assistant"]["artifactPlan"] = {"recordingFormat": "mp3"}
    call_id = vapi.rings("Do you do lofts?")["id"]
    answer = vapi.ask("GET", f"/call/{call_id}/mono-recording")
    assert answer.status_code == 302
    link = answer.headers["Location"]
    assert vapi.http.get(link, headers=KEY).status_code == 400
    recording = vapi.http.get(link)
    assert recording.headers["content-type"] == "audio/mpeg"
    with av.open(io.BytesIO(recording.content)) as audio:
        assert audio.streams.audio[0].codec_context.name.startswith("mp3")


def test_a_link_to_a_recording_expires(vapi: Vapi) -> None:
    vapi.order(link_seconds=0)
    call_id = vapi.rings("Hello")["id"]
    link = vapi.ask("GET", f"/call/{call_id}/mono-recording").headers["Location"]
    assert vapi.http.get(link).status_code == 403


def test_the_caller_alone_can_be_heard_in_a_recording(sandbox: Sandbox, vapi: Vapi) -> None:
    call_id = vapi.rings("Do you do lofts?")["id"]
    link = vapi.ask("GET", f"/call/{call_id}/customer-recording").headers["Location"]
    heard = sandbox.http.post(
        "/deepgram/v1/listen", content=vapi.http.get(link).content, headers=KEY
    ).json()
    (channel,) = heard["results"]["channels"]
    assert channel["alternatives"][0]["transcript"] == "Do you do lofts?"


def test_the_same_order_of_a_call_twice_makes_two_calls(vapi: Vapi, office_line: str) -> None:
    first = vapi.ask("POST", "/call", json=outbound(office_line))
    second = vapi.ask("POST", "/call", json=outbound(office_line))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] != second.json()["id"]


def test_an_ordered_call_is_made_and_told(vapi: Vapi, office_line: str) -> None:
    vapi.order(outbound={"lines": ["Yes?"], "ends": "customer-ended-call"})
    call_id = vapi.ask("POST", "/call", json=outbound(office_line)).json()["id"]
    eventually(lambda: vapi.messages("end-of-call-report"))
    assert vapi.statuses() == ["in-progress", "ended"]
    assert vapi.get(f"/call/{call_id}")["type"] == "outboundPhoneCall"


def test_an_ordered_call_may_not_be_answered(vapi: Vapi, office_line: str) -> None:
    vapi.order(outbound={"ends": "customer-did-not-answer"})
    vapi.ask("POST", "/call", json=outbound(office_line))
    (report,) = eventually(lambda: vapi.messages("end-of-call-report"))
    assert report["endedReason"] == "customer-did-not-answer"
    assert report["startedAt"] is None
    assert vapi.statuses() == ["ended"]


@pytest.mark.parametrize(
    "changes",
    [
        {"customer": {"number": "07700900123"}},
        {"phoneNumberId": None},
        {"assistant": None},
        {"idempotencyKey": "1"},
    ],
)
def test_a_wrong_order_of_a_call_is_refused(
    vapi: Vapi, office_line: str, changes: dict[str, Any]
) -> None:
    answer = vapi.ask("POST", "/call", json=outbound(office_line, **changes))
    assert answer.status_code == 400


def test_a_fault_meets_the_api(sandbox: Sandbox, vapi: Vapi) -> None:
    sandbox.fault("vapi", route="/call", status=503)
    assert vapi.ask("GET", "/call").json()["statusCode"] == 503


def test_the_key_is_masked_in_the_log(sandbox: Sandbox, vapi: Vapi) -> None:
    vapi.get("/call")
    assert sandbox.log("vapi")[0]["headers"]["authorization"] == "***"


def test_a_reset_forgets_calls_and_assistants(sandbox: Sandbox, vapi: Vapi) -> None:
    vapi.add_assistant()
    vapi.rings()
    sandbox.http.post("/_reset")
    assert vapi.get("/call") == vapi.get("/assistant") == []


def test_several_calls_can_be_erased_at_once(vapi: Vapi) -> None:
    ids = [vapi.rings()["id"] for _ in range(2)]
    vapi.ask("DELETE", f"/call/{ids[0]}", json={"ids": ids})
    assert vapi.get("/call") == []


def test_several_customers_can_be_called_at_once(vapi: Vapi, office_line: str) -> None:
    customers = [{"number": NUMBER}, {"number": "+447700900124"}]
    body = outbound(office_line, customers=customers) | {"customer": None}
    found = vapi.ask("POST", "/call", json=body).json()
    assert [call["customer"] for call in found["results"]] == customers
    assert found["subscriptionLimits"]["concurrencyBlocked"] is False


def test_a_scheduled_call_waits(vapi: Vapi, office_line: str) -> None:
    plan = {"earliestAt": "2027-01-04T09:00:00Z"}
    call_id = vapi.ask("POST", "/call", json=outbound(office_line, schedulePlan=plan)).json()["id"]
    assert vapi.get(f"/call/{call_id}")["status"] == "scheduled"


def test_a_renamed_call_counts_as_changed(vapi: Vapi) -> None:
    before = vapi.get(f"/call/{vapi.rings()['id']}")
    vapi.ask("PATCH", f"/call/{before['id']}", json={"name": "Priya"})
    assert vapi.get("/call", updatedAtGt=before["updatedAt"])[0]["id"] == before["id"]


def test_an_unescaped_offset_in_a_filter_is_understood(vapi: Vapi) -> None:
    vapi.rings()
    answer = vapi.ask("GET", "/call?createdAtGe=2026-01-01T00:00:00+00:00")
    assert len(answer.json()) == 1
