"""Where the firm wants to see each survey first: staff approve or refuse it."""

from django.db import transaction

from hampstead.core.clock import now
from hampstead.core.models import StaffUser
from leads.models import Survey
from leads.moving import cancel
from leads.overrides import ReasonMissingError
from leads.slot_checks import FRESH, NotBookedError, in_one_go, is_busy, locked, read_busy
from leads.slots import Busy, Refusal, Slot
from leads.survey_records import (
    APPROVE,
    CLASH,
    as_recorded,
    ask_staff,
    awaits_approval,
    nothing_to_do,
    record,
    show_in_calendar,
)

TAKEN = "The surveyor's diary has something else at that time by now."
PASSED = "Its time has passed."


def approve_survey(*, survey: Survey, by: StaffUser, despite: bool = False) -> Survey:
    """It goes into the calendar, which confirms it, if the surveyor is free then; by now.

    If not, it stays provisional: its `trouble` says why, and staff have an urgent task.
    `despite`: `by` wants it although the diary has something else. Raises NotBookedError when it
    is cancelled or over, and CalendarError when the calendar could not be read.
    """
    slot = Slot(survey.surveyor_id, survey.starts_at, survey.ends_at)
    busy = read_busy(survey.surveyor, slot, max_age=FRESH)
    return in_one_go(lambda: _approve(survey, busy, by, despite))


def _approve(seen: Survey, busy: tuple[Busy, ...], by: StaffUser, despite: bool) -> Survey:
    survey = locked(seen)
    if not survey.is_booked:
        raise NotBookedError(f"The survey is {survey.get_status_display().lower()}.")
    if not awaits_approval(survey):
        return survey
    slot = Slot(survey.surveyor_id, survey.starts_at, survey.ends_at)
    # Whether the rules allow the time was looked at when it was booked.
    before, clashes = as_recorded(survey), is_busy(busy, slot)
    if survey.starts_at <= now():
        survey.trouble = PASSED
    else:
        survey.trouble = TAKEN if clashes and not despite else ""
    if survey.trouble:
        record(survey, action="find no way to approve", by=by, before=before, why=survey.trouble)
        nothing_to_do(survey, APPROVE)
        ask_staff(survey, CLASH, f"{survey.trouble} Move it, or refuse it.", is_urgent=True)
        return survey
    survey.approved_by = by
    overruled = Refusal.BUSY if clashes else None
    record(survey, action="approve survey", by=by, before=before, overruled=overruled)
    nothing_to_do(survey, APPROVE, CLASH)
    show_in_calendar(survey)
    return survey


@transaction.atomic
def refuse_survey(*, survey: Survey, by: StaffUser, reason: str) -> bool:
    """The customer hears that it cannot be then. False if it does not wait for this any more."""
    if not reason.strip():
        raise ReasonMissingError("Please give a reason.")
    survey = locked(survey)
    if not awaits_approval(survey):
        return False
    return cancel(survey, action="refuse survey", source="", by=by, reason=reason)
