"""Reading recordings: bounded in bytes, in seconds of audio and in seconds of work.

Inside, sound is signed 16-bit mono PCM; `PCM_RATE` where Deepgram's own rate is enough.
"""

import io
import math
import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

import av
import av.error
from av.audio.resampler import AudioResampler
from av.container import InputContainer

from voice.speech.recordings import MOST_SECONDS, AudioRefusedError, Refusal, container_of

PCM_RATE = 16_000
SAMPLE_BYTES = 2
WORK_SECONDS = 20.0  # ten minutes of Opus take four
CODECS = {"opus", "vorbis", "mp3", "mp3float", "aac", "flac", "amrnb", "amrwb", "pcm_s16le"} | {
    f"pcm_{kind}" for kind in ("u8", "s24le", "s32le", "f32le", "mulaw", "alaw")
}
# A clip at 16 kbit/s measures between 15.5 and 16.5.
LOW_BITRATE = 15_500
QUIET_DB, SILENT_DB = -42.0, -65.0
LOWEST_DB = -99.0
LEVEL_STRIDE = 7  # every seventh sample tells the level well enough
BROKEN = (av.error.FFmpegError, ValueError)  # ValueError: the form changes in the middle


class Poor(StrEnum):
    LOW_BITRATE = "low_bitrate"
    QUIET = "quiet"


@dataclass(frozen=True)
class AudioFacts:
    """`bitrate` is the whole file's, in bits a second; `level_db` is below full scale."""

    container: str
    codec: str
    channels: int
    bitrate: int
    duration_seconds: float
    level_db: float

    @property
    def is_silent(self) -> bool:
        return self.level_db < SILENT_DB

    @property
    def poor(self) -> Poor | None:
        """Why it should be cleaned before anybody listens; silence has nothing to clean."""
        if self.is_silent:
            return None
        if self.level_db < QUIET_DB:
            return Poor.QUIET
        is_coded = not self.codec.startswith("pcm_")
        return Poor.LOW_BITRATE if is_coded and self.bitrate < LOW_BITRATE else None


@dataclass(frozen=True)
class Sound:
    """Decoded mono samples and what the recording was."""

    samples: bytes
    rate: int
    facts: AudioFacts


def read(data: bytes, *, rate: int = PCM_RATE) -> Sound:
    """Decode a whole recording. Raises AudioRefusedError before much work is done."""
    container = container_of(data)
    with _opened(data, container) as source:
        stream = source.streams.audio[0]
        codec, channels = stream.codec_context.name, stream.codec_context.channels
        try:
            samples = _decoded(source, rate)
        except BROKEN as error:
            raise AudioRefusedError(Refusal.UNREADABLE) from error
    if not samples:
        raise AudioRefusedError(Refusal.EMPTY)
    seconds = len(samples) / SAMPLE_BYTES / rate
    facts = AudioFacts(
        container=container,
        codec=codec,
        channels=channels,
        bitrate=int(len(data) * 8 / seconds),
        duration_seconds=round(seconds, 3),
        level_db=level_db(samples),
    )
    return Sound(samples, rate, facts)


def probe(data: bytes) -> tuple[str, str, int, float]:
    """Container, codec, channels and the length it claims, in milliseconds of work."""
    container = container_of(data)
    with _opened(data, container) as source:
        context = source.streams.audio[0].codec_context
        return container, context.name, context.channels, (source.duration or 0) / 1e6


def measured(data: bytes, *, most_seconds: int) -> tuple[str, float]:
    """Container and true length of a recording that is only to be kept: decoded to the end, so that
    neither a false claim nor a file that breaks off passes. Raises AudioRefusedError.
    """
    container = container_of(data)
    with _opened(data, container, most_seconds) as source:
        claimed = (source.duration or 0) / 1e6
        try:
            seconds = _counted(source, most_seconds)
        except BROKEN as error:
            raise AudioRefusedError(Refusal.UNREADABLE) from error
    if not seconds:
        raise AudioRefusedError(Refusal.EMPTY)
    if seconds < claimed * 0.95 - 2:
        raise AudioRefusedError(Refusal.TRUNCATED)
    return container, round(seconds, 3)


def level_db(samples: bytes) -> float:
    """Root mean square in decibels below full scale."""
    heard = array("h", samples)[::LEVEL_STRIDE]
    if not heard:
        return LOWEST_DB
    power = sum(value * value for value in heard) / len(heard)
    return max(LOWEST_DB, round(10 * math.log10(power / 32768**2), 1)) if power else LOWEST_DB


@contextmanager
def _opened(
    data: bytes, container: str, most_seconds: int = MOST_SECONDS
) -> Iterator[InputContainer]:
    """One that has sound of a known codec and does not claim to be too long."""
    try:
        source = av.open(io.BytesIO(data), "r", format=container)
    except BROKEN as error:
        raise AudioRefusedError(Refusal.UNREADABLE) from error
    with source:
        if not source.streams.audio or source.streams.audio[0].codec_context.name not in CODECS:
            raise AudioRefusedError(Refusal.NOT_AUDIO)
        if (source.duration or 0) > most_seconds * 1_000_000:
            raise AudioRefusedError(Refusal.TOO_LONG)
        yield source


def _decoded(source: InputContainer, rate: int) -> bytes:
    """A recording may be longer than it claims, and slow to decode: neither is waited for."""
    resampler = AudioResampler(format="s16", layout="mono", rate=rate)
    samples = bytearray()
    most, ends_at = MOST_SECONDS * rate * SAMPLE_BYTES, time.monotonic() + WORK_SECONDS
    for frame in source.decode(audio=0):
        for part in resampler.resample(frame):
            samples += plane(part)
        if len(samples) > most or time.monotonic() > ends_at:
            raise AudioRefusedError(Refusal.TOO_LONG)
    if samples:
        for part in resampler.resample(None):
            samples += plane(part)
    return bytes(samples)


def _counted(source: InputContainer, most_seconds: int) -> float:
    seconds, ends_at = 0.0, time.monotonic() + WORK_SECONDS
    for frame in source.decode(audio=0):
        seconds += frame.samples / frame.sample_rate
        if seconds > most_seconds or time.monotonic() > ends_at:
            raise AudioRefusedError(Refusal.TOO_LONG)
    return seconds


def plane(frame: av.AudioFrame) -> bytes:
    """A mono frame's samples without the padding behind them."""
    return bytes(frame.planes[0])[: frame.samples * SAMPLE_BYTES]
