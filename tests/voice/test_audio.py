"""What is measured in a recording, and what is made of it."""

import pytest

from tests.speech_vendors import RATE, hum, recording
from tests.voice.test_recordings import wav
from voice.speech import audio, encoding
from voice.speech.audio import AudioFacts, Poor
from voice.speech.forms import PCM_OUT_RATE, AudioFormat


def facts(**more: object) -> AudioFacts:
    usual = {
        "container": "ogg",
        "codec": "opus",
        "channels": 1,
        "bitrate": 24_000,
        "duration_seconds": 1.0,
        "level_db": -20.0,
    }
    return AudioFacts(**{**usual, **more})  # type: ignore[arg-type]


def test_a_recording_tells_what_it_is() -> None:
    found = audio.read(recording(2)).facts
    assert (found.container, found.codec, found.channels) == ("ogg", "opus", 1)
    assert found.duration_seconds == pytest.approx(2, abs=0.05)
    assert 10_000 < found.bitrate < 60_000


@pytest.mark.parametrize(
    ("more", "poor"),
    [
        ({}, None),
        ({"bitrate": 16_000}, None),
        ({"bitrate": 15_000}, Poor.LOW_BITRATE),
        ({"level_db": -50.0}, Poor.QUIET),
        ({"level_db": -80.0, "bitrate": 6_000}, None),  # silence: nothing to clean
        ({"codec": "pcm_s16le", "bitrate": 8_000}, None),
    ],
)
def test_a_recording_is_poor_when_thin_or_quiet(more: dict[str, object], poor: Poor | None) -> None:
    assert facts(**more).poor == poor


def test_a_level_is_measured_below_full_scale() -> None:
    loud, quiet = audio.level_db(hum(loudness=16_000)), audio.level_db(hum(loudness=160))
    assert loud - quiet == pytest.approx(40, abs=1)
    assert audio.level_db(bytes(2000)) == audio.LOWEST_DB


def test_a_quiet_recording_is_poor() -> None:
    assert audio.read(recording(loudness=70)).facts.poor == Poor.QUIET


def test_cleaning_brings_a_quiet_voice_up() -> None:
    before = audio.read(wav(hum(4, loudness=90, noise=4)))
    after = audio.read(encoding.cleaned(before))
    assert after.facts.level_db == pytest.approx(encoding.FAIR_LEVEL_DB, abs=2)
    assert after.facts.duration_seconds == pytest.approx(4, abs=0.1)


def test_cleaning_takes_noise_out_of_the_pauses() -> None:
    """Measured against the voice itself, since cleaning raises both."""
    before = audio.read(wav(hum(4, loudness=4000, noise=60)))
    after = audio.read(encoding.cleaned(before))
    assert voice_over_noise(after.samples) > voice_over_noise(before.samples) + 6


def voice_over_noise(samples: bytes) -> float:
    """Decibels between the third voice of `hum` and the pause behind it."""
    voice, pause = samples[2 * 26_000 : 2 * 34_000], samples[2 * 36_000 : 2 * 38_000]
    return audio.level_db(voice) - audio.level_db(pause)


@pytest.mark.parametrize("form", [AudioFormat.MP3, AudioFormat.OGG])
def test_a_voice_note_is_opus_mono(form: AudioFormat) -> None:
    container, codec, channels, seconds = audio.probe(encoding.voice_note(recording(2, form)))
    assert (container, codec, channels) == ("ogg", "opus", 1)
    assert seconds == pytest.approx(2, abs=0.1)


def test_what_is_a_voice_note_already_stays_as_it_is() -> None:
    note = recording()
    assert encoding.voice_note(note) is note


def test_pieces_are_joined_with_a_breath_between() -> None:
    whole = encoding.joined([hum(1), hum(1)], RATE)
    assert len(whole) / 2 / RATE == pytest.approx(2.12)


def test_joined_pieces_make_one_file_of_the_whole_length() -> None:
    samples = bytes(2 * PCM_OUT_RATE)
    note = encoding.encoded(encoding.joined([samples, samples]), PCM_OUT_RATE, AudioFormat.OGG)
    assert audio.probe(note)[3] == pytest.approx(2.12, abs=0.05)


def test_plain_samples_stay_as_they_are() -> None:
    assert encoding.encoded(b"\x01\x02", PCM_OUT_RATE, AudioFormat.PCM) == b"\x01\x02"


def test_a_recording_changes_into_plain_samples() -> None:
    samples = encoding.recoded(recording(1, AudioFormat.MP3), AudioFormat.PCM)
    assert len(samples) / 2 / PCM_OUT_RATE == pytest.approx(1, abs=0.1)
