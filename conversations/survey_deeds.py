"""Holding, booking, moving and cancelling a survey, for the person of the conversation.

Each acts at once, in a transaction of its own, because a slot is gone while a turn waits for its
commit. A turn that is tried again finds what it did: a hold taken or a survey booked a second time
is the same row. Before each deed the lane's fence is checked; who takes the chat over within the
deed itself finds a survey that the customer asked for, with its source, and no answer of ours.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from conversations.desk import Desk, ToolResult
from conversations.models import Conversation
from conversations.offers import offer, taken_offer
from conversations.survey_finding import (
    NO_DIARY,
    NO_SURVEY,
    OFFER_THESE,
    UNREADABLE,
    StopError,
    acting,
    note,
    offers,
    place_of,
)
from conversations.surveying import (
    HIDDEN,
    Standing,
    first_name,
    held_text,
    is_left,
    may_be_read_out,
    slot_of,
    standing_of,
    time_words,
)
from conversations.tooling import Arguments, words, wrong
from leads.booking import (
    AlreadyBookedError,
    SlotRefusedError,
    book_survey,
    cancel_survey,
    hold_slot,
    move_survey,
    write_now,
)
from leads.enquiries import open_lead
from leads.models import FactKey, Survey
from leads.postcodes import postcode_of

PHONE = Conversation.Channel.PHONE
Status = Survey.Status
WAIT_SECONDS = 6.0  # for the calendar, while the customer waits
FRESH = timedelta(0)  # what was just refused was read a minute ago
# The same whether there is none or the postcode is another: a caller learns nothing by guessing.
NO_PROOF = (
    "no survey was found for that postcode: ask for the whole postcode of the property, read "
    "nothing back; if it is still not found, call promise_callback"
)


@acting
def hold(desk: Desk, conversation: Conversation, arguments: Arguments) -> ToolResult:
    slot, place = taken_offer(conversation, arguments.get("slot")), place_of(desk)
    try:
        survey = hold_slot(
            person=conversation.person,
            lead=open_lead(person=conversation.person),
            slot=slot,
            postcode=place,
            source=conversation.subject,
        )
    except SlotRefusedError as error:
        return _refused(desk, conversation, error, place)
    except AlreadyBookedError as error:
        return _already(desk, conversation, error.survey)
    text = held_text(desk.channel, survey)
    return ToolResult({"status": "held", "slot": words(arguments, "slot"), "text": text})


@acting
def book(desk: Desk, conversation: Conversation, arguments: Arguments) -> ToolResult:
    slot, place = taken_offer(conversation, arguments.get("slot")), place_of(desk)
    note(desk, FactKey.ADDRESS, words(arguments, "address"))
    _need_essentials(desk, place)
    try:
        survey = book_survey(
            person=conversation.person,
            lead=open_lead(person=conversation.person),
            slot=slot,
            postcode=place,
            address=str(desk.fact(FactKey.ADDRESS) or "")[:200],
            access_notes=words(arguments, "access_notes"),
            source=conversation.subject,
        )
    except SlotRefusedError as error:
        return _refused(desk, conversation, error, place)
    except AlreadyBookedError as error:
        return _already(desk, conversation, error.survey)
    return _arranged(desk, survey)


def _need_essentials(desk: Desk, place: str) -> None:
    """A surveyor must find the door and know whom to ask for."""
    missing = [] if desk.fact(FactKey.CUSTOMER_NAME) else ["their name"]
    if " " not in place and not desk.fact(FactKey.ADDRESS):
        missing.append("the whole postcode or the address of the property")
    if missing:
        asked = f"not booked yet: ask for {' and '.join(missing)}, note it, then call this again"
        raise StopError(wrong(asked))


def _already(desk: Desk, conversation: Conversation, survey: Survey) -> ToolResult:
    if not may_be_read_out(conversation, survey):
        return wrong(HIDDEN)
    told = _status(desk, survey)
    advice = "They have this survey. To change its time, call move_survey with the slot."
    return ToolResult({**told, "advice": advice})


def _refused(
    desk: Desk, conversation: Conversation, error: SlotRefusedError, place: str
) -> ToolResult:
    """Nothing was booked; what is free instead, if the diary can be read."""
    refused: dict[str, Any] = {"status": "refused", "text": error.refusal.words}
    try:
        found = offers(desk, conversation, "", place, max_age=FRESH)
    except NO_DIARY:
        return ToolResult({**refused, **UNREADABLE.content})
    return ToolResult({**refused, "slots": found["slots"], "advice": OFFER_THESE})


def _arranged(desk: Desk, survey: Survey, **more: Any) -> ToolResult:
    """Wait a little for the calendar, then say how firm the survey is."""
    write_now(survey, seconds=WAIT_SECONDS)
    survey.refresh_from_db()
    verb = "moved to" if more else "booked for"
    return ToolResult({**_status(desk, survey, verb=verb), **more})


def _status(desk: Desk, survey: Survey, *, verb: str = "booked for") -> dict[str, Any]:
    when = time_words(desk.channel, survey.starts_at)
    if survey.status == Status.CONFIRMED:
        text = f"The survey is {verb} {when}. {first_name(survey)} will come to the property."
    elif survey.status == Status.PROVISIONAL:
        who = "A colleague" if survey.needs_approval else "We"
        text = f"The survey is provisionally {verb} {when}. {who} will confirm it by message."
    else:
        text = "A colleague is sorting out the time of the survey."
    return {"status": str(survey.status), "text": text}


# --- moving and cancelling ----------------------------------------------------------------


@acting
def move(desk: Desk, conversation: Conversation, arguments: Arguments) -> ToolResult:
    slot = taken_offer(conversation, arguments.get("slot"))
    booked = [survey for survey in standing_of(conversation.person).live if survey.is_booked]
    there = [survey for survey in booked if slot_of(survey) == slot]
    survey = there[0] if there else _chosen(conversation, arguments, "visit", booked)
    _need_proof(conversation, survey, arguments)
    if there and survey.is_told:
        return ToolResult(_status(desk, survey, verb="already at"))
    try:
        moved = move_survey(survey=survey, slot=slot, source=conversation.subject)
    except SlotRefusedError as error:
        return _refused(desk, conversation, error, survey.postcode)
    return _arranged(desk, moved, moved=True)


@acting
def cancel(desk: Desk, conversation: Conversation, arguments: Arguments) -> ToolResult:
    standing = standing_of(conversation.person)
    survey = _to_cancel(conversation, arguments, standing)
    if survey.status == Status.HELD and may_be_read_out(conversation, survey):
        cancel_survey(survey=survey, source=conversation.subject)
        return ToolResult({"released": True, "text": "The time is no longer held for you."})
    _need_proof(conversation, survey, arguments)
    if survey.status != Status.CANCELLED:
        reason = words(arguments, "reason")
        cancel_survey(survey=survey, source=conversation.subject, reason=reason)
    when = time_words(desk.channel, survey.starts_at)
    return ToolResult({"cancelled": True, "text": f"The survey on {when} is cancelled."})


def _to_cancel(conversation: Conversation, arguments: Arguments, standing: Standing) -> Survey:
    """By name also what is cancelled already: a turn that is tried again finds its own deed,
    and does not take the next visit for it.
    """
    if words(arguments, "slot"):
        return _chosen(conversation, arguments, "slot", (*standing.live, *standing.cancelled))
    if not standing.live:
        return _chosen(conversation, arguments, "slot", standing.cancelled[:1])
    return _chosen(conversation, arguments, "slot", (*standing.live, *standing.just_cancelled))


def _chosen(
    conversation: Conversation, arguments: Arguments, name: str, surveys: Sequence[Survey]
) -> Survey:
    """The visit that the argument names, or the only one; else the model must say which."""
    none = NO_PROOF if conversation.channel == PHONE else NO_SURVEY
    if words(arguments, name):
        slot = taken_offer(conversation, arguments.get(name))
        named = [survey for survey in surveys if slot_of(survey) == slot]
        if not named:
            raise StopError(wrong(none))
        return named[0]
    known = [
        survey
        for survey in surveys
        if may_be_read_out(conversation, survey) or _is_proven(survey, arguments)
    ]
    if not known:
        raise StopError(wrong(none))
    if len(known) > 1:
        visits = [_visit(conversation, survey) for survey in known]
        which = f"which one? Name it: {name} is the slot of the visit they mean; ask if unclear"
        raise StopError(ToolResult({"error": which, "visits": visits}, is_error=True))
    return known[0]


def _visit(conversation: Conversation, survey: Survey) -> dict[str, str]:
    when = time_words(conversation.channel, survey.starts_at)
    text = f"{survey.get_status_display().lower()}: {when}"
    if survey.status == Status.CONFLICT or is_left(survey):
        text = "a colleague is sorting out its time: state no time"
    return {"slot": offer(conversation, slot_of(survey)), "text": text}


def _need_proof(conversation: Conversation, survey: Survey, arguments: Arguments) -> None:
    """On the phone the number proves nothing: the caller must know the whole postcode."""
    if conversation.channel == PHONE and not _is_proven(survey, arguments):
        raise StopError(wrong(NO_PROOF))


def _is_proven(survey: Survey, arguments: Arguments) -> bool:
    said = postcode_of(words(arguments, "postcode")) or ""
    return " " in said and said == survey.postcode
