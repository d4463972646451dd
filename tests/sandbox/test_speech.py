"""The simulated vendors of speech, through their official SDKs."""

import hashlib
import io
from collections.abc import Iterator
from typing import Any

import av
import httpx
import pytest
from deepgram import DeepgramClient
from deepgram.core.api_error import ApiError as DeepgramApiError
from deepgram.environment import DeepgramClientEnvironment
from elevenlabs.client import ElevenLabs
from elevenlabs.core.api_error import ApiError as ElevenLabsApiError

from tests.sandbox.conftest import Sandbox

TEXT = "Hello, it's Priya from 27 Flask Walk, NW3 1HH. A loft for £85,000?"
ALICE = "Xb7hH8MSUJpSbSDYk0k2"
SILENT_WAV = (
    b"RIFF\xa4\x3e\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00"
    b"\x80\x3e\x00\x00\x02\x00\x10\x00data\x80\x3e\x00\x00" + bytes(16_000)
)


@pytest.fixture
def deepgram(sandbox: Sandbox, sandbox_url: str) -> Iterator[DeepgramClient]:
    url = f"{sandbox_url}/deepgram"
    with httpx.Client(timeout=10, trust_env=False) as http:
        yield DeepgramClient(
            api_key="key",
            environment=DeepgramClientEnvironment(
                base=url, production=url, agent=url, agent_rest=url
            ),
            httpx_client=http,
            max_retries=0,
        )


@pytest.fixture
def elevenlabs(sandbox: Sandbox, sandbox_url: str) -> Iterator[ElevenLabs]:
    with httpx.Client(timeout=10, trust_env=False) as http:
        yield ElevenLabs(api_key="key", base_url=f"{sandbox_url}/elevenlabs", httpx_client=http)


def say(
    elevenlabs: ElevenLabs, text: str = TEXT, form: Any = "opus_48000_32", **more: Any
) -> bytes:
    request = {"model_id": "eleven_flash_v2_5", "output_format": form, **more}
    return b"".join(elevenlabs.text_to_speech.convert(ALICE, text=text, **request))


def hear(deepgram: DeepgramClient, audio: bytes, **more: Any) -> Any:
    return deepgram.listen.v1.media.transcribe_file(
        request=audio,
        request_options={"additional_headers": {"content-type": "audio/ogg"}},
        **{"model": "nova-3", "language": "en-GB", **more},
    )


def best(answer: Any) -> Any:
    return answer.results.channels[0].alternatives[0]


def seconds(audio: bytes) -> float:
    with av.open(io.BytesIO(audio), "r") as found:
        return (found.duration or 0) / 1e6


@pytest.mark.parametrize("form", ["opus_48000_32", "mp3_44100_64", "mp3_22050_32", "wav_16000"])
def test_what_one_simulator_says_the_other_hears(
    deepgram: DeepgramClient, elevenlabs: ElevenLabs, form: str
) -> None:
    assert best(hear(deepgram, say(elevenlabs, form=form))).transcript == TEXT


@pytest.mark.parametrize(
    ("form", "codec", "rate"),
    [
        ("opus_48000_32", "opus", 48_000),
        ("mp3_44100_64", "mp3float", 44_100),
        ("mp3_22050_32", "mp3float", 22_050),
        ("wav_24000", "pcm_s16le", 24_000),
    ],
)
def test_audio_comes_in_the_asked_format(
    elevenlabs: ElevenLabs, form: str, codec: str, rate: int
) -> None:
    with av.open(io.BytesIO(say(elevenlabs, form=form)), "r") as found:
        context = found.streams.audio[0].codec_context
        assert (context.name, context.sample_rate, context.channels) == (codec, rate, 1)


def test_plain_samples_come_without_a_header(elevenlabs: ElevenLabs) -> None:
    short, long = (len(say(elevenlabs, "x" * n, "pcm_24000")) / 48_000 for n in (10, 110))
    assert long - short == pytest.approx(6, abs=0.1)


def test_the_length_follows_the_text(elevenlabs: ElevenLabs) -> None:
    assert seconds(say(elevenlabs, "x" * 100)) > 4 * seconds(say(elevenlabs, "x" * 20))


def test_headers_tell_the_cost(elevenlabs: ElevenLabs) -> None:
    raw = elevenlabs.text_to_speech.with_raw_response
    with raw.convert(ALICE, text="x" * 11, model_id="eleven_flash_v2_5") as answer:
        assert answer.headers["character-cost"] == "6"
        assert answer.headers["request-id"].startswith("el-")
        assert b"".join(answer.data)


def test_the_quota_runs_out(sandbox: Sandbox, elevenlabs: ElevenLabs) -> None:
    sandbox.post("/_speech", {"credits": 10}).raise_for_status()
    say(elevenlabs, "x" * 16)
    with pytest.raises(ElevenLabsApiError) as caught:
        say(elevenlabs, "x" * 16)
    assert caught.value.status_code == 401
    assert caught.value.body["detail"]["code"] == "quota_exceeded"
    assert elevenlabs.user.subscription.get().character_count == 8


def test_voices_and_models_are_listed(elevenlabs: ElevenLabs) -> None:
    assert ALICE in {voice.voice_id for voice in elevenlabs.voices.search().voices}
    assert elevenlabs.voices.get(ALICE).name == "Alice"
    assert "eleven_flash_v2_5" in {model.model_id for model in elevenlabs.models.list()}


def test_an_unknown_voice_is_not_found(elevenlabs: ElevenLabs) -> None:
    with pytest.raises(ElevenLabsApiError) as caught:
        list(elevenlabs.text_to_speech.convert("nobody", text="x"))
    assert caught.value.body["detail"]["code"] == "voice_not_found"


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"form": "opus_1"}, 422),
        ({"text": " "}, 422),
        ({"model_id": "eleven_v0"}, 400),
        ({"text": "x" * 40_001}, 400),
        ({"model_id": "eleven_multilingual_v2", "language_code": "en"}, 400),
    ],
)
def test_a_wrong_wish_to_speak_is_refused(
    elevenlabs: ElevenLabs, more: dict[str, Any], status: int
) -> None:
    with pytest.raises(ElevenLabsApiError) as caught:
        say(elevenlabs, **more)
    assert caught.value.status_code == status


@pytest.mark.parametrize(
    ("vendor", "path"), [("deepgram", "v1/listen"), ("elevenlabs", "v1/text-to-speech/x")]
)
def test_nobody_is_served_without_a_key(sandbox: Sandbox, vendor: str, path: str) -> None:
    assert sandbox.http.post(f"/{vendor}/{path}").status_code == 401


def test_an_answer_has_all_its_parts(deepgram: DeepgramClient, elevenlabs: ElevenLabs) -> None:
    answer = hear(deepgram, say(elevenlabs, "Good morning."), diarize_model="latest")
    assert answer.metadata.duration == pytest.approx(1.0, abs=0.1)
    words = best(answer).words
    assert [(word.word, word.punctuated_word) for word in words] == [
        ("good", "Good"),
        ("morning", "morning."),
    ]
    assert (words[0].speaker, words[0].start, best(answer).confidence) == (0, 0.0, 0.98)


def test_silence_is_an_empty_text_without_confidence(deepgram: DeepgramClient) -> None:
    found = best(hear(deepgram, SILENT_WAV))
    assert (found.transcript, found.confidence) == ("", 0.0)


def test_other_sounds_are_always_the_same_sentence(deepgram: DeepgramClient) -> None:
    noise = SILENT_WAV[:44] + bytes(range(256)) * 62 + bytes(128)
    assert best(hear(deepgram, noise)).transcript.startswith("Hello, I would like")


def test_orders_are_heard_before_anything_else(sandbox: Sandbox, deepgram: DeepgramClient) -> None:
    order = [{"text": "one two", "confidence": 0.4, "speakers": [0, 1]}, "three"]
    sandbox.post("/_speech", {"hears": order}).raise_for_status()
    found = best(hear(deepgram, SILENT_WAV, diarize_model="latest"))
    assert (found.transcript, found.confidence) == ("one two", 0.4)
    assert [word.speaker for word in found.words] == [0, 1]
    assert best(hear(deepgram, SILENT_WAV)).transcript == "three"


def test_a_text_belongs_to_one_recording(sandbox: Sandbox, deepgram: DeepgramClient) -> None:
    known = hashlib.sha256(SILENT_WAV).hexdigest()
    sandbox.post("/_speech", {"audio_sha256": known, "text": "for this one"}).raise_for_status()
    assert best(hear(deepgram, SILENT_WAV)).transcript == "for this one"
    assert best(hear(deepgram, SILENT_WAV + bytes(2))).transcript == ""


@pytest.mark.parametrize(
    ("more", "audio"),
    [
        ({"model": "nova-9"}, SILENT_WAV),
        ({"model": "nova-2", "keyterm": ["loft"]}, SILENT_WAV),
        ({"keywords": ["loft"]}, SILENT_WAV),
        ({"keyterm": ["word"] * 501}, SILENT_WAV),
        ({}, b"<html>"),
        ({}, b"\xff"),
    ],
)
def test_a_wrong_wish_to_listen_is_refused(
    deepgram: DeepgramClient, more: dict[str, Any], audio: bytes
) -> None:
    with pytest.raises(DeepgramApiError) as caught:
        hear(deepgram, audio, **more)
    assert caught.value.status_code == 400
    assert caught.value.body["err_code"] == "Bad Request"


@pytest.mark.parametrize(
    "order",
    [
        {},
        7,
        {"what": 1},
        {"hears": "x"},
        {"hears": [1]},
        {"hears": [{"x": 1}]},
        {"hears": [{"text": 1}]},
        {"text": "x"},
        {"credits": True},
    ],
)
def test_an_order_that_makes_no_sense_is_refused(sandbox: Sandbox, order: Any) -> None:
    assert sandbox.post("/_speech", order).status_code == 400


def test_the_log_measures_recordings(sandbox: Sandbox, deepgram: DeepgramClient) -> None:
    hear(deepgram, SILENT_WAV, mip_opt_out=True)
    (entry,) = sandbox.log("deepgram")
    assert entry["body"]["bytes"] == len(SILENT_WAV)
    assert ["mip_opt_out", "true"] in entry["query"]
    assert entry["headers"]["authorization"] == "***"


def test_the_key_of_a_speaker_is_masked(sandbox: Sandbox, elevenlabs: ElevenLabs) -> None:
    elevenlabs.user.subscription.get()
    assert sandbox.log("elevenlabs")[0]["headers"]["xi-api-key"] == "***"


def test_audio_can_be_cut_in_the_middle(sandbox: Sandbox, elevenlabs: ElevenLabs) -> None:
    sandbox.fault("elevenlabs", cut_after_bytes=500)
    got: list[bytes] = []
    with pytest.raises(httpx.RemoteProtocolError):
        got.extend(elevenlabs.text_to_speech.convert(ALICE, text=TEXT))
    assert sum(map(len, got)) <= 500


def test_another_format_than_asked_for_can_be_ordered(
    sandbox: Sandbox, elevenlabs: ElevenLabs
) -> None:
    sandbox.post("/_speech", {"speaks_as": "mp3_44100_64"}).raise_for_status()
    assert say(elevenlabs)[:3] == b"ID3"


def test_a_reset_forgets_all_orders(sandbox: Sandbox, deepgram: DeepgramClient) -> None:
    sandbox.post("/_speech", {"hears": ["forgotten"], "credits": 1})
    sandbox.http.post("/_reset")
    assert best(hear(deepgram, SILENT_WAV)).transcript == ""
