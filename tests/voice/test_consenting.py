"""A caller who says "please do not record": this call is not kept, and none that follows."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from conversations.models import Conversation
from conversations.prompting import current_playbook
from conversations.tools import NOT_RECORDED, schemas
from tests.factories.leads import OfficeUserFactory
from tests.vendors import Sandbox
from tests.voice import recorded_calls
from tests.voice.posts import NUMBER, post, report, status, tool_call
from tests.voice.recorded_calls import ended_call, swept, the_recording
from voice.consenting import note_objection
from voice.models import Call, Recording, RecordingObjection
from voice.vapi import vapi

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults")]
State = Recording.State
ANOTHER = "01957000-0000-7000-8000-000000000002"
WORDS = "Please don't record this."


@pytest.fixture(autouse=True)
def stores(sandbox: Sandbox, settings: Settings, tmp_path: Path) -> Iterator[Path]:
    recorded_calls.keep_in(settings, tmp_path)
    vapi.cache_clear()
    yield tmp_path
    vapi().close()
    vapi.cache_clear()


def says_no(call_id: str = "toolu_1") -> dict[str, Any]:
    calls = [tool_call("stop_recording", call_id, quote=WORDS)]
    found: dict[str, Any] = post("tool-calls", toolCallList=calls)["results"][0]
    return found


def names(channel: str) -> set[str]:
    return {schema["name"] for schema in schemas(channel, current_playbook())}


def rings(number: str | None = NUMBER) -> dict[str, Any]:
    """What the next call of this number is answered with."""
    found: dict[str, Any] = post("assistant-request", number=number, call={
        "id": ANOTHER, "type": "inboundPhoneCall",
        **({"customer": {"number": number}} if number else {}),
    })  # fmt: skip
    return found


def test_the_tool_is_for_the_telephone_only(sandbox: Sandbox) -> None:
    assert "stop_recording" in names(Conversation.Channel.PHONE)
    assert "stop_recording" not in names(Conversation.Channel.WHATSAPP)


def test_what_was_said_is_kept_and_an_honest_answer_given(sandbox: Sandbox) -> None:
    status("in-progress")
    assert NOT_RECORDED in says_no()["result"]
    found = RecordingObjection.objects.get()
    assert (found.quote, found.call) == (WORDS, Call.objects.get())


def test_said_twice_it_is_one(sandbox: Sandbox) -> None:
    status("in-progress")
    says_no()
    says_no()
    says_no("toolu_2")
    assert RecordingObjection.objects.count() == 1


def test_if_it_cannot_be_noted_nothing_is_claimed(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_given: Any) -> None:
        raise RuntimeError

    status("in-progress")
    monkeypatch.setattr("voice.answers.note_objection", broken)
    assert "did not work" in says_no()["error"]


def test_the_recording_is_never_fetched_and_vapi_deletes_it(sandbox: Sandbox) -> None:
    call = ended_call(sandbox)
    note_objection(call, WORDS)
    assert swept().erased == 1
    found = the_recording()
    assert (found.state, found.is_to_be_erased, found.due_at) == (State.NOT_RECORDED, False, None)
    assert found.erased_at is not None
    asked = [(entry["method"], entry["route"]) for entry in sandbox.log("vapi")]
    assert ("DELETE", f"/call/{call.vendor_id}") in asked
    assert not [route for _, route in asked if "recording" in route]


def test_it_is_so_when_said_before_the_report(sandbox: Sandbox) -> None:
    status("in-progress")
    says_no()
    report()
    found = the_recording()
    assert (found.state, found.is_to_be_erased) == (State.NOT_RECORDED, True)


def test_one_that_was_stored_already_is_removed(sandbox: Sandbox, stores: Path) -> None:
    call = ended_call(sandbox)
    swept()
    assert [path for path in (stores / "main").rglob("*") if path.is_file()]
    note_objection(call, WORDS)
    swept()
    assert not [path for path in (stores / "main").rglob("*") if path.is_file()]
    assert the_recording().key == ""


def test_said_while_it_is_fetched_it_is_removed_again(
    sandbox: Sandbox, stores: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = ended_call(sandbox)
    client = vapi()
    real = client.recording

    def fetch(*given: Any, **named: Any) -> bytes:
        note_objection(call, WORDS)
        return real(*given, **named)

    monkeypatch.setattr(client, "recording", fetch)
    assert swept().stored == 0
    assert the_recording().state == State.NOT_RECORDED
    swept()
    assert not [path for path in (stores / "main").rglob("*") if path.is_file()]


def test_the_deletion_is_asked_for_until_it_is_done(sandbox: Sandbox) -> None:
    note_objection(ended_call(sandbox), WORDS)
    sandbox.fault("vapi", status=503)
    swept()
    assert the_recording().is_to_be_erased
    assert swept(timedelta(hours=3)).erased == 1


def test_what_vapi_does_not_know_is_deleted(sandbox: Sandbox) -> None:
    status("in-progress")
    says_no()
    report()
    assert swept().erased == 1


def test_the_next_call_is_not_recorded_and_does_not_say_so(sandbox: Sandbox) -> None:
    status("in-progress")
    says_no()
    assistant = rings()["assistant"]
    assert assistant["artifactPlan"]["recordingEnabled"] is False
    assert "recorded" not in assistant["firstMessage"]
    assert "AI assistant" in assistant["firstMessage"]


def test_nor_with_an_assistant_stored_at_vapi(sandbox: Sandbox, settings: Settings) -> None:
    settings.VAPI_ASSISTANT_ID = "asst-1"
    status("in-progress")
    says_no()
    answer = rings()
    assert answer["assistantId"] == "asst-1"
    assert answer["assistantOverrides"]["artifactPlan"]["recordingEnabled"] is False
    assert "recorded" not in answer["assistantOverrides"]["firstMessage"]


def test_others_are_recorded_and_told(sandbox: Sandbox) -> None:
    status("in-progress")
    says_no()
    assistant = rings("+447700900999")["assistant"]
    assert assistant["artifactPlan"]["recordingEnabled"] is True
    assert "recorded" in assistant["firstMessage"]


def test_a_later_call_has_no_recording_and_the_page_says_why(sandbox: Sandbox) -> None:
    status("in-progress")
    says_no()
    rings()
    report(call={"id": ANOTHER, "type": "inboundPhoneCall", "customer": {"number": NUMBER}})
    found = Recording.objects.get(call__vendor_id=ANOTHER)
    assert (found.state, found.is_to_be_erased) == (State.NOT_RECORDED, False)
    client = Client()
    client.force_login(OfficeUserFactory())
    page = client.get(reverse("admin:voice_call_change", args=[found.call_id]))
    assert "the caller had asked us not to record" in page.content.decode()
