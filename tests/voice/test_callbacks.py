"""Handing a promised call-back to the assistant: only what was asked for, taken back at will."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from pytest_django import Settings

from hampstead.core.clock import LONDON
from hampstead.core.models import AuditEntry, StaffTask
from leads.consents import withdraw_consent
from leads.models import ContactPurpose, Promise
from tests.factories.conversations import ConversationFactory
from tests.factories.leads import OfficeUserFactory
from tests.vendors import Sandbox
from tests.voice.posts import AT, post, report, tool_call
from tests.voice.ring_backs import LINE, asked, handed, orders, promised, rung
from voice.callbacks import CallbackRefusedError, cancel_callback, hand_over_asked
from voice.models import Callback
from voice.tasks import ring_back

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults", "sandbox")]
MONDAY = datetime(2026, 11, 23, 11, 0, tzinfo=LONDON)


@pytest.fixture(autouse=True)
def _monday(settings: Settings) -> Iterator[None]:
    settings.VAPI_PHONE_NUMBER_ID = LINE
    with time_machine.travel(MONDAY):
        yield


def open_tasks() -> int:
    return StaffTask.objects.filter(done_at=None, title="Ring back a customer").count()


def test_it_says_who_asked_where_and_who_handed_it_over() -> None:
    callback = handed()
    assert callback.evidence.startswith("message:")
    assert callback.handed_by is not None
    assert open_tasks() == 0
    assert AuditEntry.objects.filter(action="hand call-back over").exists()


def test_what_was_promised_in_a_call_names_the_call() -> None:
    with time_machine.travel(AT):
        post("tool-calls", toolCallList=[tool_call("promise_callback", about="a loft")])
        callback = handed(Promise.objects.get())
    assert callback.evidence.startswith("call:")


def test_what_nobody_asked_for_is_not_rung() -> None:
    promise = promised(ConversationFactory())
    with pytest.raises(CallbackRefusedError, match="did not ask"):
        handed(promise)


def test_whoever_asked_for_a_person_gets_a_person() -> None:
    report(endedReason="call.forwarding.no-answer")
    with pytest.raises(CallbackRefusedError, match="asked for a person"):
        handed(Promise.objects.get())


def test_what_a_colleague_arranged_stays_with_the_office() -> None:
    promise = promised(ConversationFactory(), by=OfficeUserFactory())
    with pytest.raises(CallbackRefusedError, match="did not ask"):
        handed(promise)


def test_whoever_wants_no_calls_is_not_handed_over() -> None:
    promise = asked()
    withdraw_consent(
        person=promise.person,
        channel="phone",
        purposes=[ContactPurpose.SERVICE],
        source="message:9",
    )
    with pytest.raises(CallbackRefusedError, match="asked us to stop"):
        handed(promise)


def test_nobody_is_handed_over_twice() -> None:
    handed()
    with pytest.raises(CallbackRefusedError, match="has it already"):
        handed(Promise.objects.get())


def test_without_a_line_of_ours_nobody_is_rung(settings: Settings) -> None:
    settings.VAPI_PHONE_NUMBER_ID = ""
    with pytest.raises(CallbackRefusedError, match="VAPI_PHONE_NUMBER_ID"):
        handed()


def test_taken_back_it_is_a_task_of_the_office_again(sandbox: Sandbox) -> None:
    callback = handed()
    assert cancel_callback(callback=callback, by=OfficeUserFactory(), reason="I know her")
    rung()
    assert Callback.objects.get().state == Callback.State.CANCELLED
    assert orders(sandbox) == []
    assert open_tasks() == 1


def test_by_itself_nothing_is_handed_over() -> None:
    asked()
    assert hand_over_asked() == 0


def test_with_the_setting_what_was_asked_for_is_handed_over_once(settings: Settings) -> None:
    settings.AUTO_CALLBACKS = True
    asked()
    assert hand_over_asked() == 1
    assert hand_over_asked() == 0
    assert Callback.objects.get().handed_by is None


def test_the_schedule_hands_over_and_orders(settings: Settings) -> None:
    settings.AUTO_CALLBACKS = True
    asked()
    ring_back()
    assert Callback.objects.get().state == Callback.State.ORDERED


def test_in_the_call_itself_nothing_is_rung_yet(settings: Settings) -> None:
    settings.AUTO_CALLBACKS = True
    with time_machine.travel(AT):
        post("tool-calls", toolCallList=[tool_call("promise_callback", about="a loft")])
        ring_back()
        assert Callback.objects.get().state == Callback.State.WAITING
        report()
