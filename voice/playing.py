"""Listening to a recording: which bytes a player wants, and who has listened."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from hampstead.core import audit
from hampstead.core.clock import now
from hampstead.core.models import AuditEntry, StaffUser
from voice.archive import archive
from voice.models import Call, Recording

PLAYED = "play recording"
# A player asks again for each jump; within this time that is still the same listening.
ONE_LISTENING = timedelta(minutes=5)
LONGEST_LIST = 20
RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


class RangeError(Exception):
    """There are no such bytes."""


@dataclass(frozen=True)
class Piece:
    start: int
    length: int
    total: int

    @property
    def content_range(self) -> str:
        return f"bytes {self.start}-{self.start + self.length - 1}/{self.total}"


def wanted_piece(header: str, total: int) -> Piece | None:
    """What a Range header asks for; None: the whole. Raises RangeError. Several ranges at once, and
    what is no range, count as none, as the standard allows.
    """
    found = RANGE.fullmatch(header.strip())
    if found is None or found[1] == found[2] == "":
        return None
    if found[1] == "":  # so many of the last
        length = min(int(found[2]), total)
        start = total - length
    else:
        start = int(found[1])
        end = min(int(found[2] or total), total - 1)
        if found[2] and int(found[2]) < start:
            return None
        length = end - start + 1
    if length <= 0:
        raise RangeError
    return Piece(start, length, total)


def listen(*, recording: Recording, piece: Piece, by: StaffUser) -> bytes:
    """The bytes; the listening is noted before they are read. Raises StorageError."""
    note_listening(call=recording.call, by=by)
    return archive(recording.store).piece(recording.key, piece.start, piece.length)


@transaction.atomic
def note_listening(*, call: Call, by: StaffUser) -> None:
    lately = AuditEntry.objects.filter(
        action=PLAYED, subject=call.subject, by=by, at__gt=now() - ONE_LISTENING
    )
    if not lately.exists():
        audit.record(action=PLAYED, subject=call.subject, by=by)


def listenings(call: Call) -> list[tuple[datetime, str]]:
    """When, and who; the newest first."""
    rows = AuditEntry.objects.filter(action=PLAYED, subject=call.subject).select_related("by")
    return [
        (row.at, str(row.by.get_full_name() or row.by.username) if row.by else "")
        for row in rows.order_by("-at")[:LONGEST_LIST]
    ]
