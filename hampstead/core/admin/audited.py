"""Who did what and why, and the admin pages whose plain edits are kept there too."""

import json
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from hampstead.core import audit
from hampstead.core.admin.links import NamesSubjects
from hampstead.core.admin.reading import NOTHING, ReadOnlyAdmin, acting, moment
from hampstead.core.models import AuditEntry


class AuditedAdmin:
    """For pages where people edit rows: each addition and change writes an audit entry."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        _record(request, f"add {obj._meta.verbose_name}", obj, message)
        return super().log_addition(request, obj, message)  # type: ignore[misc]

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        _record(request, f"change {obj._meta.verbose_name}", obj, message)
        return super().log_change(request, obj, message)  # type: ignore[misc]

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for obj in queryset:
            _record(request, f"delete {obj._meta.verbose_name}", obj, "")
        return super().log_deletions(request, queryset)  # type: ignore[misc]


@transaction.atomic
def _record(request: HttpRequest, action: str, obj: Model, message: Any) -> None:
    """Names of the changed fields, not their values: a password is among them."""
    kinds = {"stafftask": "task", "staffuser": "staff"}
    kind = kinds.get(str(obj._meta.model_name), str(obj._meta.model_name))
    audit.record(
        action=action[:80],
        subject=f"{kind}:{obj.pk}",
        by=acting(request),
        after={"changes": message} if message else {},
    )


@admin.register(AuditEntry)
class AuditEntryAdmin(NamesSubjects, ReadOnlyAdmin):
    show_full_result_count = False  # a long table: one count is enough
    list_display = ("made", "who", "action_name", "about", "reason")
    list_filter = ("action", "at", "by")
    list_select_related = ("by",)
    search_fields = ("subject", "reason", "request_id", "action")
    ordering = ("-at", "-id")
    fields = ("made", "who", "action_name", "about", "reason", "old", "new", "request_id")
    made = moment("at", "When")

    @admin.display(description="Who", ordering="by")
    def who(self, entry: AuditEntry) -> str:
        return str(entry.by) if entry.by else "System"

    @admin.display(description="Did", ordering="action")
    def action_name(self, entry: AuditEntry) -> str:
        return entry.action.capitalize()

    @admin.display(description="Before")
    def old(self, entry: AuditEntry) -> str:
        return _laid_out(entry.before)

    @admin.display(description="After")
    def new(self, entry: AuditEntry) -> str:
        return _laid_out(entry.after)


def _laid_out(values: Any) -> str:
    if not values:
        return NOTHING
    text = json.dumps(values, indent=2, ensure_ascii=False)
    return format_html('<pre class="office-raw">{}</pre>', text)
