"""What vendors posted to us, and the posts that wait for a person."""

import json
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.text import Truncator

from hampstead.core import inbox
from hampstead.core.admin.reading import NOTHING, ReadOnlyAdmin, acting, label, moment
from hampstead.core.admin.reasons import (
    ReasonActionForm,
    back_to_row,
    button,
    each,
    posted_reason,
    report_one,
)
from hampstead.core.models import InboxEvent, RefusedPosts
from hampstead.core.sealing import UnsealError, unseal

Status = InboxEvent.Status
LONGEST_SHOWN = 65_536
COLOURS = {
    Status.RECEIVED: "info",
    Status.PROCESSED: "success",
    Status.QUARANTINED: "warning",
    Status.DEAD: "danger",
    Status.DROPPED: "",
}
STORY = {
    Status.RECEIVED: "It is stored and will be worked on when it is due. Nothing to do.",
    Status.PROCESSED: "It was read and everything in it was carried out. Nothing to do.",
    Status.QUARANTINED: "It truly came from the vendor, but we could not read it. Show it to a "
    "developer; once the cause is mended, replay it.",
    Status.DEAD: "Working on it failed again and again, so we stopped. Look at the error; once "
    "the cause is mended, replay it.",
    Status.DROPPED: "It was dropped on purpose, because its sender was erased or blocked.",
}


@admin.register(InboxEvent)
class InboxEventAdmin(ReadOnlyAdmin):
    show_full_result_count = False  # a long table: one count is enough
    list_display = ("post", "received", "status_label", "attempts", "short_error")
    list_filter = ("status", "source")
    search_fields = ("request_id", "error")
    ordering = ("-received_at",)
    action_form = ReasonActionForm
    actions = ("replay_selected",)
    actions_detail = ("replay",)
    fieldsets = (
        (None, {"fields": ("what_happened", "status_label", "error")}),
        ("Times", {"fields": ("received", "due", "processed", "attempts")}),
        ("Origin", {"fields": ("origin", "request_id", "dedupe_key", "headers")}),
        ("Raw post", {"classes": ("collapse",), "fields": ("raw_post",)}),
    )
    received = moment("received_at", "Received")
    due = moment("due_at", "Next try")
    processed = moment("processed_at", "Processed")

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboxEvent]:
        rows: QuerySet[InboxEvent] = super().get_queryset(request)
        return rows.defer("body", "headers")

    @admin.display(description="Post", ordering="source")
    def post(self, event: InboxEvent) -> str:
        return f"{self.origin(event)} post {event.pk}"

    @admin.display(description="From")
    def origin(self, event: InboxEvent) -> str:
        return str(settings.VENDOR_NAMES.get(event.source, event.source))

    @label("State", COLOURS, "status")
    def status_label(self, event: InboxEvent) -> tuple[str, str]:
        return event.status, event.get_status_display()

    @admin.display(description="Error")
    def short_error(self, event: InboxEvent) -> str:
        return Truncator(event.error).chars(80) or NOTHING

    @admin.display(description="What happened")
    def what_happened(self, event: InboxEvent) -> str:
        return STORY[Status(event.status)]

    @admin.display(description="Body")
    def raw_post(self, event: InboxEvent) -> str:
        return format_html('<pre class="office-raw">{}</pre>', readable_body(event))

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        event = self.get_object(request, str(object_id))
        if event is None or event.status not in (Status.DEAD, Status.QUARANTINED):
            return []
        offered: list[Any] = super().get_actions_detail(request, object_id)
        return offered

    @button(
        "Replay",
        "replay",
        question="Replay this post?",
        explanation="It is worked on again from the beginning, as if it had just arrived.",
    )
    def replay(self, request: HttpRequest, form: Any, object_id: str) -> HttpResponse:
        event = InboxEvent.objects.get(pk=object_id)
        done = inbox.replay(event=event, by=acting(request), reason=form.cleaned_data["reason"])
        report_one(request, done, "The post is worked on again.", "It does not wait for a replay.")
        return back_to_row(self, request, object_id)

    @admin.action(description="Replay", permissions=["operate"])
    def replay_selected(self, request: HttpRequest, rows: QuerySet[InboxEvent]) -> None:
        by, reason = acting(request), posted_reason(request)
        each(
            request,
            rows,
            lambda event: inbox.replay(event=event, by=by, reason=reason),
            "Replayed",
        )


def readable_body(event: InboxEvent) -> str:
    """The decrypted body, laid out if it is JSON. Text only: whoever shows it escapes it."""
    if not event.body:
        return f"Deleted {settings.WEBHOOK_BODY_DAYS} days after it was received."
    try:
        body = unseal(bytes(event.body))
    except UnsealError as error:
        return str(error)
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except (ValueError, RecursionError):  # hostile bytes are shown as they are
        text = body.decode("utf-8", "backslashreplace")
    return Truncator(text.encode("utf-8", "backslashreplace").decode()).chars(LONGEST_SHOWN)


@admin.register(RefusedPosts)
class RefusedPostsAdmin(ReadOnlyAdmin):
    list_display = ("day", "source", "count", "last")
    list_filter = ("source",)
    ordering = ("-day",)
    fields = ("day", "source", "count", "last")
    last = moment("last_at", "Last one")
