"""Effects are claimed, attempted, recorded, and never blindly repeated."""

from datetime import timedelta

import pytest
from django.db import transaction
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
from hampstead.core.models import Outbox, StaffTask
from hampstead.core.retry import MAX_WAIT
from tests.core.effects import LANE, after, deliver, enqueue, is_due_between, set_status
from tests.core.fakes import Script
from tests.running import make_lanes_due

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("script")]
Status = Outbox.Status


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


def test_an_unknown_outcome_at_a_keyed_vendor_is_tried_again_by_itself(script: Script) -> None:
    cut = WhatsAppError("cut", next_step=NextStep.RECONCILE)
    effect = after(cut, script, kind="keyed")
    assert (effect.status, effect.error_code) == (Status.PENDING, "E006")
    make_lanes_due()
    deliver()
    effect.refresh_from_db()
    assert (effect.status, script.sent) == (Status.SENT, [effect.pk] * 2)


def test_an_unknown_outcome_at_a_keyed_vendor_ends_with_a_person(script: Script) -> None:
    effect = enqueue("keyed")
    for _ in range(outbox.MAX_ATTEMPTS + 1):
        script.problems = [WhatsAppError("cut", next_step=NextStep.RECONCILE)]
        make_lanes_due()
        deliver()
    effect.refresh_from_db()
    assert (effect.status, len(script.sent)) == (Status.UNCERTAIN, outbox.MAX_ATTEMPTS)


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
