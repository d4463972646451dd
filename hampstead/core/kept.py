"""What staff seldom change, kept in memory until a row of its tables changes.

Nobody has to say so: PostgreSQL knows every version of a row by its place (`ctid`) and by the
transaction that wrote it (`xmin`), so one small query tells whether anything is other than before.
Whoever asks inside a transaction sees their own changes, and nobody else does before the commit.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model

Value = TypeVar("Value")
# Within one run of the server no transaction's number comes again.
_STAMP = "SELECT pg_postmaster_start_time(), {}"
_OF_TABLE = "(SELECT sum(hashtextextended(ctid::text || xmin::text, 0)) FROM {})"


class Kept(Generic[Value]):
    """Call it for what `read` makes of the tables. Everybody gets the same value: change it never.

    `read` may use no other rows than theirs.
    """

    def __init__(self, read: Callable[[], Value], *tables: type[Model]) -> None:
        self._read = read
        names = (connection.ops.quote_name(table._meta.db_table) for table in tables)
        self._stamp = _STAMP.format(", ".join(map(_OF_TABLE.format, names)))
        self._known: tuple[Any, Value] | None = None

    def __call__(self) -> Value:
        # The stamp first: what changes in between is seen the next time.
        with connection.cursor() as cursor:
            cursor.execute(self._stamp)
            stamp = cursor.fetchone()
        known = self._known
        if known is None or known[0] != stamp:
            self._known = known = (stamp, self._read())
        return known[1]
