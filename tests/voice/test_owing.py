"""Whoever wanted a person and got none is rung back: a dated promise and its task."""

import pytest
import time_machine

from hampstead.core.clock import LONDON
from hampstead.core.models import StaffTask
from leads.models import Promise
from leads.office_hours import is_open
from tests.voice.posts import AT, post, report, status, told, tool_call

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults", "sandbox")]
NIGHT = AT.replace(hour=22).astimezone(LONDON)
TRANSFER = "transfer-destination-request"
FAILED = "call.forwarding.no-answer"


def titles() -> list[str]:
    return list(StaffTask.objects.values_list("title", flat=True))


def test_a_transfer_that_failed_becomes_a_dated_call_back() -> None:
    with time_machine.travel(NIGHT):
        status("ended", endedReason=FAILED)
    promise = Promise.objects.get()
    assert (promise.kind, promise.made_by) == ("call_back", None)
    assert is_open(promise.due_at)
    assert titles() == ["Ring back a customer"]


def test_it_is_promised_once_though_told_again() -> None:
    with time_machine.travel(AT):
        status("ended", endedReason=FAILED)
        report(endedReason=FAILED)
    assert Promise.objects.count() == 1
    assert titles() == ["Ring back a customer"]


def test_a_withheld_number_is_a_task_without_a_promise() -> None:
    status("ended", endedReason=FAILED, number=None)
    assert not Promise.objects.exists()
    assert titles() == ["A caller could not be put through"]


def test_a_transfer_refused_at_night_is_owed_a_call() -> None:
    with time_machine.travel(NIGHT):
        assert "error" in post(TRANSFER)
        report()
    assert is_open(Promise.objects.get().due_at)
    assert "while the office was closed" in Promise.objects.get().about


def test_what_was_promised_in_the_call_is_not_promised_again() -> None:
    with time_machine.travel(NIGHT):
        post(TRANSFER)
        post("tool-calls", toolCallList=[tool_call("promise_callback", about="a loft")])
        report()
    assert Promise.objects.get().about == "a loft"


def test_whoever_was_put_through_is_owed_nothing() -> None:
    with time_machine.travel(AT):
        told(TRANSFER)
        status("ended", endedReason="assistant-forwarded-call")
    assert not Promise.objects.exists()
