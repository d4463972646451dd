"""Notices of surveys that cannot be sent, and what crashes and races leave of them."""

from datetime import timedelta

import pytest
import time_machine
from django.db import transaction

from conversations.models import Message
from hampstead.core import failpoints, outbox
from hampstead.core.clock import now
from hampstead.core.failpoints import FailpointError
from hampstead.core.models import Outbox, StaffTask
from leads.consents import withdraw_consent
from leads.models import ContactPurpose, Survey, SurveyNotice
from leads.notices import TELL
from tests.core.threads import at_once
from tests.factories.leads import OfficeUserFactory
from tests.vendors import Sandbox
from tests.whatsapp.surveys import (
    AFTERNOON,
    MONDAY,
    MORNING,
    SOON,
    VISIT,
    WINDOW,
    Purpose,
    State,
    effects,
    known,
    notice,
    sent,
    survey_on_whatsapp,
    swept,
    wrote,
)
from whatsapp import notices
from whatsapp.models import WhatsAppIdentity

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(db: None) -> Survey:
    return survey_on_whatsapp()


# --- left to staff --------------------------------------------------------------------------------
def test_with_the_window_closed_staff_tell_them(survey: Survey) -> None:
    swept(SOON, is_window_open=False)
    assert effects() == []
    assert notice(Purpose.CONFIRMATION).state == State.LEFT
    task = StaffTask.objects.get()
    assert (task.title, task.subject) == (TELL, survey.subject)
    assert task.due_at == SOON + timedelta(hours=1)
    assert "Ada Invented, 07700 900123" in task.detail
    assert "Tuesday 1 December at 10:30" in task.detail


def test_who_is_not_on_whatsapp_is_told_by_staff(survey: Survey) -> None:
    WhatsAppIdentity.objects.all().delete()
    swept(SOON)
    assert notice(Purpose.CONFIRMATION).state == State.LEFT


def test_a_reminder_that_cannot_be_sent_is_a_task_for_the_evening(survey: Survey) -> None:
    known(survey)
    swept(AFTERNOON, is_window_open=False)
    assert StaffTask.objects.get().due_at == AFTERNOON + timedelta(hours=3)


def test_a_last_reminder_that_cannot_be_sent_is_let_go(survey: Survey) -> None:
    known(survey)
    SurveyNotice.objects.filter(purpose=Purpose.DAY_BEFORE).update(state=State.SENT)
    swept(MORNING, is_window_open=False)
    assert notice(Purpose.TWO_HOURS).state == State.SKIPPED
    assert not StaffTask.objects.exists()


@pytest.mark.parametrize(
    ("is_told", "tasks"), [(False, 1), (True, 0)], ids=["confirmation", "reminder"]
)
def test_who_opted_out_is_not_written_to(survey: Survey, *, is_told: bool, tasks: int) -> None:
    withdraw_consent(
        person=survey.person, channel="whatsapp", purposes=ContactPurpose, source="message:1"
    )
    at = AFTERNOON if is_told else SOON
    if is_told:
        known(survey)
    swept(at)
    assert effects() == []
    left = notice(Purpose.DAY_BEFORE if is_told else Purpose.CONFIRMATION)
    assert left.state == State.SKIPPED
    assert left.why.startswith("they asked us to stop")
    assert StaffTask.objects.count() == tasks


def test_the_window_that_shuts_before_the_send_leaves_it_to_staff(
    survey: Survey, sandbox: Sandbox
) -> None:
    swept(SOON)
    wrote(SOON - WINDOW)
    sent(SOON)
    swept(SOON, is_window_open=False)
    assert sandbox.phone() == []
    assert notice(Purpose.CONFIRMATION).state == State.LEFT
    assert StaffTask.objects.filter(title=TELL).exists()


def test_once_they_know_the_task_closes_by_itself(survey: Survey) -> None:
    swept(SOON, is_window_open=False)
    known(survey, at=SOON)
    swept(SOON + timedelta(minutes=1), is_window_open=False)
    assert StaffTask.objects.get().done_at is not None
    assert notice(Purpose.CONFIRMATION).state == State.SKIPPED


def test_what_whatsapp_refuses_is_one_task(survey: Survey, sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", "/messages", status=400)
    swept(SOON)
    sent(SOON)
    swept(SOON)
    assert notice(Purpose.CONFIRMATION).state == State.LEFT
    assert StaffTask.objects.count() == 1


def test_what_staff_send_again_after_a_refusal_counts(survey: Survey, sandbox: Sandbox) -> None:
    sandbox.fault("360dialog", "/messages", status=400)
    swept(SOON)
    sent(SOON)
    swept(SOON)
    sandbox.clear_faults()
    outbox.release(effect=effects()[0], by=OfficeUserFactory())
    sent(SOON)
    survey.refresh_from_db()
    assert survey.is_told
    assert notice(Purpose.CONFIRMATION).state == State.SENT


# --- crashes and races ----------------------------------------------------------------------------
def test_a_worker_that_died_after_the_send_has_told_them(
    survey: Survey, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(name: str) -> None:
        if name == "outbox.effect_done":
            raise FailpointError(name)

    monkeypatch.setattr("hampstead.core.outbox.failpoint", die)
    swept(SOON)
    with pytest.raises(FailpointError):
        sent(SOON)
    monkeypatch.setattr("hampstead.core.outbox.failpoint", failpoints.failpoint)
    swept(SOON)
    outbox.record_arrival(effect=effects()[0], vendor_id="wamid.X", status=Outbox.Status.SENT)
    swept(SOON + timedelta(minutes=1))
    survey.refresh_from_db()
    assert survey.is_told
    assert len(sandbox.phone()) == 1


def test_a_sweep_that_dies_leaves_nothing_half_done(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(subject: str) -> None:
        raise FailpointError(subject)

    monkeypatch.setattr("hampstead.core.live.announce", die)
    with pytest.raises(FailpointError):
        swept(SOON)
    monkeypatch.undo()
    assert effects() == []
    swept(SOON)
    assert len(effects()) == Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_send_once(survey: Survey) -> None:
    wrote(MONDAY)
    with time_machine.travel(SOON, tick=False):
        at_once(2, lambda _: notices.sweep())
    assert len(effects()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_survey_that_is_being_changed_is_left_for_the_next_sweep(survey: Survey) -> None:
    wrote(MONDAY)

    def act(number: int) -> int:
        with time_machine.travel(SOON, tick=False):
            return notices.sweep()

    with transaction.atomic():
        Survey.objects.select_for_update().get(pk=survey.pk)
        assert at_once(1, act) == [0]
    assert act(0) == 1


def test_no_sweep_now_and_then_reminds_of_the_past(survey: Survey) -> None:
    """After a restore the rows of yesterday are due, and their visits over."""
    swept(VISIT + timedelta(days=1))
    assert effects() == []
    assert (
        not SurveyNotice.objects.filter(state=State.DUE, due_at__lte=now() + timedelta(days=3650))
        .exclude(purpose=Purpose.BRIEF)
        .exists()
    )
