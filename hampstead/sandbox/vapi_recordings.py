"""Recordings of calls: real audio behind addresses that live half an hour."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from hampstead.sandbox import audio_files, speech_tones
from hampstead.sandbox.counters import Counters
from hampstead.sandbox.vapi_conduct import Conduct
from hampstead.sandbox.vapi_errors import VapiRefusalError
from hampstead.sandbox.vapi_records import PhoneCall, iso

JsonObject = dict[str, Any]
RATE = 22_050
DEFAULT_FORMAT = "wav;l16"
FORMATS = {"mp3": f"mp3_{RATE}_32", DEFAULT_FORMAT: f"wav_{RATE}"}
VOICES = {
    "mono-recording": ("bot", "user"),
    "stereo-recording": ("bot", "user"),
    "assistant-recording": ("bot",),
    "customer-recording": ("user",),
}
PRESIGNED = {
    "presignedMonoUrl": "mono-recording",
    "presignedStereoUrl": "stereo-recording",
    "presignedAssistantUrl": "assistant-recording",
    "presignedCustomerUrl": "customer-recording",
}


class Recordings:
    def __init__(self, counters: Counters, conduct: Conduct) -> None:
        self._counters = counters
        self._conduct = conduct
        self._files: dict[str, tuple[PhoneCall, str, float]] = {}

    def clear(self) -> None:
        self._files.clear()

    def link(self, call: PhoneCall, kind: str) -> str:
        """A new address each time, as at the vendor's store."""
        if not call.has_recording or not call.is_over:
            raise VapiRefusalError(404, "Recording not found.")
        token = self._counters.next("file-")
        seconds = self._conduct.link_seconds
        self._files[token] = (call, kind, time.monotonic() + seconds)
        query = urlencode({"X-Amz-Expires": int(seconds), "X-Amz-Signature": token})
        return f"{call.origin}/vapi/files/{token}?{query}"

    def links(self, call: PhoneCall) -> JsonObject:
        """For the report: addresses that need no key."""
        if not call.has_recording:
            return {}
        expires = datetime.now(UTC) + timedelta(seconds=self._conduct.link_seconds)
        found = {name: self.link(call, kind) for name, kind in PRESIGNED.items()}
        return {**found, "presignedUrlsExpiresAt": iso(expires)}

    async def file(self, token: str) -> tuple[bytes, str]:
        """The recording and its media type. Raises VapiRefusalError."""
        found = self._files.get(token)
        if found is None or found[0].is_erased:
            raise VapiRefusalError(404, "The specified key does not exist.")
        call, kind, until = found
        if time.monotonic() > until:
            raise VapiRefusalError(403, "Request has expired")
        return await asyncio.to_thread(recorded, call, VOICES[kind])


def recorded(call: PhoneCall, voices: tuple[str, ...]) -> tuple[bytes, str]:
    """Each message as the tones of its text, so that a listening machine can spell it out."""
    said = [m["message"] for m in call.messages if m["role"] in voices]
    samples = b"".join(speech_tones.said(text, RATE) for text in said) or bytes(2 * RATE)
    plan = (call.assistant or {}).get("artifactPlan") or {}
    wanted = plan.get("recordingFormat", DEFAULT_FORMAT)
    return audio_files.written(samples, FORMATS.get(wanted, FORMATS[DEFAULT_FORMAT]))
