"""/metrics. Request durations come from this host's processes; vendor and queue figures are read
from PostgreSQL at scrape (cached 5 s), so that replicas and workers agree.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.utils import Error as DatabaseFault
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils.module_loading import import_string
from django_prometheus.middleware import Metrics, PrometheusAfterMiddleware
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

from hampstead.core.ledger import today
from hampstead.core.models import VendorHealth
from hampstead.core.signing import secret_matches
from hampstead.core.watch import lane_ages, queue_ages

CACHE_SECONDS = 5.0
TOKEN_KINDS = ("input", "cache_write", "cache_read", "output")
THIS_MACHINE = {"127.0.0.1", "::1", ""}  # a Unix socket has no address


class RequestMetrics(Metrics):
    """django-prometheus keeps twenty series a request; we keep the one we alert on."""

    KEPT = {"requests_latency_by_view_method": "http_request_duration_seconds"}

    def register_metric(
        self,
        metric_cls: Any,
        name: str,
        documentation: str,
        labelnames: tuple[str, ...] = (),
        **kwargs: Any,
    ) -> Any:
        if name != "django_http_requests_latency_seconds_by_view_method":
            return _Ignored()
        kwargs.pop("namespace", None)
        return metric_cls(
            "http_request_duration_seconds",
            "Time to answer a request, by view and method.",
            labelnames=labelnames,
            **kwargs,
        )


class _Ignored:
    """Stands in for the series we do not keep."""

    def labels(self, *_: Any, **__: Any) -> "_Ignored":
        return self

    def inc(self, *_: Any) -> None: ...

    def observe(self, *_: Any) -> None: ...


class RequestMetricsMiddleware(PrometheusAfterMiddleware):
    metrics_cls = RequestMetrics


class DatabaseCollector:
    """Business and queue figures, the same on every host."""

    def __init__(self) -> None:
        self._cached: tuple[float, list[Metric]] = (float("-inf"), [])

    def collect(self) -> Iterator[Metric]:
        at, families = self._cached
        if time.monotonic() - at > CACHE_SECONDS:
            families = _figures()
            self._cached = (time.monotonic(), families)
        yield from families


def _figures() -> list[Metric]:
    """Without the database only that is told: monitors must still get the rest of the page."""
    is_up = GaugeMetricFamily("database_up", "0 while the database cannot be read")
    try:
        found = [family for source in _sources() for family in source()]
    except DatabaseFault:
        connection.close()
        is_up.add_metric([], 0)
        return [is_up]
    is_up.add_metric([], 1)
    return [is_up, *found]


def _sources() -> list[Callable[[], Iterable[Metric]]]:
    """Ours, and those that settings name from the floors above."""
    own = [_vendor_calls, _vendor_states, _costs, _queues, _lanes, _counts]
    return [*own, *(import_string(path) for path in settings.METRIC_SOURCES)]


def _vendor_calls() -> Iterator[Metric]:
    calls = GaugeMetricFamily(
        "vendor_calls_24h", "Calls of the last 24 hours, by outcome", labels=["vendor", "code"]
    )
    seconds = GaugeMetricFamily(
        "vendor_call_seconds_recent", "Mean of the last 15 minutes", labels=["vendor"]
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT vendor, code, count(*) FROM core_vendorcall"
            " WHERE at > now() - interval '24 hours' GROUP BY 1, 2"
        )
        for vendor, code, count in cursor.fetchall():
            calls.add_metric([vendor, code or "ok"], count)
        cursor.execute(
            "SELECT vendor, avg(duration_ms) / 1000 FROM core_vendorcall"
            " WHERE at > now() - interval '15 minutes' GROUP BY 1"
        )
        for vendor, mean in cursor.fetchall():
            seconds.add_metric([vendor], float(mean))
    yield calls
    yield seconds


def _vendor_states() -> Iterator[Metric]:
    family = GaugeMetricFamily("breaker_open", "1 while a vendor is paused", labels=["vendor"])
    for vendor, state in VendorHealth.objects.values_list("vendor", "state"):
        family.add_metric([vendor], 0 if state == VendorHealth.State.CLOSED else 1)
    yield family


def _queues() -> Iterator[Metric]:
    ages = queue_ages()
    waiting = GaugeMetricFamily("queue_waiting", "Rows that are due", labels=["queue"])
    oldest = GaugeMetricFamily(
        "queue_oldest_seconds", "Age of the oldest due row", labels=["queue"]
    )
    for name in ("inbox", "lane", "outbox"):
        waiting.add_metric([name], getattr(ages, f"{name}_count"))
        oldest.add_metric([name], getattr(ages, f"{name}_seconds"))
    yield waiting
    yield oldest


def _costs() -> Iterator[Metric]:
    """Since midnight in London."""
    cost = GaugeMetricFamily("model_cost_pence_today", "What vendors cost", labels=["vendor"])
    tokens = GaugeMetricFamily("model_tokens_today", "Tokens of all models", labels=["kind"])
    totals = dict.fromkeys(TOKEN_KINDS, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT vendor, sum(cost_pence), sum(input_tokens), sum(cache_write_tokens),"
            " sum(cache_read_tokens), sum(output_tokens) FROM core_vendoruse"
            " WHERE at >= %s AND at < %s GROUP BY 1",
            today(),
        )
        for vendor, pence, *counts in cursor.fetchall():
            cost.add_metric([vendor], float(pence))
            for kind, count in zip(TOKEN_KINDS, counts, strict=True):
                totals[kind] += count
    for kind, total in totals.items():
        tokens.add_metric([kind], total)
    yield cost
    yield tokens


def _lanes() -> Iterator[Metric]:
    oldest = GaugeMetricFamily(
        "lane_oldest_seconds",
        "Age of the oldest due lane, by kind: people wait for a conversation, nobody for a summary",
        labels=["kind"],
    )
    for kind, seconds in lane_ages().items():
        oldest.add_metric([kind], seconds)
    yield oldest


def _counts() -> Iterator[Metric]:
    family = GaugeMetricFamily("rows", "Rows by table and status", labels=["table", "status"])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'inbox', status, count(*) FROM core_inboxevent GROUP BY 2"
            " UNION ALL SELECT 'outbox', status, count(*) FROM core_outbox GROUP BY 2"
            " UNION ALL SELECT 'refused_posts', source, sum(count)"
            " FROM core_refusedposts GROUP BY 2"
            " UNION ALL SELECT 'open_incidents', code, count(*) FROM core_incident"
            " WHERE closed_at IS NULL GROUP BY 2"
        )
        for table, status, count in cursor.fetchall():
            family.add_metric([table, status], float(count))
    yield family


_database = DatabaseCollector()


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        scheme, _, offered = request.headers.get("Authorization", "").partition(" ")
        return scheme.lower() == "bearer" and secret_matches(offered, [settings.METRICS_TOKEN])
    return request.META.get("REMOTE_ADDR", "") in THIS_MACHINE


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text, for this machine or for whoever has the token."""
    if not _may_read(request):
        return HttpResponseForbidden("Not for you", content_type="text/plain")
    registry = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        text = generate_latest(registry)
    else:
        text = generate_latest(REGISTRY)
    figures = CollectorRegistry()
    figures.register(_database)
    return HttpResponse(text + generate_latest(figures), content_type=CONTENT_TYPE_LATEST)
