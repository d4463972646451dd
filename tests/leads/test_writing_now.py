"""Writing into the calendar while the customer waits."""

import time

import pytest
from django.db import transaction

from hampstead.core.models import Outbox, StaffTask
from leads import booking
from leads.models import Survey, Surveyor
from tests.core.threads import at_once, held_elsewhere
from tests.leads.booking_steps import book, hold, slot
from tests.leads.calendars import TOM, at, monday, open_incidents
from tests.leads.calendars import tom as tom
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("sandbox", "monday"),
]
Status = Survey.Status


def timed(survey: Survey, *, seconds: float) -> tuple[Survey.Status, float]:
    began = time.perf_counter()
    status = booking.write_now(survey, seconds=seconds)
    return status, time.perf_counter() - began


def test_the_caller_hears_that_it_is_confirmed(tom: Surveyor, sandbox: Sandbox) -> None:
    survey = book(slot(tom, at(10)))
    assert booking.write_now(survey) == survey.status == Status.CONFIRMED
    assert len(sandbox.calendar(TOM)) == 1


def test_where_there_is_nothing_to_write_it_answers_at_once(tom: Surveyor) -> None:
    status, seconds = timed(hold(slot(tom, at(10))), seconds=6)
    assert (status, seconds < 0.5) == (Status.HELD, True)


def test_while_the_calendar_fails_it_is_provisional_and_tried_again(
    tom: Surveyor, sandbox: Sandbox
) -> None:
    survey = book(slot(tom, at(10)))
    sandbox.fault("microsoft", "/events", status=503)
    status, seconds = timed(survey, seconds=0.5)
    effect = Outbox.objects.get(lane=survey.lane)
    assert (status, seconds < 1.5) == (Status.PROVISIONAL, True)
    assert (effect.status, effect.error_code) == (Outbox.Status.PENDING, "E009")


def test_a_slow_calendar_does_not_keep_the_caller(tom: Surveyor, sandbox: Sandbox) -> None:
    survey = book(slot(tom, at(10)))
    sandbox.fault("microsoft", "/events", delay_seconds=5)
    status, seconds = timed(survey, seconds=0.5)
    assert (status, seconds < 1.5) == (Status.PROVISIONAL, True)


def test_another_worker_that_is_at_it_is_waited_for(tom: Surveyor, sandbox: Sandbox) -> None:
    survey = book(slot(tom, at(10)))
    sandbox.fault("microsoft", "/events", delay_seconds=0.3)
    both = at_once(2, lambda _: booking.write_now(Survey.objects.get(pk=survey.pk)))
    assert both == [Status.CONFIRMED, Status.CONFIRMED]
    assert len(sandbox.calendar(TOM)) == 1


def test_but_not_for_longer_than_said(tom: Surveyor) -> None:
    survey = book(slot(tom, at(10)))
    with held_elsewhere(survey.lane):
        status, seconds = timed(survey, seconds=0.3)
    assert (status, seconds < 1) == (Status.PROVISIONAL, True)


def test_it_is_not_for_inside_a_transaction(tom: Surveyor) -> None:
    survey = book(slot(tom, at(10)))
    with pytest.raises(RuntimeError), transaction.atomic():
        booking.write_now(survey)
    assert open_incidents() == set()


def test_what_microsoft_refuses_for_good_is_a_task_in_plain_words(
    tom: Surveyor, sandbox: Sandbox
) -> None:
    survey = book(slot(tom, at(10)))
    sandbox.fault("microsoft", "/events", status=400)
    booking.write_now(survey)
    task = StaffTask.objects.get()
    assert (task.title, task.code) == ("A calendar entry could not be sent", "E009")
