"""/health tells what works; it is quick, and never asks a vendor."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from hampstead.core import breaker, inbox
from hampstead.core.clock import now
from hampstead.core.errors import WhatsAppError
from hampstead.core.models import InboxEvent
from scripts.embedded import EmbeddedRedis
from tests.core.test_ratelimit import hung


def health(client: Client) -> tuple[int, Any]:
    response = client.get("/health")
    return response.status_code, response.json()


@pytest.mark.django_db
def test_all_is_well(client: Client, settings: Settings) -> None:
    status, report = health(client)
    assert (status, report["status"], report["version"]) == (200, "ok", settings.VERSION)
    assert report["database"]["state"] == report["redis"]["state"] == "up"


@pytest.mark.django_db
def test_a_vendor_never_called_is_unused(client: Client) -> None:
    vendor = health(client)[1]["vendors"]["360dialog"]
    assert (vendor["state"], vendor["mode"]) == ("unused", "sandbox")


@pytest.mark.django_db
def test_redis_down_is_degraded_not_down(client: Client, own_redis: EmbeddedRedis) -> None:
    own_redis.down(immediate=True)
    status, report = health(client)
    assert (status, report["status"]) == (200, "degraded")
    assert report["redis"]["code"] == "E002"


@pytest.mark.django_db
def test_a_hung_redis_does_not_hang_the_answer(client: Client, own_redis: EmbeddedRedis) -> None:
    with hung(own_redis):
        started = time.monotonic()
        assert health(client)[1]["redis"]["code"] == "E002"
        assert time.monotonic() - started < 0.5


@pytest.mark.django_db
def test_a_failing_vendor_is_degraded_with_its_code(client: Client) -> None:
    breaker.record_success("360dialog")
    breaker.record_failure("360dialog", WhatsAppError("busy"))
    status, report = health(client)
    vendor = report["vendors"]["360dialog"]
    assert (status, report["status"]) == (200, "degraded")
    assert (vendor["state"], vendor["code"]) == ("degraded", "E006")
    assert vendor["last_success_age_seconds"] == 0


@pytest.mark.django_db
def test_a_queue_that_does_not_drain_is_stuck(client: Client) -> None:
    inbox.store(source="test", body=b"{}", headers={})
    InboxEvent.objects.update(due_at=now() - timedelta(minutes=2))
    report = health(client)[1]
    assert report["queues"]["inbox"]["state"] == "stuck"
    assert report["status"] == "degraded"


@pytest.mark.usefixtures("database_away")
@pytest.mark.parametrize("path", ["/health", "/health/ready"])
def test_without_its_database_it_is_down_quickly(client: Client, path: str) -> None:
    started = time.monotonic()
    response = client.get(path)
    assert time.monotonic() - started < 1
    assert (response.status_code, response.json()["status"]) == (503, "down")


@pytest.mark.usefixtures("database_away")
def test_the_lost_database_has_its_code(client: Client) -> None:
    assert health(client)[1]["database"]["code"] == "E001"


@pytest.mark.django_db
def test_it_is_ready_with_its_database(client: Client) -> None:
    assert client.get("/health/ready").status_code == 200


def test_it_is_live_without_asking_anybody(client: Client) -> None:
    assert client.get("/health/live").json() == {"status": "ok"}
