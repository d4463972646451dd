"""Deepgram's pre-recorded listening. It hears what the sandbox's own voice says, what it is told
to hear, and for any other sound one sentence that never changes.
"""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from hampstead.sandbox import audio_files, speech_tones
from hampstead.sandbox.deepgram_errors import DeepgramErrors, ListenRefusedError
from hampstead.sandbox.door import Call, Door, Handler
from hampstead.sandbox.reply import Reply
from hampstead.sandbox.speech_desk import Hearing, SpeechDesk
from hampstead.sandbox.speech_tones import HEARING_RATE

JsonObject = dict[str, Any]
Simulate = Callable[[Call], Awaitable[Reply]]
ANY_SOUND = "Hello, I would like to ask about a loft conversion in NW3."
MODEL = re.compile(r"(nova-3|nova-2|nova|enhanced|base)(-[a-z]+)?")
FLAGS = ("smart_format", "numerals", "mip_opt_out", "utterances", "punctuate", "paragraphs")
PARAMETERS = {
    *FLAGS, "model", "language", "keyterm", "keywords", "diarize", "diarize_model", "tag",
    "detect_language", "encoding", "multichannel", "utt_split", "version", "filler_words",
}  # fmt: skip
MOST_KEYTERM_TOKENS = 500


class DeepgramApi:
    def __init__(self, errors: DeepgramErrors, desk: SpeechDesk) -> None:
        self._errors = errors
        self._desk = desk

    def add_routes(self, app: web.Application, door: Door) -> None:
        app.add_routes(
            [
                web.post("/deepgram/v1/listen", self._open(door, self.listen)),
                web.get("/deepgram/v1/projects", self._open(door, self.projects)),
                web.route("*", "/deepgram/{rest:.*}", self._open(door, self.unknown_route)),
            ]
        )

    def _open(self, door: Door, simulate: Simulate) -> Handler:
        async def guarded(call: Call) -> Reply:
            scheme, _, key = call.headers.get("authorization", "").partition(" ")
            if scheme.lower() not in ("token", "bearer") or not key.strip():
                return self._errors(401)
            try:
                return await simulate(call)
            except ListenRefusedError as refusal:
                return self._errors(refusal.status, refusal.message)

        return door.open(guarded)

    async def listen(self, call: Call) -> Reply:
        check_parameters(call.query)
        if call.headers.get("content-type", "").startswith("application/json"):
            raise ListenRefusedError(400, "The sandbox fetches no addresses; send the recording.")
        try:
            samples = await asyncio.to_thread(audio_files.heard, call.raw, HEARING_RATE)
        except ValueError:
            raise ListenRefusedError(400) from None
        hearing = self._desk.hearing(call.raw)
        if hearing is None:
            hearing = await asyncio.to_thread(listened, samples)
        request_id = self._errors.request_id()
        seconds = round(len(samples) / 2 / HEARING_RATE, 4)
        answer = {
            "metadata": {
                "request_id": request_id,
                "sha256": hashlib.sha256(call.raw).hexdigest(),
                "created": "2026-11-23T12:00:00.000Z",
                "duration": seconds,
                "channels": 1,
                "models": ["sandbox"],
                "model_info": {"sandbox": {"name": "general-nova-3", "arch": "nova-3"}},
            },
            "results": {"channels": [channel(hearing, seconds, dict(call.query))]},
        }
        return Reply(body=answer, headers={"dg-request-id": request_id})

    async def projects(self, call: Call) -> Reply:
        return Reply(body={"projects": [{"project_id": "sandbox", "name": "Sandbox"}]})

    async def unknown_route(self, call: Call) -> Reply:
        raise ListenRefusedError(404)


def check_parameters(query: list[tuple[str, str]]) -> None:
    asked = dict(query)
    if unknown := sorted(asked.keys() - PARAMETERS):
        raise ListenRefusedError(400, f"Unknown parameter: {unknown[0]}")
    model = asked.get("model", "base")
    if not MODEL.fullmatch(model):
        raise ListenRefusedError(400, "No such model/language/tier combination found.")
    if "keyterm" in asked and not model.startswith("nova-3"):
        raise ListenRefusedError(400, "Keyterms are only supported with nova-3.")
    if "keywords" in asked and model.startswith("nova-3"):
        raise ListenRefusedError(400, "Keywords are not supported with nova-3.")
    if sum(len(value.split()) for name, value in query if name == "keyterm") > MOST_KEYTERM_TOKENS:
        raise ListenRefusedError(400, "Keyterm limit exceeded.")
    if any(asked.get(flag, "true") not in ("true", "false") for flag in FLAGS):
        raise ListenRefusedError(400, "Failed to deserialize query parameters.")


def listened(samples: bytes) -> Hearing:
    """Silence is an empty text without any confidence, as at the vendor."""
    if not any(samples[at] for at in range(1, len(samples), 40)):
        return Hearing("", confidence=0.0)
    said = speech_tones.heard(samples)
    return Hearing(ANY_SOUND) if said is None else Hearing(said)


def channel(hearing: Hearing, seconds: float, asked: dict[str, str]) -> JsonObject:
    words = hearing.text.split()
    each = seconds / len(words) if words else 0.0
    is_diarised = "diarize_model" in asked or asked.get("diarize") == "true"
    listed = [
        word(text, at, each, hearing, is_diarised=is_diarised) for at, text in enumerate(words)
    ]
    found = {"transcript": hearing.text, "confidence": hearing.confidence, "words": listed}
    one: JsonObject = {"alternatives": [found]}
    if hearing.language:
        one["detected_language"] = hearing.language
    return one


def word(text: str, at: int, each: float, hearing: Hearing, *, is_diarised: bool) -> JsonObject:
    entry: JsonObject = {
        "word": text.strip(".,!?;:\"'()").lower(),
        "punctuated_word": text,
        "start": round(at * each, 3),
        "end": round((at + 1) * each, 3),
        "confidence": hearing.confidence,
    }
    if is_diarised:
        speakers = hearing.speakers
        entry["speaker"] = speakers[min(at, len(speakers) - 1)] if speakers else 0
        entry["speaker_confidence"] = 0.9
    return entry
