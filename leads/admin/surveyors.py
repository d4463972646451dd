"""Who surveys, when, and by which rules."""

from typing import Any

from django import forms
from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest

from hampstead.core import audit
from hampstead.core.admin.reading import when
from hampstead.core.clock import now
from leads.admin.base import AuditedPage, Lines, RowForm, label, register, staff
from leads.admin.business import FixedRows
from leads.models import CalendarEvent, Diary, Survey, Surveyor, SurveyRules, WorkingHours
from leads.surveyor_changes import change_calendar, switch_off, upcoming_visits
from leads.telling import written_time


class WorkingHoursLines(Lines):
    model = WorkingHours
    ordering = ("weekday",)
    max_num = 7
    verbose_name_plural = "working hours"


BOOKED = (
    "Surveys are booked in the calendar of %(mailbox)s. Move or cancel them first, or switch this "
    "surveyor off and add a new one with the other mailbox."
)


class SurveyorForm(RowForm):
    def clean_mailbox(self) -> str:
        mailbox: str = self.cleaned_data["mailbox"]
        old = self.initial.get("mailbox", mailbox)
        # An entry of another mailbox could not be moved, nor removed.
        if self.instance.pk and mailbox != old and _has_entries(self.instance):
            raise forms.ValidationError(BOOKED, params={"mailbox": old})
        return mailbox


def _has_entries(surveyor: Surveyor) -> bool:
    left = CalendarEvent.objects.filter(
        surveyor=surveyor, removed_at=None, survey__span__endswith__gt=now()
    ).exclude(is_wanted=True, survey__status__in=[Survey.Status.DONE, Survey.Status.CANCELLED])
    return upcoming_visits(surveyor).exists() or left.exists()


@register(Surveyor)
class SurveyorAdmin(AuditedPage):
    form = SurveyorForm
    list_display = ("name", "state_label", "mailbox", "outcode", "max_a_day", "diary_shown")
    ordering = ("-is_active", "name")
    inlines = (WorkingHoursLines,)
    fields = (
        *("name", "mailbox", "outcode", "max_a_day", "is_active"),
        *("visits_left", "diary_shown", "trouble"),
    )
    readonly_fields = ("visits_left", "diary_shown", "trouble")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Surveyor]:
        return Surveyor.objects.select_related("diary")

    def save_model(self, request: HttpRequest, obj: Surveyor, form: RowForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "mailbox" in form.changed_data:
            change_calendar(obj)
        if change and "is_active" in form.changed_data and not obj.is_active:
            switch_off(obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        before = _spoken_hours(form.instance)
        super().save_related(request, form, formsets, change)
        after = _spoken_hours(form.instance)
        if before != after:
            audit.record(
                action="edit working hours",
                subject=form.instance.subject,
                by=staff(request),
                before={"hours": before},
                after={"hours": after},
            )

    # A surveyor who leaves is switched off: past visits keep their name.
    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @label("state", colours={"active": "success", "off": "default"}, ordering="is_active")
    def state_label(self, surveyor: Surveyor) -> tuple[str, str]:
        return ("active", "Takes surveys") if surveyor.is_active else ("off", "Switched off")

    @display(description="surveys to come")
    def visits_left(self, surveyor: Surveyor) -> str:
        if surveyor.pk is None:
            return "none"
        whens = [written_time(survey.starts_at) for survey in upcoming_visits(surveyor)]
        if not whens:
            return "none"
        words = "" if surveyor.is_active else "Switched off: move or cancel these. "
        return words + "; ".join(whens)

    @display(description="calendar last read")
    def diary_shown(self, surveyor: Surveyor) -> str:
        diary = _diary(surveyor)
        return when(diary.read_at) if diary else "not yet"

    @display(description="trouble with the calendar")
    def trouble(self, surveyor: Surveyor) -> str:
        diary = _diary(surveyor)
        return (diary.error if diary else "") or "none"


def _diary(surveyor: Surveyor) -> Diary | None:
    return getattr(surveyor, "diary", None)


def _spoken_hours(surveyor: Surveyor) -> list[str]:
    return [str(row) for row in surveyor.hours.order_by("weekday")]


@register(SurveyRules)
class SurveyRulesAdmin(FixedRows):
    list_display = ("name", "minutes", "travel_minutes", "days_notice", "needs_approval")
    ordering = ("pk",)
    fieldsets = (
        ("The visit", {"fields": ("minutes", "every_minutes", "hold_minutes", "needs_approval")}),
        ("On the road", {"fields": ("travel_minutes", "minutes_per_mile")}),
        ("How far ahead", {"fields": ("days_notice", "days_ahead")}),
        ("What counts as free", {"fields": ("tentative_blocks", "elsewhere_blocks")}),
    )

    @display(description="rules")
    def name(self, rules: SurveyRules) -> str:
        return str(rules)
