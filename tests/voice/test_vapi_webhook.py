"""The door for VAPI: who gets in, what is kept, what is answered."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from hampstead.core.models import InboxEvent, RefusedPosts
from hampstead.core.sealing import unseal
from tests.voice.posts import AT, SECRET, message, post, raw_post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults")]
HANG = json.dumps(message("hang")).encode()


def signed(body: bytes, stamp: str, key: str = SECRET, form: str = "hex") -> dict[str, str]:
    digest = hmac.new(key.encode(), stamp.encode() + b"." + body, hashlib.sha256).digest()
    text = digest.hex() if form == "hex" else base64.b64encode(digest).decode()
    return {"X-Signature": text, "X-Timestamp": stamp}


@pytest.mark.parametrize(
    "headers",
    [{"X-Vapi-Secret": "wrong"}, {"X-Vapi-Secret": ""}, {"Authorization": f"Bearer {SECRET}"}],
)
def test_another_secret_gets_401_and_leaves_nothing(headers: dict[str, str]) -> None:
    assert raw_post(HANG, **headers).status_code == 401
    assert not InboxEvent.objects.exists()
    assert RefusedPosts.objects.get().count == 1


def test_without_a_secret_of_ours_nobody_gets_in(settings: Settings) -> None:
    settings.VAPI_WEBHOOK_SECRETS = []
    assert raw_post(HANG).status_code == 401


@pytest.mark.parametrize("secret", ["new", "old"])
def test_two_secrets_count_while_one_is_replaced(settings: Settings, secret: str) -> None:
    settings.VAPI_WEBHOOK_SECRETS = ["new", "old"]
    assert raw_post(HANG, **{"X-Vapi-Secret": secret}).status_code == 200


def test_a_bearer_token_opens_if_it_is_configured(settings: Settings) -> None:
    settings.VAPI_WEBHOOK_AUTH = "bearer"
    assert raw_post(HANG, Authorization=f"Bearer {SECRET}").status_code == 200
    assert raw_post(HANG, **{"X-Vapi-Secret": SECRET}).status_code == 401


@pytest.mark.parametrize("form", ["hex", "base64"])
@pytest.mark.parametrize("unit", [1, 1000])
def test_a_signature_opens_if_it_is_configured(settings: Settings, form: str, unit: int) -> None:
    settings.VAPI_WEBHOOK_AUTH = "hmac"
    with time_machine.travel(AT, tick=False):
        stamp = str(int(AT.timestamp() * unit))
        assert raw_post(HANG, **signed(HANG, stamp, form=form)).status_code == 200


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_old_signature_does_not(settings: Settings, seconds: int) -> None:
    settings.VAPI_WEBHOOK_AUTH = "hmac"
    with time_machine.travel(AT, tick=False):
        stamp = str(int(AT.timestamp()) + seconds)
        assert raw_post(HANG, **signed(HANG, stamp)).status_code == 401


def test_a_signature_of_other_bytes_does_not(settings: Settings) -> None:
    settings.VAPI_WEBHOOK_AUTH = "hmac"
    with time_machine.travel(AT, tick=False):
        stamp = str(int(AT.timestamp()))
        assert raw_post(HANG + b" ", **signed(HANG, stamp)).status_code == 401


@pytest.mark.parametrize("body", [b"", b"[", b"[]", b'{"type":"hang"}', b'{"message":3}', b"\xff"])
def test_what_is_no_message_gets_400(body: bytes) -> None:
    assert raw_post(body).status_code == 400
    assert not InboxEvent.objects.exists()


@pytest.mark.parametrize(
    "kind", ["hang", "assistant.started", "user-interrupted", "model-output", "brand-new", ""]
)
def test_what_wants_no_answer_is_stored_and_acknowledged(kind: str) -> None:
    assert post(kind) == {}
    assert InboxEvent.objects.get().source == "vapi"


def test_credentials_and_open_links_are_not_kept() -> None:
    artifact = {"recordingUrl": "https://storage/x.mp3", "presignedMonoUrl": "https://storage/y"}
    post("hang", artifact=artifact, costs=[{"promptTokens": 12}])
    kept = unseal(bytes(InboxEvent.objects.get().body)).decode()
    assert "a-secret-token" not in kept
    assert "storage" not in kept
    assert '"promptTokens": 12' in kept


def test_five_megabytes_are_taken() -> None:
    body: dict[str, Any] = message("hang", artifact={"transcript": "a" * 5_000_000})
    assert raw_post(json.dumps(body).encode()).status_code == 200
