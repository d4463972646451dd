"""What the assistant was stopped from saying, or had already said on the phone."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator

from conversations.models import AnswerCheck
from hampstead.core.admin.reading import NOTHING, ReadOnlyAdmin, label, moment

COLOURS = {
    AnswerCheck.Outcome.PASSED: "success",
    AnswerCheck.Outcome.REPAIRED: "warning",
    AnswerCheck.Outcome.REPLACED: "danger",
    AnswerCheck.Outcome.FLAGGED: "danger",
}


@admin.register(AnswerCheck)
class AnswerCheckAdmin(ReadOnlyAdmin):
    list_display = ("checked", "who", "outcome_label", "what")
    list_filter = ("outcome", "at")
    list_select_related = ("conversation__person",)
    ordering = ("-id",)
    fields = ("checked", "chat", "outcome_label", "listed_findings", "refused_text")
    readonly_fields = fields
    checked = moment("at", "When")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AnswerCheck]:
        """Opened from the menu, the list shows what was wrong; all of them by the filter."""
        rows: QuerySet[AnswerCheck] = super().get_queryset(request)
        match = request.resolver_match
        is_list = match is not None and str(match.url_name).endswith("changelist")
        if is_list and not any(key.startswith("outcome") for key in request.GET):
            rows = rows.exclude(outcome=AnswerCheck.Outcome.PASSED)
        return rows

    @admin.display(description="Person", ordering="conversation__person__name")
    def who(self, row: AnswerCheck) -> str:
        return row.conversation.person.display_name

    @label("Outcome", COLOURS, "outcome")
    def outcome_label(self, row: AnswerCheck) -> tuple[str, str]:
        return row.outcome, row.get_outcome_display()

    @admin.display(description="What was wrong")
    def what(self, row: AnswerCheck) -> str:
        first: dict[str, Any] = row.findings[0] if row.findings else {}
        return Truncator(first.get("quote", "")).chars(80) or NOTHING

    @admin.display(description="Conversation")
    def chat(self, row: AnswerCheck) -> str:
        url = reverse("admin:conversations_conversation_change", args=[row.conversation_id])
        return format_html('<a class="office-link" href="{}">{}</a>', url, row.conversation)

    @admin.display(description="What was wrong")
    def listed_findings(self, row: AnswerCheck) -> str:
        items = ((finding["quote"], finding["why"]) for finding in row.findings)
        listed = format_html_join("", "<li><q>{}</q> {}</li>", items)
        return format_html('<ul class="office-findings">{}</ul>', listed) if listed else NOTHING
