"""Speech over the API: who may, what comes back, and how a refusal reads."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Q
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from hampstead.core.models import SpendCeiling, StaffUser, VendorUse
from tests.factories.core import StaffUserFactory
from tests.speech_vendors import hears, hears_in, recording
from tests.vendors import Sandbox
from tests.voice.ogg_pages import silence
from voice.api import Transcribe
from voice.speech import audio
from voice.speech.recordings import MOST_BYTES

pytestmark = pytest.mark.django_db

TRANSCRIBE, SYNTHESIZE = "/api/v1/voice/transcribe", "/api/v1/voice/synthesize"
NOTE = recording()


@pytest.fixture
def staff() -> StaffUser:
    user: StaffUser = StaffUserFactory()
    names = Q(codename__in=("add_transcription", "add_phrase"))
    user.user_permissions.set(Permission.objects.filter(names, content_type__app_label="voice"))
    return user


@pytest.fixture
def client(staff: StaffUser, sandbox: Sandbox) -> APIClient:
    return with_token(staff)


def with_token(user: StaffUser) -> APIClient:
    token = Token.objects.create(user=user)
    return APIClient(headers={"Authorization": f"Token {token.key}"})


def transcribe(client: Any, data: bytes = NOTE, kind: str = "audio/ogg", **more: Any) -> Any:
    return client.generic("POST", TRANSCRIBE, data, content_type=kind, **more)


def synthesize(client: APIClient, **order: Any) -> Any:
    return client.post(SYNTHESIZE, {"text": "Good morning.", **order}, format="json")


def test_a_raw_recording_becomes_a_text(client: APIClient, sandbox: Sandbox) -> None:
    hears_in(sandbox, NOTE, "Do you do lofts?")
    answer = transcribe(client)
    assert answer.status_code == 200
    found = answer.json()
    assert found.pop("duration_seconds") == pytest.approx(1, abs=0.05)
    assert found == {
        "text": "Do you do lofts?",
        "confidence": 0.98,
        "language": "en-GB",
        "is_poor": False,
        "poor_reason": "",
    }


def test_a_file_in_a_form_does_as_well(client: APIClient, sandbox: Sandbox) -> None:
    hears_in(sandbox, NOTE, "Hello")
    file = SimpleUploadedFile("note.exe", NOTE, content_type="application/x-msdownload")
    assert client.post(TRANSCRIBE, {"audio": file}, format="multipart").json()["text"] == "Hello"


def test_a_poor_recording_says_why(client: APIClient) -> None:
    found = transcribe(client, recording(loudness=70)).json()
    assert (found["is_poor"], found["poor_reason"]) == (True, "quiet")


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"", 422, "empty"),
        (b"<html>", 422, "not_audio"),
        (NOTE[:-9], 422, "truncated"),
        (silence(seconds=1, claimed_seconds=61_200), 422, "too_long"),
    ],
)
def test_a_refused_recording_says_why(
    client: APIClient, data: bytes, status: int, code: str
) -> None:
    answer = transcribe(client, data)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["error"]


def test_a_body_that_says_it_is_too_large_is_not_read(client: APIClient) -> None:
    answer = transcribe(client, CONTENT_LENGTH=str(MOST_BYTES * 2))
    assert answer.status_code == 413
    assert set(answer.json()) == {"code", "error"}


def test_a_recording_of_more_than_16_mb_is_too_big(client: APIClient) -> None:
    answer = transcribe(client, b"OggS" + bytes(MOST_BYTES))
    assert (answer.status_code, answer.json()["code"]) == (413, "too_big")


def test_a_recording_of_more_than_django_takes_by_itself_is_read(client: APIClient) -> None:
    assert transcribe(client, b"x" * 11_000_000).json()["code"] == "not_audio"


def test_a_body_without_a_length_is_refused(client: APIClient) -> None:
    answer = transcribe(client, HTTP_TRANSFER_ENCODING="chunked")
    assert answer.status_code == 411


def test_a_form_without_a_file_is_refused(client: APIClient) -> None:
    answer = client.post(TRANSCRIBE, {"other": "x"}, format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


def test_a_form_with_words_for_a_file_is_refused(client: APIClient) -> None:
    answer = client.post(TRANSCRIBE, {"audio": "x"}, format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (422, "not_audio")


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("ogg", "audio/ogg; codecs=opus"),
        ("mp3", "audio/mpeg"),
        ("pcm", "audio/pcm; rate=24000; channels=1"),
    ],
)
def test_a_text_becomes_audio(client: APIClient, form: str, media_type: str) -> None:
    answer = synthesize(client, format=form)
    assert (answer.status_code, answer["Content-Type"]) == (200, media_type)
    if form != "pcm":
        assert audio.read(answer.content).facts.duration_seconds > 0.5


def test_a_voice_note_is_what_is_asked_for_by_default(client: APIClient) -> None:
    assert synthesize(client).content.startswith(b"OggS")


def test_audio_may_be_kept_by_whoever_asked(client: APIClient) -> None:
    first, second = synthesize(client), synthesize(client)
    assert first["Cache-Control"] == "private, max-age=86400"
    assert first["ETag"] == second["ETag"]


def test_audio_comes_whatever_the_accept_header_says(client: APIClient) -> None:
    answer = client.post(
        SYNTHESIZE, {"text": "Hello."}, format="json", headers={"Accept": "audio/ogg"}
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "order", [{"text": ""}, {"text": "x" * 5001}, {"format": "wav"}, {"text": None}, {"text": [1]}]
)
def test_a_wrong_order_is_refused(client: APIClient, order: dict[str, Any]) -> None:
    answer = synthesize(client, **order)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert answer.json()["error"].startswith(next(iter(order)))


@pytest.mark.parametrize("body", [b"{", b"[]", b"7"])
def test_a_body_that_is_no_object_is_refused(client: APIClient, body: bytes) -> None:
    browser: Any = client
    answer = browser.generic("POST", SYNTHESIZE, body, content_type="application/json")
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "error"}


@pytest.mark.parametrize(
    ("vendor", "fault", "status", "code"),
    [
        ("deepgram", {"status": 500}, 502, "E004"),
        ("deepgram", {"status": 401}, 502, "E004"),
        ("elevenlabs", {"status": 401}, 502, "E005"),
    ],
)
def test_a_failing_vendor_is_a_code_of_the_catalogue(
    client: APIClient, sandbox: Sandbox, vendor: str, fault: dict[str, Any], status: int, code: str
) -> None:
    sandbox.fault(vendor, **fault)
    answer = transcribe(client) if vendor == "deepgram" else synthesize(client)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_busy_vendor_says_how_long(client: APIClient, sandbox: Sandbox) -> None:
    sandbox.fault("deepgram", status=429, headers={"retry-after": "7"})
    assert transcribe(client)["Retry-After"] == "7"


def test_what_it_costs_is_on_whoever_asked(client: APIClient, staff: StaffUser) -> None:
    transcribe(client)
    use = VendorUse.objects.get()
    assert (use.purpose, use.payer) == ("api", f"staff:{staff.pk}")


def test_a_spent_day_is_429(client: APIClient) -> None:
    SpendCeiling.objects.create(vendor="elevenlabs", soft_pence=0, hard_pence=0, person_pence=0)
    answer = synthesize(client)
    assert (answer.status_code, answer.json()["code"]) == (429, "E011")


def test_who_asks_too_often_waits(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Transcribe, "throttle_rate", "1/minute")
    transcribe(client)
    answer = transcribe(client)
    assert (answer.status_code, answer.json()["code"]) == (429, "E011")
    assert int(answer["Retry-After"]) > 0


def test_one_users_haste_does_not_stop_another(
    client: APIClient, monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    monkeypatch.setattr(Transcribe, "throttle_rate", "1/minute")
    transcribe(client)
    other = with_token(StaffUserFactory(is_superuser=True))
    assert transcribe(other).status_code == 200


@pytest.mark.parametrize("path", [TRANSCRIBE, SYNTHESIZE])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Token wrong"}])
def test_nobody_is_served_without_a_token(path: str, headers: dict[str, str]) -> None:
    answer = APIClient(headers=headers).post(path, {"text": "x"}, format="json")
    assert answer.status_code == 401
    assert answer.json()["code"] in ("not_authenticated", "authentication_failed")


@pytest.mark.parametrize("path", [TRANSCRIBE, SYNTHESIZE])
def test_a_token_alone_is_not_enough(path: str) -> None:
    answer = with_token(StaffUserFactory()).post(path, {"text": "x"}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


@pytest.mark.parametrize("path", [TRANSCRIBE, SYNTHESIZE])
def test_the_admins_session_is_not_enough(path: str) -> None:
    """A page elsewhere must not make a member of staff's browser spend money."""
    browser = APIClient()
    browser.force_login(StaffUserFactory(is_superuser=True))
    assert browser.post(path, {"text": "x"}, format="json").status_code == 401


def test_reading_is_not_offered(client: APIClient) -> None:
    answer = client.get(TRANSCRIBE)
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


def test_an_unsure_text_is_told_by_its_confidence(client: APIClient, sandbox: Sandbox) -> None:
    hears(sandbox, {"text": "mumble", "confidence": 0.2})
    assert transcribe(client).json()["confidence"] == 0.2
