"""The assistant rings back: in time, once, twice at most, and never whoever wants no call."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from pytest_django import Settings

from hampstead.core import failpoints
from hampstead.core.clock import LONDON, now
from hampstead.core.failpoints import FailpointError
from hampstead.core.models import Outbox, StaffTask
from leads.consents import withdraw_consent
from leads.models import ContactPurpose, Promise
from leads.promises import cancel_promise
from tests.running import drain_lanes, make_lanes_due
from tests.vendors import Sandbox, eventually
from tests.voice.posts import CALL, status
from tests.voice.ring_backs import (
    LINE,
    OFFICE,
    PHONE,
    asked,
    effect,
    handed,
    orders,
    person,
    rung,
    told_by_vapi,
)
from voice.calling_back import sweep
from voice.models import Call, Callback
from voice.vapi import vapi

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults")]
MONDAY = datetime(2026, 11, 23, 11, 0, tzinfo=LONDON)
State = Callback.State


@pytest.fixture(autouse=True)
def clock(sandbox: Sandbox, settings: Settings) -> Iterator[time_machine.Traveller]:
    settings.VAPI_PHONE_NUMBER_ID = LINE
    settings.VAPI_LIMIT = "10000/minute"
    sandbox.vapi(phone_numbers=[OFFICE])
    vapi.cache_clear()
    with time_machine.travel(MONDAY) as travelled:
        yield travelled
    vapi().close()
    vapi.cache_clear()


def over(sandbox: Sandbox, count: int = 1) -> None:
    """The calls have ended at VAPI."""

    def ended() -> bool:
        found = vapi().begun_since(now() - timedelta(days=3650))
        return [one["status"] for one in found] == ["ended"] * count

    eventually(ended, what="the calls are over")


def nobody_answers(sandbox: Sandbox) -> None:
    sandbox.vapi(outbound={"ends": "customer-did-not-answer"})


# --- reached ------------------------------------------------------------------------------


def test_whoever_asked_is_rung_and_the_promise_is_kept(sandbox: Sandbox) -> None:
    sandbox.vapi(outbound={"lines": ["Yes, this is Ada."]})
    handed()
    rung()
    over(sandbox)
    callback = told_by_vapi()
    assert (callback.state, callback.tries) == (State.REACHED, 1)
    assert Promise.objects.get().kept_at is not None
    call = Call.objects.get()
    assert (call.kind, call.callback) == ("outbound", callback)
    assert not StaffTask.objects.filter(done_at=None, title="Ring back a customer").exists()


def test_nothing_private_is_said_first_and_nothing_to_a_machine(sandbox: Sandbox) -> None:
    handed()
    rung()
    (order,) = orders(sandbox)
    assert order["customer"] == {"number": PHONE}
    assert order["phoneNumberId"] == LINE
    assistant = order["assistant"]
    assert "AI assistant" in assistant["firstMessage"]
    assert "recorded" in assistant["firstMessage"]
    assert "loft" not in assistant["firstMessage"]
    assert "Ada" not in assistant["firstMessage"]
    assert assistant["voicemailDetection"] == {"provider": "vapi"}
    assert "voicemailMessage" not in assistant


# --- not reached --------------------------------------------------------------------------


def test_not_answered_is_tried_again_after_an_hour_then_left_to_staff(
    sandbox: Sandbox, clock: time_machine.Traveller
) -> None:
    nobody_answers(sandbox)
    handed()
    rung()
    over(sandbox)
    waiting = told_by_vapi()
    assert waiting.state == State.WAITING
    assert waiting.due_at >= now() + timedelta(minutes=59)
    assert rung().state == State.WAITING  # not yet
    clock.shift(timedelta(minutes=70))
    make_lanes_due()
    rung()
    over(sandbox, count=2)
    callback = told_by_vapi()
    assert (callback.state, callback.tries) == (State.LEFT, 2)
    task = StaffTask.objects.get(done_at=None, title="Ring back a customer")
    assert "The assistant rang twice: nobody answered." in task.detail
    assert Promise.objects.get().is_open
    assert len(orders(sandbox)) == 2


def test_a_second_try_is_not_made_in_the_evening(
    sandbox: Sandbox, clock: time_machine.Traveller
) -> None:
    clock.move_to(MONDAY.replace(hour=19, minute=30))
    nobody_answers(sandbox)
    handed()
    rung()
    over(sandbox)
    assert told_by_vapi().due_at.astimezone(LONDON) == MONDAY.replace(hour=9) + timedelta(days=1)


def test_what_vapi_refuses_is_left_to_staff(sandbox: Sandbox) -> None:
    handed()
    sandbox.fault("vapi", status=400)
    rung()
    sweep()
    assert Callback.objects.get().state == State.LEFT
    assert StaffTask.objects.filter(done_at=None).count() == 1


# --- not now, or not at all ---------------------------------------------------------------


@pytest.mark.parametrize(("hour", "due"), [(7, 9), (8, 9), (20, 33), (23, 33)])
def test_nobody_is_rung_at_night(
    sandbox: Sandbox, clock: time_machine.Traveller, hour: int, due: int
) -> None:
    clock.move_to(MONDAY.replace(hour=hour))
    callback = handed()
    midnight = MONDAY.replace(hour=0)
    assert callback.due_at.astimezone(LONDON) == midnight + timedelta(hours=due)
    rung()
    assert orders(sandbox) == []


def test_an_order_that_waited_until_the_evening_rings_nobody(
    sandbox: Sandbox, clock: time_machine.Traveller
) -> None:
    clock.move_to(MONDAY.replace(hour=19, minute=59))
    handed()
    sweep()
    clock.move_to(MONDAY.replace(hour=20, minute=1))
    drain_lanes()
    sweep()
    callback = Callback.objects.get()
    assert orders(sandbox) == []
    assert callback.state == State.WAITING
    assert callback.due_at.astimezone(LONDON) == MONDAY.replace(hour=9) + timedelta(days=1)


def test_whoever_says_stop_meanwhile_is_not_rung(sandbox: Sandbox) -> None:
    handed()
    sweep()
    withdraw_consent(
        person=person(), channel="phone", purposes=[ContactPurpose.SERVICE], source="message:9"
    )
    drain_lanes()
    sweep()
    assert orders(sandbox) == []
    assert Callback.objects.get().state == State.LEFT
    assert "asked us to stop" in StaffTask.objects.get(done_at=None).detail


def test_a_promise_that_was_closed_meanwhile_rings_nobody(sandbox: Sandbox) -> None:
    handed()
    sweep()
    cancel_promise(promise=Promise.objects.get(), by=None, reason="they rang us")
    drain_lanes()
    sweep()
    assert orders(sandbox) == []
    assert Callback.objects.get().state == State.CANCELLED


def test_whoever_is_on_the_phone_with_us_is_rung_later(sandbox: Sandbox) -> None:
    handed()
    status("in-progress")
    Call.objects.filter(vendor_id=CALL).update(heard_at=now())
    callback = rung()
    assert orders(sandbox) == []
    assert callback.due_at > now() + timedelta(minutes=9)


def test_who_named_a_time_is_rung_near_it() -> None:
    promise = asked(wish="tomorrow after three")
    callback = handed(promise)
    assert callback.due_at == promise.due_at - timedelta(minutes=30)


# --- once ---------------------------------------------------------------------------------


def test_a_worker_that_dies_after_the_order_does_not_ring_twice(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FAILPOINT_DIR", str(tmp_path))
    handed()
    sweep()
    monkeypatch.setattr(failpoints, "_armed", {"outbox.effect_done": ("raise", 1)})
    with pytest.raises(FailpointError):
        drain_lanes()
    assert effect().status == Outbox.Status.SENDING
    monkeypatch.setattr(failpoints, "_armed", {})
    drain_lanes()
    assert len(orders(sandbox)) == 1
    assert Callback.objects.get().state == State.CALLING
    assert Call.objects.get().vendor_id == effect().vendor_id


def test_a_call_that_talks_already_is_known_as_ours_after_a_crash(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FAILPOINT_DIR", str(tmp_path))
    monkeypatch.setattr(failpoints, "_armed", {"outbox.effect_done": ("raise", 1)})
    handed()
    sweep()
    with pytest.raises(FailpointError):
        drain_lanes()
    monkeypatch.setattr(failpoints, "_armed", {})
    (record,) = vapi().begun_since(now() - timedelta(days=1))
    told = {"id": record["id"], "type": "outboundPhoneCall"}
    status("in-progress", call=told, number=PHONE)
    Call.objects.update(heard_at=now())
    drain_lanes()
    assert len(orders(sandbox)) == 1
    assert Call.objects.get().callback == Callback.objects.get()
    assert Callback.objects.get().state == State.CALLING


def test_an_answer_that_was_lost_is_looked_up(sandbox: Sandbox) -> None:
    handed()
    sweep()
    sandbox.fault("vapi", route="/call", method="POST", cut="after")
    drain_lanes()
    make_lanes_due()
    drain_lanes()
    assert len(orders(sandbox)) == 1
    assert Callback.objects.get().state == State.CALLING


def test_an_order_that_never_arrived_is_repeated_only_when_that_is_sure(
    sandbox: Sandbox, clock: time_machine.Traveller
) -> None:
    handed()
    sweep()
    sandbox.fault("vapi", route="/call", method="POST", cut="before")
    drain_lanes()
    make_lanes_due()
    drain_lanes()
    assert len(orders(sandbox)) == 1  # it might show up yet
    clock.shift(timedelta(seconds=40))
    make_lanes_due()
    drain_lanes()
    assert len(orders(sandbox)) == 2
    assert Callback.objects.get().state == State.CALLING


def test_what_may_have_rung_is_not_rung_again_by_night(
    sandbox: Sandbox, clock: time_machine.Traveller
) -> None:
    handed()
    sweep()
    sandbox.fault("vapi", route="/call", method="POST", cut="before")
    drain_lanes()
    clock.move_to(MONDAY.replace(hour=21))
    make_lanes_due()
    drain_lanes()
    sweep()
    assert len(orders(sandbox)) == 1
    assert Callback.objects.get().state == State.LEFT
