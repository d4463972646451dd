"""Two writers at once. The barrier lets both look before either writes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model, UniqueConstraint

from leads.enquiries import open_lead
from leads.models import Lead, Person
from leads.people import find_or_create_person
from tests.factories.leads import PersonFactory

pytestmark = pytest.mark.django_db(transaction=True)


def both_at_once(act: Callable[[], Model]) -> list[Any]:
    def run(_: int) -> Any:
        try:
            return act().pk
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(run, range(2)))


@pytest.fixture
def meet_before_insert(monkeypatch: pytest.MonkeyPatch) -> Callable[[type[Model]], None]:
    def arrange(model: type[Model]) -> None:
        barrier, save = Barrier(2, timeout=10), model.save

        def meet(self: Model, *args: Any, **kwargs: Any) -> None:
            barrier.wait()
            save(self, *args, **kwargs)

        monkeypatch.setattr(model, "save", meet)

    return arrange


def test_two_messages_at_once_open_one_lead(
    meet_before_insert: Callable[[type[Model]], None],
) -> None:
    person = PersonFactory()
    meet_before_insert(Lead)
    first, second = both_at_once(lambda: open_lead(person=person))
    assert first == second


def test_without_the_constraint_two_messages_open_two_leads(
    meet_before_insert: Callable[[type[Model]], None],
) -> None:
    person = PersonFactory()
    constraint = next(c for c in Lead._meta.constraints if isinstance(c, UniqueConstraint))
    with connection.schema_editor() as editor:
        editor.remove_constraint(Lead, constraint)
    try:
        meet_before_insert(Lead)
        first, second = both_at_once(lambda: open_lead(person=person))
    finally:
        Lead.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Lead, constraint)
    assert first != second


def test_two_first_calls_from_one_number_make_one_person(
    meet_before_insert: Callable[[type[Model]], None],
) -> None:
    meet_before_insert(Person)
    first, second = both_at_once(lambda: find_or_create_person(phone="+447700900123"))
    assert first == second
