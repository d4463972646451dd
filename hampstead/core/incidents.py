"""Incidents: lasting faults that staff see once, with a count, until they are over."""

from django.db import connection

from hampstead.core.clock import now
from hampstead.core.models import Incident
from hampstead.core.storable import storable


def report(*, code: str, scope: str, detail: str = "") -> None:
    """Open the incident or count one more occurrence of the open one."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO core_incident (code, scope, count, detail)
            VALUES (%s, %s, 1, %s)
            ON CONFLICT (code, scope) WHERE closed_at IS NULL
            DO UPDATE SET count = core_incident.count + 1, last_seen_at = now(),
                          detail = EXCLUDED.detail
            """,
            [code, scope, storable(detail)[:2000]],
        )


def end(*, code: str, scope: str) -> bool:
    """Close the open incident; True if there was one."""
    open_ones = Incident.objects.filter(code=code, scope=scope, closed_at__isnull=True)
    return bool(open_ones.update(closed_at=now()))
