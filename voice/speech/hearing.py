"""Hearing a recording: refused, cleaned or taken as it is, and paid for once."""

import hashlib
import json
from dataclasses import asdict, dataclass

from django.conf import settings

from hampstead.core.spending import Bill
from hampstead.core.storable import storable
from voice.models import Transcription
from voice.speech import audio, encoding
from voice.speech.deepgram import Options, deepgram
from voice.speech.keyterms import keyterms
from voice.speech.transcript import Transcript, Word

MEDIA_TYPES = {"ogg": "audio/ogg", "mp3": "audio/mpeg", "wav": "audio/wav", "flac": "audio/flac"}


@dataclass(frozen=True)
class Heard:
    """`poor` says why the recording was cleaned first, "" if it was not."""

    transcript: Transcript
    poor: str
    is_repeat: bool = False


def hear(recording: bytes, *, bill: Bill) -> Heard:
    """What is said in a recording. Raises AudioRefusedError before any vendor is called, then
    what Deepgram's adapter raises. The same recording is never paid for twice.
    """
    options = Options(model=settings.DEEPGRAM_MODEL, keyterms=keyterms())
    key = _key(recording, options)
    if known := Transcription.objects.filter(key=key).first():
        return Heard(_as_transcript(known), known.poor, is_repeat=True)
    sound = audio.read(recording)
    facts = sound.facts
    to_send = encoding.cleaned(sound) if facts.poor else recording
    kind = "ogg" if facts.poor else facts.container
    transcript = deepgram().transcribe(
        to_send,
        media_type=MEDIA_TYPES.get(kind, "application/octet-stream"),
        options=options,
        seconds=facts.duration_seconds,
        bill=bill,
    )
    heard = Heard(transcript, facts.poor or "")
    _keep(key, heard)
    return heard


def _key(recording: bytes, options: Options) -> str:
    how = json.dumps(asdict(options), sort_keys=True).encode()
    return hashlib.sha256(hashlib.sha256(recording).digest() + how).hexdigest()


def _keep(key: str, heard: Heard) -> None:
    """Two workers with the same recording both paid; one row is enough."""
    found = heard.transcript
    row = Transcription(
        key=key,
        text=storable(found.text),
        confidence=found.confidence,
        language=found.language[:20],
        words=storable([asdict(word) for word in found.words]),
        duration_seconds=found.duration_seconds,
        poor=heard.poor,
        model=found.model[:60],
        request_id=storable(found.request_id)[:80],
        cost_pence=found.cost_pence,
    )
    Transcription.objects.bulk_create([row], ignore_conflicts=True)


def _as_transcript(row: Transcription) -> Transcript:
    return Transcript(
        text=row.text,
        confidence=row.confidence,
        language=row.language,
        words=tuple(Word(**word) for word in row.words),
        duration_seconds=row.duration_seconds,
        cost_pence=row.cost_pence,
        model=row.model,
        request_id=row.request_id,
    )
