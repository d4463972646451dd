"""What may be decoded at all: the kind by the bytes, never by the name, and nothing broken off.

Only the containers named here reach the decoder, each by name: left to guess, FFmpeg would also
take a play list for audio and fetch what it points to.
"""

import struct
from enum import StrEnum

MOST_BYTES = 16 * 1024 * 1024
MOST_SECONDS = 600
OGG_HEADER = 27
UNKNOWN_LENGTHS = {0, 0xFFFFFFFF}  # of a WAV that was written as a stream


class Refusal(StrEnum):
    EMPTY = "empty"
    TOO_BIG = "too_big"
    TOO_LONG = "too_long"
    NOT_AUDIO = "not_audio"
    TRUNCATED = "truncated"
    UNREADABLE = "unreadable"


WORDS = {
    Refusal.EMPTY: "the recording is empty",
    Refusal.TOO_BIG: "the recording is larger than 16 MB",
    Refusal.TOO_LONG: "the recording is longer than ten minutes",
    Refusal.NOT_AUDIO: "this is no audio of a kind we know",
    Refusal.TRUNCATED: "the recording breaks off",
    Refusal.UNREADABLE: "the recording is damaged",
}


class AudioRefusedError(Exception):
    """This recording is not worked on, and no vendor sees it."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(WORDS[reason])
        self.reason = reason


def container_of(data: bytes) -> str:
    """FFmpeg's name of the container. Raises AudioRefusedError without decoding anything."""
    if not data:
        raise AudioRefusedError(Refusal.EMPTY)
    if len(data) > MOST_BYTES:
        raise AudioRefusedError(Refusal.TOO_BIG)
    name = _sniffed(data)
    if name is None:
        raise AudioRefusedError(Refusal.NOT_AUDIO)
    if (name == "ogg" and _ogg_breaks_off(data)) or (name == "wav" and _wav_breaks_off(data)):
        raise AudioRefusedError(Refusal.TRUNCATED)
    return name


def _sniffed(data: bytes) -> str | None:
    starts = {b"OggS": "ogg", b"fLaC": "flac", b"#!AMR": "amr", b"\x1a\x45\xdf\xa3": "matroska"}
    for magic, name in starts.items():
        if data.startswith(magic):
            return name
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "wav"
    if data[4:8] == b"ftyp":
        return "mp4"
    if data[:3] == b"ID3":
        return "mp3"
    return _by_frame_sync(data)


def _by_frame_sync(data: bytes) -> str | None:
    """Eleven set bits, then the MPEG layer: 0 is AAC's, 1 is MP3's."""
    if len(data) < 2 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0:
        return None
    layer = data[1] >> 1 & 3
    return {0: "aac", 1: "mp3"}.get(layer)


def _ogg_breaks_off(data: bytes) -> bool:
    """FFmpeg decodes half a file without a word; the pages say how long each of them is."""
    at = 0
    while at < len(data):
        header = data[at : at + OGG_HEADER]
        if len(header) < OGG_HEADER or header[:4] != b"OggS":
            return True
        lengths = data[at + OGG_HEADER : at + OGG_HEADER + header[26]]
        if len(lengths) < header[26]:
            return True
        at += OGG_HEADER + len(lengths) + sum(lengths)
    return at > len(data)


def _wav_breaks_off(data: bytes) -> bool:
    if len(data) < 12:
        return True
    (length,) = struct.unpack("<I", data[4:8])
    return length not in UNKNOWN_LENGTHS and length + 8 > len(data) + 1  # one byte of padding
