"""What was offered in a conversation, and may still be called free; and what was moved in it.

Only times and tokens: what a result said of a survey then need not be true now. What has gone
since keeps its place, so that "the second one" stays the second. An offer that is no longer shown
may still be taken by its token: it is looked at again before anything is booked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from conversations.models import Conversation, ToolCall
from conversations.offers import GOOD_FOR, UnknownOfferError, taken_offer
from hampstead.core.clock import now
from leads.models import Survey
from leads.slots import Slot

SHOWN_FOR = timedelta(hours=1)
MOST_CALLS = 6  # of the tools, looked through for offers
_TOOLS = ("find_slots", "hold_slot", "book_survey", "move_survey")
_Call = tuple[dict[str, Any], dict[str, Any], datetime]  # arguments, result, when


@dataclass(frozen=True)
class Offered:
    text: str
    slot: str  # its token
    is_free: bool  # as far as our own rows and this conversation know


def earlier_offers(conversation: Conversation) -> tuple[list[Offered], bool]:
    """The newest, in their order, and whether a survey was moved."""
    calls = ToolCall.objects.filter(
        turn__conversation=conversation,
        name__in=_TOOLS,
        is_error=False,
        called_at__gt=now() - GOOD_FOR,
    ).order_by("-id")
    found: list[_Call] = list(calls.values_list("arguments", "result", "called_at")[:MOST_CALLS])
    has_moved = any(result.get("moved") is True for _, result, _ in found)
    return _newest(conversation, found), has_moved


def _newest(conversation: Conversation, calls: Sequence[_Call]) -> list[Offered]:
    """The last search counts, also one that found nothing; a refusal since then takes its slot."""
    refused: set[Slot | None] = set()
    for arguments, result, called_at in calls:
        if "slots" in result:
            return _as_they_are(conversation, result["slots"], called_at, refused)
        if result.get("status") == "refused":
            refused.add(_slot(conversation, arguments.get("slot")))
    return []


def _as_they_are(
    conversation: Conversation, slots: Any, called_at: datetime, refused: set[Slot | None]
) -> list[Offered]:
    if called_at <= now() - SHOWN_FOR:
        return []
    offered = []
    for one in slots:
        token, text = _token_and_text(one)
        slot = _slot(conversation, token)
        if slot is not None and text and slot.starts_at > now():
            offered.append((slot, token, text))
    own, others = _taken(conversation, [slot for slot, _, _ in offered])
    return [
        Offered(text, token, slot not in refused and not _overlaps(slot, others))
        for slot, token, text in offered
        if not _overlaps(slot, own)
    ]


def _token_and_text(one: Any) -> tuple[Any, str]:
    """Nothing where an earlier release wrote something else."""
    return (one.get("slot"), str(one.get("text") or "")) if isinstance(one, dict) else (None, "")


def _slot(conversation: Conversation, token: Any) -> Slot | None:
    try:
        return taken_offer(conversation, token)
    except UnknownOfferError:
        return None


def _taken(
    conversation: Conversation, slots: Sequence[Slot]
) -> tuple[Sequence[Slot], Sequence[Slot]]:
    """What this person has booked of it, and what others have; their own hold is free to them."""
    if not slots:
        return (), ()
    rows = (
        Survey.objects.live()
        .filter(
            surveyor__in={slot.surveyor_id for slot in slots},
            span__overlap=(
                min(slot.starts_at for slot in slots),
                max(slot.ends_at for slot in slots),
            ),
        )
        .exclude(status=Survey.Status.HELD, hold_until__lte=now())
        .exclude(status=Survey.Status.HELD, person=conversation.person_id)
    )
    own: list[Slot] = []
    others: list[Slot] = []
    for surveyor_id, span, person_id in rows.values_list("surveyor_id", "span", "person_id"):
        its = own if person_id == conversation.person_id else others
        its.append(Slot(surveyor_id, span.lower, span.upper))
    return own, others


def _overlaps(one: Slot, others: Sequence[Slot]) -> bool:
    return any(
        one.surveyor_id == other.surveyor_id
        and one.starts_at < other.ends_at
        and other.starts_at < one.ends_at
        for other in others
    )
