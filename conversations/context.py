"""What the model is told in a turn: a stable prefix (cached), known facts, recent messages."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from conversations.models import Conversation, Message, Turn
from conversations.prompts import CURRENT, prompt
from hampstead.core.clock import now, spoken_date
from hampstead.core.models import Outbox
from hampstead.core.phone import spoken
from leads.facts import current_facts
from leads.models import Firm

RECENT_MESSAGES = 40
CACHE_MARK = {"type": "ephemeral"}


@dataclass(frozen=True)
class TurnContext:
    channel: str
    prompt_version: str
    system: list[dict[str, Any]]
    messages: list[dict[str, Any]]


def build(turn: Turn) -> TurnContext:
    """History first, then what this turn must answer: the model's last message is the customer's.

    Vendor times have whole seconds, so ours may sort behind a message they precede.
    """
    conversation = turn.conversation
    version = CURRENT[conversation.channel]
    asked = Q(turn=turn, author=Message.Author.CUSTOMER)
    said = Message.objects.filter(conversation=conversation).exclude(text="")
    # What was cancelled before it left, the customer never read.
    said = said.exclude(effect__status=Outbox.Status.CANCELLED)
    history = list(said.exclude(asked).order_by("-sent_at", "-id")[:RECENT_MESSAGES])
    history.reverse()
    current = list(said.filter(asked).order_by("sent_at", "id"))
    return TurnContext(
        channel=conversation.channel,
        prompt_version=version,
        system=[
            {
                "type": "text",
                "text": f"{prompt(version)}\n\n{_firm()}",
                "cache_control": CACHE_MARK,
            },
            {"type": "text", "text": _situation(conversation)},
        ],
        messages=_alternating([*history, *current]),
    )


def _firm() -> str:
    firm = Firm.current()
    return (
        "# The firm's details\n"
        f"Name: {firm.name}\n"
        f"Office phone: {spoken(firm.office_phone)}\n"
        f"Emergency phone: {spoken(firm.emergency_phone)}"
    )


def _situation(conversation: Conversation) -> str:
    """Volatile facts, behind the cached prefix. Customers' words stay inside quotes."""
    lines = ["# Now", f"It is {spoken_date(now())} in London.", "", "# Known facts"]
    lead = conversation.lead
    facts = current_facts(lead) if lead is not None and lead.is_open else {}
    lines += [f"- {key.value}: {value!r}" for key, value in facts.items()] or ["- none yet"]
    return "\n".join(lines)


def _alternating(recent: list[Message]) -> list[dict[str, Any]]:
    """User and assistant in turn, as the API expects; a burst becomes one user message."""
    merged: list[dict[str, Any]] = []
    for message in recent:
        if not message.text.strip():  # the API refuses a blank text, and with it the whole chat
            continue
        role = "user" if message.is_inbound else "assistant"
        if merged and merged[-1]["role"] == role:
            merged[-1]["content"] += f"\n{message.text}"
        elif merged or role == "user":
            merged.append({"role": role, "content": message.text})
    return merged
