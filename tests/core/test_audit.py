"""Who did what and why, or nothing at all."""

import pytest
from django.db import transaction
from django.db.transaction import TransactionManagementError

from hampstead.core import audit, requestid
from hampstead.core.models import AuditEntry, StaffUser


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_refuses() -> None:
    with pytest.raises(TransactionManagementError):
        audit.record(action="reset breaker", subject="vendor:test", by=None)
    assert not AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_entry_goes_with_the_change_it_describes() -> None:
    with transaction.atomic():
        audit.record(action="reset breaker", subject="vendor:test", by=None)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


def test_an_entry_says_who_what_and_why(clerk: StaffUser) -> None:
    with requestid.following("request-1"):
        entry = audit.record(
            action="rename", subject="person:1", by=clerk, reason="typo", before={"name": "Pria"}
        )
    entry.refresh_from_db()
    assert (entry.by, entry.reason, entry.request_id) == (clerk, "typo", "request-1")
    assert (entry.before, entry.after) == ({"name": "Pria"}, {})
