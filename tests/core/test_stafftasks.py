"""A task is opened once, finished by name, and closed when its reason is gone."""

from datetime import timedelta

import pytest

from hampstead.core import stafftasks
from hampstead.core.clock import now
from hampstead.core.models import AuditEntry, StaffTask, StaffUser

pytestmark = pytest.mark.django_db
TITLE, SUBJECT = "Call her back", "conversation:12"


def open_task(**more: str) -> StaffTask:
    stafftasks.open_task(**{"title": TITLE, "subject": SUBJECT, **more})  # type: ignore[arg-type]
    return StaffTask.objects.latest("pk")


def test_a_task_is_due_within_the_hour() -> None:
    assert open_task().due_at - now() <= timedelta(hours=1)


def test_a_task_that_is_open_is_not_opened_again() -> None:
    open_task(detail="first")
    open_task(detail="second")
    assert StaffTask.objects.get().detail == "first"


@pytest.mark.parametrize("more", [{"subject": "conversation:13"}, {"title": "Write to her"}])
def test_another_matter_is_another_task(more: dict[str, str]) -> None:
    open_task()
    open_task(**more)
    assert StaffTask.objects.count() == 2


def test_a_finished_task_may_come_again(clerk: StaffUser) -> None:
    stafftasks.finish_task(task=open_task(), by=clerk)
    open_task()
    assert StaffTask.objects.filter(done_at__isnull=True).count() == 1


def test_finishing_is_audited_by_name(clerk: StaffUser) -> None:
    task = open_task()
    assert stafftasks.finish_task(task=task, by=clerk)
    task.refresh_from_db()
    assert task.done_by == clerk
    assert AuditEntry.objects.get(action="finish task").subject == f"task:{task.pk}"


def test_only_the_first_of_two_finishes_it(clerk: StaffUser) -> None:
    task = open_task()
    stafftasks.finish_task(task=task, by=clerk)
    assert not stafftasks.finish_task(task=task, by=clerk)
    assert AuditEntry.objects.count() == 1


def test_a_task_without_reason_closes_by_itself() -> None:
    open_task()
    other = open_task(subject="conversation:13")
    stafftasks.close_by_itself(title=TITLE, subject=SUBJECT)
    assert StaffTask.objects.get(done_at__isnull=True) == other
