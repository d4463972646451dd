"""Asking for a summary again. What it says is read beside its chat and on the lead."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from conversations.models import Conversation, Summary
from conversations.pauses import ask_again
from hampstead.core.admin.reading import ReadOnlyAdmin, acting


@admin.register(Summary)
class SummaryAdmin(ReadOnlyAdmin):
    """No pages of its own: a summary is read beside its chat."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("admin:conversations_conversation_changelist")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return redirect("admin:conversations_conversation_changelist")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_POST(self.ask_again_view))
        own = path("again/<int:pk>/", view, name="conversations_summary_again")
        return [own, *super().get_urls()]

    def ask_again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who may operate chats may have one summarised."""
        if not request.user.has_perm("conversations.change_conversation"):
            raise PermissionDenied
        conversation = get_object_or_404(Conversation, pk=pk)
        ask_again(conversation=conversation, by=acting(request))
        messages.success(request, "The summary will be there in a moment.")
        return redirect(reverse("admin:conversations_conversation_change", args=[pk]))
