"""Ring-backs by the assistant: which wait, how each ended, and taking one back."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html_join

from hampstead.core.admin.links import subject_link
from hampstead.core.admin.reading import NOTHING, ReadOnlyAdmin, acting, label, moment, when
from hampstead.core.admin.reasons import ReasonForm, back_to_row, button, report_one
from voice.callbacks import cancel_callback
from voice.models import Callback

State = Callback.State
LOOKS = {
    State.WAITING: "info",
    State.ORDERED: "info",
    State.CALLING: "success",
    State.REACHED: "success",
    State.LEFT: "warning",
    State.CANCELLED: "default",
}


@admin.register(Callback)
class CallbackAdmin(ReadOnlyAdmin):
    list_display = ("customer", "state_label", "due", "tries", "about", "why", "handed")
    list_display_links = ("customer",)
    list_filter = ("state", "created_at")
    list_select_related = ("person", "promise", "handed_by")
    search_fields = ("person__name", "person__phone", "promise__about")
    ordering = ("-created_at",)
    fields = (
        "state_label", "person_link", "promise_link", "about", "asked", "origin", "due", "tries",
        "calls_made", "why", "handed",
    )  # fmt: skip
    actions_detail = ("cancel",)
    due = moment("due_at", "Not before")
    asked = moment("asked_at", "Asked for")

    @admin.display(description="Customer", ordering="person__name")
    def customer(self, row: Callback) -> str:
        return row.person.display_name

    @label("State", LOOKS, "state")
    def state_label(self, row: Callback) -> tuple[str, str]:
        return row.state, str(State(row.state).label)

    @admin.display(description="About")
    def about(self, row: Callback) -> str:
        return row.promise.about or NOTHING

    @admin.display(description="Handed over by")
    def handed(self, row: Callback) -> str:
        return str(row.handed_by or "the setting")

    @admin.display(description="Customer")
    def person_link(self, row: Callback) -> str:
        return subject_link(row.person.subject, row.person.display_name)

    @admin.display(description="Promise")
    def promise_link(self, row: Callback) -> str:
        return subject_link(row.promise.subject)

    @admin.display(description="Where they asked")
    def origin(self, row: Callback) -> str:
        return subject_link(row.evidence)

    @admin.display(description="Calls")
    def calls_made(self, row: Callback) -> str:
        links = [
            (subject_link(call.subject, when(call.created_at)), call.get_ending_display())
            for call in row.calls.order_by("pk")
        ]
        return format_html_join(", ", "{}: {}", links) if links else NOTHING

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        row = self.get_object(request, str(object_id))
        if row is None or row.state not in (State.WAITING, State.ORDERED):
            return []
        offered: list[Any] = super().get_actions_detail(request, object_id)
        return offered

    @button(
        "Cancel",
        "phone_disabled",
        question="Shall the assistant not ring?",
        explanation="The promise stands, and its task comes back to the office.",
        form=ReasonForm,
        is_grave=True,
    )
    def cancel(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        row = Callback.objects.get(pk=object_id)
        reason = form.cleaned_data["reason"]
        done = cancel_callback(callback=row, by=acting(request), reason=reason)
        report_one(request, done, "The assistant does not ring.", "It rings already, or has ended.")
        return back_to_row(self, request, object_id)
