import hashlib
import hmac
from typing import Any

import pytest

from tests.sandbox.conftest import HOOK_TOKEN, SIGNING_KEY, Sandbox
from tests.sandbox.receiver import Receiver

WRITTEN = {"from": "+44 7700 900123", "name": "Priya Shah", "text": "Hello"}


def test_a_customers_text_arrives_as_a_cloud_shaped_webhook(
    sandbox: Sandbox, app: Receiver
) -> None:
    sandbox.post("/_customer/whatsapp", {**WRITTEN, "id": "wamid.A", "timestamp": 1790000000})
    value = app.posts[0].value
    assert value["contacts"] == [{"profile": {"name": "Priya Shah"}, "wa_id": "447700900123"}]
    assert value["messages"] == [
        {
            "from": "447700900123", "id": "wamid.A", "timestamp": "1790000000",
            "type": "text", "text": {"body": "Hello"},
        }
    ]  # fmt: skip
    assert value["metadata"]["phone_number_id"] == "106540352242922"


def test_the_post_is_authenticated_by_header_and_signature(sandbox: Sandbox, app: Receiver) -> None:
    sandbox.post("/_customer/whatsapp", WRITTEN)
    post = app.posts[0]
    digest = hmac.new(SIGNING_KEY.encode(), post.raw, hashlib.sha256).hexdigest()
    assert post.path == "/whatsapp/webhook"
    assert post.headers["x-hook-token"] == HOOK_TOKEN
    assert post.headers["x-360dialog-signature"] == digest


def test_the_apps_acknowledgement_is_reported(sandbox: Sandbox, app: Receiver) -> None:
    response = sandbox.post("/_customer/whatsapp", WRITTEN)
    assert response.status_code == 200
    assert response.json() == {
        "message_id": "wamid.SANDBOX000001", "app_status": 200, "posts": 1,
    }  # fmt: skip


def test_a_refusal_by_the_app_is_a_502_with_details(sandbox: Sandbox, app: Receiver) -> None:
    app.answers.append(401)
    response = sandbox.post("/_customer/whatsapp", WRITTEN)
    assert response.status_code == 502
    assert (response.json()["app_status"], response.json()["app_body"]) == (401, "ok")


def test_an_unreachable_app_is_a_502(sandbox: Sandbox) -> None:
    config = {"url": "http://127.0.0.1:9/whatsapp/webhook"}
    sandbox.http.post("/360dialog/v1/configs/webhook", json=config, headers={"D360-API-KEY": "key"})
    response = sandbox.post("/_customer/whatsapp", WRITTEN)
    assert (response.status_code, response.json()["app_status"]) == (502, None)


def test_nothing_is_ever_posted_off_this_machine(sandbox: Sandbox) -> None:
    config = {"url": "https://hampstead.example/whatsapp/webhook"}
    sandbox.http.post("/360dialog/v1/configs/webhook", json=config, headers={"D360-API-KEY": "key"})
    response = sandbox.post("/_customer/whatsapp", WRITTEN)
    assert response.status_code == 502
    assert "this machine only" in response.json()["app_body"]


def test_user_id_and_username_are_sent_where_the_vendor_puts_them(
    sandbox: Sandbox, app: Receiver
) -> None:
    sandbox.post("/_customer/whatsapp", {**WRITTEN, "user_id": "GB.1", "username": "priya.s"})
    contact = app.posts[0].value["contacts"][0]
    assert (contact["user_id"], contact["profile"]["username"]) == ("GB.1", "priya.s")
    assert app.posts[0].value["messages"][0]["from_user_id"] == "GB.1"


def test_a_username_customer_may_have_no_number(sandbox: Sandbox, app: Receiver) -> None:
    sandbox.post("/_customer/whatsapp", {"user_id": "GB.2", "name": "P", "text": "Hi"})
    assert "wa_id" not in app.posts[0].value["contacts"][0]
    assert "from" not in app.posts[0].value["messages"][0]


def test_a_message_object_replaces_the_content(sandbox: Sandbox, app: Receiver) -> None:
    message = {"type": "reaction", "reaction": {"message_id": "wamid.1", "emoji": "👍"}}
    sandbox.post("/_customer/whatsapp", {**WRITTEN, "message": message})
    sent = app.posts[0].value["messages"][0]
    assert sent["reaction"] == message["reaction"]
    assert sent["from"] == "447700900123"
    assert "text" not in sent


def test_a_duplicate_fault_posts_extra_copies(sandbox: Sandbox, app: Receiver) -> None:
    sandbox.fault("360dialog", duplicate=2)
    assert sandbox.post("/_customer/whatsapp", WRITTEN).json()["posts"] == 3
    assert len({post.raw for post in app.posts}) == 1
    assert len(app.posts) == 3


@pytest.mark.parametrize(
    "order", [{}, {"from": "447700900123"}, {**WRITTEN, "text": None}, {**WRITTEN, "type": "image"}]
)
def test_a_message_no_customer_could_send_is_refused(
    sandbox: Sandbox, order: dict[str, Any]
) -> None:
    response = sandbox.post("/_customer/whatsapp", order)
    assert response.status_code == 400


def test_a_raw_webhook_is_passed_on_byte_for_byte(sandbox: Sandbox, app: Receiver) -> None:
    raw = b'{"a": 1,  "a": 2, "b": "\\u0000\xff"'
    response = sandbox.http.post("/_webhook/360dialog", content=raw)
    assert response.json() == {"app_status": 200, "app_body": "ok"}
    assert (app.posts[0].raw, app.posts[0].path) == (raw, "/whatsapp/webhook")
    assert app.posts[0].headers["x-hook-token"] == HOOK_TOKEN


def test_a_raw_webhook_may_go_to_another_path(sandbox: Sandbox, app: Receiver) -> None:
    sandbox.http.post("/_webhook/360dialog?path=/other/door", content=b"{}")
    assert app.posts[0].path == "/other/door"


def test_a_vendor_without_webhooks_is_not_found(sandbox: Sandbox) -> None:
    assert sandbox.http.post("/_webhook/anthropic", content=b"{}").status_code == 404
