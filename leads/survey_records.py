"""What goes with every change of a survey: its calendar entry, notices, tasks, audit, the live
pages. To be called inside the transaction that makes the change.
"""

from datetime import timedelta
from typing import Any

from hampstead.core import audit, live, outbox, stafftasks
from hampstead.core.clock import now, to_london
from hampstead.core.models import StaffUser
from leads import notices
from leads.models import CalendarEvent, Survey
from leads.telling import written_time

APPROVE = "Approve a survey"
CLASH = "A survey clashes in the diary"
NOT_SHOWN = "A survey is not in the calendar"
SOON = timedelta(hours=48)  # a visit that near does not wait for somebody's free hour


# --- the calendar -------------------------------------------------------------------------
def show_in_calendar(survey: Survey) -> None:
    """Have its entry written as the survey is now; in the calendar of another surveyor, or where
    the old one has vanished, as a new entry.
    """
    event = survey.events.filter(is_wanted=True).first()
    left = None
    if event is not None and (event.surveyor_id != survey.surveyor_id or event.removed_at):
        event.is_wanted, left = False, event
        event.save(update_fields=["is_wanted"])
        event = None
    event = event or CalendarEvent.objects.create(survey=survey, surveyor_id=survey.surveyor_id)
    _write(survey, event)  # before the old one goes: the customer waits for this
    if left is not None and not left.removed_at:
        _write(survey, left)


def take_from_calendar(survey: Survey) -> None:
    event = survey.events.filter(is_wanted=True).first()
    if event is not None:
        event.is_wanted = False
        event.save(update_fields=["is_wanted"])
        _write(survey, event)


def _write(survey: Survey, event: CalendarEvent) -> None:
    outbox.enqueue(
        kind="calendar",
        lane=survey.lane,
        payload={"event": event.pk},
        purpose="calendar",
        subject=survey.subject,
    )


# --- records ------------------------------------------------------------------------------
def record(
    survey: Survey,
    *,
    action: str,
    by: StaffUser | None,
    reason: str = "",
    before: dict[str, Any] | None = None,
    tells: bool = True,
    **more: Any,
) -> None:
    """Save the changed survey, and everything that goes with each change of it.

    `tells`: the customer may hear of it by themselves. `more` goes into the audit entry.
    """
    survey.updated_at = now()
    survey.save()
    notices.plan(survey, tells=tells)
    live.announce(survey.subject)
    if survey.lead is not None:
        survey.lead.mark_changed()
    audit.record(
        action=action,
        subject=survey.subject,
        by=by,
        reason=reason,
        before=before,
        after={**as_recorded(survey), **{key: value for key, value in more.items() if value}},
    )


def awaits_approval(survey: Survey) -> bool:
    is_open = survey.status == Survey.Status.PROVISIONAL
    return is_open and survey.needs_approval and survey.approved_by_id is None


def as_recorded(survey: Survey) -> dict[str, Any]:
    """For the audit entry."""
    return {
        "status": survey.status,
        "surveyor": survey.surveyor_id,
        "starts_at": survey.starts_at.isoformat(),
        "ends_at": survey.ends_at.isoformat(),
    }


def ask_staff(survey: Survey, title: str, detail: str, *, is_urgent: bool = False) -> None:
    """A task about it; at once where the visit is near."""
    is_near = survey.starts_at <= now() + SOON
    stafftasks.open_task(
        title=title,
        subject=survey.subject,
        detail=f"{_described(survey)}\n{detail}",
        is_urgent=is_urgent or is_near,
        due_in=timedelta(minutes=15) if is_urgent or is_near else timedelta(hours=2),
    )


def nothing_to_do(survey: Survey, *titles: str) -> None:
    for title in titles:
        stafftasks.close_by_itself(title=title, subject=survey.subject)


def _described(survey: Survey) -> str:
    person = survey.person
    where = ", ".join(filter(None, [survey.address, survey.postcode])) or "address not known"
    return (
        f"{person.display_name}, {person.spoken_phone or 'phone number not known'}: "
        f"{written_time(survey.starts_at)} to {to_london(survey.ends_at):%H:%M}, {where}, "
        f"{survey.surveyor.name}."
    )
