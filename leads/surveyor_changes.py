"""What follows when a surveyor's calendar changes, or a surveyor is switched off."""

from datetime import timedelta

from django.db.models import QuerySet

from hampstead.core import stafftasks
from hampstead.core.clock import to_london
from hampstead.core.models import StaffTask
from leads.calendar_subscriptions import leave_subscription
from leads.models import Diary, Survey, Surveyor
from leads.telling import written_time

LEFT = "A surveyor who is switched off still has surveys"
HOW = "Move each to another surveyor, or cancel it, on its page:"


def upcoming_visits(surveyor: Surveyor) -> QuerySet[Survey]:
    """Booked and not over, the next first."""
    return Survey.objects.upcoming().filter(surveyor=surveyor).select_related("person")


def change_calendar(surveyor: Surveyor) -> None:
    """The mailbox is another one: what was read of the old one, and how, is forgotten."""
    leave_subscription(surveyor.pk)
    Diary.objects.filter(pk=surveyor.pk).update(
        blocks=[],
        read_at=None,
        reads_from=None,
        reads_to=None,
        delta_link="",
        delta_day=None,
        changes_read_at=None,
        changes_wanted_at=None,
        error_code="",
        error="",
    )


def switch_off(surveyor: Surveyor) -> None:
    """Nobody is booked with them any more; who is booked already is staff's to arrange."""
    visits = [f"- {_line(survey)}" for survey in upcoming_visits(surveyor)]
    if visits:
        stafftasks.open_task(
            title=LEFT,
            subject=surveyor.subject,
            detail="\n".join([f"{surveyor.name}. {HOW}", *visits]),
            is_urgent=True,
            due_in=timedelta(minutes=15),
        )


def close_settled() -> None:
    """Swept: who has no visits left, or surveys again, needs nobody's attention."""
    for task in StaffTask.objects.filter(title=LEFT, done_at=None):
        surveyor = Surveyor.objects.filter(pk=task.subject.partition(":")[2]).first()
        if surveyor is None or surveyor.is_active or not upcoming_visits(surveyor).exists():
            stafftasks.close_by_itself(title=LEFT, subject=task.subject)


def _line(survey: Survey) -> str:
    until = to_london(survey.ends_at)
    return f"{written_time(survey.starts_at)} to {until:%H:%M}, {survey.person.display_name}"
