"""Tell the live pages that a row changed: an id travels, consumers read the row.

Announced through PostgreSQL, so that it leaves with the commit and a request never touches
Redis; the pump carries it on to the channel layer.
"""

from django.db import connection

GROUP = "office"


def announce(subject: str) -> None:
    """`subject` such as "conversation:12" changed; told once the caller's transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('live', %s)", [subject])
