"""Both stores of recordings keep one contract; S3's errors say what should happen next."""

from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from hampstead.core.errors import NextStep, StorageError
from hampstead.core.models import Incident, VendorCall
from tests.vendors import Sandbox
from tests.voice.recorded_calls import ended_call, keep_in, swept, the_recording
from voice.archive import Archive, archive
from voice.models import Recording
from voice.vapi import vapi

pytestmark = pytest.mark.django_db
KEY = "2026/11/1-abc.mp3"


def in_s3(sandbox: Sandbox, settings: Settings, folder: Path, **more: Any) -> None:
    options = {
        "bucket_name": "recordings", "access_key": "key", "secret_key": "sandbox-secret",
        "region_name": "eu-west-2", "endpoint_url": f"{sandbox.url}/s3", **more,
    }  # fmt: skip
    keep_in(settings, folder, BACKEND="voice.s3_archive.S3Archive", OPTIONS=options)


@pytest.fixture(params=["folder", "S3"])
def store(
    request: pytest.FixtureRequest, sandbox: Sandbox, settings: Settings, tmp_path: Path
) -> Archive:
    if request.param == "S3":
        in_s3(sandbox, settings, tmp_path)
    else:
        keep_in(settings, tmp_path)
    return archive("recordings")


@pytest.fixture
def s3(sandbox: Sandbox, settings: Settings, tmp_path: Path) -> Archive:
    settings.S3_DEADLINE_SECONDS = 0.5
    in_s3(sandbox, settings, tmp_path)
    return archive("recordings")


def test_what_is_kept_is_read_in_pieces(store: Archive) -> None:
    store.keep(KEY, b"0123456789", "audio/mpeg")
    assert store.piece(KEY, 0, 10) == b"0123456789"
    assert store.piece(KEY, 3, 2) == b"34"
    assert store.piece(KEY, 8, 100) == b"89"


def test_kept_twice_it_is_the_newer(store: Archive) -> None:
    store.keep(KEY, b"old", "audio/mpeg")
    store.keep(KEY, b"newer", "audio/mpeg")
    assert store.piece(KEY, 0, 99) == b"newer"


def test_what_is_forgotten_is_gone_however_often(store: Archive) -> None:
    store.keep(KEY, b"0123456789", "audio/mpeg")
    store.forget(KEY)
    store.forget(KEY)
    with pytest.raises(StorageError):
        store.piece(KEY, 0, 10)


@pytest.mark.parametrize(
    ("order", "step"),
    [
        ({"mode": "away"}, NextStep.RETRY),
        ({"mode": "500"}, NextStep.RETRY),
        ({"mode": "403"}, NextStep.FIX_CREDENTIALS),
        ({"slow_seconds": 2}, NextStep.RETRY),
    ],
    ids=["away", "500", "403", "slow"],
)
def test_an_error_says_what_next(
    s3: Archive, sandbox: Sandbox, order: dict[str, Any], step: NextStep
) -> None:
    sandbox.s3(**order)
    with pytest.raises(StorageError) as caught:
        s3.keep(KEY, b"0123456789", "audio/mpeg")
    assert caught.value.next_step == step
    assert VendorCall.objects.filter(vendor="s3", code="E010").exists()


def test_no_object_is_public(s3: Archive, sandbox: Sandbox) -> None:
    s3.keep(KEY, b"0123456789", "audio/mpeg")
    assert "x-amz-acl" not in sandbox.log("s3")[0]["headers"]


@pytest.mark.usefixtures("firm_defaults")
def test_a_recording_waits_here_while_s3_is_away_and_moves_then(
    s3: Archive, sandbox: Sandbox
) -> None:
    vapi.cache_clear()
    ended_call(sandbox)
    sandbox.s3(mode="500")
    swept()
    assert the_recording().store == Recording.Store.WAITING
    assert Incident.objects.filter(code="E010", closed_at=None).exists()
    sandbox.s3(mode="normal")
    Recording.objects.update(due_at="2026-01-01T00:00Z")
    assert swept().moved == 1
    found = the_recording()
    assert sandbox.s3()["objects"] == {"recordings": [found.key]}
    assert len(s3.piece(found.key, 0, 10**8)) == found.size_bytes
    vapi().close()
    vapi.cache_clear()
