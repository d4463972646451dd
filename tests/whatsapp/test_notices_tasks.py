"""A notice that fails is one task: what the customer should hear, not which message it was."""

from datetime import timedelta

import pytest

from hampstead.core import outbox
from hampstead.core.models import Outbox, StaffTask
from leads.models import Survey, SurveyNotice
from leads.notices import TELL
from tests.factories.leads import OfficeUserFactory
from tests.running import make_lanes_due
from tests.vendors import Sandbox
from tests.whatsapp.surveys import (
    AFTERNOON,
    MORNING,
    SOON,
    Purpose,
    State,
    Told,
    effects,
    known,
    notice,
    sent,
    survey_on_whatsapp,
    swept,
)

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def survey(db: None) -> Survey:
    return survey_on_whatsapp()


def refused(sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", "/messages", status=400)
    swept(SOON)
    sent(SOON)
    swept(SOON + MINUTE)


def titles() -> list[str]:
    return list(StaffTask.objects.filter(done_at=None).values_list("title", flat=True))


def test_one_that_whatsapp_refuses(survey: Survey, sandbox: Sandbox) -> None:
    refused(sandbox)
    assert titles() == [TELL]


def test_one_that_is_not_delivered(survey: Survey, sandbox: Sandbox) -> None:
    swept(SOON)
    sent(SOON)
    outbox.record_failure(effect=effects()[0], code="E006", detail="131026 undeliverable")
    swept(SOON + MINUTE)
    assert titles() == [TELL]


def test_one_that_fails_before_its_send_is_recorded(survey: Survey) -> None:
    swept(SOON)
    outbox.record_failure(effect=effects()[0], code="E006", detail="131026 undeliverable")
    swept(SOON + MINUTE)
    assert (titles(), notice(Purpose.CONFIRMATION).state) == ([TELL], State.LEFT)


def test_one_of_which_nobody_knows(survey: Survey, sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", "/messages", cut="after")
    swept(SOON)
    sent(SOON)
    make_lanes_due()
    sent(SOON + 30 * MINUTE)
    assert effects()[0].status == Outbox.Status.UNCERTAIN
    swept(SOON + 31 * MINUTE)
    assert titles() == [TELL]


def test_the_task_says_why_and_what(survey: Survey, sandbox: Sandbox) -> None:
    refused(sandbox)
    detail = StaffTask.objects.get().detail
    assert "WhatsApp refused it" in detail
    assert "Tuesday 1 December at 10:30" in detail


def test_the_last_reminder_is_a_task_too(survey: Survey) -> None:
    known(survey)
    SurveyNotice.objects.filter(purpose=Purpose.DAY_BEFORE).update(state=State.SENT)
    swept(MORNING)
    outbox.record_failure(effect=effects()[0], code="E006", detail="131026 undeliverable")
    swept(MORNING + MINUTE)
    assert (titles(), notice(Purpose.TWO_HOURS).state) == ([TELL], State.LEFT)


def test_the_reminder_that_arrives_after_all_closes_it(survey: Survey, sandbox: Sandbox) -> None:
    known(survey)
    swept(AFTERNOON)
    outbox.record_failure(effect=effects()[0], code="E006", detail="131026 undeliverable")
    swept(AFTERNOON + MINUTE)
    outbox.record_arrival(effect=effects()[0], vendor_id="", status=Outbox.Status.DELIVERED)
    swept(AFTERNOON + 2 * MINUTE)
    assert titles() == []


def test_what_staff_send_again_and_fails_again_asks_them_again(
    survey: Survey, sandbox: Sandbox
) -> None:
    refused(sandbox)
    StaffTask.objects.update(done_at=SOON)
    outbox.release(effect=effects()[0], by=OfficeUserFactory())
    sandbox.fault("360dialog", "/messages", status=400)
    sent(SOON + 2 * MINUTE)
    assert titles() == ["A message could not be sent"]


def test_what_is_news_no_more_is_no_task(survey: Survey, sandbox: Sandbox) -> None:
    swept(SOON)
    known(survey, Told.BOOKED, at=SOON)
    outbox.record_failure(effect=effects()[0], code="E006", detail="131026 undeliverable")
    swept(SOON + MINUTE)
    assert titles() == []
