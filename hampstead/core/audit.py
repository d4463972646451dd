"""Audit entries: who did what and why, in the transaction of the change."""

from typing import Any

from django.db import transaction

from hampstead.core import requestid
from hampstead.core.models import AuditEntry, StaffUser


def record(
    *,
    action: str,
    subject: str,
    by: StaffUser | None,
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEntry:
    """Write one entry. Call it inside the transaction that makes the change."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("audit entries belong to a transaction")
    return AuditEntry.objects.create(
        action=action,
        subject=subject,
        by=by,
        reason=reason,
        before=before or {},
        after=after or {},
        request_id=requestid.current(),
    )
