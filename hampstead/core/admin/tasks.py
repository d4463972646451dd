"""What people in the office have to do."""

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin
from unfold.dataclasses import ActionDialog
from unfold.decorators import action, display

from hampstead.core import stafftasks
from hampstead.core.admin.audited import AuditedAdmin
from hampstead.core.admin.links import NamesSubjects, code_link
from hampstead.core.admin.reading import moment
from hampstead.core.admin.reasons import ConfirmForm, back_to_row, each, report_one
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

    def get_fields(self, request: HttpRequest, obj: StaffTask | None = None) -> tuple[str, ...]:
        written = ("title", "detail", "urgency", "due_at")
        if obj is None:
            return (*written, "subject")
        return (*written, "state_label", "about", "error_code", "finished", "done_by")

    def get_readonly_fields(
        self, request: HttpRequest, obj: StaffTask | None = None
    ) -> tuple[str, ...]:
        return ("state_label", "about", "error_code", "finished", "done_by")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # What is done is history.
        is_done = isinstance(obj, StaffTask) and obj.done_at is not None
        return not is_done and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(
        description="State",
        ordering="due_at",
        label={"done": "success", "overdue": "danger", "open": "info"},
    )
    def state_label(self, task: StaffTask) -> tuple[str, str]:
        if task.done_at is not None:
            return "done", "Done"
        return ("overdue", "Overdue") if task.due_at < now() else ("open", "Open")

    @display(description="Urgency", ordering="urgency", label={"urgent": "danger", "normal": ""})
    def urgency_label(self, task: StaffTask) -> tuple[str, str]:
        return task.urgency, task.get_urgency_display()

    @display(description="Error code", ordering="code")
    def error_code(self, task: StaffTask) -> str:
        return code_link(task.code)

    @display(description="Done by")
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

    @action(
        description="Mark done",
        icon="task_alt",
        permissions=["change"],
        dialog=ActionDialog(
            title="Is it done?",
            description="The task leaves the list of everybody.",
            form_class=ConfirmForm,
            form_submit_text="Mark done",
        ),
    )
    def finish(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        task = StaffTask.objects.get(pk=object_id)
        done = stafftasks.finish_task(task=task, by=request.user)  # type: ignore[arg-type]
        report_one(request, done, "Done, thank you.", "Somebody had done it already.")
        return back_to_row(self, request, object_id)

    @admin.action(description="Mark done", permissions=["change"])
    def finish_selected(self, request: HttpRequest, rows: QuerySet[StaffTask]) -> None:
        by = request.user
        each(request, rows, lambda task: stafftasks.finish_task(task=task, by=by), "Done")  # type: ignore[arg-type]
