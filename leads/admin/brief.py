"""The surveyor's brief as one page to print, without the frame of the office."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from hampstead.core.clock import now, spoken_date
from hampstead.core.subjects import admin_link
from leads.brief import brief_of
from leads.models import Survey


def brief_view(request: HttpRequest, survey_id: int | str) -> HttpResponse:
    """404 for no such survey; PermissionDenied unless they may see surveys."""
    if not request.user.has_perm("leads.view_survey"):
        raise PermissionDenied
    surveys = Survey.objects.select_related("person", "lead", "surveyor")
    survey = get_object_or_404(surveys, pk=survey_id)
    brief = brief_of(survey)
    day, _, clock = brief.when.rpartition(" at ")
    context = {
        "brief": brief,
        "day": day,
        "clock": clock,
        "survey": survey,
        "warning": _warning(survey),
        "back_url": admin_link(survey.subject),
        "printed_at": spoken_date(now()),
    }
    return render(request, "admin/leads/survey/brief.html", context)


def _warning(survey: Survey) -> str:
    """Paper outlives what was true when it was printed, so at least then it says so."""
    if survey.status in (Survey.Status.CONFIRMED, Survey.Status.DONE):
        return ""
    if survey.status in Survey.LIVE:
        return f"{survey.get_status_display()}: not confirmed. Ask the office before you go."
    return f"{survey.get_status_display()}: this visit does not take place."
