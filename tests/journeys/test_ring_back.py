"""A ring-back from the customer's wish to the kept promise: VAPI dials, posts to the running app,
calls tools, reports; the verdict follows.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from conversations.models import Message
from hampstead.core.clock import LONDON
from hampstead.core.models import InboxEvent, StaffTask
from leads.models import Fact, Promise
from tests.running import drain_lanes, process_inbox
from tests.vendors import Sandbox, eventually, running_sandbox
from tests.voice.posts import SECRET
from tests.voice.ring_backs import LINE, OFFICE, asked, handed, orders
from voice.calling_back import sweep
from voice.models import Call, Callback
from voice.vapi import vapi

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("firm_defaults")]
MONDAY = datetime(2026, 11, 23, 11, 0, tzinfo=LONDON)
TALK = {
    "lines": ["Yes, this is Ada. It is a loft in NW3 2QG.", "No, that is all. Goodbye."],
    "tools": [[{"name": "note_facts", "arguments": {"postcode": "NW3 2QG"}}], None],
    "says": ["Thank you, Ada. Is there anything else?", "Thank you. Goodbye."],
}


@pytest.fixture
def telephone(live_server: Any, settings: Settings, tmp_path: Path) -> Iterator[Sandbox]:
    """A VAPI that reaches our app."""
    settings.VAPI_PHONE_NUMBER_ID = LINE
    with running_sandbox(tmp_path, app_url=live_server.url) as sandbox:
        url = f"{sandbox.url}/vapi"
        settings.VENDORS = settings.VENDORS | {"vapi": settings.VENDORS["vapi"] | {"url": url}}
        sandbox.vapi(phone_numbers=[OFFICE], secret=SECRET)
        vapi.cache_clear()
        with time_machine.travel(MONDAY):
            yield sandbox
        vapi().close()
        vapi.cache_clear()


def reported() -> bool:
    process_inbox()
    return Call.objects.exclude(reported_at=None).exists()


def test_whoever_asked_is_rung_talks_and_is_done_with(telephone: Sandbox) -> None:
    telephone.vapi(outbound=TALK)
    handed(asked())
    sweep()
    drain_lanes()
    eventually(reported, within=30, what="the report is here")
    sweep()
    assert Callback.objects.get().state == Callback.State.REACHED
    assert Promise.objects.get().kept_at is not None
    assert len(orders(telephone)) == 1
    assert Fact.objects.filter(key="postcode", value="NW3 2QG").exists()
    said = Message.objects.filter(kind="call", author="customer")
    assert said.filter(text__startswith="Yes, this is Ada").exists()
    assert [task.detail for task in StaffTask.objects.filter(done_at=None)] == []
    assert set(InboxEvent.objects.values_list("status", flat=True)) == {"processed"}


def test_nobody_answering_is_heard_of_without_a_report(telephone: Sandbox) -> None:
    telephone.vapi(outbound={"ends": "voicemail"})
    handed(asked())
    sweep()
    drain_lanes()

    def over() -> bool:
        process_inbox()
        return Call.objects.filter(status=Call.Status.ENDED).exists()

    eventually(over, within=30, what="the call is over")
    sweep()
    callback = Callback.objects.get()
    assert (callback.state, callback.tries) == (Callback.State.WAITING, 1)
    assert not Message.objects.filter(kind="call").exists()
