"""Decisions by staff that outrank the machine."""

from django.db import transaction

from hampstead.core import audit
from hampstead.core.clock import now
from hampstead.core.models import StaffUser
from leads.models import Band, Lead, Override


class ReasonMissingError(Exception):
    """Whoever outranks the machine says why."""


class NoOverrideError(Exception):
    """There is no override to withdraw."""


@transaction.atomic
def override_verdict(*, lead: Lead, band: Band, reason: str, by: StaffUser) -> Override:
    """Replaces the override in force, if there is one."""
    reason = _required(reason)
    lead.lock()
    before = lead.verdict
    lead.overrides.filter(withdrawn_at__isnull=True).update(withdrawn_at=now(), withdrawn_by=by)
    override = Override.objects.create(lead=lead, band=Band(band), reason=reason, by=by)
    lead.mark_changed()
    audit.record(
        action="override verdict",
        subject=lead.subject,
        by=by,
        reason=reason,
        before={"band": before},
        after={"band": override.band},
    )
    return override


@transaction.atomic
def withdraw_override(*, lead: Lead, by: StaffUser, reason: str) -> Override:
    """The machine's verdict counts again."""
    reason = _required(reason)
    lead.lock()
    override = lead.override
    if override is None:
        raise NoOverrideError("This lead has no override.")
    override.withdrawn_at, override.withdrawn_by = now(), by
    override.save(update_fields=["withdrawn_at", "withdrawn_by"])
    lead.mark_changed()
    audit.record(
        action="withdraw override",
        subject=lead.subject,
        by=by,
        reason=reason,
        before={"band": override.band},
        after={"band": lead.verdict},
    )
    return override


def _required(reason: str) -> str:
    if not (reason := reason.strip()):
        raise ReasonMissingError("Please give a reason.")
    return reason
