"""What speech is kept: to look at, and to see what it saves."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from hampstead.core.admin.reading import ReadOnlyAdmin, moment
from voice.models import Phrase, Transcription


@admin.register(Transcription)
class TranscriptionAdmin(ReadOnlyAdmin):
    show_full_result_count = False
    list_display = ("heard", "text", "confidence", "duration_seconds", "poor", "cost_pence")
    list_filter = ("poor", "model")
    search_fields = ("text", "request_id")
    ordering = ("-id",)
    fields = (*list_display, "language", "model", "request_id")
    heard = moment("created_at", "Heard")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Transcription]:
        return super().get_queryset(request).defer("words")  # type: ignore[no-any-return]


@admin.register(Phrase)
class PhraseAdmin(ReadOnlyAdmin):
    list_display = ("text", "form", "size_bytes", "made", "used")
    list_filter = ("form", "voice", "model")
    search_fields = ("text",)
    ordering = ("-last_used_at",)
    fields = (*list_display, "voice", "model")
    made = moment("created_at", "Made")
    used = moment("last_used_at", "Last used")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Phrase]:
        return super().get_queryset(request).defer("audio")  # type: ignore[no-any-return]
