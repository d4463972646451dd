"""A voice for machines: each character is a short tone, so what is said here can be heard again.

The tones lie in the band of a telephone and survive Opus, MP3 and cleaning. Each run of them
begins with a mark. Samples are signed 16-bit mono.
"""

import math
import string
from array import array
from functools import lru_cache

SLOT_SECONDS = 0.06  # about the pace of speech
ALPHABET = (
    " " + string.ascii_lowercase + string.ascii_uppercase + string.digits + ".,!?'-:;/&()£\n\""
)
LOWEST_HZ, STEP_HZ = 560.0, 32.0
MARK_HZ = (3250.0, 430.0)
LOUDNESS = 9000
FADE_SECONDS = 0.004
HEARING_RATE = 16_000


def said(text: str, rate: int) -> bytes:
    """A text as samples. What is not in the alphabet sounds like a question mark."""
    spoken = [character if character in ALPHABET else "?" for character in text]
    tones = [*MARK_HZ, *(hertz_of(character) for character in spoken)]
    return b"".join(_tone(hertz, rate) for hertz in tones) + bytes(2 * int(rate * SLOT_SECONDS))


def hertz_of(character: str) -> float:
    return LOWEST_HZ + STEP_HZ * ALPHABET.index(character)


@lru_cache(maxsize=1024)
def _tone(hertz: float, rate: int) -> bytes:
    count = int(rate * SLOT_SECONDS)
    fade = FADE_SECONDS * rate
    step = 2 * math.pi * hertz / rate
    return array(
        "h",
        (
            int(LOUDNESS * min(1, i / fade, (count - i) / fade) * math.sin(step * i))
            for i in range(count)
        ),
    ).tobytes()


def heard(samples: bytes) -> str | None:
    """The text in samples of HEARING_RATE; None if nobody speaks this way in them."""
    sound = array("h", samples)
    loudest = max(map(abs, sound), default=0)
    if loudest < 20:
        return None
    runs: list[str] = []
    at = 0
    while (start := _onset(sound, at, loudest * 0.15)) is not None:
        text, at = _run(sound, start, loudest)
        if text is not None:
            runs.append(text)
    return " ".join(runs) if runs else None


def _onset(sound: "array[int]", at: int, threshold: float) -> int | None:
    return next((i for i in range(at, len(sound)) if abs(sound[i]) > threshold), None)


def _run(sound: "array[int]", start: int, loudest: int) -> tuple[str | None, int]:
    """The characters behind a mark up to a silence, and where that begins."""
    slot = int(HEARING_RATE * SLOT_SECONDS)
    found: list[float] = []
    at = start
    while at + slot // 2 < len(sound):
        middle = sound[at + slot // 4 : at + slot - slot // 4]
        if not middle or max(map(abs, middle)) < loudest * 0.05:
            break
        found.append(_hertz(middle))
        at += slot
    is_ours = len(found) > 2 and all(
        abs(hertz - mark) < STEP_HZ * 1.5 for hertz, mark in zip(found, MARK_HZ, strict=False)
    )
    text = "".join(map(_character, found[2:])) if is_ours else None
    return text, max(at, start + slot)


def _hertz(sound: "array[int]") -> float:
    """By the time between upward crossings of zero."""
    crossings = [
        i + sound[i] / (sound[i] - sound[i + 1])
        for i in range(len(sound) - 1)
        if sound[i] < 0 <= sound[i + 1]
    ]
    if len(crossings) < 2:
        return 0.0
    return (len(crossings) - 1) * HEARING_RATE / (crossings[-1] - crossings[0])


def _character(hertz: float) -> str:
    nearest = round((hertz - LOWEST_HZ) / STEP_HZ)
    return ALPHABET[min(max(nearest, 0), len(ALPHABET) - 1)]
