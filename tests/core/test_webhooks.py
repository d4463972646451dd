"""The webhook door: authentic posts are stored as bytes, everything else leaves only a count."""

import hashlib
import hmac
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from hampstead.core import inbox
from hampstead.core.models import InboxEvent, RefusedPosts

pytestmark = pytest.mark.django_db
URL = "/whatsapp/webhook"
SECRET = "test-webhook-secret"
BODY = b'{"object": "whatsapp_business_account", "entry": []}'
HOSTILE = {
    "NUL": b'{"object": "\\u0000", "entry": []}',
    "raw NUL": b"\x00",
    "lone surrogate": b'{"object": "\\ud800", "entry": []}',
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "huge number": b'{"entry": ' + b"9" * 5000 + b"}",
    "NaN": b'{"entry": NaN}',
    "empty": b"",
    "binary": bytes(range(256)),
    "other encoding": '{"object": "é"}'.encode("utf-16"),
    "cut": BODY[:-3],
    "list": b"[]",
    "text": b'"hello"',
}


def post(
    client: Client,
    body: bytes = BODY,
    *,
    secret: str | None = SECRET,
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    given = (headers or {}) | ({} if secret is None else {"X-Hook-Token": secret})
    answer: Any = client.post(URL, body, content_type="application/json", headers=given)
    assert isinstance(answer, HttpResponse)
    return answer


def test_an_authentic_post_is_stored_and_acknowledged(client: Client) -> None:
    response = post(client)
    assert (response.status_code, response.content) == (200, b"ok")
    assert InboxEvent.objects.get().source == "360dialog"


def test_a_repeat_is_acknowledged_too(client: Client) -> None:
    post(client)
    assert post(client).status_code == 200
    assert InboxEvent.objects.count() == 1


def test_the_row_follows_the_request_id(client: Client) -> None:
    post(client, headers={"X-Request-ID": "request-1"})
    assert InboxEvent.objects.get().request_id == "request-1"


def test_the_secret_is_not_stored_with_the_headers(client: Client) -> None:
    post(client)
    assert SECRET not in str(InboxEvent.objects.get().headers)


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "nonsense", ""])
def test_any_accept_header_will_do(client: Client, accept: str) -> None:
    assert post(client, headers={"Accept": accept}).status_code == 200


def test_a_format_in_the_query_changes_nothing(client: Client) -> None:
    headers = {"X-Hook-Token": SECRET}
    response = client.post(f"{URL}?format=xml", BODY, "application/json", headers=headers)
    assert response.status_code == 200


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data"])
def test_any_content_type_is_taken_as_bytes(client: Client, content_type: str) -> None:
    headers = {"X-Hook-Token": SECRET}
    assert client.post(URL, BODY, content_type, headers=headers).status_code == 200
    assert InboxEvent.objects.count() == 1


@pytest.mark.parametrize("secret", ["wrong", "", None, "sécret", "\udcff", SECRET + "x"])
def test_a_post_without_the_secret_leaves_only_a_count(client: Client, secret: str | None) -> None:
    response = post(client, secret=secret)
    assert response.status_code == 401
    assert RefusedPosts.objects.get().count == 1
    assert not InboxEvent.objects.exists()


def test_the_refusal_has_its_code(client: Client) -> None:
    response: Any = post(client, secret="wrong")
    assert response.json() == {"code": "E013", "error": "Webhook signature invalid"}


def test_refusals_of_a_day_share_a_row(client: Client) -> None:
    for _ in range(3):
        post(client, secret="wrong")
    assert RefusedPosts.objects.get().count == 3


def test_without_a_configured_secret_every_post_is_refused(
    client: Client, settings: Settings
) -> None:
    settings.WHATSAPP_WEBHOOK_SECRETS = []
    assert post(client, secret="").status_code == 401


@pytest.mark.parametrize("secret", ["old", "new"])
def test_two_secrets_are_taken_during_a_rotation(
    client: Client, settings: Settings, secret: str
) -> None:
    settings.WHATSAPP_WEBHOOK_SECRETS = ["new", "old"]
    assert post(client, secret=secret).status_code == 200


@pytest.mark.parametrize(("key", "status"), [(b"signing", 200), (b"wrong", 401)])
def test_with_a_signature_secret_the_body_must_be_signed(
    client: Client, settings: Settings, key: bytes, status: int
) -> None:
    settings.WHATSAPP_SIGNATURE_SECRETS = ["signing"]
    signature = "sha256=" + hmac.new(key, BODY, hashlib.sha256).hexdigest()
    assert post(client, headers={"X-360dialog-Signature": signature}).status_code == status


def test_with_a_signature_secret_a_bare_post_is_refused(client: Client, settings: Settings) -> None:
    settings.WHATSAPP_SIGNATURE_SECRETS = ["signing"]
    assert post(client).status_code == 401


def test_a_body_over_the_cap_is_refused(client: Client, settings: Settings) -> None:
    response = post(client, b"x" * (settings.WHATSAPP_MAX_BODY_BYTES + 1))
    assert response.status_code == 413
    assert not InboxEvent.objects.exists()


def test_a_body_at_the_cap_is_taken(client: Client, settings: Settings) -> None:
    assert post(client, b"x" * settings.WHATSAPP_MAX_BODY_BYTES).status_code == 200


def test_a_chunked_body_is_refused(client: Client) -> None:
    assert post(client, headers={"Transfer-Encoding": "chunked"}).status_code == 411
    assert not InboxEvent.objects.exists()


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_body_is_stored_then_set_aside(client: Client, body: bytes) -> None:
    assert post(client, body).status_code == 200
    event = InboxEvent.objects.get()
    inbox.process(event.pk)
    event.refresh_from_db()
    assert event.status == InboxEvent.Status.QUARANTINED


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_probe_is_answered(client: Client, method: str) -> None:
    assert client.generic(method, URL).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "BREW"])
def test_another_method_is_not_allowed(client: Client, method: str) -> None:
    response = client.generic(method, URL, BODY, headers={"X-Hook-Token": SECRET})
    assert response.status_code == 405
    assert not InboxEvent.objects.exists()


@pytest.mark.usefixtures("database_away")
@pytest.mark.parametrize("secret", [SECRET, "wrong"])
def test_without_the_database_the_vendor_must_come_again(client: Client, secret: str) -> None:
    response: Any = post(client, secret=secret)
    assert response.status_code == 503
    assert response.json()["code"] == "E001"
