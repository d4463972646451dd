"""Having a conversation summarised, with the model's answer written out."""

import json
from typing import Any

from conversations import pauses, summaries
from conversations.models import Conversation, Message, Summary
from hampstead.core.models import Lane
from leads.models import Lead
from tests.factories.conversations import ConversationFactory, MessageFactory
from tests.running import drain_lanes, make_lanes_due
from tests.vendors import Sandbox

Author = Message.Author
EMPTY: dict[str, Any] = {
    "lines": ["Wants a loft."],
    "moods": [],
    "blockers": [],
    "buying_signals": [],
    "driving_reason": "",
    "decision_maker": "",
    "facts": [],
}


def chat(*texts: str, **more: Any) -> Conversation:
    """The customer and the assistant speak in turn."""
    conversation: Conversation = ConversationFactory(**more)
    for number, text in enumerate(texts):
        author = Author.AI if number % 2 else Author.CUSTOMER
        MessageFactory(conversation=conversation, author=author, text=text)
    return conversation


def fact(key: str, value: Any, message: Any = 1, confidence: Any = 0.9) -> dict[str, Any]:
    return {"key": key, "value": value, "message": message, "confidence": confidence}


def answer(**more: Any) -> str:
    return json.dumps({**EMPTY, **more})


def summarise(conversation: Conversation) -> None:
    pauses.ask(conversation)
    drain_lanes()


def lead_of(conversation: Conversation) -> Lead:
    assert conversation.lead is not None
    return conversation.lead


def lane_of(conversation: Conversation) -> Lane:
    return Lane.objects.get(key=f"summary:{conversation.pk}")


def became() -> list[str]:
    return [row["became"] for row in Summary.objects.latest("id").facts]


def told(sandbox: Sandbox) -> str:
    body = sandbox.log("anthropic")[-1]["body"]
    return str(body["messages"][0]["content"])


def fail_thrice(sandbox: Sandbox, conversation: Conversation) -> None:
    sandbox.answers(*["not JSON"] * summaries.TRIES)
    summarise(conversation)
    for _ in range(summaries.TRIES - 1):
        make_lanes_due()
        drain_lanes()
