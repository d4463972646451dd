"""The lanes of one version of the prompt, as staff edit them on its page."""

from typing import Any, cast

from django import forms
from django.http import HttpRequest
from unfold.admin import StackedInline
from unfold.widgets import UnfoldAdminTextareaWidget

from conversations.models import EnquiryLane, PromptVersion
from conversations.prompting import unknown_placeholders
from conversations.screening import check_triggers
from leads.admin.base import RowForm

MAY_VIEW = "conversations.view_promptversion"
MAY_CHANGE = "conversations.change_promptversion"


def area(rows: int) -> forms.Textarea:
    return cast(forms.Textarea, UnfoldAdminTextareaWidget(attrs={"rows": rows}))


class LaneForm(RowForm):
    class Meta:
        model = EnquiryLane
        fields = (
            "title", "code", "position", "is_active", "action", "is_urgent", "triggers",
            "instructions", "reply", "enquiry_kind", "task_title",
        )  # fmt: skip
        labels = {
            "reply": "Fixed text",
            "enquiry_kind": "Kind of enquiry",
            "task_title": "Task for staff",
        }
        widgets = {"triggers": area(6), "instructions": area(4), "reply": area(3)}

    def clean_triggers(self) -> str:
        triggers: str = self.cleaned_data["triggers"]
        if problems := check_triggers(triggers):
            raise forms.ValidationError(problems)
        return triggers

    def clean_reply(self) -> str:
        reply: str = self.cleaned_data["reply"]
        if unknown := unknown_placeholders(reply):
            raise forms.ValidationError(f"Nobody fills in {', '.join(unknown)}.")
        return reply

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        is_fixed = cleaned.get("action", "answer") != EnquiryLane.Action.ANSWER
        if is_fixed and not cleaned.get("reply", "-").strip():
            self.add_error("reply", "This lane needs the fixed text it sends.")
        return cleaned


class LaneLines(StackedInline):
    """Who may edit a version may edit its lanes: they are one thing."""

    model = EnquiryLane
    form = LaneForm
    extra = 0
    collapsible = True
    verbose_name = "lane"
    verbose_name_plural = "lanes"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("title", "code"),
                    ("position", "is_active"),
                    ("action", "is_urgent"),
                    "triggers",
                    "instructions",
                    "reply",
                    ("enquiry_kind", "task_title"),
                )
            },
        ),
    )

    def _may_edit(self, request: HttpRequest, version: PromptVersion | None) -> bool:
        return (version is None or version.is_draft) and bool(request.user.has_perm(MAY_CHANGE))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(MAY_VIEW) or request.user.has_perm(MAY_CHANGE))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit(request, obj)
