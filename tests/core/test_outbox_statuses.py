"""What the vendor says later moves an effect forward only."""

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from hampstead.core import outbox
from hampstead.core.errors import (
    NextStep,
    WhatsAppError,
)
from hampstead.core.models import Outbox, StaffTask
from tests.core.effects import after, deliver, enqueue, set_status
from tests.core.fakes import Script

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("script")]
Status = Outbox.Status


def test_a_status_closes_a_reconciling_effect(script: Script) -> None:
    effect = after(WhatsAppError("cut", next_step=NextStep.RECONCILE), script)
    assert outbox.record_arrival(effect=effect, vendor_id="v1", status=Status.DELIVERED)
    effect.refresh_from_db()
    assert (effect.status, effect.vendor_id, effect.due_at) == (Status.DELIVERED, "v1", None)
    assert effect.sent_at is not None


def test_a_status_before_our_record_is_kept(script: Script) -> None:
    script.on_send = lambda effect: tell(effect, "delivered")
    effect = enqueue()
    deliver()
    effect.refresh_from_db()
    assert (effect.status, effect.vendor_id) == (Status.DELIVERED, f"id-{effect.pk}")


def test_a_cancelled_effect_stays_cancelled(script: Script) -> None:
    effect = set_status(enqueue(), Status.CANCELLED)
    assert not outbox.record_arrival(effect=effect, vendor_id="", status=Status.SENT)
    effect.refresh_from_db()
    assert effect.status == Status.CANCELLED


def tell(effect: Outbox, word: str) -> None:
    if word == "failed":
        outbox.record_failure(effect=effect, code="E006", detail="131026")
    else:
        outbox.record_arrival(effect=effect, vendor_id="", status=Status(word))


def final_state(words: set[str]) -> str:
    """By rule: read beats delivered beats failed beats sent."""
    ranked = ("read", "delivered", "failed", "sent")
    return next(word for word in ranked if word in words)


@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words=st.lists(st.sampled_from(["sent", "delivered", "read", "failed"]), min_size=1))
def test_any_order_of_statuses_ends_in_the_same_state(words: list[str]) -> None:
    effect = set_status(enqueue(), Status.RECONCILING)
    for word in words:
        tell(effect, word)
    effect.refresh_from_db()
    assert effect.status == final_state(set(words))


def test_a_late_sent_does_not_clear_a_failure() -> None:
    effect = set_status(enqueue(), Status.SENT)
    tell(effect, "failed")
    tell(effect, "sent")
    effect.refresh_from_db()
    assert (effect.status, effect.error) == (Status.FAILED, "131026")


def test_a_late_delivery_clears_a_failure() -> None:
    effect = set_status(enqueue(), Status.SENT)
    tell(effect, "failed")
    tell(effect, "delivered")
    effect.refresh_from_db()
    assert (effect.status, effect.error, effect.error_code) == (Status.DELIVERED, "", "")


def test_a_failure_told_late_is_a_task_once() -> None:
    effect = set_status(enqueue(), Status.SENT)
    tell(effect, "failed")
    tell(effect, "failed")
    assert StaffTask.objects.get().title == "A message was not delivered"
