"""Telling a lost database from a statement that failed, and what must survive a power cut."""

from django.db import Error, connection


def is_away() -> bool:
    """After an OperationalError: True if the connection is gone, False if only the statement was
    given up (a timeout, a deadlock), which counts against whoever caused it.
    """
    return not connection.is_usable()


def commits_alone() -> bool:
    """Whether a statement commits by itself. If its rows may be lost with the last second before a
    power cut, it then turns `synchronous_commit` off for itself; in a transaction it must not.
    """
    return not connection.in_atomic_block


def described(error: Exception) -> str:
    """What may be stored of an error: the database quotes whole rows, customers' words included."""
    if not isinstance(error, Error):
        return repr(error)
    cause = error.__cause__
    constraint = getattr(getattr(cause, "diag", None), "constraint_name", None)
    parts = (type(error).__name__, getattr(cause, "sqlstate", None), constraint)
    return " ".join(part for part in parts if part)
