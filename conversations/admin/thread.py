"""A conversation as staff read it: bubbles by day, what the assistant did, what went wrong."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from django.db.models import Prefetch, Q

from conversations.admin.tool_words import SpokenCall, speak, spoken_arguments
from conversations.admin.why import Why, why
from conversations.models import Conversation, Handover, Message, ToolCall, Turn
from hampstead.core.clock import now, to_london
from hampstead.core.models import Outbox

SHOWN = 200
Status = Outbox.Status
TICKS = {
    Status.PENDING: ("Waiting", "◷", "quiet"),
    Status.SENDING: ("Sending", "◷", "quiet"),
    Status.SENT: ("Sent", "✓", "quiet"),
    Status.DELIVERED: ("Delivered", "✓✓", "quiet"),
    Status.READ: ("Read", "✓✓", "read"),
    Status.FAILED: ("Failed", "✕", "bad"),
    Status.RECONCILING: ("Checking whether it arrived", "?", "warn"),
    Status.UNCERTAIN: ("Uncertain", "?", "bad"),
    Status.CANCELLED: ("Cancelled", "⊘", "quiet"),
    Status.HELD: ("Held, goes out by itself", "◷", "warn"),
}
KINDS = {
    "audio": "Voice note",
    "voice": "Voice note",
    "image": "Photo",
    "video": "Video",
    "document": "Document",
    "location": "Location",
    "contacts": "Contact card",
    "sticker": "Sticker",
    "reaction": "Reaction",
}


@dataclass(frozen=True)
class ToolLine:
    spoken: SpokenCall
    facts: list[tuple[str, str]]


@dataclass(frozen=True)
class Item:
    """One thing in the thread. `look` says which: customer, ai, staff, automatic or note."""

    at: datetime
    look: str
    author: str
    text: str
    message: Message | None = None
    kind: str = ""
    tick: tuple[str, str, str] | None = None
    tools: list[ToolLine] = field(default_factory=list)
    why: Why | None = None


@dataclass(frozen=True)
class Day:
    title: str
    items: list[Item]


@dataclass(frozen=True)
class Thread:
    days: list[Day]
    older: int | None  # the newest message that is not shown
    is_newest: bool
    turn: Turn | None  # the one being answered


def read_thread(conversation: Conversation, *, until: int | None = None) -> Thread:
    """At most SHOWN messages, the newest ones or those up to the message `until`."""
    messages, older = _page(conversation, until)
    handovers = _handovers(conversation, messages, until)
    items = sorted(
        [*_bubbles(conversation, messages), *_notes(handovers)], key=lambda item: item.at
    )
    turn = conversation.turns.filter(status=Turn.Status.OPEN).first() if until is None else None
    return Thread(list(_by_day(items)), older, until is None, turn)


def _page(conversation: Conversation, until: int | None) -> tuple[list[Message], int | None]:
    rows = conversation.messages.select_related(
        "effect", "staff", "turn", "turn__check_of_answer"
    ).prefetch_related(Prefetch("turn__tool_calls", ToolCall.objects.order_by("id")))
    if until is not None:
        last = conversation.messages.filter(pk=until).values_list("sent_at", "pk").first()
        if last is not None:
            rows = rows.filter(Q(sent_at__lt=last[0]) | Q(sent_at=last[0], pk__lte=last[1]))
    newest_first = list(rows.order_by("-sent_at", "-id")[: SHOWN + 1])
    older = newest_first[SHOWN].pk if len(newest_first) > SHOWN else None
    return newest_first[:SHOWN][::-1], older


def _handovers(
    conversation: Conversation, messages: list[Message], until: int | None
) -> list[Handover]:
    """Those of the time that is shown."""
    rows = conversation.handovers.select_related("started_by").order_by("id")
    if messages and len(messages) == SHOWN:
        rows = rows.filter(started_at__gte=messages[0].sent_at)
    if messages and until is not None:
        rows = rows.filter(started_at__lte=messages[-1].sent_at)
    return list(rows)


def _bubbles(conversation: Conversation, messages: Iterable[Message]) -> Iterator[Item]:
    told: set[int] = set()
    for message in messages:
        tools: list[ToolLine] = []
        turn = message.turn
        if turn is not None and not message.is_inbound and turn.pk not in told:
            told.add(turn.pk)
            tools = [
                ToolLine(speak(call), spoken_arguments(call)) for call in turn.tool_calls.all()
            ]
        look = "automatic" if message.author == Message.Author.SYSTEM else message.author
        yield Item(
            at=message.sent_at,
            look=look,
            author=_author(conversation, message),
            text=message.text,
            message=message,
            kind="" if message.kind == "text" else KINDS.get(message.kind, message.kind),
            tick=TICKS[Status(message.effect.status)] if message.effect else None,
            tools=tools,
            why=why(message),
        )


def _author(conversation: Conversation, message: Message) -> str:
    if message.is_inbound:
        return conversation.person.display_name
    if message.author == Message.Author.STAFF and message.staff:
        return str(message.staff)
    return "Automatic message" if message.author == Message.Author.SYSTEM else "Assistant"


def _notes(handovers: Iterable[Handover]) -> Iterator[Item]:
    for handover in handovers:
        who = str(handover.started_by) if handover.started_by else "The assistant"
        verb = "took over" if handover.started_by else "called a colleague"
        reason = "" if handover.reason == "taken over" else f": {handover.reason}"
        yield Item(handover.started_at, "note", who, f"{who} {verb}{reason}")
        if handover.ended_at is not None:
            yield Item(handover.ended_at, "note", "", "Handed back to the assistant")


def _by_day(items: Iterable[Item]) -> Iterator[Day]:
    for day, group in groupby(items, key=lambda item: to_london(item.at).date()):
        yield Day(_title(day), list(group))


def _title(day: date) -> str:
    ago = (to_london(now()).date() - day).days
    title = f"{day:%A} {day.day} {day:%B %Y}"
    return {0: f"Today, {title}", 1: f"Yesterday, {title}"}.get(ago, title)
