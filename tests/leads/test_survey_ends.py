"""Holds that lapse, and visits whose time is over."""

import pytest
from time_machine import Traveller

from hampstead.core.models import StaffTask, StaffUser
from leads import booking, tasks
from leads.enquiries import STILL_BOOKED
from leads.models import Survey, Surveyor
from leads.places import WHERE
from leads.survey_records import ask_staff
from tests.factories.leads import SurveyFactory
from tests.leads import booking_steps as steps
from tests.leads.booking_steps import book, booked, hold, slot
from tests.leads.calendars import at, later, monday
from tests.leads.calendars import tom as tom

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "monday")]
Status = Survey.Status
TOOK_PLACE = "Did a survey take place?"


def state(survey: Survey) -> str:
    survey.refresh_from_db()
    return survey.status


def test_the_sweep_lets_go_of_lapsed_holds_only(tom: Surveyor, monday: Traveller) -> None:
    old = hold(slot(tom, at(10)))
    later(monday, minutes=3)
    new = hold(slot(tom, at(14)))
    later(monday, minutes=3)
    assert booking.expire_holds() == 1
    assert (state(old), state(new)) == (Status.EXPIRED, Status.HELD)


def test_a_confirmed_visit_is_done_when_it_is_over(tom: Surveyor, monday: Traveller) -> None:
    survey, ahead = booked(slot(tom, at(10))), booked(slot(tom, at(14)))
    later(monday, days=1, hours=1, minutes=45)
    assert booking.close_past_surveys() == 1
    assert (state(survey), state(ahead)) == (Status.DONE, Status.CONFIRMED)
    assert not StaffTask.objects.exists()


@pytest.mark.parametrize("status", [Status.PROVISIONAL, Status.CONFLICT])
def test_whether_an_unsettled_visit_took_place_is_asked(
    tom: Surveyor, monday: Traveller, status: Survey.Status
) -> None:
    survey = SurveyFactory(surveyor=tom, starts_at=at(10), status=status)
    later(monday, days=3)
    tasks.sweep_surveys()
    assert (state(survey), steps.tasks(survey)) == (Status.DONE, {TOOK_PLACE: "urgent"})


def test_nobody_is_told_of_a_visit_that_was_never_approved(
    tom: Surveyor, monday: Traveller, olive: StaffUser
) -> None:
    steps.rules(needs_approval=True)
    survey = book(slot(tom, at(10)))
    later(monday, days=3)
    tasks.sweep_surveys()
    assert steps.tasks(survey) == {TOOK_PLACE: "urgent"}
    assert not survey.notices.filter(state="due").exists()


@pytest.mark.parametrize("title", [WHERE, STILL_BOOKED])
def test_what_was_asked_of_a_visit_is_moot_when_it_is_over(
    tom: Surveyor, monday: Traveller, title: str
) -> None:
    survey = booked(slot(tom, at(10)))
    ask_staff(survey, title, "Which?")
    later(monday, days=3)
    tasks.sweep_surveys()
    assert steps.tasks(survey) == {}
