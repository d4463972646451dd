"""What tests of the playground share."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections


def use(name: str, use_id: str = "t1", **arguments: Any) -> dict[str, Any]:
    block = {"type": "tool_use", "id": use_id, "name": name, "input": arguments}
    return {"content": [block]}


@contextmanager
def locked_elsewhere(key: str) -> Iterator[bool]:
    """Another connection has it; whether that was possible."""
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [key])
            yield cursor.fetchone()[0]
    finally:
        other.close()
