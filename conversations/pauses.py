"""Conversations that have paused: found by a sweep, then summarised in a lane of their own.

Apart from the summarising itself, so that pages which only ask for it do not load the SDK.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import BigIntegerField, CharField, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat

from conversations.models import Conversation, Message, Summary
from hampstead.core import audit, lanes
from hampstead.core.clock import now
from hampstead.core.errors import QualificationError
from hampstead.core.models import Incident, Lane, StaffUser

LANE = "summary:"
CODE = QualificationError.entry.code
BATCH = 50
LOOK_BACK = timedelta(days=14)


def ask(conversation: Conversation) -> None:
    """Summarise soon: the conversation has paused, or the call has ended."""
    lanes.wake(f"{LANE}{conversation.pk}")


@transaction.atomic
def ask_again(*, conversation: Conversation, by: StaffUser, reason: str = "") -> None:
    """Staff want another try after summarising failed."""
    ask(conversation)
    audit.record(action="summarise again", subject=conversation.subject, by=by, reason=reason)


def wake_paused() -> int:
    """Ask for the newest ones that are due; how many."""
    due = list(paused()[:BATCH])
    for conversation in due:
        ask(conversation)
    return len(due)


def paused() -> QuerySet[Conversation]:
    """Silent for a while, and the customer has said something that no summary covers.

    What is being worked on already keeps its own due time. What failed is left alone until the
    customer has written again.
    """
    at = now()
    quiet_since = at - timedelta(minutes=settings.PAUSE_MINUTES)
    summaries = Summary.objects.filter(conversation=OuterRef("pk")).order_by("-up_to_id")
    messages = Message.objects.filter(conversation=OuterRef("pk"))
    unread = messages.filter(author=Message.Author.CUSTOMER, pk__gt=OuterRef("read_to"))
    lane = Lane.objects.filter(key=_named(LANE), due_at__isnull=False)
    failed = Incident.objects.filter(
        code=CODE,
        scope=_named("conversation:"),
        closed_at__isnull=True,
        last_seen_at__gte=OuterRef("last_inbound_at"),
    )
    lately = Conversation.objects.filter(
        last_inbound_at__lte=quiet_since, last_inbound_at__gt=at - LOOK_BACK
    )
    read_to = Subquery(summaries.values("up_to_id")[:1], output_field=BigIntegerField())
    return (
        lately.annotate(read_to=Coalesce(read_to, 0))
        .filter(Exists(unread.exclude(text="")))
        .exclude(Exists(messages.filter(sent_at__gt=quiet_since)))
        .exclude(Exists(lane))
        .exclude(Exists(failed))
        .order_by("-last_inbound_at")
    )


def _named(prefix: str) -> Concat:
    """The name of a row that goes with a conversation, such as "summary:12"."""
    return Concat(Value(prefix), Cast(OuterRef("pk"), CharField()))
