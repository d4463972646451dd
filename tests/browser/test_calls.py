"""The board of calls and the page of one in a real browser."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from pytest_django import Settings

from hampstead.core.clock import now
from tests.browser.conftest import Visitor
from tests.speech_vendors import recording as a_recording
from tests.vendors import Sandbox
from tests.voice.posts import post, report, said, status, tool_call
from tests.voice.recorded_calls import keep_in
from voice.archive import archive
from voice.models import Call, Recording
from voice.speech.forms import AudioFormat

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def call(firm_defaults: None, sandbox: Sandbox) -> Call:
    """Somebody is on the line."""
    status("in-progress")
    said("assistant", "Hampstead Renovations, this is the AI assistant speaking.", at=1)
    said("user", "Hello, we would like a loft conversion in NW3.", at=4)
    post("tool-calls", toolCallList=[tool_call("check_service_area", postcode="NW3")])
    said("assistant", "Lovely. Yes, we work in NW3. What budget do you have in mind?", at=9)
    Call.objects.update(heard_at=now(), started_at=now() - timedelta(seconds=75))
    return Call.objects.get()


def test_the_board_shows_who_is_on_the_line(staff: Visitor, call: Call) -> None:
    staff.open(reverse("admin:voice_call_board"))
    card = staff.page.locator(f"#call-{call.pk}")
    assert "07700 900123" in card.inner_text()
    assert "loft conversion in NW3" in card.inner_text()
    staff.picture("call-board")


def test_a_call_is_read_as_it_was_said(staff: Visitor, call: Call) -> None:
    report()
    staff.open(reverse("admin:voice_call_change", args=[call.pk]))
    assert "The caller rang off" in staff.page.locator("#live").inner_text()
    staff.picture("call-page")


def test_a_recording_is_played(
    staff: Visitor, call: Call, settings: Settings, tmp_path: Path
) -> None:
    keep_in(settings, tmp_path)
    report()
    archive("recordings").keep("browser/a.mp3", a_recording(20, AudioFormat.MP3), "audio/mpeg")
    size = len(archive("recordings").piece("browser/a.mp3", 0, 10**9))
    Recording.objects.update(
        state="stored", store="recordings", key="browser/a.mp3", media_type="audio/mpeg",
        size_bytes=size, duration_seconds=20, due_at=None,
    )  # fmt: skip
    staff.open(reverse("admin:voice_call_change", args=[call.pk]))
    sound = staff.page.locator("audio")
    play = "async sound => { sound.muted = true; await sound.play(); sound.currentTime = 15; }"
    sound.evaluate(play)
    staff.page.wait_for_function("document.querySelector('audio').currentTime > 15.2")
    staff.open(reverse("admin:voice_call_change", args=[call.pk]))
    staff.page.locator("#listenings summary").click()
    assert "admin" in staff.page.locator("#listenings").inner_text()
    staff.picture("call-recording")
    staff.check()
