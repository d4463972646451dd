"""What conversations add to /metrics: checks of answers, lanes of turns, who answered."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from conversations.models import AnswerCheck, Turn
from hampstead.core.clock import now
from leads.models import Promise

DAY = timedelta(hours=24)


def figures() -> Iterator[Metric]:
    since = now() - DAY
    yield _checks(since)
    yield _findings(since)
    yield _turns(since)
    yield _promises()


def _checks(since: datetime) -> Metric:
    family = GaugeMetricFamily(
        "answer_checks_24h", "Answers and calls checked for honesty", labels=["outcome"]
    )
    found = dict(
        AnswerCheck.objects.filter(at__gte=since).values_list("outcome").annotate(count=Count("pk"))
    )
    for outcome in AnswerCheck.Outcome.values:
        family.add_metric([outcome], found.get(outcome, 0))
    return family


def _findings(since: datetime) -> Metric:
    """By kind of claim: what the assistant gets wrong."""
    family = GaugeMetricFamily(
        "answer_findings_24h", "Claims that no row bore out", labels=["kind"]
    )
    rows = AnswerCheck.objects.filter(at__gte=since).exclude(findings=[])
    kinds = Counter(finding["kind"] for found in rows.values_list("findings", flat=True)
                    for finding in found)  # fmt: skip
    for kind, count in sorted(kinds.items()):
        family.add_metric([kind], count)
    return family


def _turns(since: datetime) -> Metric:
    family = GaugeMetricFamily(
        "turns_24h", "Turns closed, by who answered and lane", labels=["answered_by", "lane"]
    )
    rows = Turn.objects.filter(closed_at__gte=since).values_list("answered_by", "enquiry_lane")
    for answered_by, lane, count in rows.annotate(count=Count("pk")):
        family.add_metric([answered_by, lane or "none"], count)
    return family


def _promises() -> Metric:
    family = GaugeMetricFamily("promises_open", "Promises to customers", labels=["state"])
    overdue = Promise.objects.open().filter(due_at__lt=now()).count()
    family.add_metric(["overdue"], overdue)
    family.add_metric(["in_time"], Promise.objects.open().count() - overdue)
    return family
