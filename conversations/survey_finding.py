"""Finding times for a survey, and what every tool about surveys has in common."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import transaction

from conversations.desk import Desk, ToolResult
from conversations.models import Conversation
from conversations.offers import UnknownOfferError, offer
from conversations.surveying import may_be_read_out, standing_of, time_words
from conversations.tooling import Arguments, words, wrong
from hampstead.core.errors import BreakerOpenError, CalendarError, RateLimitError
from leads.booking import NotBookedError
from leads.diaries import CACHE_AGE
from leads.facts import parse_facts
from leads.models import Area, FactKey, Lead, Survey
from leads.offering import find_slots
from leads.postcodes import outcode_of
from leads.service_area import find_area

Run = Callable[[Desk, Arguments], ToolResult]
Deed = Callable[[Desk, Conversation, Arguments], ToolResult]
NO_DIARY = (CalendarError, BreakerOpenError, RateLimitError)

PLAYGROUND = ToolResult({"available": False, "advice": "Not in the playground: nothing is booked."})
UNREADABLE = ToolResult(
    {
        "available": False,
        "advice": "The diary cannot be read now: offer that a colleague rings (promise_callback).",
    }
)
NOT_OFFERED = "that slot was not offered here, or too long ago: call find_slots again"
NO_SURVEY = "there is no survey of theirs to change"
OFFER_THESE = "Offer these, each with weekday and date, and no other time."


class StopError(Exception):
    """The tool ends here with this result."""

    def __init__(self, result: ToolResult) -> None:
        super().__init__(str(result.content))
        self.result = result


def of_a_conversation(deed: Deed) -> Run:
    """What every tool here has in common: its conversation, and what may come between."""

    @wraps(deed)
    def run(desk: Desk, arguments: Arguments) -> ToolResult:
        if desk.conversation is None:
            return PLAYGROUND
        try:
            return deed(desk, desk.conversation, arguments)
        except StopError as stop:
            return stop.result
        except UnknownOfferError:
            return wrong(NOT_OFFERED)
        except NotBookedError:
            return wrong(NO_SURVEY)  # it was cancelled while we spoke
        except NO_DIARY:
            # The incident is open since the adapter failed; the customer gets a person.
            return UNREADABLE

    return run


def acting(deed: Deed) -> Run:
    """A short transaction for the fence: none is open while the calendar is asked."""

    @wraps(deed)
    def checked(desk: Desk, conversation: Conversation, arguments: Arguments) -> ToolResult:
        with transaction.atomic():
            desk.check()
        return deed(desk, conversation, arguments)

    return of_a_conversation(checked)


@of_a_conversation
def find(desk: Desk, conversation: Conversation, arguments: Arguments) -> ToolResult:
    note(desk, FactKey.POSTCODE, words(arguments, "postcode"))
    moving = visit_to_move(desk, conversation)
    place = _place_to_find(desk, conversation, moving)
    wish = words(arguments, "preferred_time")
    found = offers(desk, conversation, wish, place, instead_of=moving)
    if not found["slots"]:
        # The empty list says that what was offered before is void.
        advice = "Offer that a colleague rings to find a time (promise_callback)."
        nothing = {"available": False, "reason": found["reason"], "slots": []}
        return ToolResult({**nothing, "advice": advice})
    return ToolResult({"available": True, "advice": OFFER_THESE, **found})


def offers(
    desk: Desk,
    conversation: Conversation,
    wish: str,
    place: str,
    *,
    instead_of: Survey | None,
    max_age: timedelta = CACHE_AGE,
) -> dict[str, Any]:
    found = find_slots(
        wish=wish,
        outcode=outcode_of(place) or "",
        person=conversation.person,
        instead_of=instead_of,
        max_age=max_age,
    )
    slots = [
        {"slot": offer(conversation, slot), "text": time_words(desk.channel, slot.starts_at)}
        for slot in found.offers
    ]
    return {"slots": slots, "is_as_wished": found.is_as_wished, "reason": found.reason}


def visit_to_move(desk: Desk, conversation: Conversation) -> Survey | None:
    """Their visit, if it can only be this one that they want another time for.

    Whoever has opened a second enquiry wants a second visit, unless it is for the same place or
    for none that they have named.
    """
    booked = standing_of(conversation.person).booked
    if booked is None or booked.lead_id is None:
        return booked
    is_of_this = Lead.objects.open().filter(pk=booked.lead_id).exists()
    is_elsewhere = desk.fact(FactKey.POSTCODE) not in (None, "", booked.postcode)
    return None if is_elsewhere and not is_of_this else booked


def _place_to_find(desk: Desk, conversation: Conversation, moving: Survey | None) -> str:
    """The enquiry of a visit may have ended, and its postcode with it; on the phone it is asked
    for, or a caller would hear from our not asking that there is a visit.
    """
    is_known = moving is not None and may_be_read_out(conversation, moving)
    if moving is not None and is_known and moving.postcode and not desk.fact(FactKey.POSTCODE):
        return moving.postcode
    return place_of(desk)


def place_of(desk: Desk) -> str:
    """The postcode, if a surveyor may go there without a person deciding; else stops."""
    area = find_area(str(desk.fact(FactKey.POSTCODE) or ""))
    if area.outcode is None:
        raise StopError(wrong("the postcode of the property is not known: ask for it first"))
    if area.area == Area.OUTSIDE:
        raise StopError(ToolResult({"available": False, "text": area.advice}))
    if area.area not in (Area.PRIMARY, Area.SECONDARY):
        advice = "A person decides whether we visit there: call promise_callback, offer no time."
        raise StopError(ToolResult({"available": False, "text": area.advice, "advice": advice}))
    return str(desk.fact(FactKey.POSTCODE))


def note(desk: Desk, key: FactKey, said: str) -> None:
    """What came with the tool is a fact like any other: the newest word counts."""
    if said:
        desk.wishes.facts.update(parse_facts({key.value: said}).accepted)
