"""A customer who asked to be rung back, and VAPI as it takes our orders."""

import json
from typing import Any

from conversations.models import Conversation, Message
from hampstead.core.models import Outbox
from leads.models import Person, Promise
from leads.promises import make_promise
from tests.factories.conversations import ConversationFactory, MessageFactory
from tests.factories.leads import OfficeUserFactory
from tests.running import drain_lanes
from tests.vendors import Sandbox
from voice.callbacks import hand_over
from voice.calling_back import sweep
from voice.models import Callback
from voice.reconciling import take_record
from voice.vapi import vapi

LINE = "line-1"
OFFICE = {"id": LINE, "number": "+442079460000", "provider": "twilio"}
PHONE = "+447700900123"


def asked(wish: str = "") -> Promise:
    """On WhatsApp, in their own words."""
    chat = ConversationFactory(person__name="Ada Invented", person__phone=PHONE)
    MessageFactory(conversation=chat, author=Message.Author.CUSTOMER, text="Please ring me.")
    return promised(chat, wish)


def promised(chat: Conversation, wish: str = "", **more: Any) -> Promise:
    return make_promise(
        person=chat.person,
        lead=None,
        kind=Promise.Kind.CALL_BACK,
        source=chat.subject,
        about="the loft",
        wish=wish,
        **more,
    )


def handed(promise: Promise | None = None) -> Callback:
    return hand_over(promise=promise or asked(), by=OfficeUserFactory())


def rung() -> Callback:
    """The sweep of this moment, and the lanes behind it."""
    sweep()
    drain_lanes()
    return Callback.objects.get()


def told_by_vapi() -> Callback:
    """Each call as VAPI knows it now, as its messages would have told; then the sweep."""
    for record in vapi().begun_since(Callback.objects.get().created_at.replace(year=2020)):
        take_record(record)
    sweep()
    return Callback.objects.get()


def orders(sandbox: Sandbox) -> list[dict[str, Any]]:
    """What VAPI was asked to ring."""
    log = sandbox.log("vapi")
    posted = [one for one in log if one["method"] == "POST" and one["route"].endswith("/call")]
    return [
        json.loads(one["body"]) if isinstance(one["body"], str) else one["body"] for one in posted
    ]


def effect() -> Outbox:
    return Outbox.objects.filter(kind="callback").latest("pk")


def person() -> Person:
    return Person.objects.get(phone=PHONE)
