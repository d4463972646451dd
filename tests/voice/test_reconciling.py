"""Calls of which we heard too little are completed from what VAPI keeps."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command

from conversations.models import Message
from hampstead.core.clock import now
from tests.vendors import Sandbox
from tests.voice.posts import told
from voice.models import Call
from voice.reconciling import ask_about_silent, compare_since, silent_calls
from voice.tasks import ask_about_silent_calls
from voice.vapi import vapi

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults")]
LATER = timedelta(minutes=3)


@pytest.fixture(autouse=True)
def _fresh_client(sandbox: Sandbox) -> Iterator[None]:
    vapi.cache_clear()
    yield
    vapi().close()
    vapi.cache_clear()


@pytest.fixture
def call_id(sandbox: Sandbox) -> str:
    """A call that took place while nobody of ours listened."""
    sandbox.vapi(assistants=[{"id": "asst-1", "name": "reception"}])
    called = sandbox.call(type="webCall", assistantId="asst-1", lines=["I would like a loft."])
    found: str = called["id"]
    return found


def heard_of(call_id: str) -> Call:
    """Only that it began."""
    told("status-update", status="in-progress", call={"id": call_id, "type": "webCall"})
    Call.objects.update(heard_at=now())
    return Call.objects.get()


def lines() -> list[str]:
    return list(Call.objects.get().lines.values_list("text", flat=True))


def test_a_call_whose_report_never_came_is_completed(call_id: str) -> None:
    heard_of(call_id)
    with time_machine.travel(now() + LATER):
        outcome = ask_about_silent(vapi())
    assert (outcome.asked, outcome.completed) == (1, 1)
    found = Call.objects.get()
    assert found.is_over
    assert found.reported_at is not None
    assert "I would like a loft." in lines()
    assert Message.objects.filter(kind="call").exists()


def test_a_call_that_talks_is_left_alone(call_id: str) -> None:
    heard_of(call_id)
    assert not silent_calls()


def test_it_is_asked_about_again_only_after_a_while(sandbox: Sandbox, call_id: str) -> None:
    heard_of(call_id)
    sandbox.fault("vapi", status=500)
    with time_machine.travel(now() + LATER):
        ask_about_silent_calls()
        assert not silent_calls()
        assert Call.objects.get().reported_at is None
    sandbox.clear_faults()
    with time_machine.travel(now() + 2 * LATER):
        ask_about_silent_calls()
    assert Call.objects.get().reported_at is not None


def test_a_call_that_vapi_has_forgotten_is_over(sandbox: Sandbox) -> None:
    heard_of("01957000-0000-7000-8000-00000000dead")
    with time_machine.travel(now() + LATER):
        ask_about_silent(vapi())
    found = Call.objects.get()
    assert (found.is_over, found.ended_reason) == (True, "unknown at VAPI")


def test_a_call_of_which_we_heard_nothing_is_found(call_id: str) -> None:
    outcome = compare_since(vapi(), now() - timedelta(days=1))
    assert (outcome.found, outcome.completed) == (1, 1)
    assert Call.objects.get().vendor_id == call_id
    assert "I would like a loft." in lines()


def test_comparing_again_changes_nothing(call_id: str) -> None:
    since = now() - timedelta(days=1)
    compare_since(vapi(), since)
    outcome = compare_since(vapi(), since)
    assert (outcome.found, outcome.completed) == (0, 0)
    assert Call.objects.count() == 1


def run(*arguments: Any) -> str:
    out = StringIO()
    call_command("reconcile_calls", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_says_what_it_did(call_id: str) -> None:
    assert "1 completed, 1 of which we had heard nothing" in run()


def test_a_dry_run_changes_nothing(call_id: str) -> None:
    heard_of(call_id)
    with time_machine.travel(now() + LATER):
        assert call_id in run("--dry-run")
    assert Call.objects.get().reported_at is None


def test_a_wrong_key_is_said(sandbox: Sandbox, call_id: str) -> None:
    sandbox.fault("vapi", status=401)
    with pytest.raises(CommandError, match="E007"):
        run()
