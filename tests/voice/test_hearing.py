"""Hearing a recording: what reaches Deepgram, and what is paid for."""

import pytest
from pytest_django import Settings

from hampstead.core.errors import DeepgramError
from hampstead.core.models import VendorUse
from hampstead.core.spending import Bill
from leads.models import ServiceArea
from tests.speech_vendors import hears, hears_in, listens, recording
from tests.vendors import Sandbox
from tests.voice.ogg_pages import silence
from voice.models import Transcription
from voice.speech.encoding import encoded
from voice.speech.forms import AudioFormat
from voice.speech.hearing import Heard, hear
from voice.speech.phrases import spoken
from voice.speech.recordings import AudioRefusedError

pytestmark = pytest.mark.django_db

BILL = Bill(purpose="hear", payer="person:1")
NOTE = recording()
QUIET = recording(loudness=70)


def heard(audio: bytes = NOTE) -> Heard:
    return hear(audio, bill=BILL)


def test_a_recording_is_heard(sandbox: Sandbox) -> None:
    hears_in(sandbox, NOTE, "Do you do lofts?")
    found = heard()
    assert (found.transcript.text, found.poor, found.is_repeat) == ("Do you do lofts?", "", False)


def test_a_good_recording_is_sent_as_it_is(sandbox: Sandbox) -> None:
    heard()
    assert listens(sandbox)[0]["body"]["bytes"] == len(NOTE)


def test_a_repeat_costs_nothing(sandbox: Sandbox) -> None:
    hears(sandbox, {"text": "Hello? Yes.", "speakers": [0, 1], "confidence": 0.7})
    first, second = heard(), heard()
    assert second == Heard(first.transcript, "", is_repeat=True)
    assert (len(listens(sandbox)), VendorUse.objects.count()) == (1, 1)


def test_another_recording_is_another_call(sandbox: Sandbox) -> None:
    heard()
    heard(recording(1.5))
    assert len(listens(sandbox)) == 2


def test_another_way_of_listening_is_another_call(sandbox: Sandbox, settings: Settings) -> None:
    heard()
    settings.DEEPGRAM_MODEL = "nova-3-general"
    heard()
    assert len(listens(sandbox)) == 2


def test_new_key_terms_are_another_way_of_listening(sandbox: Sandbox) -> None:
    heard()
    ServiceArea.objects.create(outcode="N6", area="primary")
    heard()
    assert len(listens(sandbox)) == 2


def test_a_failure_is_not_kept(sandbox: Sandbox) -> None:
    sandbox.fault("deepgram", status=503)
    with pytest.raises(DeepgramError):
        heard()
    assert not Transcription.objects.exists()
    assert not heard().is_repeat


def test_a_quiet_recording_is_cleaned_first(sandbox: Sandbox) -> None:
    found = heard(QUIET)
    assert found.poor == "quiet"
    body = listens(sandbox)[0]
    assert body["body"]["bytes"] != len(QUIET)
    assert body["headers"]["content-type"] == "audio/ogg"


def test_a_repeat_of_a_poor_recording_still_says_why(sandbox: Sandbox) -> None:
    heard(QUIET)
    assert heard(QUIET).poor == "quiet"


def test_what_our_voice_says_is_heard_by_our_ear(sandbox: Sandbox) -> None:
    text = "It's 27 Flask Walk, NW3 1HH."
    note = spoken(text, into=AudioFormat.OGG, bill=BILL)
    assert heard(note).transcript.text == text


def test_a_quiet_voice_is_still_heard_after_cleaning(sandbox: Sandbox) -> None:
    samples = spoken("Good morning.", into=AudioFormat.PCM, bill=BILL)
    faint = bytes(
        byte
        for at in range(0, len(samples), 2)
        for byte in (int.from_bytes(samples[at : at + 2], "little", signed=True) // 64).to_bytes(
            2, "little", signed=True
        )
    )
    found = heard(encoded(faint, 24_000, AudioFormat.OGG))
    assert (found.poor, found.transcript.text) == ("quiet", "Good morning.")


@pytest.mark.parametrize(
    "audio",
    [b"", b"<html>", NOTE[:-20], silence(seconds=30, claimed_seconds=17 * 3600)],
    ids=["empty", "fake", "truncated", "17 hours"],
)
def test_a_refused_recording_reaches_no_vendor(sandbox: Sandbox, audio: bytes) -> None:
    with pytest.raises(AudioRefusedError):
        heard(audio)
    assert sandbox.log("deepgram") == []


def test_what_the_vendor_writes_can_be_stored(sandbox: Sandbox) -> None:
    hears(sandbox, {"text": "a\x00b", "language": "x" * 50})
    heard()
    assert Transcription.objects.get().text == "ab"
