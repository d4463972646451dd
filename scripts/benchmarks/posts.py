"""Bodies as 360dialog posts them: one text message, 700 to 1,000 bytes, no two alike."""

from __future__ import annotations

import json
import time

CUSTOMERS = 1000  # 07700 900000 to 900999 are reserved for fiction
TEXT = (
    "Hello, we have a Victorian terrace in NW3 and would like to open up the kitchen into the "
    "side return, with a new bathroom upstairs. Budget is about 120 thousand and we hope to "
    "start in spring. Could somebody come and have a look one morning next week? "
    "We are both at work until four. Message "
)


def customer(number: int) -> str:
    """The WhatsApp number of the customer who writes message `number`."""
    return f"447700900{number % CUSTOMERS:03d}"


def text_post(run: str, number: int) -> bytes:
    """Message `number` of a run, just written."""
    sender = customer(number)
    value = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": "442079460000",
            "phone_number_id": "107705475456789",
        },
        "contacts": [{"profile": {"name": f"Jo Marsh {number}"}, "wa_id": sender}],
        "messages": [
            {
                "from": sender,
                "id": f"wamid.{run}.{number}",
                "timestamp": str(int(time.time())),
                "type": "text",
                "text": {"body": f"{TEXT}{number}."},
            }
        ],
    }
    entry = {"id": "104996122399160", "changes": [{"field": "messages", "value": value}]}
    post = {"object": "whatsapp_business_account", "entry": [entry]}
    return json.dumps(post, separators=(",", ":")).encode()


def request_id(run: str, number: int) -> str:
    """The X-Request-ID of a post; its row keeps it, so each acknowledgement can be looked up."""
    return f"{run}-{number}"
