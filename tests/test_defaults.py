"""The default rows that tests get are those of a real load."""

import re

import pytest
from django.db import connection, transaction

from leads.models import ServiceArea
from tests.defaults import Defaults, load_all, written

MOMENT = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?\+00")
Rows = dict[str, list[bytes]]


def every_row() -> Rows:
    """Of all tables, whatever the moment at which it was written."""
    tables = connection.introspection.table_names()
    return {name: sorted(MOMENT.sub(b"then", written(name)).splitlines()) for name in tables}


def continue_before(rows: Rows) -> None:
    """The next keys are those of these rows; taken back with the test."""
    with connection.cursor() as cursor:
        for table in rows:
            for sequence in connection.introspection.get_sequences(cursor, table):
                keys = [int(row.split(b"\t")[0]) for row in rows[table]]
                if keys:
                    cursor.execute(f'ALTER SEQUENCE "{sequence["name"]}" RESTART {min(keys)}')


@pytest.mark.django_db
def test_copied_rows_are_those_of_a_real_load(taken_defaults: Defaults) -> None:
    before = every_row()
    with transaction.atomic():
        taken_defaults.create()
        copied = every_row()
        transaction.set_rollback(True)
    continue_before({name: rows for name, rows in copied.items() if rows != before[name]})
    load_all()
    assert every_row() == copied != before


@pytest.mark.django_db
def test_what_is_there_already_is_kept(taken_defaults: Defaults) -> None:
    ServiceArea.objects.create(outcode="ZE1", area="primary")
    taken_defaults.create()
    assert ServiceArea.objects.get().outcode == "ZE1"
