"""What staff decide about an effect, with its audit."""

import pytest

from hampstead.core import outbox
from hampstead.core.models import AuditEntry, Outbox, StaffUser
from tests.core.effects import deliver, enqueue, set_status
from tests.core.fakes import Script

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("script")]
Status = Outbox.Status


@pytest.mark.parametrize("parked", [Status.UNCERTAIN, Status.FAILED, Status.HELD])
def test_a_parked_effect_is_released(
    script: Script, clerk: StaffUser, parked: Outbox.Status
) -> None:
    effect = set_status(enqueue(), parked, due_at=None, attempts=8)
    assert outbox.release(effect=effect, by=clerk, reason="it did not arrive")
    deliver()
    effect.refresh_from_db()
    assert (effect.status, effect.attempts) == (Status.SENT, 1)


def test_a_release_is_audited(clerk: StaffUser) -> None:
    effect = set_status(enqueue(), Status.UNCERTAIN)
    outbox.release(effect=effect, by=clerk, reason="asked the customer")
    entry = AuditEntry.objects.get(action="release effect")
    assert (entry.by, entry.reason, entry.subject) == (
        clerk,
        "asked the customer",
        f"outbox:{effect.pk}",
    )


@pytest.mark.parametrize("status", [Status.SENDING, Status.SENT, Status.CANCELLED])
def test_only_a_parked_effect_is_released(clerk: StaffUser, status: Outbox.Status) -> None:
    effect = set_status(enqueue(), status)
    assert not outbox.release(effect=effect, by=clerk)
    assert not AuditEntry.objects.exists()


def test_an_open_effect_is_cancelled_with_audit(clerk: StaffUser) -> None:
    effect = enqueue()
    assert outbox.cancel(effect=effect, by=clerk, reason="wrong customer")
    effect.refresh_from_db()
    assert (effect.status, effect.error) == (Status.CANCELLED, "wrong customer")
    assert AuditEntry.objects.get(action="cancel effect").by == clerk


@pytest.mark.parametrize("status", [Status.SENDING, Status.RECONCILING, Status.SENT])
def test_what_may_be_on_its_way_is_not_cancelled(clerk: StaffUser, status: Outbox.Status) -> None:
    assert not outbox.cancel(effect=set_status(enqueue(), status), by=clerk)
