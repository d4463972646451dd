"""Whoever has a survey asks again: from elsewhere, on a new enquiry, or to keep a hold for ever."""

import pytest
from time_machine import Traveller

from hampstead.core.models import StaffUser
from leads import booking
from leads.booking import AlreadyBookedError, SlotRefusedError
from leads.calendar_writing import lose_event
from leads.enquiries import STILL_BOOKED, open_lead, set_status
from leads.models import Lead, Survey, Surveyor
from leads.moving import cancel_survey, move_survey
from leads.slot_checks import HeldForLong
from tests.factories.leads import LeadFactory
from tests.leads.booking_steps import book, booked, hold, rules, slot, tasks, write
from tests.leads.calendars import TOM, at, later, monday
from tests.leads.calendars import tom as tom
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "monday")]
Status = Survey.Status


@pytest.fixture
def lead(db: None) -> Lead:
    found: Lead = LeadFactory()
    return found


# --- a hold without end -------------------------------------------------------------------
def test_a_hold_is_renewed_for_three_times_its_length_at_most(
    tom: Surveyor, lead: Lead, monday: Traveller
) -> None:
    first = hold(slot(tom, at(10)), lead)
    for _ in range(3):
        later(monday, minutes=4)
        held = hold(slot(tom, at(10)), lead)
    assert first.hold_until is not None
    assert held.hold_until is not None
    assert (held.hold_until - first.hold_until).total_seconds() == 600


@pytest.mark.parametrize("is_swept", [False, True])
def test_what_was_held_for_so_long_is_not_held_again_at_once(
    tom: Surveyor, lead: Lead, monday: Traveller, *, is_swept: bool
) -> None:
    for _ in range(4):
        hold(slot(tom, at(10)), lead)
        later(monday, minutes=4)
    if is_swept:
        booking.expire_holds()
    with pytest.raises(SlotRefusedError, match="cannot be held any longer") as refused:
        hold(slot(tom, at(10)), lead)
    assert refused.value.refusal == HeldForLong()
    assert hold(slot(tom, at(14)), lead).status == Status.HELD


def test_after_a_while_it_may_be_held_again(tom: Surveyor, lead: Lead, monday: Traveller) -> None:
    for _ in range(4):
        hold(slot(tom, at(10)), lead)
        later(monday, minutes=4)
    booking.expire_holds()
    later(monday, minutes=5)
    assert hold(slot(tom, at(10)), lead).status == Status.HELD


def test_what_was_held_for_so_long_can_still_be_booked(
    tom: Surveyor, lead: Lead, monday: Traveller
) -> None:
    for _ in range(4):
        hold(slot(tom, at(10)), lead)
        later(monday, minutes=4)
    assert book(slot(tom, at(10)), lead).status == Status.PROVISIONAL


# --- a new enquiry of somebody who has a survey -------------------------------------------
@pytest.fixture
def survey(tom: Surveyor, lead: Lead, olive: StaffUser) -> Survey:
    """Of an enquiry that was closed since."""
    made = booked(slot(tom, at(10)), lead)
    set_status(lead=lead, status=Lead.Status.WON, by=olive)
    return made


@pytest.mark.parametrize("hour", [10, 15])
def test_on_a_new_enquiry_they_have_that_survey_still(
    tom: Surveyor, lead: Lead, survey: Survey, hour: int
) -> None:
    new = open_lead(person=lead.person)
    with pytest.raises(AlreadyBookedError) as error:
        book(slot(tom, at(hour)), new)
    assert error.value.survey == survey
    assert Survey.objects.count() == 1


@pytest.mark.parametrize("minute", [0, 30])
def test_their_own_time_is_never_just_taken(
    tom: Surveyor, lead: Lead, survey: Survey, minute: int
) -> None:
    new = open_lead(person=lead.person)
    with pytest.raises(AlreadyBookedError) as error:
        hold(slot(tom, at(10, minute)), new)
    assert error.value.survey == survey


def test_a_colleague_may_book_a_second_one_for_a_reason(
    tom: Surveyor, lead: Lead, survey: Survey, olive: StaffUser
) -> None:
    new = open_lead(person=lead.person)
    made = book(slot(tom, at(15)), new, by=olive, despite=True, reason="Two houses.")
    assert made.status == Status.PROVISIONAL


def test_closing_an_enquiry_with_a_survey_asks_staff(survey: Survey) -> None:
    assert list(tasks(survey)) == [STILL_BOOKED]


def test_an_enquiry_that_is_opened_again_asks_no_more(
    survey: Survey, lead: Lead, olive: StaffUser
) -> None:
    set_status(lead=lead, status=Lead.Status.OPEN, by=olive)
    assert tasks(survey) == {}


def test_a_cancelled_survey_is_asked_about_no_more(survey: Survey, olive: StaffUser) -> None:
    cancel_survey(survey=survey, source="staff:1", by=olive)
    assert tasks(survey) == {}


def test_closing_an_enquiry_without_a_survey_asks_nothing(
    tom: Surveyor, lead: Lead, olive: StaffUser
) -> None:
    made = booked(slot(tom, at(10)), lead)
    cancel_survey(survey=made, source="staff:1", by=olive)
    set_status(lead=lead, status=Lead.Status.LOST, by=olive)
    assert tasks(made) == {}


# --- what is said of the place ------------------------------------------------------------
def place(survey: Survey) -> tuple[str, str]:
    survey.refresh_from_db()
    return survey.postcode, survey.address


ELSEWHERE = {"postcode": "NW6 1AA", "address": "9 Far Lane"}


def test_another_source_does_not_replace_the_place(tom: Surveyor, lead: Lead) -> None:
    survey = booked(slot(tom, at(10)), lead, address="1 Flask Walk")
    book(slot(tom, at(10)), lead, source="api:portal", access_notes="Come round", **ELSEWHERE)
    assert (*place(survey), survey.access_notes) == ("NW3 2QG", "1 Flask Walk", "")
    assert list(tasks(survey)) == ["Which address is right?"]


def test_another_source_may_add_what_is_missing(tom: Surveyor, lead: Lead) -> None:
    survey = booked(slot(tom, at(10)), lead, postcode="NW3")
    book(slot(tom, at(10)), lead, source="conversation:2", address="1 Flask Walk")
    assert place(survey) == ("NW3 2QG", "1 Flask Walk")


def test_half_a_postcode_replaces_no_whole_one(tom: Surveyor, lead: Lead) -> None:
    survey = booked(slot(tom, at(10)), lead)
    book(slot(tom, at(10)), lead, postcode="NW3")
    assert survey.postcode == "NW3 2QG"
    assert tasks(survey) == {}


def test_a_colleague_replaces_it(tom: Surveyor, lead: Lead, olive: StaffUser) -> None:
    survey = booked(slot(tom, at(10)), lead, address="1 Flask Walk")
    book(slot(tom, at(10)), lead, source="staff:1", by=olive, **ELSEWHERE)
    assert place(survey) == ("NW6 1AA", "9 Far Lane")


def test_a_deleted_entry_is_not_written_back_by_an_address(
    tom: Surveyor, lead: Lead, sandbox: Sandbox
) -> None:
    survey = booked(slot(tom, at(10)), lead)
    sandbox.person_deletes(TOM, survey.events.get().event_id)
    lose_event(survey.events.get())
    book(slot(tom, at(10)), lead, address="1 Flask Walk")
    write(survey)
    assert (survey.status, survey.address) == (Status.CONFLICT, "1 Flask Walk")
    assert sandbox.calendar(TOM) == []


# --- programs are no colleagues -----------------------------------------------------------
def test_what_a_program_books_waits_for_approval(
    tom: Surveyor, olive: StaffUser, sandbox: Sandbox
) -> None:
    rules(needs_approval=True)
    survey = write(book(slot(tom, at(10)), by=olive, source="api:portal"))
    assert (survey.status, survey.needs_approval) == (Status.PROVISIONAL, True)
    assert (survey.approved_by, sandbox.calendar(TOM)) == (None, [])


def test_what_a_program_moves_waits_for_approval(tom: Surveyor, olive: StaffUser) -> None:
    survey = booked(slot(tom, at(10)))
    rules(needs_approval=True)
    moved = move_survey(survey=survey, slot=slot(tom, at(14)), source="api:portal", by=olive)
    assert (moved.needs_approval, moved.approved_by) == (True, None)
