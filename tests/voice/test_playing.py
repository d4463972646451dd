"""Staff listen to a recording: in pieces, noted, and only those who may."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from hampstead.core.errors import StorageError
from hampstead.core.models import AuditEntry, StaffUser
from tests.factories.leads import OfficeUserFactory
from tests.vendors import Sandbox
from tests.voice import recorded_calls
from tests.voice.posts import report
from voice.archive import archive
from voice.consenting import note_objection
from voice.local_archive import LocalArchive
from voice.models import Call, Recording

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults")]
SOUND = bytes(range(256)) * 40
TOTAL = len(SOUND)


@pytest.fixture
def staff() -> StaffUser:
    made: StaffUser = OfficeUserFactory()
    return made


@pytest.fixture
def office(staff: StaffUser) -> Client:
    client = Client()
    client.force_login(staff)
    return client


@pytest.fixture
def kept(sandbox: Sandbox, settings: Settings, tmp_path: Path) -> Recording:
    recorded_calls.keep_in(settings, tmp_path)
    report()
    archive("recordings").keep("a.mp3", SOUND, "audio/mpeg")
    Recording.objects.update(
        state="stored", store="recordings", key="a.mp3", media_type="audio/mpeg",
        size_bytes=TOTAL, duration_seconds=65, due_at=None,
    )  # fmt: skip
    return Recording.objects.get()


def address() -> str:
    return reverse("admin:voice_call_recording", args=[Call.objects.get().pk])


def page(client: Client) -> str:
    where = reverse("admin:voice_call_change", args=[Call.objects.get().pk])
    return client.get(where).content.decode()


def only_with(staff: StaffUser, *rights: str) -> None:
    staff.is_superuser = False
    staff.save()
    staff.user_permissions.set(Permission.objects.filter(codename__in=rights))


def test_the_whole_is_played_and_kept_by_nobody(office: Client, kept: Recording) -> None:
    answer = office.get(address())
    assert (answer.status_code, answer.content) == (200, SOUND)
    assert answer["Content-Type"] == "audio/mpeg"
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Cache-Control"].startswith("private, no-store")


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-", 0, TOTAL - 1),
        ("bytes=0-99", 0, 99),
        ("bytes=100-100", 100, 100),
        ("bytes=-50", TOTAL - 50, TOTAL - 1),
        (f"bytes={TOTAL - 10}-999999", TOTAL - 10, TOTAL - 1),
        ("bytes=-999999", 0, TOTAL - 1),
    ],
)
def test_a_piece_is_played(
    office: Client, kept: Recording, asked: str, start: int, end: int
) -> None:
    answer = office.get(address(), headers={"Range": asked})
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {start}-{end}/{TOTAL}"
    assert answer.content == SOUND[start : end + 1]


@pytest.mark.parametrize("asked", [f"bytes={TOTAL}-", "bytes=-0", "bytes=99999999999-"])
def test_bytes_that_are_not_there(office: Client, kept: Recording, asked: str) -> None:
    answer = office.get(address(), headers={"Range": asked})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{TOTAL}")


@pytest.mark.parametrize("asked", ["bytes=5-2", "bytes=0-1,5-6", "lines=1-2", "bytes=-", "x"])
def test_what_is_no_range_gets_the_whole(office: Client, kept: Recording, asked: str) -> None:
    answer = office.get(address(), headers={"Range": asked})
    assert (answer.status_code, len(answer.content)) == (200, TOTAL)


def test_each_listening_is_noted_once(office: Client, staff: StaffUser, kept: Recording) -> None:
    office.get(address(), headers={"Range": "bytes=0-99"})
    office.get(address(), headers={"Range": "bytes=100-"})
    noted = AuditEntry.objects.get(action="play recording")
    assert (noted.by, noted.subject) == (staff, kept.call.subject)
    assert "Olive Office" in page(office)


def test_looking_at_the_page_is_no_listening(office: Client, kept: Recording) -> None:
    assert "<audio" in page(office)
    assert not AuditEntry.objects.filter(action="play recording").exists()


def test_whoever_may_not_listen_does_not(office: Client, staff: StaffUser, kept: Recording) -> None:
    only_with(staff, "view_call")
    assert office.get(address()).status_code == 403
    shown = page(office)
    assert "<audio" not in shown
    assert "You may not listen" in shown
    assert not AuditEntry.objects.filter(action="play recording").exists()


def test_the_right_alone_is_enough_to_listen(
    office: Client, staff: StaffUser, kept: Recording
) -> None:
    only_with(staff, "view_call", "play_recording")
    assert office.get(address()).status_code == 200


def test_strangers_sign_in_first(client: Client, kept: Recording) -> None:
    assert client.get(address()).status_code == 302


def test_a_post_plays_nothing(office: Client, kept: Recording) -> None:
    assert office.post(address()).status_code == 405


def test_a_store_that_is_away_is_said(
    office: Client, kept: Recording, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_given: Any) -> bytes:
        raise StorageError("away")

    monkeypatch.setattr(LocalArchive, "piece", away)
    answer = office.get(address())
    assert answer.status_code == 503
    assert answer["Cache-Control"].startswith("private, no-store")
    assert b"E010" in answer.content


@pytest.mark.parametrize(
    ("state", "error", "words"),
    [
        ("wanted", "", "It is being fetched from VAPI."),
        ("gone", "VAPI has no recording of this call", "There is none. VAPI has no recording"),
        ("not_recorded", "nobody spoke", "There is none: nobody spoke."),
        ("refused", "the recording breaks off", "It was refused: the recording breaks off."),
    ],
)
def test_why_there_is_none_is_said(
    office: Client, kept: Recording, state: str, error: str, words: str
) -> None:
    Recording.objects.update(state=state, error=error)
    shown = page(office)
    assert words in shown
    assert "<audio" not in shown
    assert office.get(address()).status_code == 404


def test_a_recording_that_is_not_wanted_is_no_longer_played(
    office: Client, kept: Recording
) -> None:
    note_objection(kept.call, "please do not record")
    assert office.get(address()).status_code == 404
    assert "VAPI is being asked to delete" in page(office)
