"""What people in the office have to do."""

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet, TextField
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminTextareaWidget

from hampstead.core import stafftasks
from hampstead.core.admin.audited import AuditedAdmin
from hampstead.core.admin.links import NamesSubjects, code_link
from hampstead.core.admin.reading import acting, label, moment
from hampstead.core.admin.reasons import ConfirmForm, back_to_row, button, each, report_one
from hampstead.core.clock import now
from hampstead.core.models import StaffTask


class OpenFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Open"), ("overdue", "Overdue"), ("done", "Done")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[StaffTask]) -> QuerySet[StaffTask]:
        if self.value() == "done":
            return queryset.filter(done_at__isnull=False)
        if self.value() in ("open", "overdue"):
            queryset = queryset.filter(done_at__isnull=True)
        return queryset.filter(due_at__lt=now()) if self.value() == "overdue" else queryset


@admin.register(StaffTask)
class StaffTaskAdmin(AuditedAdmin, NamesSubjects, ModelAdmin):
    list_display = ("title", "state_label", "urgency_label", "due", "about", "error_code", "doer")
    list_filter = (OpenFilter, "urgency")
    list_select_related = ("done_by",)
    list_per_page = 50
    search_fields = ("title", "detail", "subject")
    ordering = (F("done_at").desc(nulls_first=True), "due_at")
    actions = ("finish_selected",)
    actions_detail = ("finish",)
    due = moment("due_at", "Due")
    finished = moment("done_at", "Done")
    formfield_overrides = {TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 4})}}

    def get_fields(self, request: HttpRequest, obj: StaffTask | None = None) -> tuple[str, ...]:
        if obj is None:
            return ("title", "detail", "urgency", "due_at", "subject")
        shown = ("about", "state_label", "title", "detail", "urgency", "due_at", "error_code")
        return shown if obj.done_at is None else (*shown, "finished", "doer")

    def get_readonly_fields(
        self, request: HttpRequest, obj: StaffTask | None = None
    ) -> tuple[str, ...]:
        return ("state_label", "about", "error_code", "finished", "doer")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # What is done is history.
        is_done = isinstance(obj, StaffTask) and obj.done_at is not None
        return not is_done and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @label("State", {"done": "success", "overdue": "danger", "open": "info"}, "due_at")
    def state_label(self, task: StaffTask) -> tuple[str, str]:
        if task.done_at is not None:
            return "done", "Done"
        return ("overdue", "Overdue") if task.due_at < now() else ("open", "Open")

    @label("Urgency", {"urgent": "danger", "normal": ""}, "urgency")
    def urgency_label(self, task: StaffTask) -> tuple[str, str]:
        return task.urgency, task.get_urgency_display()

    @admin.display(description="Error code", ordering="code")
    def error_code(self, task: StaffTask) -> str:
        return code_link(task.code)

    @admin.display(description="Done by")
    def doer(self, task: StaffTask) -> str:
        if task.done_at is None:
            return ""
        return str(task.done_by) if task.done_by else "By itself"

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        task = self.get_object(request, str(object_id))
        if task is None or task.done_at is not None:
            return []
        offered: list[Any] = super().get_actions_detail(request, object_id)
        return offered

    @button(
        "Mark done",
        "task_alt",
        question="Is it done?",
        explanation="The task leaves the list of everybody.",
        form=ConfirmForm,
        permission="change",
    )
    def finish(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        task = StaffTask.objects.get(pk=object_id)
        done = stafftasks.finish_task(task=task, by=acting(request))
        report_one(request, done, "Done, thank you.", "Somebody had done it already.")
        return back_to_row(self, request, object_id)

    @admin.action(description="Mark done", permissions=["change"])
    def finish_selected(self, request: HttpRequest, rows: QuerySet[StaffTask]) -> None:
        by = acting(request)
        each(request, rows, lambda task: stafftasks.finish_task(task=task, by=by), "Done")
