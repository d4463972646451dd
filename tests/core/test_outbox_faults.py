"""Our own mistakes around a send: nothing blocks a lane, nothing is repeated blindly."""

import pytest

from hampstead.core import lanes, outbox
from hampstead.core.models import Outbox, StaffTask
from tests.core.fakes import Script

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("script")]
Status = Outbox.Status
LANE = "test:1"


def enqueue(kind: str = "keyless") -> Outbox:
    return outbox.enqueue(kind=kind, lane=LANE, payload={}, purpose="answer")


def status_of(effect: Outbox) -> str:
    return Outbox.objects.values_list("status", flat=True).get(pk=effect.pk)


def test_a_bug_in_a_sender_leaves_the_outcome_to_be_found_out(script: Script) -> None:
    script.problems = [KeyError("to")]
    effect = enqueue()
    lanes.drain(LANE)
    assert (status_of(effect), script.sent) == (Status.RECONCILING, [effect.pk])


def test_an_orphan_that_spent_its_attempts_is_not_repeated(script: Script) -> None:
    effect = enqueue("keyed")
    Outbox.objects.filter(pk=effect.pk).update(status=Status.SENDING, attempts=outbox.MAX_ATTEMPTS)
    lanes.drain(LANE)
    assert (status_of(effect), script.sent) == (Status.RECONCILING, [])


def test_a_bug_in_a_sender_does_not_stop_the_lanes_work(script: Script) -> None:
    script.problems = [KeyError("to")]
    enqueue()
    lanes.wake(LANE)
    lanes.drain(LANE)
    assert len(script.holds) == 1


def test_an_effect_that_nobody_sends_fails_with_a_task(script: Script) -> None:
    effect = enqueue("pigeon")
    lanes.drain(LANE)
    assert status_of(effect) == Status.FAILED
    assert StaffTask.objects.filter(subject=f"outbox:{effect.pk}").count() == 1


@pytest.mark.parametrize("status", [Status.DELIVERED, Status.READ])
def test_a_late_delivery_closes_the_task_about_it(script: Script, status: Outbox.Status) -> None:
    effect = enqueue()
    outbox.record_failure(effect=effect, code="E006", detail="131026")
    outbox.record_arrival(effect=effect, vendor_id="id", status=status)
    assert not StaffTask.objects.filter(done_at__isnull=True).exists()


def test_a_cancelled_effect_was_never_sent(script: Script) -> None:
    effect = enqueue()
    Outbox.objects.filter(pk=effect.pk).update(status=Status.CANCELLED)
    outbox.record_arrival(effect=effect, vendor_id="id", status=Status.DELIVERED)
    assert Outbox.objects.get().sent_at is None
