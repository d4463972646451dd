"""What stands beside the thread: who it is, what we know, whose turn it is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.urls import NoReverseMatch, reverse

from conversations.models import Conversation
from hampstead.core.admin.money import in_pence
from hampstead.core.clock import now, spoken_date, to_london
from hampstead.core.models import StaffTask, VendorUse
from leads.admin.panel import BAND_COLOURS
from leads.models import Band, Lead


@dataclass(frozen=True)
class Verdict:
    band: str
    colour: str
    score: int | None
    is_overridden: bool
    needs_person: bool


def verdict_of(lead_id: int | None) -> Verdict | None:
    lead: Any = Lead.objects.with_verdict().filter(pk=lead_id).first() if lead_id else None
    if lead is None or lead.band not in Band.values:
        return None
    band = Band(lead.band)
    return Verdict(
        str(band.label), BAND_COLOURS[band], lead.score, lead.is_overridden, bool(lead.needs_person)
    )


def read_panel(conversation: Conversation, *, may: Callable[[str], bool]) -> dict[str, Any]:
    """`may` says of a permission whether the reader has it."""
    lead = conversation.lead
    return {
        "verdict": verdict_of(conversation.lead_id),
        "facts": list(lead.facts.current().order_by("key")) if lead else [],
        "window": window_words(conversation),
        "tasks": StaffTask.objects.filter(subject=conversation.subject, done_at__isnull=True),
        "person_url": _page("leads_person", conversation.person_id),
        "lead_url": _page("leads_lead", conversation.lead_id),
        "cost": cost_words(conversation) if may("core.view_vendoruse") else "",
    }


def cost_words(conversation: Conversation) -> str:
    """'1.234p': all that was asked of Claude for this chat, drafts that were thrown away too."""
    uses = VendorUse.objects.filter(vendor="anthropic", subject=conversation.subject)
    pence = uses.aggregate(pence=Sum("cost_pence"))["pence"]
    return in_pence(pence) if pence else ""


def window_words(conversation: Conversation) -> tuple[bool, str]:
    """Whether we may write freely, and until when."""
    until = conversation.window_expires_at
    if conversation.channel != Conversation.Channel.WHATSAPP:
        return True, ""
    if until is None:
        return False, "The customer has not written yet, so WhatsApp lets us send nothing freely."
    if until <= now():
        return False, f"Closed since {_spoken(until)}. Ring, or wait until the customer writes."
    return True, f"Free to write until {_spoken(until)}"


def _spoken(moment: Any) -> str:
    """'Tue 24 November, 14:05'"""
    local = to_london(moment)
    if local.year != to_london(now()).year:
        return spoken_date(moment)
    return f"{local:%a} {local.day} {local:%B, %H:%M}"


def _page(name: str, pk: int | None) -> str:
    try:
        return reverse(f"admin:{name}_change", args=[pk]) if pk else ""
    except NoReverseMatch:
        return ""
