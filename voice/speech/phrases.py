"""What was said once is kept: the same words in the same voice cost nothing again.

Long texts are said in pieces, each kept by itself, so a failure in the middle pays for no piece
twice. Pieces are joined as samples and encoded once.
"""

import hashlib
from datetime import timedelta

from django.conf import settings

from hampstead.core.clock import now
from hampstead.core.errors import ElevenLabsError
from hampstead.core.spending import Bill
from voice.models import Phrase
from voice.speech import encoding, sentences
from voice.speech.elevenlabs import elevenlabs
from voice.speech.forms import PCM_OUT_RATE, AudioFormat
from voice.speech.recordings import AudioRefusedError, container_of

VENDOR_FORMATS = {
    AudioFormat.OGG: "opus_48000_32",
    AudioFormat.MP3: "mp3_44100_64",
    AudioFormat.PCM: "pcm_24000",
}
NEIGHBOUR_CHARACTERS = 200
USED_AGAIN = timedelta(hours=1)  # a use is noted no more often


def spoken(text: str, *, into: AudioFormat, bill: Bill) -> bytes:
    """A text as audio. Raises what the ElevenLabs adapter raises."""
    parts = sentences.pieces(text, settings.ELEVENLABS_PIECE_CHARACTERS)
    if not parts:
        raise ValueError("there is nothing to say")
    whole = "\n".join(parts)
    if kept := _kept(whole, into):
        return kept
    if len(parts) == 1:
        return _said(whole, into, bill)
    around = ["", *parts, ""]
    samples = [
        _kept(part, AudioFormat.PCM)
        or _said(part, AudioFormat.PCM, bill, before=around[at], after=around[at + 2])
        for at, part in enumerate(parts)
    ]
    audio = encoding.encoded(encoding.joined(samples), PCM_OUT_RATE, into)
    _keep(whole, into, audio)
    return audio


def _said(text: str, into: AudioFormat, bill: Bill, before: str = "", after: str = "") -> bytes:
    speech = elevenlabs().speak(
        text,
        output_format=VENDOR_FORMATS[into],
        bill=bill,
        before=before[-NEIGHBOUR_CHARACTERS:],
        after=after[:NEIGHBOUR_CHARACTERS],
    )
    audio = _in_form(speech.audio, into)
    _keep(text, into, audio)
    return audio


def _in_form(audio: bytes, into: AudioFormat) -> bytes:
    """The vendor sometimes answers in another container than the one asked for."""
    try:
        if into == AudioFormat.PCM:
            return audio[: len(audio) // 2 * 2]
        if container_of(audio) == into:
            return audio
        return encoding.recoded(audio, into)
    except AudioRefusedError as error:
        raise ElevenLabsError(f"no audio: {error}", trips_breaker=False) from error


def key_of(text: str, into: AudioFormat) -> str:
    parts = (settings.ELEVENLABS_VOICE, settings.ELEVENLABS_MODEL, VENDOR_FORMATS[into], text)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _kept(text: str, into: AudioFormat) -> bytes | None:
    row = Phrase.objects.filter(key=key_of(text, into)).first()
    if row is None:
        return None
    if row.last_used_at < now() - USED_AGAIN:
        Phrase.objects.filter(pk=row.pk).update(last_used_at=now())
    return bytes(row.audio)


def _keep(text: str, into: AudioFormat, audio: bytes) -> None:
    row = Phrase(
        key=key_of(text, into),
        text=text,
        voice=settings.ELEVENLABS_VOICE,
        model=settings.ELEVENLABS_MODEL,
        form=into,
        audio=audio,
        size_bytes=len(audio),
    )
    Phrase.objects.bulk_create([row], ignore_conflicts=True)
