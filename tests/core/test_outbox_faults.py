"""Our own mistakes around a send: nothing blocks a lane, nothing is repeated blindly."""

from datetime import timedelta

import pytest
from django.db import OperationalError

from hampstead.core import lanes, outbox
from hampstead.core.clock import now
from hampstead.core.errors import NextStep, WhatsAppError
from hampstead.core.models import Outbox, StaffTask
from tests.core.fakes import Script
from tests.running import make_lanes_due

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


@pytest.mark.parametrize("problem", [KeyError("to"), OperationalError("lost")])
def test_a_bug_around_a_keyed_send_is_tried_again(script: Script, problem: Exception) -> None:
    script.problems = [problem]
    effect = enqueue("keyed")
    lanes.drain(LANE)
    assert status_of(effect) == Status.PENDING
    make_lanes_due()
    lanes.drain(LANE)
    assert (status_of(effect), script.sent) == (Status.SENT, [effect.pk, effect.pk])


def test_a_bug_around_a_keyed_send_that_lasts_is_given_to_a_person(script: Script) -> None:
    script.problems = [KeyError("to")] * outbox.MAX_ATTEMPTS
    effect = enqueue("keyed")
    for _ in range(outbox.MAX_ATTEMPTS + 1):
        lanes.drain(LANE)
        make_lanes_due()
    assert status_of(effect) == Status.UNCERTAIN


def test_a_keyed_send_that_must_wait_spends_no_attempts(script: Script) -> None:
    script.problems = [WhatsAppError("429", next_step=NextStep.WAIT)] * outbox.MAX_ATTEMPTS
    effect = enqueue("keyed")
    for _ in range(outbox.MAX_ATTEMPTS):
        lanes.drain(LANE)
        make_lanes_due()
    assert (status_of(effect), Outbox.objects.get().attempts) == (Status.PENDING, 0)


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


def test_staff_release_an_effect_however_old_it_is(script: Script) -> None:
    effect = enqueue()
    past = now() - timedelta(hours=9)
    Outbox.objects.filter(pk=effect.pk).update(status=Status.HELD, not_after=past)
    outbox.release(effect=effect, by=None)
    lanes.drain(LANE)
    assert (status_of(effect), script.sent) == (Status.SENT, [effect.pk])


def test_a_message_that_came_too_late_is_a_task(script: Script) -> None:
    effect = enqueue()
    Outbox.objects.filter(pk=effect.pk).update(not_after=now() - timedelta(seconds=1))
    lanes.drain(LANE)
    assert status_of(effect) == Status.CANCELLED
    assert StaffTask.objects.get().title == "A message was not sent"


def test_nobody_misses_a_holding_sentence_that_came_too_late(script: Script) -> None:
    late = now() - timedelta(seconds=1)
    outbox.enqueue(kind="keyless", lane=LANE, payload={}, purpose="holding", not_after=late)
    lanes.drain(LANE)
    assert not StaffTask.objects.exists()


def test_after_a_takeover_a_refused_answer_is_not_tried_again(script: Script) -> None:
    effect = enqueue()

    def take_over(_: Outbox) -> None:
        outbox.cancel_unsent(lane=LANE, purposes=["answer"], why="staff took over")

    script.on_send = take_over
    script.problems = [WhatsAppError("busy")]
    lanes.drain(LANE)
    make_lanes_due()
    lanes.drain(LANE)
    assert (status_of(effect), len(script.sent)) == (Status.CANCELLED, 1)


def test_a_vendor_that_says_at_once_is_asked_after_the_usual_wait(script: Script) -> None:
    wait = {"next_step": NextStep.WAIT, "retry_after": timedelta(0)}
    script.problems = [WhatsAppError("429", **wait)] * 8  # type: ignore[arg-type]
    effect = enqueue()
    lanes.drain(LANE)
    assert (status_of(effect), len(script.sent)) == (Status.PENDING, 1)


def test_a_success_counts_although_another_worker_has_taken_it_for_lost(script: Script) -> None:
    effect = enqueue()

    def recovered_elsewhere(_: Outbox) -> None:
        Outbox.objects.filter(pk=effect.pk).update(status=Status.RECONCILING)

    script.on_send = recovered_elsewhere
    lanes.drain(LANE)
    assert status_of(effect) == Status.SENT
