"""Calls of which we heard too little: VAPI is asked, so that none is lost with its final report."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from hampstead.core import live
from hampstead.core.clock import now
from voice.calls import note_call, note_report
from voice.models import Call
from voice.reading import KINDS as CALL_KINDS
from voice.reading import STATUSES, CallFacts, moment, part, read_report, text
from voice.vapi import CallNotKnownError, Vapi

ASK_AGAIN = timedelta(minutes=2)
# VAPI forgets a call after 14 days; what it has not told by then it will not tell.
GIVEN_UP_AFTER = timedelta(days=14)
MOST_AT_ONCE = 50
GONE = "unknown at VAPI"


@dataclass
class Outcome:
    asked: int = 0
    completed: int = 0
    found: int = 0  # calls of which we had heard nothing


def ask_about_silent(client: Vapi) -> Outcome:
    """Calls without a report that have been silent for a while. Raises VapiError."""
    outcome = Outcome()
    for call in silent_calls()[:MOST_AT_ONCE]:
        outcome.asked += 1
        outcome.completed += _ask(call, client)
    return outcome


def silent_calls() -> Any:
    at = now()
    silent_since = at - timedelta(seconds=settings.VAPI_SILENT_SECONDS)
    asked_lately = Q(looked_at__gt=at - ASK_AGAIN)
    return (
        Call.objects.filter(
            reported_at=None, heard_at__lt=silent_since, created_at__gt=at - GIVEN_UP_AFTER
        )
        .exclude(asked_lately)
        .order_by("heard_at")
    )


def _ask(call: Call, client: Vapi) -> bool:
    """Is it complete now?"""
    Call.objects.filter(pk=call.pk).update(looked_at=now())
    try:
        record = client.call(call.vendor_id)
    except CallNotKnownError:
        return take_record({"id": call.vendor_id, "status": "ended", "endedReason": GONE})
    return take_record(record)


def compare_since(client: Vapi, since: datetime) -> Outcome:
    """All calls VAPI has touched since then, also those we never heard of. Raises VapiError."""
    outcome = Outcome()
    for record in _all_since(client, since):
        known = Call.objects.filter(vendor_id=text(record.get("id"))).first()
        outcome.asked += 1
        outcome.found += known is None
        if known is None or known.reported_at is None:
            outcome.completed += take_record(record)
    return outcome


def _all_since(client: Vapi, since: datetime) -> Iterator[dict[str, Any]]:
    """The list has no pages: the next one begins before the oldest of this."""
    before: datetime | None = None
    while records := client.calls(updated_since=since, before=before):
        yield from records
        begun = [at for record in records if (at := moment(record.get("createdAt")))]
        if not begun or (before is not None and min(begun) >= before):
            return
        before = min(begun)


@transaction.atomic
def take_record(record: dict[str, Any]) -> bool:
    """What a call is at VAPI, taken as if it had been told. True if that completes it."""
    facts = _facts(record)
    if not facts.vendor_id:
        return False
    call = note_call(facts)
    if not call.is_over or call.reported_at is not None:
        return False
    note_report(call, read_report(record))
    live.announce(call.subject)
    return True


def _facts(record: dict[str, Any]) -> CallFacts:
    return CallFacts(
        vendor_id=text(record.get("id"))[:64],
        kind=CALL_KINDS.get(text(record.get("type")), "inbound"),
        caller=text(part(record, "customer").get("number"))[:40],
        line=text(part(record, "phoneNumber").get("number"))[:20],
        status=STATUSES.get(text(record.get("status")), ""),
        reason=text(record.get("endedReason"))[:160],
        at=moment(record.get("updatedAt")) or now(),
    )
