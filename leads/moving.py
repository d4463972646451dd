"""Moving a survey to another time or surveyor, and cancelling it."""

from django.db import transaction
from psycopg.types.range import Range

from hampstead.core.models import StaffUser
from leads.enquiries import STILL_BOOKED
from leads.models import Survey, Surveyor, SurveyRules
from leads.places import WHERE
from leads.slot_checks import (
    FRESH,
    Enquiry,
    NotBookedError,
    check,
    expire,
    held_by,
    in_one_go,
    is_colleague,
    is_for,
    is_overruling,
    lapsed_holds,
    lock_time,
    locked,
    read_busy,
    surveyor_of,
)
from leads.slots import Busy, Slot
from leads.survey_records import (
    APPROVE,
    CLASH,
    as_recorded,
    ask_staff,
    nothing_to_do,
    record,
    show_in_calendar,
    take_from_calendar,
)

Status = Survey.Status


def move_survey(
    *,
    survey: Survey,
    slot: Slot,
    source: str,
    by: StaffUser | None = None,
    reason: str = "",
    despite: bool = False,
) -> Survey:
    """Provisional until the calendar has accepted it, and until staff approve where they must.

    The old time is kept until the new one is ours. To where it is already: nothing happens.
    Raises SlotRefusedError, NotBookedError, ReasonMissingError, and CalendarError when the
    calendar could not be read.
    """
    survey = Survey.objects.select_related("person", "lead").get(pk=survey.pk)
    _need_booked(survey)
    if is_for(survey, slot):
        return survey
    enquiry = Enquiry(
        slot,
        survey.person,
        survey.outcode,
        instead_of=survey,
        despite=is_overruling(despite=despite, by=by, reason=reason),
    )
    surveyor = surveyor_of(slot)
    check(enquiry, surveyor)  # before Microsoft is asked
    busy = read_busy(surveyor, slot, max_age=FRESH)
    return in_one_go(lambda: _move(survey, enquiry, surveyor, busy, source, by, reason.strip()))


def _move(
    seen: Survey,
    enquiry: Enquiry,
    surveyor: Surveyor,
    busy: tuple[Busy, ...],
    source: str,
    by: StaffUser | None,
    reason: str,
) -> Survey:
    slot = enquiry.slot
    lock_time({seen.surveyor_id, surveyor.pk})
    survey = locked(seen)
    _need_booked(survey)
    if is_for(survey, slot):
        return survey
    overruled = check(enquiry, surveyor, busy)
    # Whoever moves needs no time on hold: it may be this very slot.
    if (held := held_by(survey.person)) is not None:
        expire([held])
    expire(lapsed_holds(surveyor.pk))
    before = as_recorded(survey)
    survey.surveyor, survey.span = surveyor, Range(slot.starts_at, slot.ends_at, "[)")
    survey.status, survey.trouble = Status.PROVISIONAL, ""
    survey.version += 1
    is_careful, is_ours = SurveyRules.current().needs_approval, is_colleague(by=by, source=source)
    survey.needs_approval = is_careful and not is_ours
    survey.approved_by = by if is_careful and is_ours else None
    record(
        survey,
        action="move survey",
        by=by,
        reason=reason,
        before=before,
        source=source,
        overruled=overruled,
    )
    nothing_to_do(survey, APPROVE, CLASH)  # they spoke of the old time
    if survey.needs_approval:
        take_from_calendar(survey)
        ask_staff(survey, APPROVE, "The customer wants this new time. Approve it, or refuse it.")
    else:
        show_in_calendar(survey)
    return survey


@transaction.atomic
def cancel_survey(
    *, survey: Survey, source: str, by: StaffUser | None = None, reason: str = ""
) -> bool:
    """True if this call cancelled it; False if it was cancelled or over before."""
    return cancel(locked(survey), action="cancel survey", source=source, by=by, reason=reason)


def cancel(
    survey: Survey, *, action: str, source: str, by: StaffUser | None, reason: str = ""
) -> bool:
    """`survey` is locked."""
    if survey.status not in Survey.LIVE:
        return False
    before = as_recorded(survey)
    survey.status, survey.hold_until, survey.trouble = Status.CANCELLED, None, ""
    survey.version += 1
    record(survey, action=action, by=by, reason=reason.strip(), before=before, source=source)
    nothing_to_do(survey, APPROVE, CLASH, STILL_BOOKED, WHERE)
    take_from_calendar(survey)
    return True


def _need_booked(survey: Survey) -> None:
    if not survey.is_booked:
        state = survey.get_status_display().lower()
        raise NotBookedError(f"The survey is {state}: it cannot be moved.")
