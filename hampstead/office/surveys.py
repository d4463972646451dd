"""The home page's card about surveys: the visits of today and tomorrow, and what is not settled."""

from datetime import datetime, time, timedelta
from typing import Any

from django.urls import reverse

from hampstead.core.clock import LONDON, now, to_london
from leads.admin.board import needing_a_person
from leads.admin.survey import COLOURS
from leads.models import Survey

SHOWN = 8


def read_surveys() -> dict[str, Any]:
    """{"visits": [...], "waiting": number of surveys that need a person, "url": the board}"""
    today = to_london(now()).date()
    begin = datetime.combine(today, time(), LONDON)
    end = datetime.combine(today + timedelta(days=2), time(), LONDON)
    visits = Survey.objects.booked().filter(span__overlap=(begin, end))
    rows = visits.select_related("person", "surveyor").order_by("span")[:SHOWN]
    return {
        "visits": [_visit(survey, is_today=_day(survey) == today) for survey in rows],
        "waiting": len(needing_a_person()),
        "url": reverse("admin:leads_survey_board"),
    }


def _day(survey: Survey) -> Any:
    return to_london(survey.starts_at).date()


def _visit(survey: Survey, *, is_today: bool) -> dict[str, Any]:
    starts = to_london(survey.starts_at)
    return {
        "survey": survey,
        "when": f"{'Today' if is_today else 'Tomorrow'} {starts:%H:%M}",
        "url": reverse("admin:leads_survey_change", args=[survey.pk]),
        "colour": COLOURS[Survey.Status(survey.status)],
        "is_settled": survey.status == Survey.Status.CONFIRMED,
    }
