"""What waits longer than it should, told to staff and to /health."""

from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from hampstead.core import incidents
from hampstead.core.models import InboxEvent

STUCK_SECONDS = 60


@dataclass(frozen=True)
class QueueAges:
    """How many wait, and the age in seconds of the oldest thing that is due (0: none)."""

    inbox_count: int
    inbox_seconds: float
    lane_count: int
    lane_seconds: float
    outbox_count: int
    outbox_seconds: float


def queue_ages() -> QueueAges:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT * FROM
              (SELECT count(*), coalesce(extract(epoch FROM max(now() - due_at)), 0)::float
                 FROM core_inboxevent WHERE status = 'received' AND due_at <= now()) a,
              (SELECT count(*), coalesce(extract(epoch FROM max(now() - due_at)), 0)::float
                 FROM core_lane WHERE due_at <= now()) b,
              (SELECT count(*), coalesce(extract(epoch FROM max(now() - due_at)), 0)::float
                 FROM core_outbox
                WHERE status IN ('pending', 'sending', 'reconciling', 'held')
                  AND due_at <= now()) c
            """
        )
        return QueueAges(*cursor.fetchone())


def lane_ages() -> dict[str, float]:
    """Seconds that the oldest due lane of each kind ("conversation") has waited; 0: none does."""
    ages = dict.fromkeys(settings.LANE_WORK, 0.0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT split_part(key, ':', 1), extract(epoch FROM max(now() - due_at))::float"
            " FROM core_lane WHERE due_at <= now() GROUP BY 1"
        )
        return ages | dict(cursor.fetchall())


def end_incidents_of_empty_piles() -> None:
    """Posts that were set aside have been replayed or dealt with: the incident is over."""
    for source in settings.INBOX_HANDLERS:
        for status in (InboxEvent.Status.DEAD, InboxEvent.Status.QUARANTINED):
            if not InboxEvent.objects.filter(source=source, status=status).exists():
                scope = f"inbox:{source}:{status}"
                incidents.end(code=settings.VENDOR_CODES[source], scope=scope)


def open_incidents_for_stuck_work() -> None:
    """One incident for each queue that does not drain; ended when it does."""
    ages = queue_ages()
    waits = {
        "inbox": ages.inbox_seconds,
        "lanes": ages.lane_seconds,
        "outbox": ages.outbox_seconds,
    }
    for name, seconds in waits.items():
        scope = f"queue:{name}"
        if seconds > STUCK_SECONDS:
            incidents.report(code="", scope=scope, detail=f"oldest waits {seconds:.0f} s")
        else:
            incidents.end(code="", scope=scope)
