"""Which recordings are refused, quickly and with what reason."""

import struct
import time

import pytest

from tests.speech_vendors import hum, recording
from tests.voice.ogg_pages import silence
from voice.speech import audio
from voice.speech.forms import AudioFormat
from voice.speech.recordings import MOST_BYTES, AudioRefusedError, Refusal, container_of

SEVENTEEN_HOURS = 17 * 3600


def refusal(data: bytes) -> Refusal:
    with pytest.raises(AudioRefusedError) as caught:
        audio.read(data)
    return caught.value.reason


def wav(samples: bytes, *, length: int | None = None, rate: int = 16_000) -> bytes:
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16)
    body = b"WAVE" + form + struct.pack("<4sI", b"data", len(samples)) + samples
    return struct.pack("<4sI", b"RIFF", len(body) if length is None else length) + body


def test_nothing_is_empty() -> None:
    assert refusal(b"") == Refusal.EMPTY


def test_more_than_16_mb_is_too_big() -> None:
    assert refusal(b"OggS" + bytes(MOST_BYTES)) == Refusal.TOO_BIG


@pytest.mark.parametrize(
    "fake",
    [
        b"<html><body>Not found</body></html>",
        b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(200),
        b"\x89PNG\r\n\x1a\n" + bytes(200),
        b"%PDF-1.7" + bytes(200),
        b"PK\x03\x04" + bytes(200),
        b"MZ" + bytes(200),
        b"\xff",
        b"just words",
        bytes(2000),
    ],
)
def test_what_is_no_audio_is_refused_by_its_bytes(fake: bytes) -> None:
    assert refusal(fake) == Refusal.NOT_AUDIO


@pytest.mark.parametrize(
    "playlist",
    [
        b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/secret\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"<?xml version='1.0'?><MPD xmlns='urn:mpeg:dash:schema:mpd:2011'/>",
        b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n",
    ],
)
def test_a_playlist_never_reaches_the_decoder(playlist: bytes) -> None:
    assert refusal(playlist) == Refusal.NOT_AUDIO


@pytest.mark.parametrize(
    "damaged",
    [b"fLaC" + bytes(300), b"ID3" + bytes(300), b"\x1a\x45\xdf\xa3" + bytes(300)],
    ids=["flac", "mp3", "webm"],
)
def test_a_right_beginning_without_sound_is_unreadable(damaged: bytes) -> None:
    assert refusal(damaged) in (Refusal.UNREADABLE, Refusal.EMPTY, Refusal.NOT_AUDIO)


def test_a_film_without_sound_is_no_audio() -> None:
    assert refusal(b"\x00\x00\x00\x18ftypmp42" + bytes(300)) in (
        Refusal.UNREADABLE,
        Refusal.NOT_AUDIO,
    )


def test_seventeen_hours_of_silence_are_refused_at_once() -> None:
    data = silence(seconds=30, claimed_seconds=SEVENTEEN_HOURS)
    started = time.monotonic()
    assert refusal(data) == Refusal.TOO_LONG
    assert time.monotonic() - started < 0.5


def test_a_recording_that_hides_its_length_is_stopped_at_ten_minutes() -> None:
    data = silence(seconds=11 * 60, claimed_seconds=0.06)
    assert audio.probe(data)[3] < 1
    assert refusal(data) == Refusal.TOO_LONG


def test_ten_minutes_of_silence_in_few_bytes_are_taken() -> None:
    assert audio.read(silence(seconds=590, claimed_seconds=590)).facts.is_silent


def test_decoding_has_only_so_much_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audio, "WORK_SECONDS", -1)
    assert refusal(recording()) == Refusal.TOO_LONG


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.99])
def test_half_a_voice_note_is_truncated(share: float) -> None:
    """FFmpeg would decode what is there without a word."""
    whole = recording(2)
    assert refusal(whole[: int(len(whole) * share)]) == Refusal.TRUNCATED


def test_a_voice_note_without_its_last_byte_is_truncated() -> None:
    assert refusal(recording()[:-1]) == Refusal.TRUNCATED


def test_a_hole_between_the_pages_is_truncated() -> None:
    assert refusal(recording() + b"garbage behind the end, long enough") == Refusal.TRUNCATED


def test_half_a_wav_is_truncated() -> None:
    whole = wav(hum())
    assert refusal(whole[: len(whole) // 2]) == Refusal.TRUNCATED


@pytest.mark.parametrize("length", [0, 0xFFFFFFFF])
def test_a_wav_written_as_a_stream_does_not_know_its_length(length: int) -> None:
    assert audio.read(wav(hum(), length=length)).facts.duration_seconds == pytest.approx(1, abs=0.1)


def test_only_headers_are_empty() -> None:
    data = silence(seconds=0, claimed_seconds=0)
    assert refusal(data) in (Refusal.EMPTY, Refusal.UNREADABLE)


@pytest.mark.parametrize(
    ("data", "container"),
    [
        (recording(0.1), "ogg"),
        (recording(0.1, AudioFormat.MP3), "mp3"),
        (wav(hum(0.1)), "wav"),
        (b"\xff\xfb\x90\x00", "mp3"),
        (b"\xff\xf1\x50\x80", "aac"),
        (b"#!AMR\n", "amr"),
        (b"\x00\x00\x00\x18ftypM4A ", "mp4"),
    ],
)
def test_the_kind_is_told_by_the_bytes(data: bytes, container: str) -> None:
    assert container_of(data) == container


def test_a_refusal_says_why_in_words() -> None:
    with pytest.raises(AudioRefusedError, match="longer than ten minutes"):
        audio.read(silence(seconds=1, claimed_seconds=SEVENTEEN_HOURS))
