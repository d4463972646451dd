"""What we told customers we would do."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from unfold.widgets import UnfoldAdminTextareaWidget

from hampstead.core.admin.links import subject_link
from hampstead.core.admin.reading import ReadOnlyAdmin, acting, label, moment
from hampstead.core.admin.reasons import (
    ConfirmForm,
    ReasonForm,
    back_to_row,
    button,
    each,
    report_one,
)
from hampstead.core.clock import now
from leads.admin.base import register
from leads.models import Promise
from leads.promises import LONGEST_WHY, cancel_promise, keep_promise

COLOURS = {"overdue": "danger", "open": "info", "kept": "success", "cancelled": "default"}


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state, state.capitalize()) for state in ("open", "overdue", "kept", "cancelled")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Promise]) -> QuerySet[Promise]:
        still_open = queryset.filter(kept_at__isnull=True, cancelled_at__isnull=True)
        match self.value():
            case "open":
                return still_open
            case "overdue":
                return still_open.filter(due_at__lt=now())
            case "kept":
                return queryset.filter(kept_at__isnull=False)
            case "cancelled":
                return queryset.filter(cancelled_at__isnull=False)
            case _:
                return queryset


class CancelForm(ReasonForm):
    """Also told to whoever reads the promise, so no longer than its row takes."""

    reason = forms.CharField(
        max_length=LONGEST_WHY, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )


@register(Promise)
class PromiseAdmin(ReadOnlyAdmin):
    list_display = ("customer", "kind", "state_label", "due", "about", "wish", "maker")
    list_display_links = ("customer",)
    list_filter = (StateFilter, "kind")
    list_select_related = ("person", "made_by", "kept_by")
    search_fields = ("person__name", "person__phone", "about", "wish")
    search_help_text = "name, phone number or what it is about"
    # What is open comes first, by its due time; then what was closed last.
    ordering = (Coalesce("kept_at", "cancelled_at").desc(nulls_first=True), "due_at", "pk")
    fields: tuple[str, ...] = (
        "state_label", "person_link", "phone", "kind", "due", "about", "wish", "made", "maker",
        "origin", "lead_link", "outcome",
    )  # fmt: skip
    actions = ("keep_selected",)
    actions_detail: tuple[str, ...] = ("keep", "cancel")
    due = moment("due_at", "Due")
    made = moment("made_at", "Made")

    @admin.display(description="Customer", ordering="person__name")
    def customer(self, promise: Promise) -> str:
        return promise.person.display_name

    @label("State", COLOURS, "due_at")
    def state_label(self, promise: Promise) -> tuple[str, str]:
        if promise.kept_at is not None:
            return "kept", "Kept"
        if promise.cancelled_at is not None:
            return "cancelled", "Cancelled"
        return ("overdue", "Overdue") if promise.due_at < now() else ("open", "Open")

    @admin.display(description="Made by", ordering="made_by")
    def maker(self, promise: Promise) -> str:
        return str(promise.made_by or "AI")

    @admin.display(description="Customer")
    def person_link(self, promise: Promise) -> str:
        return subject_link(promise.person.subject, promise.person.display_name)

    @admin.display(description="Phone")
    def phone(self, promise: Promise) -> str:
        return promise.person.spoken_phone or "not known"

    @admin.display(description="Made in")
    def origin(self, promise: Promise) -> str:
        return subject_link(promise.source)

    @admin.display(description="Lead")
    def lead_link(self, promise: Promise) -> str:
        return subject_link(promise.lead.subject) if promise.lead else "none"

    @admin.display(description="How it ended")
    def outcome(self, promise: Promise) -> str:
        if promise.kept_at is not None:
            return f"Kept by {promise.kept_by or 'the assistant'}"
        return f"Cancelled: {promise.cancelled_why}" if promise.cancelled_at else "Still open"

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        promise = self.get_object(request, str(object_id))
        if promise is None or not promise.is_open:
            return []
        offered: list[Any] = super().get_actions_detail(request, object_id)
        return offered

    @button(
        "Kept",
        "task_alt",
        question="Did we keep it?",
        explanation="The promise and its task are closed for everybody.",
        form=ConfirmForm,
    )
    def keep(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        promise = Promise.objects.get(pk=object_id)
        done = keep_promise(promise=promise, by=acting(request))
        report_one(request, done, "Kept, thank you.", "Somebody had closed it already.")
        return back_to_row(self, request, object_id)

    @button(
        "Cancel",
        "event_busy",
        question="Cancel this promise?",
        explanation="The customer was told otherwise: say why, and let them know.",
        form=CancelForm,
        is_grave=True,
    )
    def cancel(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        promise = Promise.objects.get(pk=object_id)
        reason = form.cleaned_data["reason"]
        done = cancel_promise(promise=promise, by=acting(request), reason=reason)
        report_one(request, done, "Cancelled.", "Somebody had closed it already.")
        return back_to_row(self, request, object_id)

    @admin.action(description="Kept", permissions=["operate"])
    def keep_selected(self, request: HttpRequest, rows: QuerySet[Promise]) -> None:
        by = acting(request)
        each(request, rows, lambda promise: keep_promise(promise=promise, by=by), "Kept")
