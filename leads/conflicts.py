"""What the calendar says of our surveys: it accepted one, moved it, or has something else there."""

from datetime import datetime, timedelta

from django.db import transaction
from psycopg.types.range import Range

from hampstead.core import audit, live, stafftasks
from hampstead.core.clock import now
from hampstead.core.models import AuditEntry, StaffUser
from leads.models import Survey
from leads.moving import cancel
from leads.notices import TELL
from leads.slot_checks import expire, lapsed_holds, lock_time, locked
from leads.slots import Refusal
from leads.survey_records import (
    CLASH,
    NOT_SHOWN,
    as_recorded,
    ask_staff,
    awaits_approval,
    nothing_to_do,
    record,
    show_in_calendar,
)
from leads.telling import written_time

Status, Told = Survey.Status, Survey.Told
KEEP, ACCEPT = "keep survey", "accept clash"
NOT_FOLLOWED = "the diary moved it"
OVERLAPS = f"{NOT_FOLLOWED} onto another survey of ours"
# What a surveyor's hand on the entry may mean; anything else was a slip, or means something else.
SHORTEST, LONGEST = timedelta(minutes=15), timedelta(hours=8)


@transaction.atomic
def confirm_survey(*, survey: Survey) -> bool:
    """The calendar shows it as it is: the customer may hear "booked". False if that is no news,
    or if the survey has changed since; then the calendar is written again.
    """
    survey = locked(survey)
    if survey.status != Status.PROVISIONAL or awaits_approval(survey) or not _is_shown(survey):
        return False
    before = as_recorded(survey)
    survey.status, survey.trouble = Status.CONFIRMED, ""
    record(survey, action="confirm survey", by=None, before=before)
    nothing_to_do(survey, CLASH, NOT_SHOWN)
    return True


def _is_shown(survey: Survey) -> bool:
    shown = survey.events.filter(is_wanted=True, removed_at=None, version__gte=survey.version)
    return shown.exclude(event_id="").exists()


@transaction.atomic
def mark_conflict(*, survey: Survey, trouble: str) -> bool:
    """Something else is in the diary then, or our entry was deleted: a person decides.

    `trouble` says which, the same in the same words each time it is found. What a person has
    decided to live with is no news, and False.
    """
    survey = locked(survey)
    trouble = trouble[:300]
    if not survey.is_booked or survey.trouble == trouble or _is_accepted(survey, trouble):
        return False
    _mark(survey, trouble)
    return True


def _mark(survey: Survey, trouble: str) -> None:
    before = as_recorded(survey)
    survey.trouble = trouble
    if not awaits_approval(survey):  # that is where it stays; nobody was promised anything
        survey.status = Status.CONFLICT
    record(survey, action="find conflict", by=None, before=before, trouble=trouble)
    detail = f"{trouble[:1].upper()}{trouble[1:]}. Keep it, move it or cancel it, on its page."
    ask_staff(survey, CLASH, detail)


def _is_accepted(survey: Survey, trouble: str) -> bool:
    """Did a person decide to keep this visit in spite of it? The audit entries know."""
    if survey.events.filter(is_wanted=True, removed_at__isnull=False).exists():
        return False  # our entry is gone: that is news each time
    decided = AuditEntry.objects.filter(
        subject=survey.subject, after__starts_at=survey.starts_at.isoformat()
    )
    if decided.filter(action__in=[KEEP, ACCEPT], after__accepted=trouble).exists():
        return True
    is_known = decided.filter(by__isnull=False, after__overruled=Refusal.BUSY).exists()
    if not is_known or decided.filter(action=ACCEPT).exists():
        return False
    accepted = {**as_recorded(survey), "accepted": trouble}
    audit.record(action=ACCEPT, subject=survey.subject, by=None, after=accepted)
    return True


@transaction.atomic
def follow_calendar(
    *, survey: Survey, starts_at: datetime, ends_at: datetime, is_all_day: bool = False
) -> bool:
    """The surveyor moved our entry: the survey is then, and staff agree it with the customer.

    False if nothing changed, or if a change of ours is on its way to the calendar and will
    replace theirs. Where no visit can be, or onto another survey, it is not moved: that is a
    conflict.
    """
    lock_time([survey.surveyor_id])
    survey = locked(survey)
    if not _may_follow(survey) or (survey.starts_at, survey.ends_at) == (starts_at, ends_at):
        return False
    if trouble := _why_not(survey, starts_at, ends_at, is_all_day=is_all_day):
        if survey.trouble != trouble:
            _mark(survey, trouble)
        return True
    before, was_stuck = as_recorded(survey), survey.trouble.startswith(NOT_FOLLOWED)
    survey.span = Range(starts_at, ends_at, "[)")
    survey.status, survey.trouble = Status.CONFIRMED, ""
    if survey.told in (Told.PROVISIONAL, Told.BOOKED) and survey.told_starts_at != starts_at:
        _ask_to_tell(survey, before["starts_at"])
    record(survey, action="follow the diary", by=None, before=before, tells=False)
    nothing_to_do(survey, CLASH)
    if was_stuck and not _is_shown(survey):
        show_in_calendar(survey)  # words that waited for this to be settled
    return True


def _why_not(survey: Survey, starts_at: datetime, ends_at: datetime, *, is_all_day: bool) -> str:
    """Why the survey does not go there, in words for staff; empty: it does."""
    when, length = written_time(starts_at), ends_at - starts_at
    if is_all_day:
        return f"{NOT_FOLLOWED} to a whole day, from {when}"
    if length < SHORTEST:
        minutes = int(length / timedelta(minutes=1))
        lasting = f"{minutes} minutes" if minutes > 0 else "no time at all"
        return f"{NOT_FOLLOWED} to {when}, for {lasting}: too short for a visit"
    if length > LONGEST:
        return f"{NOT_FOLLOWED} to {when}, too long for a visit"
    if ends_at <= now() or starts_at <= now() < survey.starts_at:
        return f"{NOT_FOLLOWED} to {when}, which has passed"
    expire(lapsed_holds(survey.surveyor_id))
    others = Survey.objects.live().exclude(pk=survey.pk).filter(surveyor=survey.surveyor_id)
    if others.filter(span__overlap=(starts_at, ends_at)).exists():
        return f"{OVERLAPS}, to {when}"
    return ""


def _may_follow(survey: Survey) -> bool:
    """What we have yet to write there goes before what somebody did to the old entry."""
    is_settled = survey.status in (Status.CONFIRMED, Status.CONFLICT)
    return is_settled or (survey.status == Status.PROVISIONAL and _is_shown(survey))


def _ask_to_tell(survey: Survey, was: str) -> None:
    """Before the notices ask for the same in plainer words."""
    old = written_time(datetime.fromisoformat(was))
    ask_staff(
        survey,
        TELL,
        f"The diary moved this survey: it was {old}. Agree it with the customer, or let the "
        "message go out from the page of the survey.",
    )


@transaction.atomic
def settle_conflict(*, survey: Survey, by: StaffUser | None, keep: bool, reason: str = "") -> bool:
    """Keep it where it is, written into the calendar again, or cancel it. False: no conflict.

    `by` None: what it clashed with has left the diary by itself.
    """
    survey = locked(survey)
    if survey.status != Status.CONFLICT:
        return False
    if not keep:
        return cancel(survey, action="cancel survey", source="", by=by, reason=reason)
    if by is None and _is_shown(survey):
        _is_over(survey)
        return True
    before, accepted = as_recorded(survey), survey.trouble if by is not None else ""
    survey.status, survey.trouble = Status.PROVISIONAL, ""
    survey.version += 1
    if survey.needs_approval and by is not None:
        survey.approved_by = by
    record(survey, action=KEEP, by=by, reason=reason.strip(), before=before, accepted=accepted)
    nothing_to_do(survey, CLASH)
    show_in_calendar(survey)
    return True


def _is_over(survey: Survey) -> None:
    """Nothing needs to be written: the calendar shows it, and nothing else any more."""
    before = as_recorded(survey)
    survey.status, survey.trouble = Status.CONFIRMED, ""
    record(survey, action="end conflict", by=None, before=before)
    nothing_to_do(survey, CLASH)


def record_told(
    *, survey: Survey, told: Survey.Told, starts_at: datetime, surveyor_id: int | None = None
) -> None:
    """What the customer has now heard of it from us. Safe inside any transaction.

    `surveyor_id`: who was named to them; None: nobody, so they expect whom they expected.
    """
    expected: dict[str, int | None] = {}
    if surveyor_id is not None:
        expected = {"told_surveyor": surveyor_id}
    if told not in (Told.PROVISIONAL, Told.BOOKED):
        expected = {"told_surveyor": None}
    Survey.objects.filter(pk=survey.pk).update(
        told=told, told_starts_at=starts_at, told_at=now(), updated_at=now(), **expected
    )
    survey.refresh_from_db()
    live.announce(survey.subject)
    if survey.is_told:
        stafftasks.close_by_itself(title=TELL, subject=survey.subject)
