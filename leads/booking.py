"""Holding a time for a customer, and booking a survey; the door to all that is done with one.

Whoever books holds the slot first, in a transaction that asks no vendor; only who got it looks at
the calendar once more, and then books. So fifty who want one slot cost one look, and the other
forty-nine hear at once that it is gone.
"""

from datetime import datetime, timedelta

from psycopg.types.range import Range

from hampstead.core import live
from hampstead.core.clock import now
from hampstead.core.models import StaffUser
from leads.approving import approve_survey, refuse_survey
from leads.booking_requests import Request, booked_before
from leads.conflicts import (
    confirm_survey,
    follow_calendar,
    mark_conflict,
    record_told,
    settle_conflict,
)
from leads.diaries import CACHE_AGE
from leads.models import Lead, Person, Survey, Surveyor, SurveyRules
from leads.moving import cancel_survey, move_survey
from leads.postcodes import postcode_of
from leads.slot_checks import (
    FRESH,
    AlreadyBookedError,
    NotBookedError,
    SlotRefusedError,
    SlotTaken,
    check,
    expire,
    held_by,
    hold_end,
    in_one_go,
    is_for,
    is_overruling,
    lapsed_holds,
    lock_time,
    read_busy,
    refuse_taken,
    surveyor_of,
)
from leads.slots import Busy, Refusal, Slot
from leads.survey_ends import close_past_surveys, expire_holds
from leads.survey_records import (
    APPROVE,
    ask_staff,
    record,
    show_in_calendar,
)
from leads.wording import tidy
from leads.writing_now import write_now

__all__ = [
    "AlreadyBookedError",
    "NotBookedError",
    "SlotRefusedError",
    "SlotTaken",
    "approve_survey",
    "book_survey",
    "cancel_survey",
    "close_past_surveys",
    "confirm_survey",
    "expire_holds",
    "follow_calendar",
    "hold_slot",
    "mark_conflict",
    "move_survey",
    "record_told",
    "refuse_survey",
    "settle_conflict",
    "write_now",
]

Status = Survey.Status


def hold_slot(
    *,
    person: Person,
    lead: Lead | None,
    slot: Slot,
    postcode: str,
    source: str,
    by: StaffUser | None = None,
) -> Survey:
    """Theirs for some minutes, while they decide; what they held before is free again.

    The same slot again is the same hold, for as long as from now, but not without end. The
    calendar is left alone. Raises SlotRefusedError, AlreadyBookedError if they have a visit then,
    and CalendarError when the calendar could not be read.
    """
    request = Request(
        person=person, lead=lead, slot=slot, postcode=_written(postcode), source=source, by=by
    )
    surveyor = surveyor_of(slot)
    mine = Survey.objects.booked().filter(person=person, surveyor=surveyor)
    if (booked := mine.filter(span__overlap=(slot.starts_at, slot.ends_at)).first()) is not None:
        raise AlreadyBookedError(booked)
    check(request.enquiry, surveyor)  # before Microsoft is asked
    busy = read_busy(surveyor, slot, max_age=CACHE_AGE)
    return in_one_go(lambda: _hold(request, surveyor, busy))


def book_survey(
    *,
    person: Person,
    lead: Lead | None,
    slot: Slot,
    postcode: str,
    address: str = "",
    access_notes: str = "",
    source: str,
    by: StaffUser | None = None,
    reason: str = "",
    despite: bool = False,
) -> Survey:
    """Provisional until the calendar has accepted it, and until staff approve where they must.

    Asked again it is the same survey, with what is newly said of the place. `despite`: `by` knows
    why not, and says in `reason` why nevertheless. Raises SlotRefusedError, AlreadyBookedError,
    ReasonMissingError, and CalendarError when the calendar could not be read.
    """
    request = Request(
        person=person,
        lead=lead,
        slot=slot,
        postcode=_written(postcode),
        source=source,
        by=by,
        address=tidy(address, limit=200),
        access_notes=tidy(access_notes, limit=500),
        reason=reason.strip(),
        despite=is_overruling(despite=despite, by=by, reason=reason),
    )
    held = in_one_go(lambda: _claim(request))
    if held.is_booked:
        return held
    surveyor = held.surveyor
    busy = read_busy(surveyor, slot, max_age=FRESH)  # fails: they hold it still, and may try again
    try:
        return in_one_go(lambda: _book(request, surveyor, busy))
    except SlotRefusedError:
        in_one_go(lambda: _let_go(held))
        raise


# --- holding ------------------------------------------------------------------------------
def _hold(request: Request, surveyor: Surveyor, busy: tuple[Busy, ...]) -> Survey:
    lock_time([surveyor.pk])
    survey, _ = _row(request, surveyor, busy)
    return _held_until(survey, hold_end(survey))


def _held_until(survey: Survey, until: datetime) -> Survey:
    survey.status, survey.hold_until = Status.HELD, until
    survey.updated_at = now()
    survey.save()
    live.announce(survey.subject)
    return survey


def _row(
    request: Request, surveyor: Surveyor, busy: tuple[Busy, ...]
) -> tuple[Survey, Refusal | None]:
    """Their hold if it is for this slot, else a new row; and what was overruled. Everything is
    looked at again under the lock. Raises SlotRefusedError.
    """
    held = held_by(request.person)
    expire([hold for hold in lapsed_holds(surveyor.pk) if hold != held])
    overruled = check(request.enquiry, surveyor, busy)
    if held is not None and not is_for(held, request.slot):
        expire([held])
        held = None
    survey = held or Survey(person=request.person, created_at=now())
    survey.lead, survey.surveyor = request.lead, surveyor
    survey.span = Range(request.slot.starts_at, request.slot.ends_at, "[)")
    survey.postcode = request.postcode or survey.postcode  # not said again is not unsaid
    survey.address = request.address or survey.address
    survey.access_notes = request.access_notes or survey.access_notes
    survey.source, survey.booked_by = request.source, request.by
    return survey, overruled


def _let_go(held: Survey) -> None:
    if held_by(held.person) == held:
        expire([held])


# --- booking ------------------------------------------------------------------------------
def _claim(request: Request) -> Survey:
    """The survey that they have already, else the slot held for them."""
    lock_time([request.slot.surveyor_id])
    refuse_taken(request.slot, request.person)  # first: many may be waiting behind us
    if (booked := booked_before(request)) is not None:
        return booked
    survey, _ = _row(request, surveyor_of(request.slot), ())
    # However long they have held it: it is about to be booked.
    return _held_until(survey, now() + timedelta(minutes=SurveyRules.current().hold_minutes))


def _book(request: Request, surveyor: Surveyor, busy: tuple[Busy, ...]) -> Survey:
    lock_time([surveyor.pk])
    if request.lead is not None:
        request.lead.lock()
    if (booked := booked_before(request)) is not None:
        return booked
    survey, overruled = _row(request, surveyor, busy)
    is_careful = SurveyRules.current().needs_approval
    survey.status, survey.hold_until = Status.PROVISIONAL, None
    survey.needs_approval = is_careful and not request.is_by_colleague
    survey.approved_by = request.by if is_careful and request.is_by_colleague else None
    record(
        survey,
        action="book survey",
        by=request.by,
        reason=request.reason,
        source=request.source,
        overruled=overruled,
    )
    if survey.needs_approval:
        ask_staff(survey, APPROVE, "Approve it, or refuse it with a reason, on its page.")
    else:
        show_in_calendar(survey)
    return survey


def _written(postcode: str) -> str:
    return postcode_of(postcode) or ""
