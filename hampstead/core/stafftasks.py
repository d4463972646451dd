"""Tasks for people: opened once, due at a time, closed by name."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from hampstead.core import audit
from hampstead.core.clock import now
from hampstead.core.models import StaffTask, StaffUser
from hampstead.core.storable import storable


def open_task(
    *,
    title: str,
    subject: str,
    detail: str = "",
    code: str = "",
    due_in: timedelta = timedelta(hours=1),
    is_urgent: bool = False,
) -> None:
    """Ask staff to do something; an open task with the same subject and title is kept as it is."""
    urgency = StaffTask.Urgency.URGENT if is_urgent else StaffTask.Urgency.NORMAL
    task = StaffTask(
        title=title,
        subject=subject,
        detail=storable(detail),
        code=code,
        due_at=now() + due_in,
        urgency=urgency,
    )
    StaffTask.objects.bulk_create([task], ignore_conflicts=True)


@transaction.atomic
def finish_task(*, task: StaffTask, by: StaffUser) -> bool:
    """True if this call finished it, False if it was already done."""
    # What the task stands for first, as when it is changed by itself: both lock in one order.
    if whose := settings.TASK_FINISHED.get(task.subject.partition(":")[0]):
        import_string(whose)(task=task, by=by)
    done = StaffTask.objects.filter(pk=task.pk, done_at__isnull=True).update(
        done_at=now(), done_by=by
    )
    if done:
        audit.record(action="finish task", subject=f"task:{task.pk}", by=by)
    return bool(done)


def last_done(*, title: str, subject: str) -> datetime | None:
    """When somebody last finished such a task."""
    done = StaffTask.objects.filter(title=title, subject=subject, done_at__isnull=False)
    return done.order_by("-done_at").values_list("done_at", flat=True).first()


def close_by_itself(*, title: str, subject: str) -> None:
    """The reason for the task is gone; nobody needs to act."""
    StaffTask.objects.filter(title=title, subject=subject, done_at__isnull=True).update(
        done_at=now()
    )
