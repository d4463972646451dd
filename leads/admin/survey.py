"""Surveys: the board, a visit's page, and what staff may do with it."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from hampstead.core.admin.links import subject_link
from hampstead.core.admin.reading import acting, label, moment, when
from hampstead.core.admin.reasons import (
    ConfirmForm,
    ReasonForm,
    back_to_row,
    button,
    report_one,
)
from hampstead.core.clock import now, to_london
from leads.admin.base import ReadOnlyLines, register
from leads.admin.brief import brief_view
from leads.admin.survey_pages import SurveyPages, page_button, possible, telling_why_not
from leads.approving import approve_survey, refuse_survey
from leads.conflicts import settle_conflict
from leads.models import Survey, SurveyNotice
from leads.moving import cancel_survey
from leads.notices import tell_customer
from leads.told import note_told

COLOURS = {
    Survey.Status.HELD: "default",
    Survey.Status.PROVISIONAL: "warning",
    Survey.Status.CONFIRMED: "success",
    Survey.Status.CONFLICT: "danger",
    Survey.Status.CANCELLED: "default",
    Survey.Status.EXPIRED: "default",
    Survey.Status.DONE: "info",
}


class NoticeLines(ReadOnlyLines):
    model = SurveyNotice
    fields = readonly_fields = ("purpose", "due", "state", "settled", "why")
    verbose_name_plural = "what the customer is told, and when"
    ordering = ("due_at", "pk")
    due = moment("due_at", "Due")
    settled = moment("settled_at", "Done")


class WhenFilter(admin.SimpleListFilter):
    title = "when"
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("upcoming", "Still to come"), ("today", "Today"), ("past", "Over")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Survey]) -> QuerySet[Survey]:
        at, today = now(), to_london(now()).replace(hour=0, minute=0, second=0, microsecond=0)
        match self.value():
            case "upcoming":
                return queryset.filter(span__endswith__gt=at)
            case "today":
                return queryset.filter(span__overlap=(today, today + timedelta(days=1)))
            case "past":
                return queryset.filter(span__endswith__lte=at)
            case _:
                return queryset


@register(Survey)
class SurveyAdmin(SurveyPages):
    list_display = ("customer", "visit", "status_label", "surveyor", "postcode", "told_shown")
    list_display_links = ("customer",)
    list_filter = (WhenFilter, "status", "surveyor")
    list_select_related = ("person", "surveyor", "booked_by", "approved_by", "lead")
    search_fields = ("person__name", "person__phone", "postcode", "address")
    search_help_text = "name, phone number, postcode or address"
    ordering = ("-span",)
    inlines = (NoticeLines,)
    fields = (
        "status_label", "trouble_shown", "visit", "surveyor", "person_link", "phone", "address",
        "postcode", "access_notes", "told_shown", "approval", "origin", "booker", "lead_link",
    )  # fmt: skip
    actions_list = ("open_board",)
    actions_detail = (
        "approve", "refuse", "keep", "tell", "were_told", "move", "cancel", "brief",
    )  # fmt: skip

    # --- columns --------------------------------------------------------------------------
    @admin.display(description="Customer", ordering="person__name")
    def customer(self, survey: Survey) -> str:
        return survey.person.display_name

    @admin.display(description="When", ordering="span")
    def visit(self, survey: Survey) -> str:
        return f"{when(survey.starts_at)}–{to_london(survey.ends_at):%H:%M}"

    @label("State", COLOURS, "status")
    def status_label(self, survey: Survey) -> tuple[str, str]:
        return survey.status, survey.get_status_display()

    @admin.display(description="The customer was told")
    def told_shown(self, survey: Survey) -> str:
        if not survey.told or survey.told_starts_at is None:
            return "nothing yet"
        words = f"{survey.get_told_display()}, {when(survey.told_starts_at)}"
        return words if survey.is_told else f"{words} (no longer true)"

    @admin.display(description="What is wrong")
    def trouble_shown(self, survey: Survey) -> str:
        return survey.trouble or "nothing"

    @admin.display(description="Customer")
    def person_link(self, survey: Survey) -> str:
        return subject_link(survey.person.subject, survey.person.display_name)

    @admin.display(description="Phone")
    def phone(self, survey: Survey) -> str:
        return survey.person.spoken_phone or "not known"

    @admin.display(description="Approval")
    def approval(self, survey: Survey) -> str:
        if not survey.needs_approval:
            return "not needed"
        return f"by {survey.approved_by}" if survey.approved_by else "waits for you"

    @admin.display(description="Booked in")
    def origin(self, survey: Survey) -> str:
        return subject_link(survey.source)

    @admin.display(description="Booked by")
    def booker(self, survey: Survey) -> str:
        return str(survey.booked_by or "AI")

    @admin.display(description="Lead")
    def lead_link(self, survey: Survey) -> str:
        return subject_link(survey.lead.subject, str(survey.lead)) if survey.lead else "none"

    # --- buttons --------------------------------------------------------------------------
    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what can be done with the survey as it stands."""
        survey = self.get_object(request, str(object_id))
        offered = possible(survey) if survey is not None else set()
        buttons: list[Any] = super().get_actions_detail(request, object_id)
        return [found for found in buttons if found.action_name.rpartition("survey_")[2] in offered]

    @button(
        "Approve",
        "event_available",
        question="Approve this survey?",
        explanation="It goes into the surveyor's calendar, and the customer is told that it is "
        "booked.",
        form=ConfirmForm,
    )
    def approve(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        with telling_why_not(request):
            survey = approve_survey(survey=Survey.objects.get(pk=object_id), by=acting(request))
            report_one(request, not survey.trouble, "Approved.", survey.trouble)
        return back_to_row(self, request, object_id)

    @button(
        "Refuse",
        "event_busy",
        question="Refuse this survey?",
        explanation="The customer is told that it cannot take place at that time.",
        is_grave=True,
    )
    def refuse(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        survey, reason = Survey.objects.get(pk=object_id), form.cleaned_data["reason"]
        done = refuse_survey(survey=survey, by=acting(request), reason=reason)
        report_one(request, done, "Refused.", "It did not wait for approval any more.")
        return back_to_row(self, request, object_id)

    @button(
        "Keep it as it is",
        "published_with_changes",
        question="Keep this survey in spite of the clash?",
        explanation="It stays where it is; if its calendar entry was deleted, it is written again.",
        form=ConfirmForm,
    )
    def keep(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        survey = Survey.objects.get(pk=object_id)
        done = settle_conflict(survey=survey, by=acting(request), keep=True)
        report_one(request, done, "Kept.", "There was no clash any more.")
        return back_to_row(self, request, object_id)

    @button(
        "Tell the customer",
        "forward_to_inbox",
        question="Tell the customer how the survey stands?",
        explanation="They get a WhatsApp message with the day and time as they are now. If they "
        "cannot be reached there, you get a task to ring them.",
        form=ConfirmForm,
    )
    def tell(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        with telling_why_not(request):
            tell_customer(survey=Survey.objects.get(pk=object_id), by=acting(request))
            messages.success(request, "The message goes out within a minute.")
        return back_to_row(self, request, object_id)

    @button(
        "They were told",
        "phone_enabled",
        question="Have you told the customer yourself?",
        explanation="Then no message goes out, and the task is closed.",
        form=ConfirmForm,
    )
    def were_told(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        done = note_told(survey=Survey.objects.get(pk=object_id), by=acting(request))
        report_one(request, done, "Noted, thank you.", "They knew already.")
        return back_to_row(self, request, object_id)

    @button(
        "Cancel",
        "delete",
        question="Cancel this survey?",
        explanation="It leaves the surveyor's calendar, and the customer is told.",
        form=ReasonForm,
        is_grave=True,
    )
    def cancel(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        by = acting(request)
        done = cancel_survey(
            survey=Survey.objects.get(pk=object_id),
            source=f"staff:{by.pk}",
            by=by,
            reason=form.cleaned_data["reason"],
        )
        report_one(request, done, "Cancelled.", "It was not booked any more.")
        return back_to_row(self, request, object_id)

    @page_button("Brief", path="brief", icon="print")
    def brief(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return brief_view(request, int(object_id))
