"""Recordings come into our store, and what goes wrong on the way is said."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from pytest_django import Settings

from hampstead.core.clock import now
from hampstead.core.errors import StorageError
from hampstead.core.models import Incident
from tests.speech_vendors import recording as some_audio
from tests.vendors import Sandbox
from tests.voice import recorded_calls
from tests.voice.ogg_pages import silence
from tests.voice.posts import report, status
from tests.voice.recorded_calls import ended_call, swept, the_recording
from voice.archive import archive
from voice.fetching import due_recordings, sweep
from voice.local_archive import LocalArchive
from voice.models import Recording
from voice.tasks import fetch_recordings
from voice.vapi import vapi

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults")]
State, Store = Recording.State, Recording.Store
HOURS_LATER, WEEKS_LATER = timedelta(hours=2), timedelta(days=15)


@pytest.fixture(autouse=True)
def stores(sandbox: Sandbox, settings: Settings, tmp_path: Path) -> Iterator[Path]:
    recorded_calls.keep_in(settings, tmp_path)
    vapi.cache_clear()
    yield tmp_path
    vapi().close()
    vapi.cache_clear()


def link_gives(sandbox: Sandbox, body: str) -> None:
    """Behind the link lies something else than a recording."""
    sandbox.fault("vapi", method="GET", route="/mono-recording", status=302, headers={
        "Location": f"{sandbox.url}/vapi/files/other"
    })  # fmt: skip
    sandbox.fault("vapi", route="/files/other", body=body)


def test_a_recording_is_kept_when_its_call_has_ended(sandbox: Sandbox) -> None:
    ended_call(sandbox)
    assert swept().stored == 1
    found = the_recording()
    assert (found.state, found.store, found.media_type) == (
        State.STORED,
        "recordings",
        "audio/mpeg",
    )
    assert found.duration_seconds > 1
    assert len(archive(found.store).piece(found.key, 0, 10**9)) == found.size_bytes > 1000


def test_it_is_not_asked_for_before_vapi_can_have_it(sandbox: Sandbox) -> None:
    ended_call(sandbox)
    assert not due_recordings()


def test_our_key_does_not_go_where_the_link_leads(sandbox: Sandbox) -> None:
    ended_call(sandbox)
    swept()
    asked = [entry for entry in sandbox.log("vapi") if "/files/" in entry["route"]]
    assert asked
    assert not any("authorization" in entry["headers"] for entry in asked)


def test_the_scheduled_sweep_fetches_it(sandbox: Sandbox) -> None:
    ended_call(sandbox)
    with time_machine.travel(now() + timedelta(minutes=1)):
        fetch_recordings()
    assert the_recording().is_stored


def test_a_second_report_wants_no_second_recording(sandbox: Sandbox) -> None:
    report()
    report()
    assert Recording.objects.count() == 1


def test_two_sweeps_at_once_fetch_it_once(sandbox: Sandbox) -> None:
    ended_call(sandbox)
    with time_machine.travel(now() + timedelta(minutes=1)):
        seen_by_the_other = due_recordings()
        assert len(seen_by_the_other) == 1
        assert sweep(vapi()).stored == 1
        assert sweep(vapi(), seen_by_the_other).tried == 0


def test_a_call_in_which_nobody_spoke_has_none(sandbox: Sandbox) -> None:
    report(startedAt=None, endedAt=None, artifact={})
    found = the_recording()
    assert (found.state, found.error, found.due_at) == (State.NOT_RECORDED, "nobody spoke", None)


def test_vapi_being_away_is_waited_out(sandbox: Sandbox) -> None:
    ended_call(sandbox)
    sandbox.fault("vapi", status=500)
    assert swept().stored == 0
    found = the_recording()
    assert (found.state, found.attempts) == (State.WANTED, 1)
    assert "E007" in found.error
    assert swept(HOURS_LATER).stored == 1
    assert the_recording().error == ""


def test_a_download_that_breaks_off_is_tried_again(sandbox: Sandbox) -> None:
    ended_call(sandbox)
    sandbox.fault("vapi", method="GET", route="/mono-recording", status=302, headers={
        "Location": f"{sandbox.url}/vapi/files/other"
    })  # fmt: skip
    sandbox.fault("vapi", route="/files/other", body="x" * 5000, cut_after_bytes=100)
    assert swept().stored == 0
    assert the_recording().state == State.WANTED
    assert swept(HOURS_LATER).stored == 1


def test_one_that_is_not_there_yet_is_asked_for_again(sandbox: Sandbox) -> None:
    ended_call(sandbox)
    sandbox.fault("vapi", route="/mono-recording", status=404)
    swept()
    assert the_recording().state == State.WANTED
    assert swept(timedelta(minutes=10)).stored == 1


def test_one_that_does_not_come_is_gone(sandbox: Sandbox) -> None:
    sandbox.vapi(lose_recordings=True)
    ended_call(sandbox)
    swept(HOURS_LATER)
    found = the_recording()
    assert (found.state, found.due_at) == (State.GONE, None)


def test_vapi_forgets_after_two_weeks(sandbox: Sandbox) -> None:
    ended_call(sandbox)
    sandbox.fault("vapi", status=500, times=9)
    swept(WEEKS_LATER)
    found = the_recording()
    assert found.state == State.GONE
    assert "keeps it no longer" in found.error


def test_what_is_no_audio_is_refused_with_a_reason(sandbox: Sandbox) -> None:
    ended_call(sandbox)
    link_gives(sandbox, "<html>Not found</html>")
    swept()
    found = the_recording()
    assert (found.state, found.error) == (State.REFUSED, "this is no audio of a kind we know")
    assert found.key == ""


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (silence(seconds=30, claimed_seconds=17 * 3600), "longer than 20 minutes"),
        (some_audio(3)[:-400], "breaks off"),
        (b"", "empty"),
        (b"OggS" + bytes(17_000_000), "larger than 16 MB"),
    ],
    ids=["17 silent hours", "truncated", "empty", "too big"],
)
def test_a_bad_recording_is_refused(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, content: bytes, why: str
) -> None:
    ended_call(sandbox)
    monkeypatch.setattr(type(vapi()), "recording", lambda *_given, **_named: content)
    swept()
    found = the_recording()
    assert found.state == State.REFUSED
    assert why in found.error


@pytest.mark.parametrize("link", ["http://192.0.2.1/file", "https://127.0.0.1/file", "file:///etc"])
def test_a_link_into_our_own_network_is_not_followed(
    sandbox: Sandbox, settings: Settings, link: str
) -> None:
    settings.VENDORS = {**settings.VENDORS, "vapi": {**settings.VENDORS["vapi"], "mode": "live"}}
    ended_call(sandbox)
    sandbox.fault("vapi", route="/mono-recording", status=302, headers={"Location": link})
    swept()
    assert "no public https address" in the_recording().error


@pytest.fixture
def store_is_away(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    real = LocalArchive.keep

    def keep(self: LocalArchive, key: str, content: bytes, media_type: str) -> None:
        if str(self.location).endswith("main"):
            raise StorageError("disk full")
        real(self, key, content, media_type)

    monkeypatch.setattr(LocalArchive, "keep", keep)
    return monkeypatch


def test_while_the_store_is_away_it_waits_here(
    sandbox: Sandbox, store_is_away: pytest.MonkeyPatch
) -> None:
    ended_call(sandbox)
    assert swept().stored == 1
    found = the_recording()
    assert (found.state, found.store) == (State.STORED, Store.WAITING)
    assert "E010" in found.error
    assert Incident.objects.filter(code="E010", closed_at=None).exists()


def test_it_moves_when_the_store_is_back(
    sandbox: Sandbox, stores: Path, store_is_away: pytest.MonkeyPatch
) -> None:
    ended_call(sandbox)
    swept()
    store_is_away.undo()
    assert swept(HOURS_LATER).moved == 1
    found = the_recording()
    assert (found.store, found.error, found.due_at) == (Store.MAIN, "", None)
    assert archive(Store.MAIN).piece(found.key, 0, 3)
    assert not [path for path in (stores / "waiting").rglob("*") if path.is_file()]
    assert not Incident.objects.filter(code="E010", closed_at=None).exists()


def test_with_no_store_at_all_nothing_is_lost(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: Any) -> None:
        raise StorageError("disk full")

    ended_call(sandbox)
    with monkeypatch.context() as patch:
        patch.setattr(LocalArchive, "keep", full)
        swept()
        assert the_recording().state == State.WANTED
    assert swept(HOURS_LATER).stored == 1


def run(*arguments: Any) -> str:
    out = StringIO()
    call_command("refetch_recordings", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_fetches_at_once(sandbox: Sandbox) -> None:
    call = ended_call(sandbox)
    assert "1 fetched" in run("--call", call.vendor_id)
    assert the_recording().is_stored


def test_the_command_tries_again_what_was_refused(sandbox: Sandbox) -> None:
    ended_call(sandbox)
    Recording.objects.update(state=State.REFUSED, due_at=None)
    assert "1 fetched" in run("--since", "2020-01-01")


def test_a_dry_run_only_says_which_are_missing(sandbox: Sandbox) -> None:
    call = ended_call(sandbox)
    assert call.vendor_id in run("--dry-run")
    assert the_recording().state == State.WANTED


def test_a_call_that_does_not_exist_is_said(sandbox: Sandbox) -> None:
    status("in-progress")
    with pytest.raises(CommandError, match="no call"):
        run("--call", "nobody")
    with pytest.raises(CommandError, match="not a day"):
        run("--since", "yesterday")
