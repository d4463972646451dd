"""A summary in words for the office. Outside the admin: template tags load before it does."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from conversations.models import Conversation, Message, Summary
from conversations.pauses import CODE
from hampstead.core.models import Incident
from leads.fact_values import spoken
from leads.models import FactKey


@dataclass(frozen=True)
class SpokenFact:
    """`became` says why it was not noted, if it was not."""

    name: str
    value: str
    sure: str
    became: str
    message_id: int | None


@dataclass(frozen=True)
class SpokenMood:
    word: str
    message_id: int


@dataclass(frozen=True)
class SpokenSummary:
    conversation: Conversation
    text: list[str] = field(default_factory=list)
    moods: list[SpokenMood] = field(default_factory=list)
    details: list[tuple[str, str]] = field(default_factory=list)
    facts: list[SpokenFact] = field(default_factory=list)
    written_at: datetime | None = None
    is_behind: bool = False  # the customer has written since
    has_failed: bool = False


def read_summary(conversation: Conversation) -> SpokenSummary:
    rows = Summary.objects.filter(conversation=conversation)
    summary = rows.order_by("-up_to_id").first()
    has_failed = Incident.objects.filter(
        code=CODE, scope=conversation.subject, closed_at__isnull=True
    ).exists()
    if summary is None:
        return SpokenSummary(conversation, has_failed=has_failed)
    newer = Message.objects.filter(
        conversation=conversation, author=Message.Author.CUSTOMER, pk__gt=summary.up_to_id
    )
    return SpokenSummary(
        conversation,
        text=[str(line) for line in summary.lines],
        moods=[_mood(row) for row in summary.moods],
        details=_details(summary),
        facts=[_fact(row) for row in summary.facts],
        written_at=summary.created_at,
        is_behind=newer.exclude(text="").exists(),
        has_failed=has_failed,
    )


def _mood(row: dict[str, Any]) -> SpokenMood:
    word = row["mood"]
    label = Summary.Mood(word).label if word in Summary.Mood.values else word
    return SpokenMood(str(label), row["message"])


def _details(summary: Summary) -> list[tuple[str, str]]:
    """Only what was found."""
    found = [
        ("Why now", summary.driving_reason),
        ("Who decides", summary.decision_maker),
        ("In the way", "; ".join(summary.blockers)),
        ("Speaks for it", "; ".join(summary.buying_signals)),
    ]
    return [(name, words) for name, words in found if words]


def _fact(row: dict[str, Any]) -> SpokenFact:
    key = str(row["key"])
    return SpokenFact(
        name=str(FactKey(key).label) if key in FactKey.values else key,
        value=spoken(key, row["value"]),
        sure=f"{round(row['confidence'] * 100)}% sure",
        became=str(row["became"]),
        message_id=row["message"],
    )
