"""The forms in which we hand out speech."""

from enum import StrEnum

PCM_OUT_RATE = 24_000


class AudioFormat(StrEnum):
    """`pcm` is signed 16-bit little-endian mono at 24 kHz, without a header."""

    OGG = "ogg"
    MP3 = "mp3"
    PCM = "pcm"


MEDIA_TYPES = {
    AudioFormat.OGG: "audio/ogg; codecs=opus",
    AudioFormat.MP3: "audio/mpeg",
    AudioFormat.PCM: f"audio/pcm; rate={PCM_OUT_RATE}; channels=1",
}
