"""An address that is noted on the enquiry reaches the survey that is booked for it."""

import pytest

from hampstead.core.models import StaffTask, StaffUser
from leads.facts import note_facts
from leads.models import FactKey, Lead, Survey, Surveyor
from leads.moving import cancel_survey
from leads.places import WHERE
from tests.factories.leads import LeadFactory
from tests.leads.booking_steps import booked, effects, last_audit, slot, tasks, write
from tests.leads.calendars import TOM, at, monday
from tests.leads.calendars import tom as tom
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "monday")]


@pytest.fixture
def lead(db: None) -> Lead:
    found: Lead = LeadFactory()
    return found


def note(lead: Lead, *, by: StaffUser | None = None, **named: str) -> None:
    facts = {FactKey(key): value for key, value in named.items()}
    note_facts(lead=lead, facts=facts, source="staff:1" if by else "message:12", by=by)


def place(survey: Survey) -> tuple[str, str]:
    survey.refresh_from_db()
    return survey.postcode, survey.address


def test_the_address_that_was_missing_is_taken(tom: Surveyor, lead: Lead) -> None:
    survey = booked(slot(tom, at(10)), lead)
    note(lead, address="1 Flask Walk")
    assert place(survey) == ("NW3 2QG", "1 Flask Walk")
    assert tasks(survey) == {}


def test_half_a_postcode_becomes_whole(tom: Surveyor, lead: Lead) -> None:
    survey = booked(slot(tom, at(10)), lead, postcode="NW3", address="1 Flask Walk")
    note(lead, postcode="NW3 2QG")
    assert place(survey) == ("NW3 2QG", "1 Flask Walk")


def test_what_staff_correct_is_taken_too(tom: Surveyor, lead: Lead, olive: StaffUser) -> None:
    survey = booked(slot(tom, at(10)), lead)
    note(lead, by=olive, address="1 Flask Walk")
    assert place(survey)[1] == "1 Flask Walk"
    assert last_audit(survey).by == olive


def test_the_calendar_is_written_again(tom: Surveyor, lead: Lead, sandbox: Sandbox) -> None:
    survey = booked(slot(tom, at(10)), lead)
    before = survey.version
    note(lead, address="1 Flask Walk")
    write(survey)
    assert survey.version == before + 1
    (entry,) = sandbox.calendar(TOM)
    assert "1 Flask Walk" in str(entry["location"])


def test_it_is_audited(tom: Surveyor, lead: Lead) -> None:
    survey = booked(slot(tom, at(10)), lead)
    note(lead, address="1 Flask Walk")
    entry = last_audit(survey)
    assert (entry.action, entry.after["changed"]) == ("note place of survey", ["address"])
    assert entry.after["source"] == "message:12"


@pytest.mark.parametrize(
    "named",
    [
        {"address": "9 Far Lane"},
        {"postcode": "NW6 1AA"},
        {"address": "1 Flask Walk, NW6 1AA"},
        {"address": "Flat 2, 1 Flask Walk"},
    ],
)
@pytest.mark.parametrize("is_staff", [False, True])
def test_another_place_is_asked_of_staff(
    tom: Surveyor, lead: Lead, olive: StaffUser, named: dict[str, str], *, is_staff: bool
) -> None:
    survey = booked(slot(tom, at(10)), lead, address="1 Flask Walk")
    note(lead, by=olive if is_staff else None, **named)
    assert place(survey) == ("NW3 2QG", "1 Flask Walk")
    assert list(tasks(survey)) == [WHERE]
    assert next(iter(named.values())) in StaffTask.objects.get(title=WHERE).detail


@pytest.mark.parametrize(
    "said", ["1 flask walk", "1 Flask Walk, London NW3 2QG", "Flask Walk", "1, Flask Walk, nw32qg"]
)
def test_the_same_place_in_other_words_is_no_news(tom: Surveyor, lead: Lead, said: str) -> None:
    survey = booked(slot(tom, at(10)), lead, address="1 Flask Walk")
    note(lead, address=said, postcode="NW3")
    assert place(survey) == ("NW3 2QG", "1 Flask Walk")
    assert (tasks(survey), effects(survey)) == ({}, 0)


def test_other_facts_leave_the_survey_alone(tom: Surveyor, lead: Lead) -> None:
    survey = booked(slot(tom, at(10)), lead)
    before = survey.version
    note(lead, customer_name="Ada Patel")
    survey.refresh_from_db()
    assert (survey.version, effects(survey)) == (before, 0)


def test_a_survey_that_is_cancelled_takes_nothing(tom: Surveyor, lead: Lead) -> None:
    survey = booked(slot(tom, at(10)), lead)
    cancel_survey(survey=survey, source="conversation:1")
    note(lead, address="1 Flask Walk")
    assert (place(survey)[1], tasks(survey)) == ("", {})


def test_the_survey_of_another_enquiry_takes_nothing(tom: Surveyor, lead: Lead) -> None:
    survey = booked(slot(tom, at(10)))
    note(lead, address="1 Flask Walk")
    assert place(survey)[1] == ""
