"""A lasting fault is one incident with a count, until it is over."""

import pytest

from hampstead.core import incidents
from hampstead.core.models import Incident

pytestmark = pytest.mark.django_db


def report(scope: str = "redis", detail: str = "") -> None:
    incidents.report(code="E002", scope=scope, detail=detail)


def test_a_fault_that_repeats_is_one_incident_with_a_count() -> None:
    for detail in ("refused", "refused", "timed out"):
        report(detail=detail)
    incident = Incident.objects.get()
    assert (incident.count, incident.detail) == (3, "timed out")


def test_another_scope_is_another_incident() -> None:
    report()
    report("queue:inbox")
    assert Incident.objects.count() == 2


def test_the_end_is_told_once() -> None:
    report()
    assert incidents.end(code="E002", scope="redis") is True
    assert incidents.end(code="E002", scope="redis") is False


def test_a_fault_that_comes_back_is_a_new_incident() -> None:
    report()
    incidents.end(code="E002", scope="redis")
    report()
    assert Incident.objects.filter(closed_at__isnull=True).get().count == 1


def test_a_detail_that_postgres_cannot_store_is_stored_without() -> None:
    report(detail="a\x00b" + "c" * 5000)
    assert Incident.objects.get().detail[:3] == "abc"
