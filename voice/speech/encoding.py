"""Making recordings: cleaned for listening, or written as voice note, MP3 or plain samples."""

import io
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from typing import Any

import av
import av.error
from av.audio.resampler import AudioResampler
from av.filter import Graph

from voice.speech.audio import SAMPLE_BYTES, Sound, plane, probe, read
from voice.speech.forms import PCM_OUT_RATE, AudioFormat

FAIR_LEVEL_DB, MOST_GAIN_DB = -23.0, 36.0
SPOKEN_PAUSE_SECONDS = 0.12
MP3_RATE, OGG_RATE = 44_100, 48_000


def cleaned(sound: Sound) -> bytes:
    """The same recording with less noise and a fair level, as OGG/Opus."""
    graph = Graph()
    source = graph.add_abuffer(
        sample_rate=sound.rate, format="s16", layout="mono", time_base=Fraction(1, sound.rate)
    )
    filters = [graph.add(name, settings) for name, settings in _cleaning(sound)]
    chain = [source, *filters, graph.add("abuffersink")]
    for one, next_one in pairwise(chain):
        one.link_to(next_one)
    graph.configure()
    samples = bytearray()
    for frame in (*_frames(sound.samples, sound.rate), None):
        source.push(frame)
        for part in _pulled(chain[-1]):
            samples += plane(part)
    return encoded(bytes(samples), sound.rate, AudioFormat.OGG)


def _cleaning(sound: Sound) -> list[tuple[str, str]]:
    """Rumble and hiss out, then one gain for all of it: filters that level as they go lift the
    pauses up with the voice.
    """
    gain = min(max(FAIR_LEVEL_DB - sound.facts.level_db, -MOST_GAIN_DB), MOST_GAIN_DB)
    return [
        ("highpass", "f=100"),
        ("afftdn", "nr=12:tn=1"),
        ("volume", f"{gain:.1f}dB"),
        ("alimiter", "limit=0.9:level=0"),
        ("aformat", "sample_fmts=s16:channel_layouts=mono"),
    ]


def _pulled(sink: av.filter.context.FilterContext) -> Iterator[av.AudioFrame]:
    while True:
        try:
            frame = sink.pull()
        except (av.error.BlockingIOError, av.error.EOFError):
            return
        if isinstance(frame, av.AudioFrame):
            yield frame


def recoded(recording: bytes, into: AudioFormat) -> bytes:
    """Any recording in another form. Raises AudioRefusedError."""
    rate = {AudioFormat.OGG: OGG_RATE, AudioFormat.MP3: MP3_RATE, AudioFormat.PCM: PCM_OUT_RATE}
    sound = read(recording, rate=rate[into])
    return encoded(sound.samples, sound.rate, into)


def voice_note(recording: bytes) -> bytes:
    """As WhatsApp wants it: OGG, Opus, mono, 48 kHz. What is so already stays as it is."""
    container, codec, channels, _ = probe(recording)
    if (container, codec, channels) == ("ogg", "opus", 1):
        return recording
    return recoded(recording, AudioFormat.OGG)


def joined(pieces: list[bytes], rate: int = PCM_OUT_RATE) -> bytes:
    """PCM pieces with a breath between them. Encoded pieces must never be joined."""
    pause = bytes(int(SPOKEN_PAUSE_SECONDS * rate) * SAMPLE_BYTES)
    return pause.join(pieces)


def encoded(samples: bytes, rate: int, into: AudioFormat) -> bytes:
    """Mono samples as a file. PCM keeps its rate."""
    if into == AudioFormat.PCM:
        return samples
    is_ogg = into == AudioFormat.OGG
    out = io.BytesIO()
    with av.open(out, "w", format=into.value) as target:
        codec, codec_rate = ("libopus", OGG_RATE) if is_ogg else ("libmp3lame", MP3_RATE)
        # Its types say that a codec may as well be one of films.
        stream: Any = target.add_stream(codec, rate=codec_rate)
        stream.layout = "mono"
        stream.bit_rate = 24_000 if is_ogg else 64_000
        stream.options = {"application": "voip", "compression_level": "5"} if is_ogg else {}
        context = stream.codec_context
        context.open()
        resampler = AudioResampler(
            format=context.format.name,
            layout="mono",
            rate=codec_rate,
            frame_size=context.frame_size,
        )
        for frame in (*_frames(samples, rate), None):
            for part in resampler.resample(frame):
                target.mux(stream.encode(part))
        target.mux(stream.encode(None))
    return out.getvalue()


def _frames(samples: bytes, rate: int) -> Iterator[av.AudioFrame]:
    """Of a second each: memory stays small whatever the length."""
    second = rate * SAMPLE_BYTES
    for at in range(0, len(samples), second):
        part = samples[at : at + second]
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(part) // SAMPLE_BYTES)
        frame.sample_rate = rate
        frame.time_base = Fraction(1, rate)
        frame.pts = at // SAMPLE_BYTES
        padding = bytes(frame.planes[0].buffer_size - len(part))
        frame.planes[0].update(part + padding)
        yield frame
