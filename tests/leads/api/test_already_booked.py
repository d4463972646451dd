"""A customer who has a survey: only who knows the place hears of it over the API."""

from typing import Any

import pytest

from leads.facts import current_facts
from leads.models import FactKey, Lead, Survey, Surveyor
from leads.places import WHERE
from tests.factories.leads import LeadFactory, PersonFactory, SurveyFactory
from tests.leads.api.calls import Caller, reason
from tests.leads.booking_steps import rules, tasks
from tests.leads.calendars import at, monday
from tests.leads.calendars import tom as tom

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "monday")]


@pytest.fixture
def survey(tom: Surveyor) -> Survey:
    """Booked in a chat by the customer whose number the portal sends."""
    lead = LeadFactory(person=PersonFactory(phone="+447700900123"))
    made: Survey = SurveyFactory(surveyor=tom, lead=lead, starts_at=at(10))
    return made


def refused(answer: Any) -> dict[str, Any]:
    assert reason(answer) == (409, "already_booked")
    found: dict[str, Any] = answer.json()
    return found


def test_whoever_knows_the_postcode_hears_which_survey(portal: Caller, survey: Survey) -> None:
    told = refused(portal.book(portal.slot("15:00"), postcode="nw32qg"))
    assert told["survey"] == survey.pk
    assert "Tuesday 1 December at 10:00" in told["detail"]


@pytest.mark.parametrize("postcode", ["NW6 1AA", "NW3", "NW3 2QH"])
def test_whoever_does_not_hears_neither_time_nor_id(
    portal: Caller, survey: Survey, postcode: str
) -> None:
    told = refused(portal.book(portal.slot("15:00"), postcode=postcode))
    assert "survey" not in told
    assert told["detail"] == "A survey is booked already."


def test_half_a_stored_postcode_opens_nothing(portal: Caller, survey: Survey) -> None:
    Survey.objects.update(postcode="NW3")
    assert "survey" not in refused(portal.book(portal.slot("15:00"), postcode="NW3"))


def test_the_very_time_with_another_postcode_discloses_and_changes_nothing(
    portal: Caller, tom: Surveyor, survey: Survey
) -> None:
    answer = portal.propose(tom, at(10), postcode="NW6 1AA", address="9 Far Lane")
    assert "survey" not in refused(answer)
    survey.refresh_from_db()
    assert (survey.postcode, survey.address) == ("NW3 2QG", "1 Example Road")
    assert FactKey.ADDRESS not in current_facts(Lead.objects.get())


def test_what_a_program_books_waits_for_the_office(portal: Caller, tom: Surveyor) -> None:
    rules(needs_approval=True)
    answer = portal.book(portal.slot())
    assert (answer.status_code, answer.json()["status"]) == (201, "provisional")
    assert answer.json()["needs_approval"] is True


def test_what_the_office_has_approved_waits_no_more(
    portal: Caller, tom: Surveyor, survey: Survey
) -> None:
    Survey.objects.update(needs_approval=True, approved_by=portal.user)
    answer = portal.ask("GET", f"/api/v1/calendar/bookings/{survey.pk}")
    assert answer.json()["needs_approval"] is False


# --- the same token once more -------------------------------------------------------------
ELSEWHERE = {"postcode": "NW6 1AA", "address": "9 Far Lane"}


def once_more(portal: Caller, tom: Surveyor, **said: str) -> tuple[Any, Survey]:
    """Booked with an address, and then again for the same time."""
    made = portal.propose(tom, at(10), address="12 Flask Walk").json()
    answer = portal.propose(tom, at(10), **said)
    assert answer.status_code == 201
    assert answer.json()["id"] == made["id"]
    return answer.json(), Survey.objects.get()


@pytest.mark.parametrize("said", [ELSEWHERE, {"address": "9 Far Lane"}, {"postcode": "NW6 1AA"}])
def test_a_repeat_does_not_replace_the_place(
    portal: Caller, tom: Surveyor, said: dict[str, str]
) -> None:
    answer, survey = once_more(portal, tom, **said)
    assert (survey.postcode, survey.address) == ("NW3 2QG", "12 Flask Walk")
    assert answer["postcode"] == "NW3 2QG"


def test_a_repeat_with_another_place_is_asked_of_staff(portal: Caller, tom: Surveyor) -> None:
    _, survey = once_more(portal, tom, **ELSEWHERE)
    assert list(tasks(survey)) == [WHERE]


def test_a_repeat_leaves_the_address_of_the_enquiry(portal: Caller, tom: Surveyor) -> None:
    once_more(portal, tom, **ELSEWHERE)
    known = current_facts(Lead.objects.get())
    assert (known[FactKey.POSTCODE], known[FactKey.ADDRESS]) == ("NW3 2QG", "12 Flask Walk")


def test_a_repeat_without_the_address_changes_nothing(portal: Caller, tom: Surveyor) -> None:
    _, survey = once_more(portal, tom)
    assert (survey.address, tasks(survey)) == ("12 Flask Walk", {})
