"""The admin's first page: who needs what now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from conversations.models import Turn
from hampstead.core.admin.links import name_subjects, plain_scope, plain_subject
from hampstead.core.clock import now
from hampstead.core.errors import CATALOGUE
from hampstead.core.models import InboxEvent, Incident, Outbox, StaffTask, VendorHealth
from hampstead.core.subjects import admin_link
from hampstead.office.assistant import read_assistant
from hampstead.office.surveys import read_surveys
from leads.admin.panel import BAND_COLOURS
from leads.models import Band, Lead

SHOWN = 8
PARKED = (Outbox.Status.UNCERTAIN, Outbox.Status.FAILED, Outbox.Status.HELD)
ASIDE = (InboxEvent.Status.DEAD, InboxEvent.Status.QUARANTINED)
HEALTH = {
    VendorHealth.State.CLOSED: ("good", "Working"),
    VendorHealth.State.OPEN: ("bad", "Paused after failures"),
    VendorHealth.State.PROBING: ("warn", "Trying again"),
}


@dataclass(frozen=True)
class Figure:
    """A number that leads to its list; `look` is good when nothing waits."""

    title: str
    count: int
    url: str
    look: str
    hint: str


def home_context(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What templates/admin/index.html shows, as far as this member of staff may see it."""
    may = request.user.has_perm
    context["title"] = "Home"
    context["live_url"] = settings.LIVE_URL
    context["figures"] = _figures(may)
    context["assistant"] = read_assistant(may) if may("conversations.view_conversation") else None
    context["tasks"] = _tasks() if may("core.view_stafftask") else None
    context["surveys"] = read_surveys() if may("leads.view_survey") else None
    context["leads"] = _leads() if may("leads.view_lead") else None
    context["vendors"] = _vendors() if may("core.view_vendorhealth") else None
    context["incidents"] = _incidents() if may("core.view_incident") else None
    return context


def _figures(may: Any) -> list[Figure]:
    figures = []
    if may("core.view_stafftask"):
        open_tasks = StaffTask.objects.filter(done_at__isnull=True)
        overdue = open_tasks.filter(due_at__lt=now()).count()
        figures.append(
            Figure(
                "Tasks for you",
                open_tasks.count(),
                _list("core_stafftask", state="open"),
                "bad" if overdue else "warn",
                f"{overdue} overdue" if overdue else "none overdue",
            )
        )
    if may("conversations.view_conversation"):
        retried = Turn.objects.filter(status=Turn.Status.OPEN, attempts__gt=0).count()
        url = _list("conversations_conversation", state="retried")
        figures.append(Figure("Answers being retried", retried, url, "warn", "go on by themselves"))
    if may("core.view_outbox"):
        parked = Outbox.objects.filter(status__in=PARKED).count()
        url = _list("core_outbox", status__in=",".join(PARKED))
        figures.append(Figure("Messages not sent", parked, url, "warn", "release or cancel them"))
    if may("core.view_inboxevent"):
        aside = InboxEvent.objects.filter(status__in=ASIDE).count()
        url = _list("core_inboxevent", status__in=",".join(ASIDE))
        figures.append(Figure("Posts set aside", aside, url, "warn", "for a developer"))
    return figures


def _list(name: str, **filters: str) -> str:
    return f"{reverse(f'admin:{name}_changelist')}?{urlencode(filters)}"


def _tasks() -> list[dict[str, Any]]:
    at = now()
    open_tasks = StaffTask.objects.filter(done_at__isnull=True)
    # Urgent ones first: "urgent" sorts after "normal".
    tasks = list(open_tasks.order_by("-urgency", "due_at")[:SHOWN])
    names = name_subjects(task.subject for task in tasks)
    return [
        {
            "task": task,
            "url": reverse("admin:core_stafftask_change", args=[task.pk]),
            "about_url": admin_link(task.subject),
            "about": names.get(task.subject) or plain_subject(task.subject),
            "is_late": task.due_at < at,
            "is_urgent": task.urgency == StaffTask.Urgency.URGENT,
            "due": _due(task.due_at, at),
        }
        for task in tasks
    ]


def _due(due: datetime, at: datetime) -> str:
    """'25 minutes overdue', 'due in 2 hours'"""
    minutes = int(abs((due - at).total_seconds()) // 60)
    if minutes < 120:
        length = f"{minutes} minute{'' if minutes == 1 else 's'}"
    elif minutes < 48 * 60:
        length = f"{minutes // 60} hours"
    else:
        length = f"{minutes // (24 * 60)} days"
    return f"{length} overdue" if due < at else f"due in {length}"


def _leads() -> list[dict[str, Any]]:
    newest: Any = Lead.objects.with_verdict().select_related("person").order_by("-updated_at")
    return [
        {
            "lead": lead,
            "url": reverse("admin:leads_lead_change", args=[lead.pk]),
            "band": str(Band(lead.band).label) if lead.band in Band.values else "",
            "colour": BAND_COLOURS.get(lead.band, ""),
        }
        for lead in newest[:SHOWN]
    ]


def _vendors() -> list[dict[str, Any]]:
    rows = {row.vendor: row for row in VendorHealth.objects.all()}
    return [_vendor(key, vendor["mode"], rows.get(key)) for key, vendor in settings.VENDORS.items()]


def _vendor(key: str, mode: str, row: VendorHealth | None) -> dict[str, Any]:
    look, words = HEALTH[VendorHealth.State(row.state)] if row else ("", "Not used yet")
    if row and look == "good" and row.failures:
        look, words = "warn", f"{row.failures} failures in a row"
    page = "admin:core_vendorhealth_change"
    return {
        "name": settings.VENDOR_NAMES.get(key, key),
        "mode": mode,
        "health": row,
        "look": look,
        "words": words,
        "url": reverse(page, args=[row.pk]) if row else "",
    }


def _incidents() -> list[dict[str, Any]]:
    rows = Incident.objects.filter(closed_at__isnull=True).order_by("-last_seen_at")[:SHOWN]
    return [
        {
            "incident": row,
            "where": plain_scope(row.scope),
            "meaning": CATALOGUE[row.code].entry.meaning
            if row.code in CATALOGUE
            else "Work does not go on by itself",
            "url": reverse("admin:core_incident_change", args=[row.pk]),
        }
        for row in rows
    ]
