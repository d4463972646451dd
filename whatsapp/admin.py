"""How people are known on WhatsApp and what it told us about our messages: to look at."""

from django.contrib import admin

from hampstead.core.admin.reading import ReadOnlyAdmin, label, moment
from whatsapp.models import DeliveryStatus, UnknownKind, WhatsAppIdentity


@admin.register(WhatsAppIdentity)
class WhatsAppIdentityAdmin(ReadOnlyAdmin):
    list_display = ("person", "wa_id", "username", "bsuid", "created")
    list_select_related = ("person",)
    search_fields = ("wa_id", "bsuid", "username", "person__name")
    ordering = ("-id",)
    fields = ("person", "wa_id", "username", "bsuid", "created")
    created = moment("created_at", "Since")


@admin.register(DeliveryStatus)
class DeliveryStatusAdmin(ReadOnlyAdmin):
    show_full_result_count = False  # a long table: one count is enough
    list_display = ("said", "status_label", "effect", "error_code", "detail", "vendor_id")
    list_filter = ("status", "at")
    list_select_related = ("effect",)
    search_fields = ("vendor_id", "correlation")
    ordering = ("-id",)
    fields = (
        "said",
        "status_label",
        "effect",
        "error_code",
        "detail",
        "vendor_id",
        "correlation",
        "stored",
    )
    said = moment("at", "When")
    stored = moment("stored_at", "Heard")

    @label(
        "Status",
        {"failed": "danger", "read": "success", "delivered": "success", "sent": "info"},
        "status",
    )
    def status_label(self, row: DeliveryStatus) -> tuple[str, str]:
        return row.status, row.status.capitalize()


@admin.register(UnknownKind)
class UnknownKindAdmin(ReadOnlyAdmin):
    list_display = ("kind", "count", "last")
    ordering = ("-last_at",)
    fields = ("kind", "count", "last")
    last = moment("last_at", "Last one")
