"""The admin's side bar and badges: what staff need first, at the top."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from conversations.models import Conversation
from hampstead.core.clock import now
from hampstead.core.models import InboxEvent, Incident, Outbox, StaffTask
from leads.admin.board import needing_a_person
from leads.models import Promise
from voice.admin.calls import running_calls


@dataclass(frozen=True)
class Page:
    """One line of the side bar; `right` is what one needs to see it, `badge` counts what waits."""

    title: str
    icon: str
    url_name: str
    right: str = ""
    badge: Callable[[], int] | None = None


def environment_badge(request: HttpRequest) -> list[str] | None:
    """A banner while any vendor is simulated: nobody should mistake the sandbox for customers."""
    sandboxed = [v for v in settings.VENDORS.values() if v["mode"] == "sandbox"]
    return ["Sandbox", "warning"] if sandboxed else None


def open_tasks() -> int:
    return StaffTask.objects.filter(done_at__isnull=True).count()


def chats_with_staff() -> int:
    return Conversation.objects.filter(owner=Conversation.Owner.STAFF).count()


def running() -> int:
    return running_calls().count()


def overdue_promises() -> int:
    return Promise.objects.open().filter(due_at__lt=now()).count()


def open_surveys() -> int:
    return len(needing_a_person())


def parked_effects() -> int:
    parked = [Outbox.Status.UNCERTAIN, Outbox.Status.FAILED, Outbox.Status.HELD]
    return Outbox.objects.filter(status__in=parked).count()


def set_aside_posts() -> int:
    aside = [InboxEvent.Status.DEAD, InboxEvent.Status.QUARANTINED]
    return InboxEvent.objects.filter(status__in=aside).count()


def open_incidents() -> int:
    return Incident.objects.filter(closed_at__isnull=True).count()


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Each member of staff sees the pages they may read."""
    groups = [
        _group("Customers", CUSTOMERS, request),
        # Folded unless one is on such a page: most of the office never needs them.
        {**_group("The firm", FIRM, request), "collapsible": True},
        {**_group("Engine room", ENGINE_ROOM, request), "collapsible": True},
    ]
    waiting = sum(item.get("badge", 0) for item in groups[-1]["items"])
    if waiting:
        groups[-1] |= {"badge": waiting, "badge_variant": "warning"}
    return [group for group in groups if group["items"]]


def _group(title: str, pages: Sequence[Page], request: HttpRequest) -> dict[str, Any]:
    items = [_item(page) for page in pages if not page.right or request.user.has_perm(page.right)]
    return {"title": title, "separator": True, "items": items}


def _item(page: Page) -> dict[str, Any]:
    item: dict[str, Any] = {"title": page.title, "icon": page.icon, "link": reverse(page.url_name)}
    # A number and not a dotted path: unfold would draw an empty badge for a path that gives 0.
    if page.badge and (count := page.badge()):
        item |= {"badge": count, "badge_variant": "primary"}
    return item


def _list(title: str, icon: str, name: str, badge: Callable[[], int] | None = None) -> Page:
    app, _, model = name.rpartition("_")
    return Page(title, icon, f"admin:{name}_changelist", f"{app}.view_{model}", badge)


CUSTOMERS = (
    Page("Home", "home", "admin:index"),
    _list("Tasks", "task_alt", "core_stafftask", open_tasks),
    _list("Conversations", "forum", "conversations_conversation", chats_with_staff),
    Page("Calls", "call", "admin:voice_call_board", "voice.view_call", running),
    _list("Promises", "handshake", "leads_promise", overdue_promises),
    _list("Ring-backs by the assistant", "phone_callback", "voice_callback"),
    _list("Honesty checks", "fact_check", "conversations_answercheck"),
    Page(
        "Surveys", "calendar_month", "admin:leads_survey_board", "leads.view_survey", open_surveys
    ),
    _list("Leads", "assignment_ind", "leads_lead"),
    _list("People", "group", "leads_person"),
)
FIRM = (
    _list("Prompts and lanes", "psychology", "conversations_promptversion"),
    _list("Qualification rules", "rule", "leads_ruleset"),
    _list("Price book", "payments", "leads_pricerange"),
    _list("Service area", "map", "leads_servicearea"),
    _list("Opening hours", "schedule", "leads_openinghours"),
    _list("Surveyors", "engineering", "leads_surveyor"),
    _list("Survey rules", "event_note", "leads_surveyrules"),
    _list("Firm details", "home_work", "leads_firm"),
    _list("Staff", "badge", "core_staffuser"),
    _list("Roles", "admin_panel_settings", "auth_group"),
)
ENGINE_ROOM = (
    _list("Vendors", "lan", "core_vendorhealth"),
    _list("Incidents", "warning", "core_incident", open_incidents),
    Page("Error codes", "menu_book", "admin:error-codes", "core.view_incident"),
    _list("Spending", "receipt", "core_vendoruse"),
    _list("Spend ceilings", "savings", "core_spendceiling"),
    _list("Allowances", "speed", "core_vendorallowance"),
    _list("Outbox", "outbox", "core_outbox", parked_effects),
    _list("Inbox", "inbox", "core_inboxevent", set_aside_posts),
    _list("Refused posts", "block", "core_refusedposts"),
    _list("Vendor calls", "receipt_long", "core_vendorcall"),
    _list("Delivery statuses", "done_all", "whatsapp_deliverystatus"),
    _list("WhatsApp identities", "contact_phone", "whatsapp_whatsappidentity"),
    _list("Unknown kinds", "help", "whatsapp_unknownkind"),
    _list("Schedule", "update", "django_celery_beat_periodictask"),
    _list("Audit", "history", "core_auditentry"),
)
