"""Effects are claimed, attempted, recorded, and never blindly repeated."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models.functions import Now
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from hampstead.core import lanes, outbox, requestid
from hampstead.core.clock import now
from hampstead.core.errors import (
    BreakerOpenError,
    FencedOutError,
    NextStep,
    RateLimitError,
    WhatsAppError,
)
from hampstead.core.models import AuditEntry, Outbox, StaffTask, StaffUser
from hampstead.core.retry import MAX_WAIT
from tests.core.fakes import Script
from tests.running import make_lanes_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("script")]
Status = Outbox.Status
LANE = "test:1"


def enqueue(kind: str = "keyless", **more: object) -> Outbox:
    values = {"kind": kind, "lane": LANE, "payload": {}, "purpose": "answer", **more}
    return outbox.enqueue(**values)  # type: ignore[arg-type]


def deliver() -> None:
    lanes.drain(LANE)


def after(problem: Exception, script: Script, **more: object) -> Outbox:
    """The effect once a first attempt has met that problem."""
    script.problems = [problem]
    effect = enqueue(**more)  # type: ignore[arg-type]
    deliver()
    effect.refresh_from_db()
    return effect


def set_status(effect: Outbox, status: Outbox.Status, **more: object) -> Outbox:
    Outbox.objects.filter(pk=effect.pk).update(status=status, **more)
    effect.refresh_from_db()
    return effect


def is_due_between(effect: Outbox, least: float, most: float) -> bool:
    soon, late = Now() + timedelta(seconds=least), Now() + timedelta(seconds=most)
    return Outbox.objects.filter(pk=effect.pk, due_at__gte=soon, due_at__lte=late).exists()


# --- the happy way ------------------------------------------------------------------------
def test_an_effect_is_sent_once(script: Script) -> None:
    effect = enqueue()
    deliver()
    deliver()
    effect.refresh_from_db()
    assert (effect.status, effect.vendor_id) == (Status.SENT, f"id-{effect.pk}")
    assert script.sent == [effect.pk]


def test_the_sender_learns_the_id_once_it_is_stored(script: Script) -> None:
    effect = enqueue()
    deliver()
    assert script.recorded == [f"id-{effect.pk}"]


def test_it_is_marked_before_the_wire_is_touched(script: Script) -> None:
    seen: list[str] = []
    script.on_send = lambda effect: seen.extend(Outbox.objects.values_list("status", flat=True))
    enqueue()
    deliver()
    assert seen == [Status.SENDING]


def test_effects_leave_in_order(script: Script) -> None:
    effects = [enqueue() for _ in range(3)]
    deliver()
    assert script.sent == [effect.pk for effect in effects]


def test_an_effect_that_waits_holds_back_the_later_ones(script: Script) -> None:
    first = after(WhatsAppError("busy"), script)
    enqueue()
    deliver()
    assert script.sent == [first.pk]


def test_another_lane_is_not_held_back(script: Script) -> None:
    after(WhatsAppError("busy"), script)
    other = enqueue(lane="test:2")
    lanes.drain("test:2")
    assert script.sent[-1] == other.pk


def test_the_effect_carries_the_request_id_to_its_sender(script: Script) -> None:
    seen: list[str] = []
    script.on_send = lambda effect: seen.append(requestid.current())
    with requestid.following("request-1"):
        enqueue()
    deliver()
    assert seen == ["request-1"]


# --- what should happen next --------------------------------------------------------------
def test_retry_waits_and_tries_again(script: Script) -> None:
    effect = after(WhatsAppError("busy"), script)
    assert (effect.status, effect.attempts, effect.error_code) == (Status.PENDING, 1, "E006")
    assert is_due_between(effect, 1, 3)
    make_lanes_due()
    deliver()
    assert script.sent == [effect.pk] * 2


def test_retry_ends_in_failed_and_a_task(script: Script) -> None:
    script.problems = [WhatsAppError("busy") for _ in range(outbox.MAX_ATTEMPTS)]
    effect = enqueue()
    for _ in range(outbox.MAX_ATTEMPTS):
        deliver()
        make_lanes_due()
    effect.refresh_from_db()
    assert (effect.status, len(script.sent)) == (Status.FAILED, outbox.MAX_ATTEMPTS)
    assert StaffTask.objects.get().code == "E006"


@pytest.mark.parametrize(
    ("asked", "least", "most"),
    [(timedelta(seconds=40), 39, 41), (timedelta(days=3), 899, MAX_WAIT.total_seconds() + 1)],
    ids=["as asked", "capped"],
)
def test_wait_obeys_the_vendor_within_reason(
    script: Script, asked: timedelta, least: float, most: float
) -> None:
    effect = after(WhatsAppError("", next_step=NextStep.WAIT, retry_after=asked), script)
    assert effect.status == Status.PENDING
    assert is_due_between(effect, least, most)


def test_an_unknown_outcome_is_reconciled_not_repeated(script: Script, settings: Settings) -> None:
    settings.RECONCILE_SECONDS = 60
    effect = after(WhatsAppError("cut", next_step=NextStep.RECONCILE), script)
    deliver()
    assert (effect.status, script.sent) == (Status.RECONCILING, [effect.pk])
    assert is_due_between(effect, 59, 61)


def test_give_up_fails_at_once_and_asks_a_person(script: Script) -> None:
    effect = after(WhatsAppError("no such number", next_step=NextStep.GIVE_UP), script)
    assert (effect.status, effect.due_at) == (Status.FAILED, None)
    assert StaffTask.objects.get().subject == f"outbox:{effect.pk}"


def test_a_failed_effect_lets_the_next_one_go(script: Script) -> None:
    after(WhatsAppError("no such number", next_step=NextStep.GIVE_UP), script)
    later = enqueue()
    deliver()
    assert script.sent[-1] == later.pk


@pytest.mark.parametrize(
    "problem",
    [
        WhatsAppError("401", next_step=NextStep.FIX_CREDENTIALS),
        BreakerOpenError("paused", next_step=NextStep.WAIT),
        RateLimitError("our own", next_step=NextStep.WAIT),
    ],
    ids=["credentials", "breaker", "rate limit"],
)
def test_what_never_reached_the_vendor_burns_no_attempt(script: Script, problem: Exception) -> None:
    effect = after(problem, script)
    assert (effect.status, effect.attempts) == (Status.HELD, 0)
    assert is_due_between(effect, 0, 61)


def test_a_held_effect_goes_on_by_itself(script: Script) -> None:
    effect = after(WhatsAppError("401", next_step=NextStep.FIX_CREDENTIALS), script)
    make_lanes_due()
    deliver()
    effect.refresh_from_db()
    assert effect.status == Status.SENT


def test_a_vendors_words_that_postgres_cannot_store_do_no_harm(script: Script) -> None:
    effect = after(WhatsAppError("bad \x00 \ud800", next_step=NextStep.GIVE_UP), script)
    assert effect.status == Status.FAILED


# --- a worker that died -------------------------------------------------------------------
def test_an_orphan_of_a_keyless_vendor_is_reconciled(script: Script) -> None:
    effect = set_status(enqueue(), Status.SENDING)
    deliver()
    effect.refresh_from_db()
    assert (effect.status, script.sent) == (Status.RECONCILING, [])


def test_an_orphan_of_a_keyed_vendor_is_repeated(script: Script) -> None:
    effect = set_status(enqueue("keyed"), Status.SENDING)
    deliver()
    effect.refresh_from_db()
    assert (effect.status, script.sent) == (Status.SENT, [effect.pk])


def test_without_any_sign_a_person_decides(script: Script) -> None:
    effect = after(WhatsAppError("cut", next_step=NextStep.RECONCILE), script)
    make_lanes_due()
    deliver()
    effect.refresh_from_db()
    assert (effect.status, effect.due_at) == (Status.UNCERTAIN, None)
    assert StaffTask.objects.get().title == "A message may not have arrived"


def test_an_uncertain_effect_still_says_why(script: Script) -> None:
    effect = after(WhatsAppError("cut", next_step=NextStep.RECONCILE), script)
    make_lanes_due()
    deliver()
    effect.refresh_from_db()
    assert (effect.error_code, "cut" in effect.error) == ("E006", True)


def test_an_uncertain_effect_lets_the_next_one_go(script: Script) -> None:
    after(WhatsAppError("cut", next_step=NextStep.RECONCILE), script)
    later = enqueue()
    make_lanes_due()
    deliver()
    assert script.sent[-1] == later.pk


# --- what the vendor says later -----------------------------------------------------------
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


# --- what must not go out -----------------------------------------------------------------
def test_an_effect_past_its_time_is_cancelled(script: Script) -> None:
    effect = enqueue(not_after=now() - timedelta(seconds=1))
    deliver()
    effect.refresh_from_db()
    assert (effect.status, script.sent) == (Status.CANCELLED, [])


def test_a_senders_refusal_cancels(script: Script) -> None:
    script.refusal = "the 24-hour window is closed"
    effect = enqueue()
    deliver()
    effect.refresh_from_db()
    assert (effect.status, effect.error) == (Status.CANCELLED, script.refusal)
    assert script.sent == []


def test_frozen_sending_holds(script: Script, settings: Settings) -> None:
    settings.SENDING_FROZEN = True
    effect = enqueue()
    deliver()
    effect.refresh_from_db()
    assert (effect.status, effect.attempts, script.sent) == (Status.HELD, 0, [])


def test_thawed_sending_goes_on(script: Script, settings: Settings) -> None:
    settings.SENDING_FROZEN = True
    effect = enqueue()
    deliver()
    settings.SENDING_FROZEN = False
    make_lanes_due()
    deliver()
    assert script.sent == [effect.pk]


def test_an_overtaken_holder_sends_nothing(script: Script) -> None:
    effect = enqueue()
    with lanes.holding(LANE) as hold:
        assert hold is not None
        lanes.overtake(LANE)
        with pytest.raises(FencedOutError):
            outbox.deliver(hold)
    effect.refresh_from_db()
    assert (effect.status, script.sent) == (Status.PENDING, [])


def test_a_takeover_between_hold_and_claim_cancels(script: Script) -> None:
    effect = enqueue()
    with lanes.holding(LANE) as hold:
        assert hold is not None
        with transaction.atomic():
            lanes.overtake(LANE)
            outbox.cancel_unsent(lane=LANE, purposes=["answer"], why="staff took over")
        outbox.deliver(hold)
    effect.refresh_from_db()
    assert (effect.status, script.sent) == (Status.CANCELLED, [])


def test_cancel_unsent_spares_what_is_claimed() -> None:
    claimed = set_status(enqueue(), Status.SENDING)
    set_status(enqueue(), Status.HELD)
    enqueue()
    assert outbox.cancel_unsent(lane=LANE, purposes=["answer"], why="takeover") == 2
    claimed.refresh_from_db()
    assert claimed.status == Status.SENDING


def test_cancel_unsent_spares_other_purposes_and_lanes() -> None:
    enqueue(purpose="staff")
    enqueue(lane="test:2")
    assert outbox.cancel_unsent(lane=LANE, purposes=["answer"], why="takeover") == 0


# --- what staff decide --------------------------------------------------------------------
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
