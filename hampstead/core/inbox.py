"""The durable inbox: one row for each post, acknowledged only after it is committed."""

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.utils import InterfaceError, OperationalError
from django.utils.module_loading import import_string

from hampstead.core import audit, database, incidents, requestid
from hampstead.core.clock import now
from hampstead.core.failpoints import failpoint
from hampstead.core.logs import fields
from hampstead.core.models import InboxEvent, StaffUser
from hampstead.core.retry import backoff
from hampstead.core.sealing import seal, unseal
from hampstead.core.storable import storable

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 8
Status = InboxEvent.Status


class UnreadablePostError(Exception):
    """Authentic, but not in a shape we can read: kept for a person, never retried by itself."""


@dataclass(frozen=True)
class Post:
    """What a handler gets: the bytes as they arrived."""

    inbox_id: int
    body: bytes
    received_at: datetime


Handler = Callable[[Post], None]


def store(*, source: str, body: bytes, headers: dict[str, str]) -> bool:
    """Commit one post; True if it is new, False for a repeat. One statement, one round trip.

    The NOTIFY is inside it, so nothing is announced that is not stored.
    """
    failpoint("inbox.before_commit")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH new AS (
                INSERT INTO core_inboxevent (source, dedupe_key, body, headers, request_id)
                VALUES (%s, %s, %s, %s, %s)
                ON CONFLICT (source, dedupe_key) DO NOTHING
                RETURNING id
            )
            SELECT pg_notify('inbox', id::text) FROM new
            """,
            [
                source,
                hashlib.sha256(body).hexdigest(),
                seal(body),
                json.dumps(headers),
                requestid.current(),
            ],
        )
        is_new = cursor.fetchone() is not None
    failpoint("inbox.after_commit")
    return is_new


def process(inbox_id: int) -> None:
    """Hand one received post to its floor. A handler's failure costs only this post."""
    with transaction.atomic():
        event = (
            InboxEvent.objects.select_for_update(skip_locked=True)
            .filter(pk=inbox_id, status=Status.RECEIVED)
            .first()
        )
        if event is None:  # another worker has it, or it is done
            return
        with requestid.following(event.request_id or requestid.new()):
            _run_handler(event)


def _run_handler(event: InboxEvent) -> None:
    handler: Handler = import_string(settings.INBOX_HANDLERS[event.source])
    try:
        with transaction.atomic():
            post = Post(event.pk, unseal(bytes(event.body)), event.received_at)
            handler(post)
            failpoint("inbox.handled")
    except UnreadablePostError as error:
        _set_aside(event, Status.QUARANTINED, str(error))
    except Exception as error:  # whatever a floor does wrong costs only this post
        if isinstance(error, OperationalError | InterfaceError) and database.is_away():
            raise  # nothing can be recorded; the sweep comes back to it
        logger.exception("inbox handler failed", extra=fields(inbox=event.pk))
        _postpone(event, error)
    else:
        event.status, event.processed_at, event.due_at = Status.PROCESSED, now(), None
        event.error = ""
        event.save(update_fields=["status", "processed_at", "due_at", "error"])


def _postpone(event: InboxEvent, error: Exception) -> None:
    event.attempts += 1
    if event.attempts >= MAX_ATTEMPTS:
        _set_aside(event, Status.DEAD, database.described(error))
        return
    event.due_at = now() + backoff(event.attempts)
    event.error = storable(database.described(error))[:2000]
    event.save(update_fields=["attempts", "due_at", "error"])


def _set_aside(event: InboxEvent, status: InboxEvent.Status, why: str) -> None:
    event.status, event.due_at, event.error = status, None, storable(why)[:2000]
    event.save(update_fields=["attempts", "status", "due_at", "error"])
    logger.warning("inbox post set aside", extra=fields(inbox=event.pk, status=status))
    code = settings.VENDOR_CODES[event.source]
    incidents.report(code=code, scope=f"inbox:{event.source}:{status}", detail=why)


@transaction.atomic
def replay(*, event: InboxEvent, by: StaffUser | None, reason: str = "") -> bool:
    """Process a dead or quarantined post again; False if it was in neither state."""
    changed = InboxEvent.objects.filter(
        pk=event.pk, status__in=[Status.DEAD, Status.QUARANTINED]
    ).update(status=Status.RECEIVED, attempts=0, due_at=now(), error="")
    if changed:
        audit.record(action="replay post", subject=f"inbox:{event.pk}", by=by, reason=reason)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify('inbox', %s)", [str(event.pk)])
    return bool(changed)


def purge(*, bodies_after: timedelta, rows_after: timedelta) -> int:
    """Empty processed posts past their retention and later delete them; how many rows it touched.

    The row outlives its body: its key still recognises a vendor's late redelivery. Dead and
    quarantined posts are kept for staff.
    """
    closed = InboxEvent.objects.filter(status__in=[Status.PROCESSED, Status.DROPPED])
    full = closed.filter(received_at__lt=now() - bodies_after).exclude(body=b"")
    emptied = closed.filter(pk__in=full.values("pk")[:5000]).update(body=b"", headers={})
    old = closed.filter(received_at__lt=now() - rows_after)
    deleted, _ = InboxEvent.objects.filter(pk__in=old.values("pk")[:5000]).delete()
    return emptied + deleted
