"""Telling a lost database from a statement that failed."""

from django.db import connection


def is_away() -> bool:
    """After an OperationalError: True if the connection is gone, False if only the statement was
    given up (a timeout, a deadlock), which counts against whoever caused it.
    """
    return not connection.is_usable()
