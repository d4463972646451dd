"""ElevenLabs' text to speech: real audio in the asked format, a quota that runs out, voices."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from hampstead.sandbox import audio_files, speech_tones
from hampstead.sandbox.door import Call, Door, Handler
from hampstead.sandbox.elevenlabs_errors import (
    ElevenLabsErrors,
    FieldsRefusedError,
    SpeakRefusedError,
)
from hampstead.sandbox.reply import Reply
from hampstead.sandbox.speech_desk import SpeechDesk

JsonObject = dict[str, Any]
Simulate = Callable[[Call], Awaitable[Reply]]
BASE = "/elevenlabs/v1"
FORMATS = {
    "mp3_22050_32", "mp3_24000_48", *(f"mp3_44100_{rate}" for rate in (32, 64, 96, 128, 192)),
    *(f"opus_48000_{rate}" for rate in (32, 64, 96, 128, 192)),
    *(f"pcm_{rate}" for rate in (8000, 16000, 22050, 24000, 32000, 44100, 48000)),
    *(f"wav_{rate}" for rate in (8000, 16000, 22050, 24000, 32000, 44100, 48000)),
    "ulaw_8000", "alaw_8000",
}  # fmt: skip
# Longest text, and credits for a character.
MODELS = {
    "eleven_flash_v2_5": (40_000, 0.5),
    "eleven_turbo_v2_5": (40_000, 0.5),
    "eleven_multilingual_v2": (10_000, 1.0),
    "eleven_v4": (10_000, 1.0),
}
VOICES = {
    "Xb7hH8MSUJpSbSDYk0k2": ("Alice", "british"),
    "onwK4e9ZLuTAKqWW03F9": ("Daniel", "british"),
    "JBFqnCBsd6RMkjVDRZzb": ("George", "british"),
}
RESETS_AT = 1_798_761_600  # 1 January 2027


class ElevenLabsApi:
    def __init__(self, errors: ElevenLabsErrors, desk: SpeechDesk) -> None:
        self._errors = errors
        self._desk = desk

    def add_routes(self, app: web.Application, door: Door) -> None:
        speak = self._open(door, self.speak)
        app.add_routes(
            [
                web.post(f"{BASE}/text-to-speech/{{voice_id}}", speak),
                web.post(f"{BASE}/text-to-speech/{{voice_id}}/stream", speak),
                web.get(f"{BASE}/user/subscription", self._open(door, self.subscription)),
                web.get(f"{BASE}/models", self._open(door, self.models)),
                web.get(f"{BASE}/voices/{{voice_id}}", self._open(door, self.one_voice)),
                web.get(f"{BASE}/voices", self._open(door, self.voices)),
                web.get("/elevenlabs/v2/voices", self._open(door, self.voices)),
                web.route("*", "/elevenlabs/{rest:.*}", self._open(door, self.unknown_route)),
            ]
        )

    def _open(self, door: Door, simulate: Simulate) -> Handler:
        async def guarded(call: Call) -> Reply:
            if not call.headers.get("xi-api-key", "").strip():
                return self._errors(401)
            try:
                return await simulate(call)
            except SpeakRefusedError as refusal:
                return self._errors(refusal.status, refusal.code, refusal.message)
            except FieldsRefusedError as refusal:
                return Reply(status=422, body={"detail": refusal.detail})

        return door.open(guarded)

    async def speak(self, call: Call) -> Reply:
        voice(call.path["voice_id"])
        asked = dict(call.query).get("output_format", "mp3_44100_128")
        if asked not in FORMATS:
            raise FieldsRefusedError(["query", "output_format"], "not an output format")
        text, model = wanted(call)
        cost = math.ceil(len(text) * MODELS[model][1])
        if cost > self._desk.credits_left:
            left = f"You have {self._desk.credits_left} credits remaining"
            raise SpeakRefusedError(
                401, "quota_exceeded", f"This request exceeds your quota. {left}."
            )
        self._desk.credits_used += cost
        form = self._desk.speaks_as or asked
        audio, media_type = await asyncio.to_thread(speech, text, form)
        headers = {
            "Content-Type": media_type,
            "request-id": self._errors.request_id(),
            "character-cost": str(cost),
            "current-concurrent-requests": "1",
            "maximum-concurrent-requests": "5",
        }
        return Reply(body=audio, headers=headers)

    async def subscription(self, call: Call) -> Reply:
        return Reply(
            body={
                "tier": "creator",
                "status": "active",
                "character_count": self._desk.credits_used,
                "character_limit": self._desk.credits,
                "next_character_count_reset_unix": RESETS_AT,
            }
        )

    async def models(self, call: Call) -> Reply:
        return Reply(
            body=[
                {
                    "model_id": model_id,
                    "name": model_id.replace("_", " ").title(),
                    "can_do_text_to_speech": True,
                    "maximum_text_length_per_request": longest,
                    "model_rates": {"character_cost_multiplier": rate},
                    "languages": [{"language_id": "en", "name": "English"}],
                }
                for model_id, (longest, rate) in MODELS.items()
            ]
        )

    async def voices(self, call: Call) -> Reply:
        found = [voice(voice_id) for voice_id in VOICES]
        return Reply(body={"voices": found, "has_more": False, "total_count": len(found)})

    async def one_voice(self, call: Call) -> Reply:
        return Reply(body=voice(call.path["voice_id"]))

    async def unknown_route(self, call: Call) -> Reply:
        raise SpeakRefusedError(404, "not_found", f"Not found: {call.route}")


def voice(voice_id: str) -> JsonObject:
    if voice_id not in VOICES:
        raise SpeakRefusedError(404)
    name, accent = VOICES[voice_id]
    return {
        "voice_id": voice_id,
        "name": name,
        "category": "premade",
        "labels": {"accent": accent},
        "settings": None,
        "preview_url": None,
    }


def wanted(call: Call) -> tuple[str, str]:
    try:
        body = call.json()
    except ValueError:
        raise FieldsRefusedError(["body"], "JSON decode error") from None
    text = body.get("text") if isinstance(body, dict) else None
    if not isinstance(text, str) or not text.strip():
        raise FieldsRefusedError(["body", "text"], "a text is required")
    model = body.get("model_id", "eleven_multilingual_v2")
    if model not in MODELS:
        raise SpeakRefusedError(400, "model_not_found", f"A model with id {model} does not exist.")
    if model == "eleven_multilingual_v2" and body.get("language_code"):
        raise SpeakRefusedError(400, "unsupported_language", "This model takes no language_code.")
    if len(text) > MODELS[model][0]:
        raise SpeakRefusedError(400, "max_character_limit_exceeded", "The text is too long.")
    return text, model


def speech(text: str, output_format: str) -> tuple[bytes, str]:
    _, rate, _ = audio_files.split(output_format)
    return audio_files.written(speech_tones.said(text, rate), output_format)
