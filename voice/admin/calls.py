"""Calls: the board of those that are running, and each one as it was said."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path

from conversations.admin.tool_words import SpokenCall, speak
from conversations.models import ToolCall
from hampstead.core.admin.reading import NOTHING, ReadOnlyAdmin, label, moment
from hampstead.core.clock import now
from voice.admin.recordings import play, shown_recording
from voice.models import Call, CallLine, Recording

BOARD = "admin/voice/call/board.html"
PAGE = "admin/voice/call/page.html"
LONGEST_ID = 18
LAST_LINES = 6  # of a running call, on the board
# A call of which nothing more was heard is being asked about; it is not "running" for ever.
STALE_AFTER = timedelta(hours=1)
LOOKS = {
    Call.Status.TALKING: "success",
    Call.Status.RINGING: "info",
    Call.Status.QUEUED: "info",
    Call.Status.FORWARDING: "warning",
}
TROUBLE = {
    Call.Ending.NOT_PUT_THROUGH,
    Call.Ending.NO_AUDIO,
    Call.Ending.OUR_SERVER,
    Call.Ending.OUR_SETTINGS,
    Call.Ending.LIMIT,
    Call.Ending.PROVIDER,
    Call.Ending.PLATFORM,
}


@dataclass(frozen=True)
class Said:
    """One thing of a call: a line, or what the assistant did."""

    at: datetime
    look: str  # customer, ai or note
    author: str
    text: str
    tool: SpokenCall | None = None


def running_calls() -> QuerySet[Call]:
    """The one that rang first on top."""
    rows = Call.objects.exclude(status=Call.Status.ENDED).filter(heard_at__gt=now() - STALE_AFTER)
    return rows.select_related("conversation__person").order_by("created_at")


def said_in(call: Call) -> list[Said]:
    """Lines and deeds in the order in which they happened."""
    lines = [
        Said(
            line.said_at,
            "customer" if line.speaker == CallLine.Speaker.CALLER else "ai",
            line.get_speaker_display(),
            line.text,
        )
        for line in call.lines.all()
    ]
    calls = ToolCall.objects.filter(turn=call.turn_id).order_by("id")
    deeds = [Said(one.called_at, "note", "", "", speak(one)) for one in calls]
    return sorted([*lines, *deeds], key=lambda said: said.at)


def spoken_duration(length: timedelta | None) -> str:
    """'2 min 5 s'"""
    if length is None:
        return NOTHING
    minutes, seconds = divmod(int(length.total_seconds()), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


@admin.register(Call)
class CallAdmin(ReadOnlyAdmin):
    show_full_result_count = False
    list_display = ("began", "who", "kind", "status_label", "length", "ending_label", "summary")
    list_display_links = ("began",)
    list_filter = ("status", "kind", "ending", "created_at")
    list_select_related = ("conversation__person",)
    search_fields = ("conversation__person__name", "caller", "summary", "vendor_id")
    ordering = ("-created_at",)
    began = moment("created_at", "Began")

    @admin.display(description="Person")
    def who(self, row: Call) -> str:
        return row.conversation.person.display_name

    @label("State", LOOKS, "status")
    def status_label(self, row: Call) -> tuple[str, str]:
        return row.status, str(Call.Status(row.status).label)

    @admin.display(description="Length")
    def length(self, row: Call) -> str:
        return spoken_duration(row.duration)

    @label("How it ended", dict.fromkeys(TROUBLE, "danger"), "ending")
    def ending_label(self, row: Call) -> tuple[str, str]:
        return row.ending, str(Call.Ending(row.ending).label) if row.ending else ""

    def get_urls(self) -> list[Any]:
        board = self.admin_site.admin_view(self.board_view)
        sound = self.admin_site.admin_view(play)
        return [
            path("board/", board, name="voice_call_board"),
            path("<int:pk>/recording/", sound, name="voice_call_recording"),
            *super().get_urls(),
        ]

    def board_view(self, request: HttpRequest) -> HttpResponse:
        """Who is on the line now, and what is being said."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        calls = [(call, _elapsed(call), said_in(call)[-LAST_LINES:]) for call in running_calls()]
        lately = Call.objects.filter(status=Call.Status.ENDED).order_by("-created_at")
        recent = [
            (call, spoken_duration(call.duration))
            for call in lately.select_related("conversation__person")[:10]
        ]
        context = {"calls": calls, "recent": recent, "title": "Live calls"}
        return self._page(request, BOARD, context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """What was said, in place of a form; it grows while the call goes on."""
        if not object_id.isdigit() or len(object_id) > LONGEST_ID:
            raise Http404
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = Call.objects.select_related("conversation__person", "conversation__lead")
        call = get_object_or_404(rows, pk=int(object_id))
        shown = shown_recording(request, call)
        context = {
            "call": call,
            "said": said_in(call),
            "length": spoken_duration(call.duration),
            "title": call.conversation.person.display_name,
            "original": call,
            **shown,
            "recording_length": _sound_length(shown["recording"]),
            **(extra_context or {}),
        }
        return self._page(request, PAGE, context)

    def _page(self, request: HttpRequest, template: str, more: dict[str, Any]) -> HttpResponse:
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "live_url": settings.LIVE_URL,
            "is_fullwidth": "1",
            **more,
        }
        response = TemplateResponse(request, template, context)
        response["Cache-Control"] = "no-store"
        return response


def _elapsed(call: Call) -> str:
    return spoken_duration(now() - (call.started_at or call.created_at))


def _sound_length(recording: Recording | None) -> str:
    return spoken_duration(timedelta(seconds=recording.duration_seconds if recording else 0))
