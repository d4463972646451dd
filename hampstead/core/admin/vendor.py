"""How each vendor does, the log of calls to it, and lasting faults."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.module_loading import import_string

from hampstead.core import breaker
from hampstead.core.admin.links import code_link, plain_scope
from hampstead.core.admin.reading import ReadOnlyAdmin, acting, label, moment
from hampstead.core.admin.reasons import back_to_row, button, report_one
from hampstead.core.errors import CATALOGUE
from hampstead.core.models import Incident, VendorCall, VendorHealth

State = VendorHealth.State
RECENT_CALLS = 20
STORY = {
    State.CLOSED: "Calls go through. Nothing to do.",
    State.OPEN: "Too many calls failed, or our key was refused, so we stopped calling for a while. "
    "Work waits and goes on by itself; reset the breaker to try at once.",
    State.PROBING: "One call is let through to see whether it works again. Nothing to do.",
}


@admin.register(VendorHealth)
class VendorHealthAdmin(ReadOnlyAdmin):
    list_display = ("name", "state_label", "mode_label", "success", "error_at", "failures", "code")
    list_filter = ("state",)
    ordering = ("vendor",)
    actions_detail = ("reset_breaker",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "what_happened",
                    "state_label",
                    "mode_label",
                    "reason",
                    "until_when",
                    "failures",
                )
            },
        ),
        ("Last news", {"fields": ("success", "error_at", "code", "last_error")}),
        ("Recent calls", {"fields": ("recent_calls",)}),
    )
    success = moment("last_success_at", "Last success")
    error_at = moment("last_error_at", "Last failure")
    until_when = moment("until", "Next trial call")

    @admin.display(description="Vendor", ordering="vendor")
    def name(self, health: VendorHealth) -> str:
        return str(health)

    @label(
        "State", {State.CLOSED: "success", State.OPEN: "danger", State.PROBING: "warning"}, "state"
    )
    def state_label(self, health: VendorHealth) -> tuple[str, str]:
        return health.state, health.get_state_display()

    @label("Mode", {"live": "success", "sandbox": "warning", "unused": ""})
    def mode_label(self, health: VendorHealth) -> tuple[str, str]:
        mode = settings.VENDORS.get(health.vendor, {}).get("mode", "unused")
        return mode, mode.capitalize()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        has_note = obj is not None and obj.vendor in settings.VENDOR_NOTES
        return [*fieldsets, ("Our key", {"fields": ("note",)})] if has_note else fieldsets

    @admin.display(description="Validity")
    def note(self, health: VendorHealth) -> str:
        """What the vendor's own floor has to say; escaped by the admin."""
        return str(import_string(settings.VENDOR_NOTES[health.vendor])())

    @admin.display(description="Last error code", ordering="last_error_code")
    def code(self, health: VendorHealth) -> str:
        return code_link(health.last_error_code)

    @admin.display(description="What happened")
    def what_happened(self, health: VendorHealth) -> str:
        return STORY[State(health.state)]

    @admin.display(description="The last calls")
    def recent_calls(self, health: VendorHealth) -> str:
        calls = VendorCall.objects.filter(vendor=health.vendor).order_by("-at")[:RECENT_CALLS]
        return render_to_string("admin/core/recent_calls.html", {"calls": calls})

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        health = self.get_object(request, str(object_id))
        if health is None or health.state == State.CLOSED:
            return []
        offered: list[Any] = super().get_actions_detail(request, object_id)
        return offered

    @button(
        "Reset breaker",
        "restart_alt",
        question="Let calls through again?",
        explanation="Do this once the cause is mended. If it is not, the breaker opens again "
        "after a few failures.",
    )
    def reset_breaker(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        health = VendorHealth.objects.get(pk=object_id)
        reason = form.cleaned_data["reason"]
        done = breaker.reset(vendor=health.vendor, by=acting(request), reason=reason)
        report_one(request, done, "Calls go through again.", "The breaker was not open.")
        return back_to_row(self, request, object_id)


@admin.register(VendorCall)
class VendorCallAdmin(ReadOnlyAdmin):
    show_full_result_count = False  # a long table: one count is enough
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

    @label("Outcome", {"ok": "success", "no": "danger"}, "is_ok")
    def outcome(self, call: VendorCall) -> tuple[str, str]:
        return ("ok", "Worked") if call.is_ok else ("no", "Failed")

    @admin.display(description="Took", ordering="duration_ms")
    def duration(self, call: VendorCall) -> str:
        return f"{call.duration_ms:,} ms"

    @admin.display(description="Error code", ordering="code")
    def error_code(self, call: VendorCall) -> str:
        return code_link(call.code)


@admin.register(Incident)
class IncidentAdmin(ReadOnlyAdmin):
    list_display = ("what", "state_label", "where", "count", "opened", "last_seen", "error_code")
    list_filter = (("closed_at", admin.EmptyFieldListFilter), "code")
    search_fields = ("scope", "detail")
    ordering = (F("closed_at").desc(nulls_first=True), "-last_seen_at")
    fieldsets = (
        (None, {"fields": ("what", "remedy", "state_label", "error_code", "where", "detail")}),
        ("Times", {"fields": ("opened", "last_seen", "closed", "count")}),
    )
    opened = moment("opened_at", "Since")
    last_seen = moment("last_seen_at", "Last seen")
    closed = moment("closed_at", "Over since")

    @admin.display(description="What", ordering="code")
    def what(self, incident: Incident) -> str:
        known = CATALOGUE.get(incident.code)
        return known.entry.meaning if known else "Work does not go on by itself"

    @admin.display(description="Where", ordering="scope")
    def where(self, incident: Incident) -> str:
        return plain_scope(incident.scope)

    @admin.display(description="What to do")
    def remedy(self, incident: Incident) -> str:
        known = CATALOGUE.get(incident.code)
        return known.entry.remedy if known else "Look at the detail below and tell a developer."

    @label("State", {"open": "danger", "over": ""}, "closed_at")
    def state_label(self, incident: Incident) -> tuple[str, str]:
        return ("open", "Open") if incident.closed_at is None else ("over", "Over")

    @admin.display(description="Error code", ordering="code")
    def error_code(self, incident: Incident) -> str:
        return code_link(incident.code)
