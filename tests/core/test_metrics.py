"""What Prometheus scrapes."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from pytest_django import Settings

from hampstead.core import breaker, inbox, incidents, lanes, metrics, spending
from hampstead.core.clock import now
from hampstead.core.models import InboxEvent, Lane, VendorCall, VendorUse
from hampstead.core.spending import Bill

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_cached_figures() -> Iterator[None]:
    forget()
    yield
    forget()


def forget() -> None:
    metrics._database._cached = (float("-inf"), [])


def scrape(client: Client) -> str:
    return client.get("/metrics").content.decode()


def value(text: str, series: str) -> float:
    return float(next(line for line in text.splitlines() if line.startswith(series)).split()[-1])


def test_requests_are_a_histogram_by_view(client: Client) -> None:
    client.get("/health/live")
    text = scrape(client)
    assert "# TYPE http_request_duration_seconds histogram" in text
    assert 'http_request_duration_seconds_count{method="GET",view="health-live"}' in text


def test_the_age_of_the_oldest_post_is_told(client: Client) -> None:
    inbox.store(source="test", body=b"{}", headers={})
    InboxEvent.objects.update(due_at=now() - timedelta(seconds=90))
    text = scrape(client)
    assert value(text, 'queue_waiting{queue="inbox"}') == 1
    assert 85 < value(text, 'queue_oldest_seconds{queue="inbox"}') < 100


def test_an_open_breaker_is_told(client: Client) -> None:
    breaker.record_success("anthropic")
    breaker.open_by_hand(vendor="360dialog", by=None, reason="")
    text = scrape(client)
    assert value(text, 'breaker_open{vendor="360dialog"}') == 1
    assert value(text, 'breaker_open{vendor="anthropic"}') == 0


def test_vendor_calls_are_counted_by_code(client: Client) -> None:
    for code in ("", "", "E006"):
        VendorCall.objects.create(
            vendor="test", route="x", duration_ms=500, is_ok=not code, code=code
        )
    text = scrape(client)
    assert value(text, 'vendor_calls_24h{code="ok",vendor="test"}') == 2
    assert value(text, 'vendor_call_seconds_recent{vendor="test"}') == 0.5


def test_yesterdays_calls_are_not_counted(client: Client) -> None:
    VendorCall.objects.create(vendor="test", route="x", duration_ms=5, is_ok=True)
    VendorCall.objects.update(at=now() - timedelta(hours=25))
    assert "vendor_calls_24h{" not in scrape(client)


@pytest.mark.usefixtures("database_away")
def test_without_the_database_the_rest_is_still_told(client: Client) -> None:
    client.get("/health/live")
    response = client.get("/metrics")
    text = response.content.decode()
    assert (response.status_code, value(text, "database_up")) == (200, 0)
    assert 'http_request_duration_seconds_count{method="GET",view="health-live"}' in text


def test_with_the_database_it_is_up(client: Client) -> None:
    assert value(scrape(client), "database_up") == 1


@pytest.mark.parametrize(
    ("address", "status"), [("127.0.0.1", 200), ("::1", 200), ("10.0.0.7", 403)]
)
def test_without_a_token_only_this_machine_reads(
    client: Client, settings: Settings, address: str, status: int
) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", REMOTE_ADDR=address).status_code == status


@pytest.mark.parametrize(
    ("header", "status"), [("Bearer tell-me", 200), ("Bearer other", 403), ("", 403)]
)
def test_with_a_token_everybody_needs_it(
    client: Client, settings: Settings, header: str, status: int
) -> None:
    settings.METRICS_TOKEN = "tell-me"
    answer = client.get("/metrics", headers={"Authorization": header} if header else {})
    assert answer.status_code == status


def test_open_incidents_are_counted(client: Client) -> None:
    incidents.report(code="E002", scope="redis")
    assert value(scrape(client), 'rows{status="E002",table="open_incidents"}') == 1


def test_the_figures_are_read_once_in_five_seconds(client: Client) -> None:
    scrape(client)
    inbox.store(source="test", body=b"{}", headers={})
    assert value(scrape(client), 'queue_waiting{queue="inbox"}') == 0


def test_the_cost_of_today_is_told() -> None:
    bill = Bill("answer")
    for tokens in (100, 50):
        spending.record(
            vendor="anthropic",
            bill=bill,
            cost_pence=Decimal("0.25"),
            input_tokens=tokens,
            cache_read_tokens=1000,
        )
    VendorUse.objects.create(
        vendor="anthropic", purpose="answer", cost_pence=9, at=now() - timedelta(days=2)
    )
    text = scrape(Client())
    assert value(text, 'model_cost_pence_today{vendor="anthropic"}') == 0.5
    assert value(text, 'model_tokens_today{kind="input"}') == 150
    assert value(text, 'model_tokens_today{kind="cache_read"}') == 2000
    assert value(text, 'model_tokens_today{kind="output"}') == 0


def test_who_waits_for_the_model_is_told_apart_from_what_can_wait(
    client: Client, settings: Settings
) -> None:
    settings.LANE_WORK = {"conversation": "x", "summary": "x", "digest": "x"}
    for key in ("conversation:1", "conversation:2", "summary:1"):
        lanes.wake(key)
    lanes.wake("digest:1", after=timedelta(hours=1))
    Lane.objects.filter(key="summary:1").update(due_at=now() - timedelta(seconds=300))
    Lane.objects.filter(key="conversation:2").update(due_at=now() - timedelta(seconds=40))
    text = scrape(client)
    assert 295 < value(text, 'lane_oldest_seconds{kind="summary"}') < 310
    assert 35 < value(text, 'lane_oldest_seconds{kind="conversation"}') < 50
    assert value(text, 'lane_oldest_seconds{kind="digest"}') == 0


def two_checks() -> Iterator[Metric]:
    family = GaugeMetricFamily("answer_checks", "As a higher floor counts them", labels=["outcome"])
    family.add_metric(["passed"], 2)
    yield family


def test_higher_floors_add_their_figures(client: Client, settings: Settings) -> None:
    settings.METRIC_SOURCES = ["tests.core.test_metrics.two_checks"]
    assert value(scrape(client), 'answer_checks{outcome="passed"}') == 2
