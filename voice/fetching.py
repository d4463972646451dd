"""Recordings come from VAPI into our store: what is due is fetched, looked at and kept. What the
caller did not want kept is deleted, here and there.
"""

import hashlib
import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet

from hampstead.core import incidents, live
from hampstead.core.clock import now
from hampstead.core.errors import CatalogueError, StorageError
from hampstead.core.logs import fields
from hampstead.core.retry import backoff
from voice.archive import archive
from voice.consenting import ASKED_NOW
from voice.models import Recording, RecordingObjection
from voice.speech.audio import measured
from voice.speech.recordings import MOST_BYTES, AudioRefusedError, Refusal
from voice.vapi import RecordingNotThereError, RecordingTooBigError, Vapi

logger = logging.getLogger(__name__)
State, Store = Recording.State, Recording.Store
MOST_SECONDS = 1200  # the longest call is a quarter of an hour; putting through is recorded too
LEASE = timedelta(minutes=5)  # a worker that died over a recording blocks it for so long
LONGEST_WAIT = timedelta(hours=2)
# A recording that is not there an hour after its call will not come; VAPI keeps calls 14 days.
NOT_COMING_AFTER, VAPI_KEEPS = timedelta(hours=1), timedelta(days=14)
SWEEP_SECONDS = 50.0  # then the next run goes on: a task may last 100
MOST_AT_ONCE = 50
SCOPE = "recordings"
TYPES = {
    "mp3": ("mp3", "audio/mpeg"),
    "wav": ("wav", "audio/wav"),
    "ogg": ("ogg", "audio/ogg"),
    "mp4": ("m4a", "audio/mp4"),
    "aac": ("aac", "audio/aac"),
    "flac": ("flac", "audio/flac"),
    "matroska": ("webm", "audio/webm"),
    "amr": ("amr", "audio/amr"),
}


@dataclass
class Outcome:
    tried: int = 0
    stored: int = 0
    moved: int = 0
    erased: int = 0


def due_recordings() -> QuerySet[Recording]:
    rows = Recording.objects.filter(due_at__lte=now()).order_by("due_at", "pk")
    return rows.select_related("call__conversation__person")


def sweep(client: Vapi, rows: QuerySet[Recording] | None = None) -> Outcome:
    """One pass over what is due. A row that fails waits longer and longer; the others go on."""
    outcome, ends_at = Outcome(), time.monotonic() + SWEEP_SECONDS
    for recording in (due_recordings() if rows is None else rows)[:MOST_AT_ONCE]:
        if time.monotonic() > ends_at:
            break
        if _claim(recording):
            outcome.tried += 1
            _handle(recording, client, outcome)
    return outcome


def _claim(recording: Recording) -> bool:
    """Two sweeps at once: one of them has it."""
    free = Recording.objects.filter(pk=recording.pk, due_at=recording.due_at)
    if not free.update(due_at=now() + LEASE, attempts=F("attempts") + 1):
        return False
    recording.refresh_from_db(fields=["due_at", "attempts", "state", "is_to_be_erased"])
    return True


def _handle(recording: Recording, client: Vapi, outcome: Outcome) -> None:
    try:
        if recording.is_to_be_erased:
            outcome.erased += _erase(recording, client)
        elif recording.state == State.WANTED:
            outcome.stored += _fetch(recording, client)
        elif recording.store == Store.WAITING:
            outcome.moved += _move(recording)
        else:
            _finish(recording)
    except CatalogueError as error:
        _again_later(recording, error)


def _fetch(recording: Recording, client: Vapi) -> bool:
    try:
        content = client.recording(recording.call.vendor_id, most_bytes=MOST_BYTES)
        container, seconds = measured(content, most_seconds=MOST_SECONDS)
    except RecordingNotThereError:
        return _not_there(recording)
    except RecordingTooBigError:
        return _refuse(recording, AudioRefusedError(Refusal.TOO_BIG))
    except AudioRefusedError as refusal:
        return _refuse(recording, refusal)
    ending, media_type = TYPES[container]
    recording.sha256 = hashlib.sha256(content).hexdigest()
    recording.media_type, recording.size_bytes = media_type, len(content)
    recording.duration_seconds = seconds
    # The same recording has the same name: a second try leaves no second file behind.
    at = recording.call.created_at
    recording.key = f"{at:%Y/%m}/{recording.call_id}-{recording.sha256[:24]}.{ending}"
    recording.store, why = _kept(recording, content)
    due_at = now() + backoff(1, base_seconds=60) if recording.store == Store.WAITING else None
    return _commit_stored(recording, why, due_at)


def _kept(recording: Recording, content: bytes) -> tuple[str, str]:
    """In which store, and why not in the right one. Raises StorageError if in neither."""
    try:
        archive(Store.MAIN).keep(recording.key, content, recording.media_type)
    except CatalogueError as error:
        _report(error)
        archive(Store.WAITING).keep(recording.key, content, recording.media_type)
        return Store.WAITING, str(error)[:300]
    incidents.end(code=StorageError.entry.code, scope=SCOPE)
    return Store.MAIN, ""


@transaction.atomic
def _commit_stored(recording: Recording, why: str, due_at: datetime | None) -> bool:
    """Unless the caller's "please don't" came while we fetched: then what was kept goes again."""
    row = Recording.objects.select_for_update().get(pk=recording.pk)
    is_unwanted = RecordingObjection.objects.filter(call=recording.call_id).exists()
    recording.state, recording.error, recording.stored_at = State.STORED, why, now()
    recording.due_at = due_at
    if is_unwanted or row.state == State.NOT_RECORDED:
        recording.state, recording.error = State.NOT_RECORDED, ASKED_NOW
        recording.is_to_be_erased, recording.due_at = True, now()
    recording.save()
    live.announce(recording.call.subject)
    return recording.is_stored


def _move(recording: Recording) -> bool:
    """Back to where it belongs, once the store answers again."""
    content = archive(Store.WAITING).piece(recording.key, 0, recording.size_bytes)
    archive(Store.MAIN).keep(recording.key, content, recording.media_type)
    recording.store, recording.error = Store.MAIN, ""
    _finish(recording)
    archive(Store.WAITING).forget(recording.key)
    incidents.end(code=StorageError.entry.code, scope=SCOPE)
    return True


def _erase(recording: Recording, client: Vapi) -> bool:
    """First ours, then VAPI's; any of it may be done twice."""
    if recording.key:
        archive(recording.store).forget(recording.key)
        recording.key = recording.sha256 = ""
        recording.save(update_fields=["key", "sha256"])
    client.erase(recording.call.vendor_id)
    recording.erased_at, recording.is_to_be_erased = now(), False
    _finish(recording)
    return True


def _finish(recording: Recording) -> None:
    recording.due_at, recording.attempts = None, 0
    recording.save()
    live.announce(recording.call.subject)


def _not_there(recording: Recording) -> bool:
    call = recording.call
    if now() - (call.ended_at or call.created_at) < NOT_COMING_AFTER:
        wait = backoff(recording.attempts, base_seconds=30)
        _wait(recording, "VAPI has no recording of it yet", wait)
        return False
    recording.state, recording.error = State.GONE, "VAPI has no recording of this call"
    _finish(recording)
    return False


def _refuse(recording: Recording, refusal: AudioRefusedError) -> bool:
    recording.state, recording.error = State.REFUSED, _in_words(refusal)
    _finish(recording)
    return False


def _in_words(refusal: AudioRefusedError) -> str:
    if refusal.reason == Refusal.TOO_LONG:
        return f"the recording is longer than {MOST_SECONDS // 60} minutes"
    return str(refusal)


def _again_later(recording: Recording, error: CatalogueError) -> None:
    logger.warning("recording not handled", extra=fields(code=error.code, call=recording.call_id))
    if isinstance(error, StorageError):
        _report(error)
    call = recording.call
    is_too_late = now() - (call.ended_at or call.created_at) > VAPI_KEEPS
    if recording.state == State.WANTED and is_too_late:
        recording.state, recording.error = State.GONE, f"VAPI keeps it no longer. {error}"[:300]
        return _finish(recording)
    wait = backoff(recording.attempts, base_seconds=30, cap=LONGEST_WAIT)
    return _wait(recording, str(error), max(wait, error.retry_after or timedelta()))


def _wait(recording: Recording, why: str, wait: timedelta) -> None:
    Recording.objects.filter(pk=recording.pk).update(error=why[:300], due_at=now() + wait)
    live.announce(recording.call.subject)


def _report(error: CatalogueError) -> None:
    incidents.report(code=StorageError.entry.code, scope=SCOPE, detail=str(error))
