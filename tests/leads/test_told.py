"""Staff who rang the customer say so, and no message follows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from hampstead.core import stafftasks
from hampstead.core.models import AuditEntry, StaffTask
from leads.models import Survey, SurveyNotice
from leads.notices import TELL, plan
from leads.told import note_told
from tests.factories.leads import OfficeUserFactory, SurveyFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults")]
NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
AT = datetime(2026, 12, 1, 10, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def moved() -> Survey:
    """The customer expects it an hour earlier."""
    survey = SurveyFactory(
        starts_at=AT, told=Survey.Told.BOOKED, told_starts_at=AT - timedelta(hours=1)
    )
    plan(survey, tells=False)
    return survey


def test_who_was_told_in_person_knows(moved: Survey) -> None:
    assert note_told(survey=moved, by=OfficeUserFactory())
    moved.refresh_from_db()
    assert moved.is_told


def test_no_message_follows(moved: Survey) -> None:
    note_told(survey=moved, by=OfficeUserFactory())
    notice = moved.notices.get(purpose=SurveyNotice.Purpose.MOVED)
    assert notice.state not in (SurveyNotice.State.DUE, SurveyNotice.State.LEFT)


def test_the_task_is_closed_and_the_audit_says_by_whom(moved: Survey) -> None:
    by = OfficeUserFactory()
    note_told(survey=moved, by=by)
    assert StaffTask.objects.get(title=TELL).done_at is not None
    assert AuditEntry.objects.get(action="tell customer in person").by == by


def test_finishing_the_task_says_the_same(moved: Survey) -> None:
    stafftasks.finish_task(task=StaffTask.objects.get(title=TELL), by=OfficeUserFactory())
    moved.refresh_from_db()
    assert moved.is_told


def test_who_knew_already_is_not_told_again(moved: Survey) -> None:
    by = OfficeUserFactory()
    note_told(survey=moved, by=by)
    assert not note_told(survey=moved, by=by)
