"""Whole calls: what our app is told from the ringing to the report."""

import hashlib
import hmac
from typing import Any

import pytest

from tests.sandbox.conftest import VAPI_SECRET, Sandbox
from tests.sandbox.receiver import Receiver
from tests.sandbox.vapi import NUMBER, Vapi, assistant
from tests.sandbox.waiting import eventually


def test_a_call_is_told_from_the_ringing_to_the_report(vapi: Vapi) -> None:
    vapi.rings("Do you do lofts?")
    types = vapi.types()
    assert types[0] == "assistant-request"
    assert types[-1] == "end-of-call-report"
    assert vapi.statuses() == ["in-progress", "ended"]
    assert {"speech-update", "conversation-update", "transcript"} <= set(types)


def test_every_post_carries_the_secret_and_goes_to_the_webhook(app: Receiver, vapi: Vapi) -> None:
    vapi.rings()
    assert {post.path for post in app.posts} == {"/vapi/webhook"}
    assert {post.headers["x-vapi-secret"] for post in app.posts} == {VAPI_SECRET}


def test_the_secret_can_come_as_a_bearer(app: Receiver, vapi: Vapi) -> None:
    vapi.order(auth="bearer", secret="another")
    vapi.rings()
    assert app.posts[0].headers["authorization"] == "Bearer another"
    assert "x-vapi-secret" not in app.posts[0].headers


def test_the_secret_can_sign_time_and_body(app: Receiver, vapi: Vapi) -> None:
    vapi.order(auth="hmac")
    vapi.rings()
    post = app.posts[0]
    signed = f"{post.headers['x-timestamp']}.".encode() + post.raw
    expected = hmac.new(VAPI_SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert post.headers["x-signature"] == expected


def test_the_status_inside_the_call_is_stale(vapi: Vapi) -> None:
    vapi.rings("Hello")
    assert {message["call"]["status"] for message in vapi.messages()} == {"ringing"}


def test_our_own_line_comes_with_credentials_in_clear(vapi: Vapi) -> None:
    vapi.rings(line="+442079460007")
    line = vapi.messages("assistant-request")[0]["phoneNumber"]
    assert line["number"] == "+442079460007"
    assert line["twilioAuthToken"]


def test_the_caller_is_named_twice(vapi: Vapi) -> None:
    vapi.rings()
    message = vapi.messages("assistant-request")[0]
    assert message["customer"] == message["call"]["customer"] == {"number": NUMBER}


def test_a_withheld_number_is_a_customer_without_one(vapi: Vapi) -> None:
    vapi.rings(**{"from": None})
    assert vapi.messages("assistant-request")[0]["customer"] == {}


def test_a_web_call_has_no_customer_and_asks_for_no_assistant(vapi: Vapi) -> None:
    vapi.rings("Hello", type="webCall", assistantId=vapi.add_assistant())
    assert "assistant-request" not in vapi.types()
    assert "customer" not in vapi.messages()[0]
    assert "customer" not in vapi.messages()[0]["call"]


def test_a_line_with_an_assistant_of_its_own_asks_for_none(vapi: Vapi) -> None:
    assistant_id = vapi.add_assistant()
    vapi.add("phone-number", number="+442079460009", assistantId=assistant_id)
    vapi.rings(line="+442079460009")
    assert "assistant-request" not in vapi.types()


def test_transcripts_come_partial_and_final(vapi: Vapi) -> None:
    vapi.rings("Do you do lofts?")
    heard = [
        (message["transcriptType"], message["transcript"])
        for message in vapi.messages("transcript")
        if message["role"] == "user"
    ]
    assert heard == [("partial", "Do you"), ("final", "Do you do lofts?")]


def test_transcripts_are_not_told_unless_asked_for(vapi: Vapi) -> None:
    vapi.answers["assistant-request"] = {"assistant": assistant(serverMessages=None)}
    vapi.rings("Hello there")
    assert "transcript" not in vapi.types()


def test_final_transcripts_alone_can_be_asked_for(vapi: Vapi) -> None:
    wanted = ['transcript[transcriptType="final"]']
    vapi.answers["assistant-request"] = {"assistant": assistant(serverMessages=wanted)}
    vapi.rings("Do you do lofts?")
    assert {m["transcriptType"] for m in vapi.messages("transcript")} == {"final"}
    assert set(vapi.types()) == {"assistant-request", "transcript"}


def test_the_type_of_a_transcript_can_be_the_literal_string(vapi: Vapi) -> None:
    vapi.order(is_transcript_type_literal=True)
    vapi.rings("Hello")
    assert 'transcript[transcriptType="final"]' in vapi.types()


def test_an_interruption_cuts_what_the_assistant_said(vapi: Vapi) -> None:
    first = {"text": "Hello", "says": "one two three four"}
    result = vapi.rings(first, {"text": "Stop", "interrupts": True})
    assert len(vapi.messages("user-interrupted")) == 1
    assert "AI: one two\n" in result["transcript"]


def test_a_slow_assistant_is_told_as_hanging(vapi: Vapi) -> None:
    vapi.rings({"text": "Hello", "hangs": True})
    assert vapi.types().count("hang") == 1


def test_the_report_names_end_costs_and_recording(vapi: Vapi) -> None:
    vapi.rings("Hello", ends="exceeded-max-duration")
    (report,) = vapi.messages("end-of-call-report")
    assert report["endedReason"] == "exceeded-max-duration"
    assert {part["type"] for part in report["costs"]} >= {"model", "voice", "vapi"}
    assert report["analysis"]["successEvaluation"] == "true"
    link = report["artifact"]["presignedMonoUrl"]
    assert vapi.http.get(link).headers["content-type"] == "audio/wav"


def test_an_analysis_can_be_ordered(vapi: Vapi) -> None:
    vapi.rings("Hello", analysis={"structuredData": {"postcode": "NW3"}})
    (report,) = vapi.messages("end-of-call-report")
    assert report["analysis"]["structuredData"] == {"postcode": "NW3"}


def test_a_call_can_lie_in_another_time(vapi: Vapi) -> None:
    call_id = vapi.rings("Hello", starts_at="2026-12-01T09:00:00+00:00")["id"]
    call = vapi.get(f"/call/{call_id}")
    assert call["startedAt"] == "2026-12-01T09:00:00.000Z"
    assert call["endedAt"] == "2026-12-01T09:00:12.000Z"


def test_a_call_that_nobody_waits_for_goes_on_in_the_background(vapi: Vapi) -> None:
    assert vapi.rings("Hello", wait=False).keys() == {"id"}
    eventually(lambda: vapi.messages("end-of-call-report"))


@pytest.mark.parametrize(
    "script",
    [
        {"type": "fax"},
        {"lines": [{"says": "x"}]},
        {"lines": [], "tools": [[]]},
        {"lines": ["Hi"], "tools": [[{"arguments": {}}]]},
        {"starts_at": "2026-12-01T09:00:00"},
        {"whatever": 1},
    ],
)
def test_a_wrong_script_is_refused(sandbox: Sandbox, script: dict[str, Any]) -> None:
    answer = sandbox.post("/_customer/call", {"from": NUMBER, **script})
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_raw_webhook_is_passed_on_byte_for_byte(sandbox: Sandbox, app: Receiver) -> None:
    raw = b'{"message": {"type":  "hang"}}'
    answer = sandbox.http.post("/_webhook/vapi", content=raw)
    assert answer.json() == {"app_status": 200, "app_body": "ok"}
    assert app.posts[0].raw == raw
    assert app.posts[0].headers["x-vapi-secret"] == VAPI_SECRET


def test_no_two_messages_of_a_call_have_the_same_time(vapi: Vapi) -> None:
    vapi.rings("Hello", "Lofts", starts_at="2026-12-01T09:00:00+00:00")
    times = [message["timestamp"] for message in vapi.messages()]
    assert times == sorted(set(times))


def test_lines_can_take_their_time(vapi: Vapi) -> None:
    call_id = vapi.rings("Hello", "Lofts", seconds_per_line=0.2)["id"]
    (report,) = vapi.messages("end-of-call-report")
    assert report["durationSeconds"] >= 0.4
    assert vapi.get(f"/call/{call_id}")["status"] == "ended"
