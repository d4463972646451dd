"""Calls that took place at the simulated VAPI and have a real recording there."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import time_machine
from pytest_django import Settings

from hampstead.core.clock import now
from tests.vendors import Sandbox
from tests.voice.posts import told
from voice.fetching import Outcome, sweep
from voice.models import Call, Recording
from voice.vapi import vapi

SOON = timedelta(minutes=1)


def keep_in(settings: Settings, folder: Path, **main: Any) -> None:
    """The stores of this test: two folders, unless `main` is another."""
    local = "voice.local_archive.LocalArchive"
    settings.STORAGES = {
        **settings.STORAGES,
        "recordings": main or {"BACKEND": local, "OPTIONS": {"location": folder / "main"}},
        "recordings_waiting": {"BACKEND": local, "OPTIONS": {"location": folder / "waiting"}},
    }


def ended_call(sandbox: Sandbox, **script: Any) -> Call:
    """It took place, and its report came."""
    plan = {"artifactPlan": {"recordingFormat": "mp3"}}
    sandbox.vapi(assistants=[{"id": "asst-1", "name": "reception", **plan}])
    called = sandbox.call(
        type="webCall", assistantId="asst-1", **{"lines": ["I would like a loft."], **script}
    )
    at = now()
    told(
        "end-of-call-report",
        call={"id": called["id"], "type": "webCall"},
        endedReason="customer-ended-call",
        startedAt=(at - SOON).isoformat(),
        endedAt=at.isoformat(),
    )
    return Call.objects.get(vendor_id=called["id"])


def swept(after: timedelta = SOON) -> Outcome:
    with time_machine.travel(now() + after):
        return sweep(vapi())


def the_recording() -> Recording:
    return Recording.objects.get()
