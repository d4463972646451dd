"""What surveys add to /metrics: their states, what customers have not heard, old diaries."""

from collections.abc import Iterator

from django.db.models import Count
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from hampstead.core.clock import now
from leads.models import Diary, Survey, SurveyNotice


def figures() -> Iterator[Metric]:
    yield _surveys()
    yield _notices()
    yield _diaries()


def _surveys() -> Metric:
    family = GaugeMetricFamily("surveys_upcoming", "Surveys still to come", labels=["status"])
    coming = Survey.objects.live().filter(span__endswith__gt=now())
    found = dict(coming.values_list("status").annotate(count=Count("pk")))
    for status in Survey.LIVE:
        family.add_metric([status], found.get(status, 0))
    return family


def _notices() -> Metric:
    family = GaugeMetricFamily(
        "survey_notices", "What customers are told of surveys", labels=["state"]
    )
    late = SurveyNotice.objects.filter(state=SurveyNotice.State.DUE, due_at__lt=now()).count()
    family.add_metric(["late"], late)
    left = SurveyNotice.objects.filter(state=SurveyNotice.State.LEFT, starts_at__gt=now()).count()
    family.add_metric(["left_to_staff"], left)
    return family


def _diaries() -> Metric:
    family = GaugeMetricFamily(
        "diary_age_seconds", "Since a surveyor's calendar was last read", labels=["surveyor"]
    )
    read = Diary.objects.filter(surveyor__is_active=True, changes_read_at__isnull=False)
    for surveyor, read_at in read.values_list("surveyor_id", "changes_read_at"):
        assert read_at is not None  # noqa: S101  for the type checker: the filter says so
        family.add_metric([str(surveyor)], (now() - read_at).total_seconds())
    return family
