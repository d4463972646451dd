"""Posts in 360dialog's shape, as a customer would cause them."""

import itertools
import json
import time
from typing import Any

from hampstead.core import inbox

_numbers = itertools.count(1)
NUMBER = "447700900123"


def text_message(text: str, *, number: str = NUMBER, **more: Any) -> dict[str, Any]:
    return {
        "from": number,
        "id": f"wamid.TEST{next(_numbers)}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
        **more,
    }


def envelope(*messages: dict[str, Any], **value: Any) -> dict[str, Any]:
    contacts = [
        {"profile": {"name": "Priya Shah"}, "wa_id": message["from"]}
        for message in messages
        if "from" in message
    ]
    content = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "442079460150", "phone_number_id": "1"},
        "contacts": contacts,
        "messages": list(messages),
        **value,
    }
    change = {"field": "messages", "value": content}
    entry = {"id": "WABA", "changes": [change]}
    return {"object": "whatsapp_business_account", "entry": [entry]}


def message_of(kind: str, *, number: str = NUMBER, **part: Any) -> dict[str, Any]:
    """A message that is no text; `part` is its content, such as image={...}."""
    message = text_message("", number=number, type=kind, **part)
    del message["text"]
    return message


def status(vendor_id: str, name: str, *, after: int = 0, **more: Any) -> dict[str, Any]:
    at = str(int(time.time()) + after)
    return {"id": vendor_id, "status": name, "timestamp": at, "recipient_id": NUMBER, **more}


def store(payload: Any) -> None:
    inbox.store(source="360dialog", body=json.dumps(payload).encode(), headers={})


def store_text(text: str, **more: Any) -> None:
    """One post with one text message, stored as the webhook stores it."""
    store(envelope(text_message(text, **more)))


def store_status(vendor_id: str, name: str, **more: Any) -> None:
    """One post with one delivery status."""
    store(envelope(statuses=[status(vendor_id, name, **more)]))
