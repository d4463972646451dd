"""The firm's default rows, loaded once and copied into each test that wants them."""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from conversations.prompting import load_first_prompts
from hampstead.core.clock import now, to_london
from leads.loading import load_defaults


@dataclass(frozen=True)
class Defaults:
    """Rows as Postgres writes them out, by table; foreign keys are only checked at the end."""

    day: date
    rows: dict[str, bytes]

    def create(self) -> None:
        """What `load_all` makes; the keys are free in every test of this process."""
        # Prices are valid from the day on which they are loaded, and what is there is kept.
        if _today() != self.day or any(_counts(list(self.rows)).values()):
            load_all()
            return
        with transaction.atomic(), connection.cursor() as cursor:
            for table, rows in self.rows.items():
                with cursor.copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(rows)


def load_all() -> None:
    load_defaults()
    load_first_prompts()


def take_defaults() -> Defaults:
    """From a real load, which is then undone: only its sequences stay advanced."""
    day = _today()
    with transaction.atomic():
        before = _counts(connection.introspection.table_names())
        load_all()
        after = _counts(list(before))
        grown = [table for table in after if after[table] != before[table]]
        rows = {table: written(table) for table in grown}
        transaction.set_rollback(True)
    assert not any(before[table] for table in grown), "cannot tell new rows from old ones"
    return Defaults(day, rows)


def written(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(map(bytes, copy))


def _today() -> date:
    return to_london(now()).date()


def _counts(tables: list[str]) -> dict[str, int]:
    counts = ", ".join(f'(SELECT count(*) FROM "{table}")' for table in tables)  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}")
        return dict(zip(tables, cursor.fetchone(), strict=True))
