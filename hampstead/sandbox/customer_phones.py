"""The customers' side of WhatsApp: their phones, and the posts their messages cause."""

import re
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from hampstead.sandbox.journal import now_iso

JsonObject = dict[str, Any]
BSUID = re.compile(r"^[A-Z]{2}\.[A-Za-z0-9.]{1,128}$")
WABA_ID = "102290129340398"
LINE_NUMBER = "442079460150"


class CustomerError(ValueError):
    """The control request describes no message a customer could send."""


@dataclass
class PhoneMessage:
    id: str
    at: str
    type: str
    text: str
    raw: JsonObject


@dataclass
class Phones:
    _received: dict[str, list[PhoneMessage]] = field(default_factory=dict)
    _read: dict[str, int] = field(default_factory=dict)
    _number_of: dict[str, str] = field(default_factory=dict)

    def clear(self) -> None:
        for part in (self._received, self._read, self._number_of):
            part.clear()

    def introduce(self, user_id: str, number: str) -> None:
        self._number_of[user_id] = number

    def number_of(self, user_id: str) -> str | None:
        return self._number_of.get(user_id)

    def user_id_of(self, number: str) -> str | None:
        return next((user for user, known in self._number_of.items() if known == number), None)

    def deliver(self, address: str, wamid: str, raw: JsonObject) -> None:
        kind = str(raw.get("type", "text"))
        message = PhoneMessage(wamid, now_iso(), kind, shown_text(kind, raw), raw)
        self._received.setdefault(address, []).append(message)

    def listing(self, address: str) -> list[JsonObject]:
        return [asdict(message) for message in self._received.get(self.resolved(address), [])]

    def open_chat(self, address: str) -> list[PhoneMessage]:
        """The messages the customer sees for the first time."""
        key = self.resolved(address)
        messages = self._received.get(key, [])
        fresh = messages[self._read.get(key, 0) :]
        self._read[key] = len(messages)
        return fresh

    def resolved(self, address: str) -> str:
        if BSUID.match(address):
            return self._number_of.get(address, address)
        return digits(address)


def digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def shown_text(kind: str, raw: JsonObject) -> str:
    """What the customer reads on the screen, as far as the sandbox knows it."""
    if kind == "text":
        return str(raw["text"]["body"])
    if kind == "interactive":
        body = (raw["interactive"].get("body") or {}).get("text", "")
        return str(body)
    if kind == "template":
        values = [
            str(parameter.get("text", ""))
            for component in raw["template"].get("components") or []
            for parameter in component.get("parameters") or []
        ]
        return " | ".join([f"[{raw['template']['name']}]", *filter(None, values)])
    return ""


def envelope(phone_number_id: str, part: JsonObject) -> JsonObject:
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": LINE_NUMBER, "phone_number_id": phone_number_id},
        **part,
    }
    change = {"field": "messages", "value": value}
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": WABA_ID, "changes": [change]}],
    }


def inbound_part(order: JsonObject, wamid: str) -> JsonObject:
    """`contacts` and `messages` for what the customer sends."""
    number = digits(str(order.get("from") or ""))
    user_id = order.get("user_id")
    if not number and not user_id:
        raise CustomerError("give from, user_id or both")
    profile = {"name": str(order.get("name") or "")}
    if order.get("username"):
        profile["username"] = str(order["username"])
    contact: JsonObject = {"profile": profile}
    message: JsonObject = {}
    if number:
        contact["wa_id"] = number
        message["from"] = number
    if user_id:
        contact["user_id"] = message["from_user_id"] = str(user_id)
    message["id"] = str(order.get("id") or wamid)
    message["timestamp"] = str(order.get("timestamp") or int(time.time()))
    message.update(content_of(order))
    return {"contacts": [contact], "messages": [message]}


def content_of(order: JsonObject) -> JsonObject:
    if isinstance(order.get("message"), dict):
        return dict(order["message"])
    kind = order.get("type", "text")
    if kind != "text":
        raise CustomerError(f"give the whole message object for type {kind}")
    if not isinstance(order.get("text"), str):
        raise CustomerError("text is required")
    return {"type": "text", "text": {"body": order["text"]}}
