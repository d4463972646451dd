"""What was said, as the model reads it: bounded, harmless, and the same from turn to turn.

The prompt cache pays only for a prefix that does not change, so the order is that of storing and
a turn's burst stays one block for ever.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from django.conf import settings
from django.db.models import QuerySet

from conversations.models import Conversation, Message
from hampstead.core.models import Outbox

CHARACTERS_A_TOKEN = 3.5
TOKENS_A_BLOCK = 4
MOST_MESSAGES = 2000  # a flood is read no further back
CUT = "…"
# Tags with which the office marks its own words in what the model reads. A customer who writes
# them must not be able to end a block of the office, or to begin one.
OFFICE_TAGS = re.compile(
    r"[<＜﹤‹〈]\s*([/／]?)\s*(situation|transcript|notes_so_far|earlier_summary|known_facts)\b"
    r"[^<>＞]{0,40}[>＞﹥›〉]?",
    re.IGNORECASE,
)
OFFICE_CHECK = re.compile(r"\[\s*office\s+check\s*\]", re.IGNORECASE)


@dataclass(frozen=True)
class Passage:
    """What one side said in one go: a turn's burst, or one message of ours."""

    author: str
    texts: tuple[str, ...]
    last_id: int

    @property
    def is_customer(self) -> bool:
        return self.author == Message.Author.CUSTOMER

    @cached_property
    def text(self) -> str:
        return "\n".join(shortened(self.texts, settings.BURST_CHARACTERS))

    @cached_property
    def tokens(self) -> int:
        return tokens_of(self.text)


def said(conversation: Conversation, *, after: int = 0) -> QuerySet[Message]:
    """What has words and was not called back: what was cancelled before it left, the customer
    never read."""
    rows = Message.objects.filter(conversation=conversation, pk__gt=after).exclude(text="")
    return rows.exclude(effect__status=Outbox.Status.CANCELLED)


def newest(rows: QuerySet[Message]) -> list[Message]:
    """The newest of them, oldest first; only what passages are made of."""
    told = rows.only("author", "turn_id", "text").order_by("-id")
    return list(told[:MOST_MESSAGES])[::-1]


def is_part(read: Sequence[Message]) -> bool:
    """Whether there may be older ones than `newest` gave."""
    return len(read) >= MOST_MESSAGES


def passages(rows: Iterable[Message]) -> list[Passage]:
    """Messages of a turn stay together; what belongs to no turn stands alone."""
    worded = (row for row in rows if row.text.strip())  # the API refuses a blank text
    found = []
    for (author, _), group in groupby(worded, key=_belongs):
        members = list(group)
        found.append(Passage(author, tuple(plain(m.text) for m in members), members[-1].pk))
    return found


def _belongs(row: Message) -> tuple[str, str]:
    if row.is_inbound and row.turn_id is not None:
        return row.author, f"turn {row.turn_id}"
    return row.author, f"message {row.pk}"


def bounded(told: Sequence[Passage], most_tokens: int) -> list[Passage]:
    """The newest that fit. The oldest go in large steps, so that the start seldom moves."""
    over = sum(passage.tokens for passage in told) - most_tokens
    if over <= 0:
        return list(told)
    step = max(1, most_tokens // 4)
    over = math.ceil(over / step) * step
    for number, passage in enumerate(told):
        if over <= 0 and passage.is_customer:
            return list(told[number:])
        over -= passage.tokens
    return list(told[-1:])


def shortened(texts: Sequence[str], most: int) -> list[str]:
    """The texts, or the first and last of a flood with the number of those left out."""
    if sum(len(text) for text in texts) + len(texts) <= most:
        return list(texts)
    head = _fitting(texts, most // 2)
    tail = _fitting(texts[len(head) :][::-1], most // 2)[::-1]
    missing = len(texts) - len(head) - len(tail)
    note = [f"[… {missing} more message{'' if missing == 1 else 's'} left out]"] if missing else []
    return [*head, *note, *tail]


def _fitting(texts: Sequence[str], most: int) -> list[str]:
    """As many as fit; the first is cut if it alone is too long."""
    fitting: list[str] = []
    for text in texts:
        most -= len(text) + 1
        if most < 0:
            break
        fitting.append(text)
    if not fitting and texts:
        return [texts[0][: max(1, len(texts[0]) + most)] + CUT]
    return fitting


def plain(text: str) -> str:
    """The words of a customer, a name or a model, unable to pass for the office's."""
    text = OFFICE_TAGS.sub(lambda found: f"({found[1] and 'end of '}{found[2]})", text)
    return OFFICE_CHECK.sub("(office check)", text)


def tokens_of(text: str) -> int:
    """An estimate on the safe side; the vendor bills its own count."""
    return math.ceil(len(text) / CHARACTERS_A_TOKEN) + TOKENS_A_BLOCK
