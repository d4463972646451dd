"""What waits too long is an incident; what is dealt with is one no more."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now

from hampstead.core import inbox, incidents, watch
from hampstead.core.models import InboxEvent, Incident, Lane

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("script")]


def open_scopes() -> list[str]:
    return list(Incident.objects.filter(closed_at__isnull=True).values_list("scope", flat=True))


def test_a_lane_that_waits_over_a_minute_is_an_incident() -> None:
    Lane.objects.create(key="test:1", due_at=Now() - timedelta(seconds=90))
    watch.open_incidents_for_stuck_work()
    assert open_scopes() == ["queue:lanes"]


def test_the_incident_ends_when_the_lane_is_done() -> None:
    lane = Lane.objects.create(key="test:1", due_at=Now() - timedelta(seconds=90))
    watch.open_incidents_for_stuck_work()
    lane.delete()
    watch.open_incidents_for_stuck_work()
    assert open_scopes() == []


def test_an_incident_of_dead_posts_ends_with_the_last_of_them() -> None:
    inbox.store(source="test", body=b"1", headers={})
    InboxEvent.objects.update(status=InboxEvent.Status.DEAD)
    incidents.report(code="E006", scope="inbox:test:dead")
    watch.end_incidents_of_empty_piles()
    assert open_scopes() == ["inbox:test:dead"]
    InboxEvent.objects.update(status=InboxEvent.Status.PROCESSED)
    watch.end_incidents_of_empty_piles()
    assert open_scopes() == []
