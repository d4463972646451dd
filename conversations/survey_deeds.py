"""Holding, booking, moving and cancelling a survey, for the person of the conversation.

Each acts at once, in a transaction of its own, because a slot is gone while a turn waits for its
commit. A turn that is tried again finds what it did: a hold taken or a survey booked a second time
is the same row. Before each deed the lane's fence is checked; who takes the chat over within the
deed itself finds a survey that the customer asked for, with its source, and no answer of ours.
"""

from datetime import timedelta
from typing import Any

from conversations.desk import Desk, ToolResult
from conversations.models import Conversation
from conversations.offers import taken_offer
from conversations.survey_finding import (
    NO_DIARY,
    OFFER_THESE,
    UNREADABLE,
    StopError,
    acting,
    note,
    offers,
    place_of,
    visit_to_move,
)
from conversations.survey_proof import chosen, need_proof, said_fact
from conversations.surveying import (
    Standing,
    first_name,
    held_text,
    hidden,
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
from leads.notice_texts import place_of as place_in_words

Status = Survey.Status
WAIT_SECONDS = 6.0  # for the calendar, while the customer waits
FRESH = timedelta(0)  # what was just refused was read a minute ago
NOT_BY_PHONE = "no time can be held in this call: offer to book it straight away (book_survey)"


@acting
def hold(desk: Desk, conversation: Conversation, arguments: Arguments) -> ToolResult:
    slot, place = taken_offer(conversation, arguments.get("slot")), place_of(desk)
    before = standing_of(conversation.person).hold
    if before is not None and not may_be_read_out(conversation, before):
        return wrong(NOT_BY_PHONE)  # what they hold on WhatsApp is not a caller's to give up
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
    held = {"status": "held", "slot": words(arguments, "slot"), "text": text}
    return _with_released(conversation, before, ToolResult(held))


@acting
def book(desk: Desk, conversation: Conversation, arguments: Arguments) -> ToolResult:
    slot, place = taken_offer(conversation, arguments.get("slot")), place_of(desk)
    note(desk, FactKey.ADDRESS, words(arguments, "address"))
    _need_essentials(desk, conversation)
    before = standing_of(conversation.person).hold
    try:
        survey = book_survey(
            person=conversation.person,
            lead=open_lead(person=conversation.person),
            slot=slot,
            postcode=place,
            address=said_fact(desk, conversation, FactKey.ADDRESS)[:200],
            access_notes=words(arguments, "access_notes"),
            source=conversation.subject,
        )
    except SlotRefusedError as error:
        refused = _refused(desk, conversation, error, place)
        return _with_released(conversation, before, refused)
    except AlreadyBookedError as error:
        return _already(desk, conversation, error.survey)
    return _with_released(conversation, before, _arranged(conversation, survey))


def _need_essentials(desk: Desk, conversation: Conversation) -> None:
    """A surveyor must find the door and know whom to ask for."""
    missing = []
    if not said_fact(desk, conversation, FactKey.CUSTOMER_NAME):
        missing.append("their name")
    place = said_fact(desk, conversation, FactKey.POSTCODE)
    address = said_fact(desk, conversation, FactKey.ADDRESS)
    if " " not in place and not (place and address):
        missing.append("the whole postcode or the address of the property")
    if missing:
        asked = f"not booked yet: ask for {' and '.join(missing)}, note it, then call this again"
        raise StopError(wrong(asked))


def _with_released(
    conversation: Conversation, before: Survey | None, result: ToolResult
) -> ToolResult:
    """What was held before this deed, and no longer is, must not be taken for held."""
    if before is None or not may_be_read_out(conversation, before):
        return result
    if not Survey.objects.filter(pk=before.pk, status=Status.EXPIRED).exists():
        return result
    released = f"{time_words(conversation.channel, before.starts_at)} is no longer held."
    return ToolResult({**result.content, "text": f"{result.content['text']} {released}"})


def _already(desk: Desk, conversation: Conversation, survey: Survey) -> ToolResult:
    if not may_be_read_out(conversation, survey):
        return wrong(hidden(survey))
    told = _status(conversation, survey)
    advice = "They have this survey. To change its time, call move_survey with the slot."
    return ToolResult({**told, "advice": advice})


def _refused(
    desk: Desk,
    conversation: Conversation,
    error: SlotRefusedError,
    place: str,
    moving: Survey | None = None,
) -> ToolResult:
    """Nothing was booked; what is free instead, if the diary can be read."""
    refused: dict[str, Any] = {"status": "refused", "text": error.refusal.words}
    visit = moving or visit_to_move(desk, conversation)
    try:
        found = offers(desk, conversation, "", place, instead_of=visit, max_age=FRESH)
    except NO_DIARY:
        return ToolResult({**refused, **UNREADABLE.content})
    return ToolResult({**refused, "slots": found["slots"], "advice": OFFER_THESE})


def _arranged(conversation: Conversation, survey: Survey, **more: Any) -> ToolResult:
    """Wait a little for the calendar, then say how firm the survey is."""
    write_now(survey, seconds=WAIT_SECONDS)
    survey.refresh_from_db()
    verb = "moved to" if more else "booked for"
    return ToolResult({**_status(conversation, survey, verb=verb), **more})


def _status(
    conversation: Conversation, survey: Survey, *, verb: str = "booked for"
) -> dict[str, str]:
    when = time_words(conversation.channel, survey.starts_at)
    if survey.status == Status.CONFIRMED:
        text = f"The survey is {verb} {when}. {first_name(survey)} will come to the property."
    elif survey.status == Status.PROVISIONAL:
        who = "A colleague" if survey.needs_approval else "We"
        text = f"The survey is provisionally {verb} {when}. {who} will confirm it by message."
    else:
        text = "A colleague is sorting out the time of the survey."
    told = {"status": str(survey.status), "text": text}
    place = place_in_words(survey)
    if place and may_be_read_out(conversation, survey):
        # Not in the text: an address is the model's own argument, and may bear out nothing.
        told["instructions"] = f"The survey is at {place}."
    return told


# --- moving and cancelling ----------------------------------------------------------------


@acting
def move(desk: Desk, conversation: Conversation, arguments: Arguments) -> ToolResult:
    slot = taken_offer(conversation, arguments.get("slot"))
    standing = standing_of(conversation.person)
    booked = [survey for survey in standing.live if survey.is_booked]
    there = [survey for survey in booked if slot_of(survey) == slot]
    survey = there[0] if there else chosen(conversation, arguments, "visit", booked)
    need_proof(conversation, survey, arguments)
    if there and survey.is_told:
        return ToolResult(_status(conversation, survey, verb="already at"))
    try:
        moved = move_survey(survey=survey, slot=slot, source=conversation.subject)
    except SlotRefusedError as error:
        return _refused(desk, conversation, error, survey.postcode, survey)
    arranged = _arranged(conversation, moved, moved=True)
    return _with_released(conversation, standing.hold, arranged)


@acting
def cancel(desk: Desk, conversation: Conversation, arguments: Arguments) -> ToolResult:
    standing = standing_of(conversation.person)
    survey = _to_cancel(conversation, arguments, standing)
    if survey.status == Status.HELD and may_be_read_out(conversation, survey):
        cancel_survey(survey=survey, source=conversation.subject)
        return ToolResult({"released": True, "text": "The time is no longer held for you."})
    need_proof(conversation, survey, arguments)
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
        return chosen(conversation, arguments, "slot", (*standing.live, *standing.cancelled))
    if not standing.live:
        return chosen(conversation, arguments, "slot", standing.cancelled[:1])
    return chosen(conversation, arguments, "slot", (*standing.live, *standing.just_cancelled))
