"""The admin's first page: who needs what now."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from conversations.models import Turn
from hampstead.core.clock import now
from hampstead.core.models import Incident, Outbox, StaffTask, VendorHealth
from hampstead.core.subjects import admin_link
from leads.models import Lead

SHOWN = 8


def home_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What templates/admin/index.html shows; read once for each visit."""
    context["tasks"] = _tasks()
    context["leads"] = Lead.objects.with_verdict().order_by("-updated_at")[:SHOWN]
    context["vendors"] = _vendors()
    context["incidents"] = Incident.objects.filter(closed_at__isnull=True)[:SHOWN]
    context["parked"] = Outbox.objects.filter(
        status__in=[Outbox.Status.UNCERTAIN, Outbox.Status.FAILED]
    ).count()
    context["open_turns"] = Turn.objects.filter(status=Turn.Status.OPEN, attempts__gt=0).count()
    return context


def _tasks() -> list[dict[str, Any]]:
    at = now()
    tasks = StaffTask.objects.filter(done_at__isnull=True).order_by("due_at")[:SHOWN]
    return [
        {"task": task, "link": admin_link(task.subject), "is_late": task.due_at < at}
        for task in tasks
    ]


def _vendors() -> list[dict[str, Any]]:
    rows = {row.vendor: row for row in VendorHealth.objects.all()}
    return [
        {"name": settings.VENDOR_NAMES[key], "mode": vendor["mode"], "health": rows.get(key)}
        for key, vendor in settings.VENDORS.items()
    ]
