"""The admin's side bar and badges: what staff need first, at the top."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from hampstead.core.models import InboxEvent, Incident, Outbox, StaffTask


def environment_badge(request: HttpRequest) -> list[str] | None:
    """A banner while any vendor is simulated: nobody should mistake the sandbox for customers."""
    sandboxed = [v for v in settings.VENDORS.values() if v["mode"] == "sandbox"]
    return ["Sandbox: no real customers", "warning"] if sandboxed else None


def open_tasks(request: HttpRequest) -> int | str:
    return StaffTask.objects.filter(done_at__isnull=True).count() or ""


def parked_effects(request: HttpRequest) -> int | str:
    parked = [Outbox.Status.UNCERTAIN, Outbox.Status.FAILED, Outbox.Status.HELD]
    return Outbox.objects.filter(status__in=parked).count() or ""


def set_aside_posts(request: HttpRequest) -> int | str:
    aside = [InboxEvent.Status.DEAD, InboxEvent.Status.QUARANTINED]
    return InboxEvent.objects.filter(status__in=aside).count() or ""


def open_incidents(request: HttpRequest) -> int | str:
    return Incident.objects.filter(closed_at__isnull=True).count() or ""


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    here = "hampstead.office.navigation."
    return [
        _group(
            "Customers",
            _item("Home", "home", "admin:index"),
            _item(
                "Tasks", "task_alt", "admin:core_stafftask_changelist", badge=f"{here}open_tasks"
            ),
            _item("Conversations", "forum", "admin:conversations_conversation_changelist"),
            _item("Leads", "assignment_ind", "admin:leads_lead_changelist"),
            _item("People", "group", "admin:leads_person_changelist"),
        ),
        _group(
            "The firm",
            _item("Qualification rules", "rule", "admin:leads_ruleset_changelist"),
            _item("Price book", "payments", "admin:leads_pricerange_changelist"),
            _item("Service area", "map", "admin:leads_servicearea_changelist"),
            _item("Opening hours", "schedule", "admin:leads_openinghours_changelist"),
            _item("Firm details", "home_work", "admin:leads_firm_changelist"),
        ),
        _group(
            "Engine room",
            _item("Vendors", "lan", "admin:core_vendorhealth_changelist"),
            _item(
                "Incidents",
                "warning",
                "admin:core_incident_changelist",
                badge=f"{here}open_incidents",
            ),
            _item("Inbox", "inbox", "admin:core_inboxevent_changelist", f"{here}set_aside_posts"),
            _item("Outbox", "outbox", "admin:core_outbox_changelist", f"{here}parked_effects"),
            _item("Vendor calls", "receipt_long", "admin:core_vendorcall_changelist"),
            _item("Error codes", "menu_book", "admin:error-codes"),
            _item("Audit", "history", "admin:core_auditentry_changelist"),
            _item("Staff", "badge", "admin:core_staffuser_changelist"),
        ),
    ]


def _group(title: str, *items: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "separator": True, "items": list(items)}


def _item(title: str, icon: str, url_name: str, badge: str = "") -> dict[str, Any]:
    item = {"title": title, "icon": icon, "link": reverse(url_name)}
    return {**item, "badge": badge} if badge else item
