"""The simulated vendors of speech as a test sees them, and recordings to try on ours."""

import hashlib
import math
import random
from array import array
from typing import Any

import httpx

from tests.vendors import Sandbox
from voice.speech.deepgram import deepgram
from voice.speech.elevenlabs import elevenlabs
from voice.speech.encoding import encoded
from voice.speech.forms import AudioFormat

RATE = 16_000


def forget_speech_adapters() -> None:
    for adapter in (deepgram, elevenlabs):
        if adapter.cache_info().currsize:
            adapter().close()
        adapter.cache_clear()


def order_speech(sandbox: Sandbox, **order: Any) -> None:
    httpx.post(f"{sandbox.url}/_speech", json=order, trust_env=False).raise_for_status()


def hears(sandbox: Sandbox, *hearings: Any) -> None:
    """What Deepgram hears next, exactly."""
    order_speech(sandbox, hears=list(hearings))


def hears_in(sandbox: Sandbox, recording: bytes, text: str) -> None:
    order_speech(sandbox, audio_sha256=hashlib.sha256(recording).hexdigest(), text=text)


def listens(sandbox: Sandbox) -> list[dict[str, Any]]:
    return [entry for entry in sandbox.log("deepgram") if entry["route"] == "/v1/listen"]


def utterances(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Bodies of the requests to speak, accepted or not."""
    log = sandbox.log("elevenlabs")
    return [entry["body"] for entry in log if "/text-to-speech/" in entry["route"]]


def hum(seconds: float = 1.0, *, loudness: int = 8000, noise: float = 0.0) -> bytes:
    """Samples of something with pauses, a little like speech."""
    chance = random.Random(7)
    return array(
        "h",
        (
            int(
                loudness * math.sin(2 * math.pi * 300 * at / RATE) * (at // 3200 % 4 != 3)
                + (chance.gauss(0, noise) if noise else 0)
            )
            for at in range(int(seconds * RATE))
        ),
    ).tobytes()


def recording(seconds: float = 1.0, form: AudioFormat = AudioFormat.OGG, **sound: Any) -> bytes:
    return encoded(hum(seconds, **sound), RATE, form)
