"""Every documented shape of a post becomes events in our words."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.whatsapp.posts import envelope, text_message
from whatsapp.events import MessageEvent, StatusEvent, UnknownEvent, read_post

AT = 1_790_000_000
BSUID = "GB.13491208655302741918"


def read(payload: Any) -> list[Any]:
    return read_post(json.dumps(payload).encode())


def read_one(message: dict[str, Any], **value: Any) -> Any:
    (event,) = read(envelope(message, **value))
    return event


def of_type(kind: str, **part: Any) -> dict[str, Any]:
    head = {"from": "447700900123", "id": "wamid.K", "timestamp": str(AT), "type": kind}
    return {**head, **part}


def status(**more: Any) -> dict[str, Any]:
    return {"id": "wamid.OUT7", "status": "delivered", "timestamp": str(AT), **more}


def test_every_entry_change_message_and_status_of_a_post_is_read_in_order() -> None:
    numbers = iter(range(12))

    def change() -> dict[str, Any]:
        texts = [text_message(str(next(numbers))) for _ in range(3)]
        content = envelope(*texts, statuses=[status(), status(status="read")])
        found: dict[str, Any] = content["entry"][0]["changes"][0]
        return found

    entries = [{"id": str(n), "changes": [change(), change()]} for n in range(2)]
    events = read({"object": "whatsapp_business_account", "entry": entries})
    texts = [event.text for event in events if isinstance(event, MessageEvent)]
    assert texts == [str(n) for n in range(12)]
    assert sum(isinstance(event, StatusEvent) for event in events) == 8


def test_the_same_id_twice_in_one_post_is_read_twice() -> None:
    twice = text_message("Hello", id="wamid.SAME")
    assert [event.vendor_id for event in read(envelope(twice, twice))] == ["wamid.SAME"] * 2


WORDS: list[tuple[str, dict[str, Any], str]] = [
    ("text", {"text": {"body": "Do you do lofts?"}}, "Do you do lofts?"),
    ("button", {"button": {"payload": "CONFIRM", "text": "Confirm"}}, "Confirm"),
    (
        "interactive",
        {
            "interactive": {
                "type": "button_reply",
                "button_reply": {"id": "slot:2", "title": "Thu 10:00"},
            }
        },
        "Thu 10:00",
    ),
    (
        "interactive",
        {"interactive": {"type": "list_reply", "list_reply": {"id": "loft", "title": "Loft"}}},
        "Loft",
    ),
    (
        "interactive",
        {"interactive": {"type": "nfm_reply", "nfm_reply": {"response_json": "[1]"}}},
        "",
    ),
    ("interactive", {"errors": [{"code": 131000}]}, ""),
    ("image", {"image": {"id": "1", "caption": "Our kitchen"}}, "Our kitchen"),
    ("video", {"video": {"id": "1", "caption": "The leak"}}, "The leak"),
    ("document", {"document": {"id": "1", "filename": "plan.pdf", "caption": "Plan"}}, "Plan"),
    ("image", {"image": {"id": "1"}}, ""),
    ("audio", {"audio": {"id": "1", "voice": True}}, ""),
    ("sticker", {"sticker": {"id": "1", "animated": False}}, ""),
    ("location", {"location": {"latitude": 51.5, "longitude": -0.1, "name": "Home"}}, ""),
    ("contacts", {"contacts": [{"name": {"formatted_name": "Sam"}}]}, ""),
    ("reaction", {"reaction": {"message_id": "wamid.1", "emoji": "👍"}}, ""),
    ("order", {"order": {"catalog_id": "1", "text": "two", "product_items": []}}, ""),
    ("unsupported", {"unsupported": {"type": "poll"}, "errors": [{"code": 131051}]}, ""),
    ("edit", {"edit": {"original_message_id": "wamid.1", "message": {}}}, ""),
    ("revoke", {"revoke": {"original_message_id": "wamid.1"}}, ""),
    ("request_welcome", {}, ""),
    ("hologram", {"hologram": {"body": "new"}}, ""),
    ("text", {"text": "not an object"}, ""),
    ("text", {"text": {"body": 7}}, ""),
]


@pytest.mark.parametrize(("kind", "part", "words"), WORDS)
def test_a_message_keeps_its_kind_and_the_words_a_person_would_read(
    kind: str, part: dict[str, Any], words: str
) -> None:
    event = read_one(of_type(kind, **part))
    assert (event.kind, event.text) == (kind, words)


def test_a_system_note_without_contacts_is_read() -> None:
    note = of_type("system", system={"type": "user_changed_number", "body": "changed"})
    event = read_one(note, contacts=None)
    assert (event.kind, event.sender.wa_id) == ("system", "447700900123")


def test_a_message_without_a_type_is_kept_as_unknown() -> None:
    message = text_message("x")
    del message["type"]
    assert read_one(message).kind == "unknown"


def test_words_are_cut_at_a_length_nobody_writes() -> None:
    assert len(read_one(text_message("x" * 20_000)).text) == 10_000


SENDERS = [
    ({"from": "447700900123"}, {}, ("447700900123", None)),
    ({"from": "+447700900123"}, {}, ("447700900123", None)),
    ({"from_user_id": BSUID}, {"user_id": BSUID}, (None, BSUID)),
    ({"from": BSUID}, {"wa_id": BSUID}, (None, BSUID)),
    ({"from": "447700900123", "from_user_id": BSUID}, {}, ("447700900123", BSUID)),
    (
        {"from": "447700900123"},
        {"wa_id": "447700900123", "user_id": BSUID},
        ("447700900123", BSUID),
    ),
]


@pytest.mark.parametrize(("ids", "contact", "expected"), SENDERS)
def test_a_sender_has_a_number_a_user_id_or_both(
    ids: dict[str, str], contact: dict[str, str], expected: tuple[str | None, str | None]
) -> None:
    message = {"id": "wamid.1", "timestamp": str(AT), "type": "text", "text": {"body": "Hi"}, **ids}
    sender = read_one(message, contacts=[contact]).sender
    assert (sender.wa_id, sender.bsuid) == expected


def test_the_name_and_user_name_come_from_the_senders_own_contact() -> None:
    contacts = [
        {"wa_id": "447700900999", "profile": {"name": "Somebody Else"}},
        {"wa_id": "447700900123", "profile": {"name": "Priya Shah", "username": "priya.s"}},
    ]
    sender = read_one(text_message("Hi"), contacts=contacts).sender
    assert (sender.name, sender.username) == ("Priya Shah", "priya.s")


@pytest.mark.parametrize("contacts", [None, [], "?", [None], [{"profile": None}], [{"wa_id": 1}]])
def test_missing_or_odd_contacts_cost_the_name_only(contacts: Any) -> None:
    sender = read_one(text_message("Hi"), contacts=contacts).sender
    assert (sender.wa_id, sender.name) == ("447700900123", "")


def test_a_message_from_nobody_is_unknown() -> None:
    message = text_message("Hi")
    del message["from"]
    assert read_one(message) == UnknownEvent("message without ids:text")


@pytest.mark.parametrize("vendor_id", [None, "", 7, "w" * 256])
def test_a_message_without_a_usable_id_is_unknown(vendor_id: Any) -> None:
    assert isinstance(read_one(text_message("Hi", id=vendor_id)), UnknownEvent)


def test_a_group_message_is_not_for_us() -> None:
    assert read_one(text_message("Hi", group_id="G1")) == UnknownEvent("group message")


@pytest.mark.parametrize("raw", [str(AT), AT, float(AT), str(AT * 1000), AT * 1000])
def test_times_come_in_seconds_or_milliseconds(raw: Any) -> None:
    event = read_one(text_message("Hi", timestamp=raw))
    assert event.sent_at == datetime.fromtimestamp(AT, tz=UTC)


@pytest.mark.parametrize(
    "raw", [None, "", "soon", "nan", "inf", "-1e300", [], {}, 10**300, "9" * 400, "1e15000"]
)
def test_a_nonsense_time_counts_as_now(raw: Any) -> None:
    event = read_one(text_message("Hi", timestamp=raw))
    assert abs(event.sent_at - datetime.now(tz=UTC)) < timedelta(minutes=1)


def test_a_status_carries_correlation_and_the_vendors_reason() -> None:
    problem = {"code": 131047, "title": "Re-engagement", "error_data": {"details": "24 h"}}
    sent = status(status="failed", biz_opaque_callback_data="msg:1", errors=[problem])
    (event,) = read(envelope(statuses=[sent], messages=None))
    assert (event.correlation, event.error_code, event.detail) == ("msg:1", "131047", "24 h")


@pytest.mark.parametrize("broken", [{"id": ""}, {"status": None}, {"id": "x" * 300}])
def test_a_status_without_ids_is_unknown(broken: dict[str, Any]) -> None:
    (event,) = read(envelope(statuses=[status(**broken)]))
    assert event == UnknownEvent("status without ids")


def test_account_errors_without_messages_are_counted() -> None:
    (event,) = read(envelope(errors=[{"code": 131000}]))
    assert event == UnknownEvent("messages:errors")


@pytest.mark.parametrize("field", ["account_update", "message_echoes", "calls", "", 7, None])
def test_an_unknown_field_is_named_and_not_acted_on(field: Any) -> None:
    entry = {"id": "1", "time": AT, "changes": [{"field": field, "value": {"event": "X"}}]}
    (event,) = read({"object": "whatsapp_business_account", "entry": [entry]})
    assert event == UnknownEvent(f"field:{field}")
