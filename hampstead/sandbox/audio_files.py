"""Real audio files from samples and back, in the formats of the speech vendors."""

import io
from typing import Any

import av
from av.audio.resampler import AudioResampler

WAV, MP3, OGG = ("wav", "pcm_s16le"), ("mp3", "libmp3lame"), ("ogg", "libopus")
# A play list would be taken for audio, and what it points to be fetched.
NO_FETCHING = {"protocol_whitelist": "none"}
RAW_CODECS = {"ulaw": ("mulaw", "pcm_mulaw"), "alaw": ("alaw", "pcm_alaw")}
MEDIA_TYPES = {
    "mp3": "audio/mpeg", "opus": "audio/ogg", "pcm": "audio/pcm", "wav": "audio/wav",
    "ulaw": "audio/basic", "alaw": "audio/x-alaw-basic",
}  # fmt: skip


def written(samples: bytes, output_format: str) -> tuple[bytes, str]:
    """Mono samples of the format's own rate ("mp3_44100_64") as a file, and its media type."""
    kind, rate, bitrate = split(output_format)
    if kind == "pcm":
        return samples, MEDIA_TYPES[kind]
    container, codec = {"wav": WAV, "mp3": MP3, "opus": OGG, **RAW_CODECS}[kind]
    return _encoded(samples, rate, container, codec, bitrate), MEDIA_TYPES[kind]


def split(output_format: str) -> tuple[str, int, int]:
    kind, rate, *rest = output_format.split("_")
    return kind, int(rate), int(rest[0]) * 1000 if rest else 0


def _encoded(samples: bytes, rate: int, container: str, codec: str, bitrate: int) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=container) as target:
        stream: Any = target.add_stream(codec, rate=rate)
        stream.layout = "mono"
        if bitrate:
            stream.bit_rate = bitrate
        context = stream.codec_context
        context.open()
        resampler = AudioResampler(
            format=context.format.name, layout="mono", rate=rate, frame_size=context.frame_size
        )
        for frame in (_frame(samples, rate), None):
            for part in resampler.resample(frame):
                target.mux(stream.encode(part))
        target.mux(stream.encode(None))
    return out.getvalue()


def _frame(samples: bytes, rate: int) -> av.AudioFrame:
    frame = av.AudioFrame(format="s16", layout="mono", samples=len(samples) // 2)
    frame.sample_rate = rate
    frame.pts = 0
    frame.planes[0].update(samples + bytes(frame.planes[0].buffer_size - len(samples)))
    return frame


def heard(recording: bytes, rate: int) -> bytes:
    """A file's mono samples. Raises ValueError for what is no audio."""
    resampler = AudioResampler(format="s16", layout="mono", rate=rate)
    samples = bytearray()
    try:
        with av.open(io.BytesIO(recording), "r", options=NO_FETCHING) as source:
            if not source.streams.audio:
                raise ValueError("no audio")
            for frame in (*source.decode(audio=0), None):
                for part in resampler.resample(frame):
                    samples += bytes(part.planes[0])[: part.samples * 2]
    except (av.FFmpegError, EOFError) as exc:
        raise ValueError("no audio") from exc
    return bytes(samples)
