"""A stored conversation as a scenario file, with personal data replaced.

What the customer wrote, when, what staff did and what the model said wrong are kept; what the
rows say today becomes the expectation, for a person to correct.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from conversations.anonymous import Anonymiser
from conversations.models import AnswerCheck, Conversation, Message
from hampstead.core.clock import to_london
from leads.facts import current_facts
from leads.models import FactKey

Author = Message.Author
# Facts whose value is personal: the expectation only says that they are known.
PERSONAL = {FactKey.CUSTOMER_NAME, FactKey.EMAIL, FactKey.ADDRESS}
SHORTEST_WAIT = timedelta(minutes=2)
HEAD = """\
# Read it before you keep it: names, addresses, e-mails and numbers are replaced as far as a program
# can find them. What people tell of their health or family is left as they said it.
"""


def scenario_of(conversation: Conversation) -> str:
    """The TOML text."""
    clean = Anonymiser(conversation)
    messages = list(conversation.messages.order_by("sent_at", "id").select_related("turn"))
    start = messages[0].sent_at if messages else conversation.created_at
    lines = [
        f"id = {_value(f'conversation-{conversation.pk}')}",
        'group = "stored"',
        'title = "Say here what this conversation shows"',
        f"at = {to_london(start).replace(tzinfo=None, microsecond=0).isoformat()}",
        *_steps(messages, start, clean),
        "",
        "[expect]",
        *(f"{key} = {_value(value)}" for key, value in _expectation(conversation, clean)),
    ]
    return HEAD + "\n".join(lines) + "\n"


def _steps(messages: list[Message], start: datetime, clean: Anonymiser) -> Iterator[str]:
    """One step for each burst of the customer and each message of staff."""
    told = [m for m in messages if m.author in (Author.CUSTOMER, Author.STAFF) and m.text]
    checks = _checks(messages)
    before = start
    for _, group in groupby(told, key=_belongs_together):
        burst = list(group)
        yield from ("", "[[step]]")
        if (wait := burst[0].sent_at - before) > SHORTEST_WAIT:
            yield f'wait = "{int(wait.total_seconds() // 60)}m"'
        before = burst[-1].sent_at
        if burst[0].author == Author.STAFF:
            yield f"staff = {_value('write: ' + clean(burst[0].text))}"
            continue
        yield f"say = {_value([clean(message.text) for message in burst])}"
        if wrong := checks.get(burst[0].turn_id):
            yield f"model = {_value([clean(text) for text in wrong])}"


def _belongs_together(message: Message) -> tuple[str, int | None]:
    """Staff write one message at a time, customers in bursts that one turn answers."""
    is_staff = message.author == Author.STAFF
    return message.author, message.pk if is_staff else message.turn_id


def _checks(messages: list[Message]) -> dict[int | None, list[str]]:
    """What the model wanted to say, for the turns in which it was stopped."""
    turns = {message.turn_id for message in messages}
    checks = AnswerCheck.objects.filter(turn__in=turns).exclude(refused_text="")
    return {check.turn_id: [check.refused_text] for check in checks}


def _expectation(conversation: Conversation, clean: Anonymiser) -> Iterator[tuple[str, Any]]:
    lead = conversation.lead
    if lead is not None:
        yield "facts", dict(_facts(current_facts(lead), clean))
        if lead.verdict is not None:
            yield "band", str(lead.verdict)
    yield "owner", conversation.owner
    outcomes = list(conversation.checks.order_by("id").values_list("outcome", flat=True))
    if outcomes:
        yield "outcomes", outcomes


def _facts(known: dict[FactKey, Any], clean: Anonymiser) -> Iterator[tuple[str, Any]]:
    for key, value in known.items():
        if key == FactKey.BUDGET:
            ends = (value.get("min_pence"), value.get("max_pence"))
            yield key.value, [(end or 0) // 100 for end in ends]
        elif key in PERSONAL:
            yield key.value, "~."
        else:
            yield key.value, clean(value) if isinstance(value, str) else value


def _value(value: Any) -> str:
    """As TOML: its strings, lists and numbers are written as in JSON, its tables are not."""
    if isinstance(value, dict):
        pairs = ", ".join(f"{key} = {_value(item)}" for key, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list):
        return f"[{', '.join(_value(item) for item in value)}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
