"""Speaking: the same words are paid for once, long ones are joined, wrong forms are mended."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from pytest_django import Settings

from hampstead.core.clock import now
from hampstead.core.errors import ElevenLabsError
from hampstead.core.models import VendorUse
from hampstead.core.spending import Bill
from tests.speech_vendors import order_speech, utterances
from tests.vendors import Sandbox
from voice.models import Phrase
from voice.speech import audio
from voice.speech.forms import PCM_OUT_RATE, AudioFormat
from voice.speech.hearing import hear
from voice.speech.phrases import spoken

pytestmark = pytest.mark.django_db

BILL = Bill(purpose="speak", payer="person:1")
SPEAK = "/text-to-speech/Xb7hH8MSUJpSbSDYk0k2"
LONG = "We are open from eight. Ring us then. Or write."


@pytest.fixture
def short_pieces(settings: Settings) -> None:
    settings.ELEVENLABS_PIECE_CHARACTERS = 24


def say(text: str = "Good morning.", into: AudioFormat = AudioFormat.OGG) -> bytes:
    return spoken(text, into=into, bill=BILL)


@pytest.mark.parametrize(
    ("into", "kind"),
    [(AudioFormat.OGG, ("ogg", "opus", 1)), (AudioFormat.MP3, ("mp3", "mp3float", 1))],
)
def test_a_text_is_spoken_in_the_asked_form(
    sandbox: Sandbox, into: AudioFormat, kind: tuple[str, str, int]
) -> None:
    assert audio.probe(say(into=into))[:3] == kind


def test_plain_samples_are_whole_samples(sandbox: Sandbox) -> None:
    sandbox.fault("elevenlabs", SPEAK, body="odd", headers={"Content-Type": "audio/pcm"})
    assert len(say(into=AudioFormat.PCM)) == 2


def test_the_same_words_cost_nothing_again(sandbox: Sandbox) -> None:
    assert say() == say("  Good morning. ")
    assert (len(utterances(sandbox)), VendorUse.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "change",
    [{"ELEVENLABS_VOICE": "onwK4e9ZLuTAKqWW03F9"}, {"ELEVENLABS_MODEL": "eleven_v4"}],
    ids=["voice", "model"],
)
def test_another_voice_or_model_says_it_anew(
    sandbox: Sandbox, settings: Settings, change: dict[str, Any]
) -> None:
    say()
    for name, value in change.items():
        setattr(settings, name, value)
    say()
    assert len(utterances(sandbox)) == 2


def test_another_form_is_said_anew(sandbox: Sandbox) -> None:
    say()
    say(into=AudioFormat.MP3)
    assert len(utterances(sandbox)) == 2


def test_a_use_is_noted(sandbox: Sandbox) -> None:
    say()
    Phrase.objects.update(last_used_at=F("last_used_at") - timedelta(days=2))
    say()
    assert Phrase.objects.get().last_used_at > now() - timedelta(minutes=1)


def test_nothing_cannot_be_said(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="nothing to say"):
        say("  ")


@pytest.mark.usefixtures("short_pieces")
def test_a_long_text_is_said_in_pieces_that_know_their_neighbours(sandbox: Sandbox) -> None:
    say(LONG)
    said = [
        (body.get("previous_text"), body["text"], body.get("next_text"))
        for body in utterances(sandbox)
    ]
    assert said == [
        (None, "We are open from eight.", "Ring us then. Or write."),
        ("We are open from eight.", "Ring us then. Or write.", None),
    ]


@pytest.mark.usefixtures("short_pieces")
@pytest.mark.parametrize("into", [AudioFormat.OGG, AudioFormat.MP3])
def test_pieces_become_one_recording(sandbox: Sandbox, into: AudioFormat) -> None:
    note = say(LONG, into)
    assert audio.read(note).facts.duration_seconds == pytest.approx(audio.probe(note)[3], abs=0.1)
    assert hear(note, bill=BILL).transcript.text == LONG


@pytest.mark.usefixtures("short_pieces")
def test_pieces_of_plain_samples_are_joined_too(sandbox: Sandbox) -> None:
    seconds = len(say(LONG, AudioFormat.PCM)) / 2 / PCM_OUT_RATE
    assert seconds > 0.06 * len(LONG)


@pytest.mark.usefixtures("short_pieces")
def test_a_failure_in_the_middle_pays_for_no_piece_twice(sandbox: Sandbox) -> None:
    sandbox.fault("elevenlabs", SPEAK, delay_seconds=0)  # lets the first piece pass
    sandbox.fault("elevenlabs", SPEAK, status=429)
    with pytest.raises(ElevenLabsError):
        say(LONG)
    say(LONG)
    assert [body["text"] for body in utterances(sandbox)].count("We are open from eight.") == 1


@pytest.mark.usefixtures("short_pieces")
def test_a_joined_text_is_kept_as_a_whole(sandbox: Sandbox) -> None:
    first = say(LONG)
    Phrase.objects.filter(form="pcm").delete()
    assert say(LONG) == first
    assert len(utterances(sandbox)) == 2


def test_another_container_than_asked_for_is_mended(sandbox: Sandbox) -> None:
    order_speech(sandbox, speaks_as="mp3_44100_64")
    assert audio.probe(say())[:3] == ("ogg", "opus", 1)


def test_what_is_no_audio_is_never_kept(sandbox: Sandbox) -> None:
    sandbox.fault("elevenlabs", SPEAK, body="nonsense", headers={"Content-Type": "audio/ogg"})
    with pytest.raises(ElevenLabsError, match="no audio"):
        say()
    assert not Phrase.objects.exists()
