"""The prompt's versions: staff prepare a draft with its lanes, compare, publish and roll back."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import display
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from conversations.admin.differences import compare, lane_lines
from conversations.admin.playground import PlaygroundPage, button
from conversations.admin.prompt_lanes import LaneLines, area
from conversations.models import PromptVersion
from conversations.prompting import (
    NotADraftError,
    NotRetiredError,
    UnfitPromptError,
    copy_to_draft,
    problems_of,
    publish,
    published_version,
    roll_back,
)
from hampstead.core import audit
from leads.admin.base import AuditedPage, ReasonForm, RowForm, label, register, staff

Status = PromptVersion.Status
STATUS_COLOURS = {"draft": "warning", "published": "success", "retired": "default"}
ONE = "admin:conversations_promptversion_change"
MAY_PUBLISH = "conversations.publish_promptversion"
REFUSALS = (NotADraftError, NotRetiredError, UnfitPromptError)
NOTE_WIDTH = 80
COMPARE_PAGE = "admin/conversations/promptversion/compare.html"


class VersionForm(RowForm):
    class Meta:
        model = PromptVersion
        fields = ("note", "whatsapp_text", "phone_text")
        labels = {"whatsapp_text": "WhatsApp text"}
        widgets = {"note": area(2), "whatsapp_text": area(24), "phone_text": area(24)}


@register(PromptVersion)
class PromptVersionAdmin(PlaygroundPage, AuditedPage):
    form: type[RowForm] = VersionForm
    list_display = (
        "name", "status_label", "note_line", "lane_count", "published_at", "published_by",
    )  # fmt: skip
    list_select_related = ("published_by",)
    ordering = ("-number",)
    inlines = (LaneLines,)
    readonly_fields = ("status", "readiness", "created_by", "published_at", "published_by")
    texts = ("note", "whatsapp_text", "phone_text")
    actions_detail = ("try_it", "compare", "copy", "publish", "roll_back")

    # --- what is shown --------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[PromptVersion]:
        active = Count("lanes", filter=Q(lanes__is_active=True))
        return PromptVersion.objects.annotate(lane_count=active)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        with transaction.atomic():
            if request.method == "POST" and object_id is not None and object_id.isdigit():
                # Whoever saves a draft waits for a colleague who is just publishing it.
                PromptVersion.objects.select_for_update().filter(pk=object_id).first()
            page: HttpResponse = super().changeform_view(
                request, object_id, form_url, extra_context
            )
            return page

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        first = ("status", "readiness") if obj is not None and obj.is_draft else ("status",)
        return (*first, *self.texts, "created_by", "published_at", "published_by")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was published does not change. (unfold asks with a mere id: then for the right.)"""
        is_closed = isinstance(obj, PromptVersion) and not obj.is_draft
        return not is_closed and bool(super().has_change_permission(request))

    # A new version starts as a copy of one that worked, and what was published stays known.
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @display(description="version", ordering="number")
    def name(self, version: PromptVersion) -> str:
        return str(version)

    @label("status", colours=STATUS_COLOURS, ordering="status")
    def status_label(self, version: PromptVersion) -> tuple[str, str]:
        return version.status, version.get_status_display()

    @display(description="note")
    def note_line(self, version: PromptVersion) -> str:
        line = " ".join(version.note.split())
        return line if len(line) <= NOTE_WIDTH else f"{line[:NOTE_WIDTH]}…"

    @display(description="active lanes", ordering="lane_count")
    def lane_count(self, version: Any) -> int:
        return int(version.lane_count)

    @display(description="ready to publish")
    def readiness(self, version: PromptVersion) -> str:
        return " ".join(problems_of(version)) or "Yes, once you have tried it."

    def has_publish_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        # By name and not as a permission of the button: unfold would look that up in the
        # database before there are tables.
        return bool(request.user.has_perm(MAY_PUBLISH))

    # --- what staff do --------------------------------------------------------------------

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Only what can be done with a version in this state."""
        buttons: list[Any] = super().get_actions_detail(request, object_id)
        found = PromptVersion.objects.filter(pk=object_id) if str(object_id).isdigit() else None
        status = found.values_list("status", flat=True).first() if found is not None else None
        hidden = {
            Status.DRAFT: ("_roll_back",),
            Status.PUBLISHED: ("_publish", "_roll_back", "_compare"),
            Status.RETIRED: ("_publish",),
        }.get(Status(status) if status else Status.DRAFT, ())
        return [row for row in buttons if not row.action_name.endswith(hidden)]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        before = _lanes_of(form.instance)
        super().save_related(request, form, formsets, change)
        after = _lanes_of(form.instance)
        changed = sorted(code for code in {*before, *after} if before.get(code) != after.get(code))
        if changed:
            audit.record(
                action="edit lanes",
                subject=form.instance.subject,
                by=staff(request),
                before={code: before[code] for code in changed if code in before},
                after={code: after[code] for code in changed if code in after},
            )

    @button("Compare", path="compare", icon="difference", permission="view")
    def compare(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = self.get_object(request, object_id)
        if version is None:
            return self.gone(request)
        in_force = published_version()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "original": version,
            "title": f"What is different in {version.label}",
            "version": version,
            "in_force": in_force,
            "sections": compare(in_force, version) if in_force else [],
        }
        return render(request, COMPARE_PAGE, context)

    @button("Copy to a draft", path="copy", icon="content_copy", permission="change")
    def copy(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version = self.get_object(request, object_id)
        if version is None:
            return self.gone(request)
        if request.method == "POST":
            draft = copy_to_draft(version=version, by=staff(request))
            self.message_user(request, f"{draft} is a draft: edit it, try it, then publish it.")
            return redirect(ONE, draft.pk)
        return self.ask(
            request,
            form=forms.Form(),
            row=version,
            title="Copy to a draft",
            explanation="Makes a new version that you can edit. Customers notice nothing until "
            "you publish it.",
            submit="Copy to a draft",
        )

    @button("Publish", path="publish", icon="publish", permission="publish")
    def publish(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._put_in_force(
            request,
            object_id,
            lambda version, reason: publish(version=version, by=staff(request), reason=reason),
            title="Publish",
            explanation="From the next message on, customers are answered with this version, and "
            "it can no longer be edited. You can roll back to the one before at any time.",
        )

    @button("Roll back to this", path="roll-back", icon="undo", permission="publish")
    def roll_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return self._put_in_force(
            request,
            object_id,
            lambda version, reason: roll_back(to=version, by=staff(request), reason=reason),
            title="Roll back",
            explanation="From the next message on, customers are answered with this older version "
            "again.",
        )

    def _put_in_force(
        self,
        request: HttpRequest,
        object_id: str,
        put: Callable[[PromptVersion, str], PromptVersion],
        *,
        title: str,
        explanation: str,
    ) -> HttpResponse:
        version = self.get_object(request, object_id)
        if version is None:
            return self.gone(request)
        form = ReasonForm(request.POST or None)
        if not form.is_valid():
            return self.ask(
                request, form=form, row=version, title=title, explanation=explanation, submit=title
            )
        try:
            put(version, form.cleaned_data["reason"])
        except REFUSALS as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.message_user(request, f"{version} is in force.", messages.SUCCESS)
        return redirect(ONE, version.pk)


def _lanes_of(version: PromptVersion) -> dict[str, list[str]]:
    return {row.code: lane_lines(row) for row in version.lanes.all()}
