from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import HOOK_TOKEN, Sandbox
from tests.sandbox.receiver import Receiver
from tests.sandbox.waiting import eventually

NUMBER = "447700900123"
KEY = {"D360-API-KEY": "key"}


def buttons(*titles: str) -> dict[str, Any]:
    replies = [{"type": "reply", "reply": {"id": t or "x", "title": t}} for t in titles]
    return {"type": "button", "body": {"text": "Choose"}, "action": {"buttons": replies}}


def test_an_accepted_text_gets_a_wamid_and_reaches_the_phone(sandbox: Sandbox) -> None:
    response = sandbox.send_text("Good morning")
    assert response.json() == {
        "messaging_product": "whatsapp",
        "contacts": [{"input": NUMBER, "wa_id": NUMBER}],
        "messages": [{"id": "wamid.SANDBOX000001"}],
    }
    (message,) = sandbox.phone("+44 7700 900123")
    assert (message["id"], message["type"]) == ("wamid.SANDBOX000001", "text")
    assert message["text"] == "Good morning"


def test_a_template_is_accepted_with_its_state(sandbox: Sandbox) -> None:
    template = {"name": "survey_reminder", "language": {"code": "en_GB"}}
    response = sandbox.send(type="template", template=template)
    assert response.json()["messages"][0]["message_status"] == "accepted"
    assert sandbox.phone(NUMBER)[0]["text"] == "[survey_reminder]"


def test_reply_buttons_are_accepted(sandbox: Sandbox) -> None:
    assert sandbox.send(type="interactive", interactive=buttons("Yes", "No")).status_code == 200
    assert sandbox.phone(NUMBER)[0]["text"] == "Choose"


def test_a_missing_key_is_refused(sandbox: Sandbox) -> None:
    response = sandbox.post("/360dialog/messages", {})
    assert response.status_code == 401
    assert response.json()["meta"]["developer_message"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"messaging_product": None, "text": {"body": "Hi"}}, 100),
        ({"to": "", "text": {"body": "Hi"}}, 100),
        ({"to": "07700900123", "text": {"body": "Hi"}}, 131009),
        ({"text": {"body": ""}}, 100),
        ({"text": {"body": "x" * 4097}}, 100),
        ({"type": "template", "template": {"name": "survey_reminder"}}, 100),
        ({"type": "interactive", "interactive": buttons("a", "b", "c", "d")}, 131009),
        ({"type": "interactive", "interactive": buttons("a title that is far too long")}, 131009),
        ({"type": "hologram"}, 100),
        ({"status": "read", "message_id": "nonsense"}, 131009),
    ],
)
def test_a_wrong_send_gets_the_meta_error_shape(
    sandbox: Sandbox, body: dict[str, Any], code: int
) -> None:
    response = sandbox.send(**body)
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["type"]) == (400, code, "OAuthException")
    assert error["error_data"]["messaging_product"] == "whatsapp"
    assert sandbox.phone(NUMBER) == []


def test_a_read_receipt_with_typing_succeeds_and_sends_nothing(
    sandbox: Sandbox, app: Receiver
) -> None:
    response = sandbox.send(status="read", message_id="wamid.X", typing_indicator={"type": "text"})
    assert response.json() == {"success": True}
    assert sandbox.phone(NUMBER) == []


def test_sent_and_delivered_follow_as_separate_posts(sandbox: Sandbox, app: Receiver) -> None:
    sandbox.send_text(biz_opaque_callback_data="msg:1")
    sent, delivered = app.wait_for(2)
    assert (sent.status["status"], delivered.status["status"]) == ("sent", "delivered")
    assert sent.status["biz_opaque_callback_data"] == "msg:1"
    assert sent.status["recipient_id"] == NUMBER
    assert sent.value["contacts"] == [{"wa_id": NUMBER}]
    assert sent.headers["x-hook-token"] == HOOK_TOKEN


@pytest.mark.parametrize(
    ("mode", "names"),
    [
        ("reversed", ["delivered", "sent"]),
        ("duplicate", ["sent", "sent", "delivered", "delivered"]),
        ("read", ["sent", "delivered", "read"]),
        ("failed", ["failed"]),
    ],
)
def test_statuses_can_be_bent(sandbox: Sandbox, app: Receiver, mode: str, names: list[str]) -> None:
    sandbox.fault("360dialog", statuses=mode)
    assert sandbox.send_text().status_code == 200
    assert app.wait_for_statuses(len(names)) == names


def test_statuses_can_be_switched_off_for_one_message(sandbox: Sandbox, app: Receiver) -> None:
    sandbox.fault("360dialog", statuses="off")
    sandbox.send_text("first")
    second = sandbox.send_text("second").json()["messages"][0]["id"]
    assert {post.status["id"] for post in app.wait_for(2)} == {second}


def test_statuses_can_overtake_the_response(sandbox: Sandbox, app: Receiver) -> None:
    sandbox.fault("360dialog", statuses="before_response")
    sandbox.send_text()
    assert [post.status["status"] for post in app.posts] == ["sent", "delivered"]


def test_a_status_fault_is_not_used_up_by_a_read_receipt(sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", statuses="off")
    sandbox.send(status="read", message_id="wamid.X")
    assert len(sandbox.http.get("/_faults").json()) == 1


def test_a_failed_status_names_the_wanted_code(sandbox: Sandbox, app: Receiver) -> None:
    sandbox.fault("360dialog", statuses="failed", error_code=131047)
    sandbox.send_text()
    (failed,) = app.wait_for(1)
    assert failed.status["errors"][0]["code"] == 131047
    assert "contacts" not in failed.value
    assert sandbox.phone(NUMBER) == []


def test_a_status_the_app_refused_is_posted_again(sandbox: Sandbox, app: Receiver) -> None:
    app.answers.extend([503])
    sandbox.send_text()
    assert app.wait_for_statuses(3) == ["sent", "delivered", "sent"]


def test_reading_the_chat_posts_read_for_what_was_new(sandbox: Sandbox, app: Receiver) -> None:
    sandbox.fault("360dialog", statuses="off")
    wamid = sandbox.send_text(biz_opaque_callback_data="msg:1").json()["messages"][0]["id"]
    assert sandbox.post(f"/_customer/whatsapp/{NUMBER}/read", {}).json() == {"read": [wamid]}
    (read,) = app.wait_for(1)
    assert (read.status["status"], read.status["id"]) == ("read", wamid)


def test_a_cut_before_delivers_nothing(sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", route="/messages", cut="before")
    with pytest.raises(httpx.RemoteProtocolError):
        sandbox.send_text()
    assert sandbox.phone(NUMBER) == []


def test_a_cut_after_has_delivered_and_tells_the_status(sandbox: Sandbox, app: Receiver) -> None:
    sandbox.fault("360dialog", route="/messages", cut="after")
    with pytest.raises(httpx.RemoteProtocolError):
        sandbox.send_text(biz_opaque_callback_data="msg:9")
    assert len(sandbox.phone(NUMBER)) == 1
    assert app.wait_for(1)[0].status["biz_opaque_callback_data"] == "msg:9"


def test_a_status_fault_uses_the_meta_shape_unless_a_body_is_given(sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", status=500)
    sandbox.fault("360dialog", status=400, body={"error": {"code": 131056}})
    assert sandbox.send_text().json()["error"]["code"] == 131000
    assert sandbox.send_text().json() == {"error": {"code": 131056}}


def test_a_user_id_reaches_the_phone_it_belongs_to(sandbox: Sandbox) -> None:
    sandbox.post(
        "/_customer/whatsapp", {"from": NUMBER, "name": "P", "text": "Hi", "user_id": "GB.1"}
    )
    response = sandbox.send_text(to=None, recipient="GB.1")
    contact = {"input": "GB.1", "wa_id": NUMBER, "user_id": "GB.1"}
    assert response.json()["contacts"] == [contact]
    assert len(sandbox.phone(NUMBER)) == 1


def test_a_configured_webhook_gets_the_posts_until_reset(sandbox: Sandbox, app: Receiver) -> None:
    config = {"url": f"{app.url}/elsewhere", "headers": {"X-Other": "1"}}
    url = "/360dialog/v1/configs/webhook"
    sandbox.http.post(url, json=config, headers=KEY).raise_for_status()
    assert sandbox.http.get(url, headers=KEY).json() == config
    sandbox.send_text()
    assert app.wait_for(1)[0].path == "/elsewhere"
    assert "x-hook-token" not in app.posts[0].headers
    sandbox.http.post("/_reset")
    default = sandbox.http.get(url, headers=KEY).json()
    assert default["url"] == f"{app.url}/whatsapp/webhook"


def test_templates_are_listed_in_the_vendors_shape(sandbox: Sandbox) -> None:
    page = sandbox.http.get("/360dialog/v1/configs/templates", headers=KEY).json()
    assert page["count"] == len(page["waba_templates"])
    assert {row["status"] for row in page["waba_templates"]} == {"approved"}


def test_the_key_is_masked_in_the_log(sandbox: Sandbox) -> None:
    sandbox.send_text()
    entry = eventually(lambda: sandbox.log("360dialog"))[0]
    assert (entry["route"], entry["status"]) == ("/messages", 200)
    assert entry["headers"]["d360-api-key"] == "***"
