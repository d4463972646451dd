"""How each vendor does, the log of calls to it, and lasting faults."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from unfold.dataclasses import ActionDialog
from unfold.decorators import action, display

from hampstead.core import breaker
from hampstead.core.admin.links import code_link
from hampstead.core.admin.reading import ReadOnlyAdmin, moment
from hampstead.core.admin.reasons import ReasonForm, back_to_row, report_one
from hampstead.core.errors import CATALOGUE
from hampstead.core.models import Incident, VendorCall, VendorHealth

State = VendorHealth.State
RECENT_CALLS = 20


@admin.register(VendorHealth)
class VendorHealthAdmin(ReadOnlyAdmin):
    list_display = ("name", "state_label", "mode_label", "success", "error_at", "failures", "code")
    list_filter = ("state",)
    ordering = ("vendor",)
    actions_detail = ("reset_breaker",)
    fieldsets = (
        (None, {"fields": ("state_label", "mode_label", "reason", "until_when", "failures")}),
        ("Last news", {"fields": ("success", "error_at", "code", "last_error")}),
        ("Recent calls", {"fields": ("recent_calls",)}),
    )
    success = moment("last_success_at", "Last success")
    error_at = moment("last_error_at", "Last failure")
    until_when = moment("until", "Next trial call")

    @display(description="Vendor", ordering="vendor")
    def name(self, health: VendorHealth) -> str:
        return str(health)

    @display(
        description="State",
        ordering="state",
        label={State.CLOSED: "success", State.OPEN: "danger", State.PROBING: "warning"},
    )
    def state_label(self, health: VendorHealth) -> tuple[str, str]:
        return health.state, health.get_state_display()

    @display(description="Mode", label={"live": "success", "sandbox": "warning", "unused": ""})
    def mode_label(self, health: VendorHealth) -> tuple[str, str]:
        mode = settings.VENDORS.get(health.vendor, {}).get("mode", "unused")
        return mode, mode.capitalize()

    @display(description="Last error code", ordering="last_error_code")
    def code(self, health: VendorHealth) -> str:
        return code_link(health.last_error_code)

    @display(description="The last calls")
    def recent_calls(self, health: VendorHealth) -> str:
        calls = VendorCall.objects.filter(vendor=health.vendor).order_by("-at")[:RECENT_CALLS]
        return render_to_string("admin/core/recent_calls.html", {"calls": calls})

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        health = self.get_object(request, str(object_id))
        if health is None or health.state == State.CLOSED:
            return []
        offered: list[Any] = super().get_actions_detail(request, object_id)
        return offered

    @action(
        description="Reset breaker",
        icon="restart_alt",
        permissions=["operate"],
        dialog=ActionDialog(
            title="Let calls through again?",
            description="Do this once the cause is mended. If it is not, the breaker opens again "
            "after a few failures.",
            form_class=ReasonForm,
            form_submit_text="Reset",
        ),
    )
    def reset_breaker(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        health = VendorHealth.objects.get(pk=object_id)
        reason = form.cleaned_data["reason"]
        done = breaker.reset(vendor=health.vendor, by=request.user, reason=reason)  # type: ignore[arg-type]
        report_one(request, done, "Calls go through again.", "The breaker was not open.")
        return back_to_row(self, request, object_id)


@admin.register(VendorCall)
class VendorCallAdmin(ReadOnlyAdmin):
    list_display = ("made", "vendor", "route", "outcome", "http_status", "duration", "error_code")
    list_filter = ("vendor", "is_ok", "code", "at")
    search_fields = ("request_id", "route")
    ordering = ("-at",)
    fields = (
        "made",
        "vendor",
        "route",
        "outcome",
        "http_status",
        "duration",
        "error_code",
        "detail",
        "request_id",
    )
    made = moment("at", "When")

    @display(description="Outcome", ordering="is_ok", label={"ok": "success", "no": "danger"})
    def outcome(self, call: VendorCall) -> tuple[str, str]:
        return ("ok", "Worked") if call.is_ok else ("no", "Failed")

    @display(description="Took", ordering="duration_ms")
    def duration(self, call: VendorCall) -> str:
        return f"{call.duration_ms:,} ms"

    @display(description="Error code", ordering="code")
    def error_code(self, call: VendorCall) -> str:
        return code_link(call.code)


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    list_display = ("what", "state_label", "scope", "count", "opened", "last_seen", "error_code")
    list_filter = (("closed_at", admin.EmptyFieldListFilter), "code")
    search_fields = ("scope", "detail")
    ordering = (F("closed_at").desc(nulls_first=True), "-last_seen_at")
    fieldsets = (
        (None, {"fields": ("what", "remedy", "state_label", "error_code", "scope", "detail")}),
        ("Times", {"fields": ("opened", "last_seen", "closed", "count")}),
    )
    opened = moment("opened_at", "Since")
    last_seen = moment("last_seen_at", "Last seen")
    closed = moment("closed_at", "Over since")

    @display(description="What", ordering="code")
    def what(self, incident: Incident) -> str:
        known = CATALOGUE.get(incident.code)
        return known.entry.meaning if known else "Work does not go on by itself"

    @display(description="What to do")
    def remedy(self, incident: Incident) -> str:
        known = CATALOGUE.get(incident.code)
        return known.entry.remedy if known else "Look at the detail below and tell a developer."

    @display(description="State", ordering="closed_at", label={"open": "danger", "over": ""})
    def state_label(self, incident: Incident) -> tuple[str, str]:
        return ("open", "Open") if incident.closed_at is None else ("over", "Over")

    @display(description="Error code", ordering="code")
    def error_code(self, incident: Incident) -> str:
        return code_link(incident.code)
