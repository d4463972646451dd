"""What we do on the outside, and the effects that wait for a person."""

import json
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from hampstead.core import outbox
from hampstead.core.admin.links import NamesSubjects, code_link
from hampstead.core.admin.reading import ReadOnlyAdmin, acting, label, moment
from hampstead.core.admin.reasons import (
    ReasonActionForm,
    back_to_row,
    button,
    each,
    posted_reason,
    report_one,
)
from hampstead.core.models import Outbox

Status = Outbox.Status
COLOURS = {
    Status.PENDING: "info",
    Status.SENDING: "info",
    Status.SENT: "success",
    Status.DELIVERED: "success",
    Status.READ: "success",
    Status.FAILED: "danger",
    Status.RECONCILING: "warning",
    Status.UNCERTAIN: "danger",
    Status.CANCELLED: "",
    Status.HELD: "warning",
}
STORY = {
    Status.PENDING: "It waits for its turn and goes out by itself.",
    Status.SENDING: "It is being sent at this moment.",
    Status.SENT: "The vendor has accepted it. Nothing to do.",
    Status.DELIVERED: "It reached the customer's phone. Nothing to do.",
    Status.READ: "The customer has seen it. Nothing to do.",
    Status.FAILED: "It was refused for good and is not tried again by itself. Release it to send "
    "it once more, or cancel it and ring the customer.",
    Status.RECONCILING: "We do not know yet whether it arrived and wait for the vendor's word. "
    "Nothing to do for a minute.",
    Status.UNCERTAIN: "The vendor never said whether it was sent. Sending it again may reach the "
    "customer twice. Look at the chat, then release or cancel it.",
    Status.CANCELLED: "It was decided not to send it.",
    Status.HELD: "Sending is paused: the vendor is not reachable, or sending is frozen. It goes "
    "out by itself as soon as that is over.",
}
RELEASABLE = (Status.UNCERTAIN, Status.FAILED, Status.HELD)
CANCELLABLE = (Status.PENDING, *RELEASABLE)


@admin.register(Outbox)
class OutboxAdmin(NamesSubjects, ReadOnlyAdmin):
    show_full_result_count = False  # a long table: one count is enough
    list_display = ("what", "about", "status_label", "attempts", "due", "code", "created")
    list_filter = ("status", "kind", "purpose", "error_code")
    search_fields = ("vendor_id", "request_id", "subject", "lane")
    ordering = ("-id",)
    action_form = ReasonActionForm
    actions = ("release_selected", "cancel_selected")
    actions_detail = ("release", "cancel")
    fieldsets = (
        (None, {"fields": ("what_happened", "status_label", "about", "words", "code", "error")}),
        ("Times", {"fields": ("created", "due", "useful_until", "claimed", "sent", "attempts")}),
        ("Origin", {"fields": ("what", "lane", "request_id", "vendor_id", "idem", "fence")}),
        ("Raw contents", {"classes": ("collapse",), "fields": ("raw_payload",)}),
    )
    created = moment("created_at", "Written")
    due = moment("due_at", "Next try")
    useful_until = moment("not_after", "Useful until")
    claimed = moment("claimed_at", "Last tried")
    sent = moment("sent_at", "Sent")

    def subject_name(self, effect: Outbox) -> str:
        return f"{self._purpose(effect)} {effect.pk} ({effect.kind})"

    @admin.display(description="What", ordering="kind")
    def what(self, effect: Outbox) -> str:
        return f"{self._purpose(effect)} ({effect.kind})"

    def _purpose(self, effect: Outbox) -> str:
        return (effect.purpose or "message").capitalize()

    @label("State", COLOURS, "status")
    def status_label(self, effect: Outbox) -> tuple[str, str]:
        return effect.status, effect.get_status_display()

    @admin.display(description="Error code", ordering="error_code")
    def code(self, effect: Outbox) -> str:
        return code_link(effect.error_code)

    @admin.display(description="What happened")
    def what_happened(self, effect: Outbox) -> str:
        return STORY[Status(effect.status)]

    @admin.display(description="Words")
    def words(self, effect: Outbox) -> str:
        return format_html('<div class="office-words">{}</div>', effect.payload.get("text", "–"))

    @admin.display(description="Payload")
    def raw_payload(self, effect: Outbox) -> str:
        text = json.dumps(effect.payload, indent=2, ensure_ascii=False)
        return format_html('<pre class="office-raw">{}</pre>', text)

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        effect = self.get_object(request, str(object_id))
        if effect is None:
            return []
        fitting = {"release": effect.status in RELEASABLE, "cancel": effect.status in CANCELLABLE}
        offered: list[Any] = super().get_actions_detail(request, object_id)
        return [one for one in offered if fitting[one.action_name.rpartition("_")[2]]]

    @button(
        "Release",
        "send",
        question="Send it again?",
        explanation="If it did arrive the first time, the customer gets it twice.",
    )
    def release(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        effect = Outbox.objects.get(pk=object_id)
        done = outbox.release(effect=effect, by=acting(request), reason=form.cleaned_data["reason"])
        report_one(request, done, "It is on its way.", "It is not parked, so it was left alone.")
        return back_to_row(self, request, object_id)

    @button(
        "Cancel",
        "cancel_schedule_send",
        question="Cancel it for good?",
        explanation="It will not be sent. This cannot be undone.",
        is_grave=True,
    )
    def cancel(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        effect = Outbox.objects.get(pk=object_id)
        done = outbox.cancel(effect=effect, by=acting(request), reason=form.cleaned_data["reason"])
        report_one(request, done, "It will not be sent.", "It is too late to cancel it.")
        return back_to_row(self, request, object_id)

    @admin.action(description="Release: send them again", permissions=["operate"])
    def release_selected(self, request: HttpRequest, rows: QuerySet[Outbox]) -> None:
        by, reason = acting(request), posted_reason(request)
        each(
            request,
            rows,
            lambda effect: outbox.release(effect=effect, by=by, reason=reason),
            "Released",
        )

    @admin.action(description="Cancel: do not send them", permissions=["operate"])
    def cancel_selected(self, request: HttpRequest, rows: QuerySet[Outbox]) -> None:
        by, reason = acting(request), posted_reason(request)
        each(
            request,
            rows,
            lambda effect: outbox.cancel(effect=effect, by=by, reason=reason),
            "Cancelled",
        )
