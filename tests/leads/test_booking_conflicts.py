"""What the calendar says of our surveys, and what people decide about it."""

import pytest
from time_machine import Traveller

from hampstead.core.models import StaffUser
from leads import booking
from leads.calendar_writing import lose_event
from leads.models import Survey, Surveyor
from leads.notices import TELL
from tests.factories.leads import SurveyFactory
from tests.leads.booking_steps import (
    book,
    booked,
    effects,
    hold,
    last_audit,
    rules,
    slot,
    tasks,
    tell,
    write,
)
from tests.leads.calendars import TOM, at, later, monday
from tests.leads.calendars import tom as tom
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "monday")]
Status, Told = Survey.Status, Survey.Told
CLASH = "A survey clashes in the diary"
TROUBLE = "clashes with an entry of 10:00 to 11:00 in the calendar"


@pytest.fixture
def survey(tom: Surveyor) -> Survey:
    """Next week, so that nothing about it is urgent by itself."""
    return booked(slot(tom, at(10, day=8)))


def find_clash(survey: Survey, trouble: str = TROUBLE) -> bool:
    is_news = booking.mark_conflict(survey=survey, trouble=trouble)
    survey.refresh_from_db()
    return is_news


def settle(survey: Survey, by: StaffUser | None, *, keep: bool = True) -> None:
    booking.settle_conflict(survey=survey, by=by, keep=keep)
    write(survey)


def follow(survey: Survey, hour: int, day: int = 8) -> bool:
    starts_at, ends_at = at(hour, day=day), at(hour, 45, day=day)
    has_followed = booking.follow_calendar(survey=survey, starts_at=starts_at, ends_at=ends_at)
    survey.refresh_from_db()
    return has_followed


# --- clashes ------------------------------------------------------------------------------
def test_a_clash_is_staffs_to_settle(survey: Survey) -> None:
    assert find_clash(survey)
    assert (survey.status, survey.trouble) == (Status.CONFLICT, TROUBLE)
    assert tasks(survey) == {CLASH: "normal"}


def test_a_clash_within_two_days_is_urgent(tom: Surveyor) -> None:
    survey = booked(slot(tom, at(10)))
    find_clash(survey)
    assert tasks(survey) == {CLASH: "urgent"}


def test_the_same_clash_found_again_is_no_news(survey: Survey) -> None:
    assert (find_clash(survey), find_clash(survey)) == (True, False)


def test_kept_it_is_written_and_confirmed_again(survey: Survey, olive: StaffUser) -> None:
    find_clash(survey)
    settle(survey, olive)
    assert (survey.status, survey.trouble, tasks(survey)) == (Status.CONFIRMED, "", {})
    assert survey.is_told


def test_what_a_person_decided_the_machine_does_not_ask_again(
    survey: Survey, olive: StaffUser
) -> None:
    find_clash(survey)
    settle(survey, olive)
    assert not find_clash(survey)
    assert survey.status == Status.CONFIRMED


def test_another_clash_is_news(survey: Survey, olive: StaffUser) -> None:
    find_clash(survey)
    settle(survey, olive)
    assert find_clash(survey, "clashes with an entry of the whole day in the calendar")


def test_what_was_kept_at_another_time_is_asked_again(survey: Survey, olive: StaffUser) -> None:
    find_clash(survey)
    settle(survey, olive)
    follow(survey, 10, day=9)
    assert find_clash(survey)


def test_booked_over_an_entry_by_a_person_it_does_not_clash(
    tom: Surveyor, olive: StaffUser, sandbox: Sandbox
) -> None:
    sandbox.person_adds(TOM, at(8, day=8), at(9, day=8))
    survey = write(book(slot(tom, at(8, day=8)), by=olive, despite=True, reason="Tom knows."))
    assert (find_clash(survey), find_clash(survey)) == (False, False)
    assert find_clash(survey, "clashes with an entry of 10:30 to 12:00 in the calendar")


def test_a_clash_that_left_the_diary_is_over(survey: Survey) -> None:
    find_clash(survey)
    booking.settle_conflict(survey=survey, by=None, keep=True)
    survey.refresh_from_db()
    assert (survey.status, tasks(survey), effects(survey)) == (Status.CONFIRMED, {}, 0)
    assert find_clash(survey)  # nobody has decided to live with it


def test_given_up_it_is_cancelled(survey: Survey, olive: StaffUser, sandbox: Sandbox) -> None:
    find_clash(survey)
    settle(survey, olive, keep=False)
    assert (survey.status, CLASH in tasks(survey)) == (Status.CANCELLED, False)
    assert sandbox.calendar(TOM) == []


def test_only_a_conflict_is_settled(survey: Survey, olive: StaffUser) -> None:
    assert not booking.settle_conflict(survey=survey, by=olive, keep=False)


def test_moving_it_settles_the_clash(survey: Survey, tom: Surveyor, olive: StaffUser) -> None:
    find_clash(survey)
    wanted = slot(tom, at(14, day=8))
    write(booking.move_survey(survey=survey, slot=wanted, source="staff:1", by=olive))
    survey.refresh_from_db()
    assert (survey.status, CLASH in tasks(survey)) == (Status.CONFIRMED, False)


# --- our entry was deleted ------------------------------------------------------------------
def lose(survey: Survey, sandbox: Sandbox) -> None:
    event = survey.events.get(is_wanted=True)
    sandbox.person_deletes(TOM, event.event_id)
    lose_event(event)
    survey.refresh_from_db()


def test_a_deleted_entry_is_written_anew(
    survey: Survey, olive: StaffUser, sandbox: Sandbox
) -> None:
    lose(survey, sandbox)
    assert (survey.status, sandbox.calendar(TOM)) == (Status.CONFLICT, [])
    settle(survey, olive)
    assert (survey.status, len(sandbox.calendar(TOM))) == (Status.CONFIRMED, 1)
    assert survey.events.count() == 2  # no key is used twice


def test_deleted_again_it_is_asked_again(
    survey: Survey, olive: StaffUser, sandbox: Sandbox
) -> None:
    lose(survey, sandbox)
    settle(survey, olive)
    lose(survey, sandbox)
    assert survey.status == Status.CONFLICT


# --- our entry was moved --------------------------------------------------------------------
def test_a_moved_entry_moves_the_survey_and_staff_tell_the_customer(survey: Survey) -> None:
    assert follow(survey, 15)
    assert (survey.starts_at, survey.status, survey.is_told) == (
        at(15, day=8),
        Status.CONFIRMED,
        False,
    )
    assert tasks(survey) == {TELL: "normal"}


def test_nothing_is_written_back(survey: Survey) -> None:
    version = survey.version
    follow(survey, 15)
    assert (survey.version, effects(survey)) == (version, 0)


def test_once_told_there_is_nothing_left_to_tell(survey: Survey) -> None:
    follow(survey, 15)
    tell(survey)
    assert tasks(survey) == {}


def test_moved_back_there_is_nothing_to_tell(survey: Survey) -> None:
    follow(survey, 15)
    follow(survey, 10)
    assert tasks(survey) == {}


def test_onto_another_survey_it_does_not_follow(survey: Survey, tom: Surveyor) -> None:
    SurveyFactory(surveyor=tom, starts_at=at(15, day=8))
    follow(survey, 15)
    assert (survey.starts_at, survey.status) == (at(10, day=8), Status.CONFLICT)
    assert "onto another survey" in survey.trouble


def test_a_lapsed_hold_is_not_in_its_way(survey: Survey, tom: Surveyor, monday: Traveller) -> None:
    hold(slot(tom, at(15, day=8)))
    later(monday, minutes=10)
    follow(survey, 15)
    assert (survey.starts_at, survey.status) == (at(15, day=8), Status.CONFIRMED)


def test_a_change_of_ours_on_its_way_goes_first(survey: Survey, tom: Surveyor) -> None:
    booking.move_survey(survey=survey, slot=slot(tom, at(14, day=8)), source="conversation:1")
    assert not follow(survey, 15)
    assert survey.starts_at == at(14, day=8)


def test_an_entry_moved_out_of_its_clash_has_settled_it(survey: Survey) -> None:
    find_clash(survey)
    follow(survey, 15)
    assert (survey.status, CLASH in tasks(survey)) == (Status.CONFIRMED, False)


def test_a_cancelled_survey_does_not_come_back(survey: Survey, olive: StaffUser) -> None:
    booking.cancel_survey(survey=survey, source="staff:1", by=olive)
    assert (follow(survey, 15), find_clash(survey)) == (False, False)
    assert survey.status == Status.CANCELLED


# --- approval -------------------------------------------------------------------------------
@pytest.fixture
def waiting(tom: Surveyor) -> Survey:
    rules(needs_approval=True)
    survey = book(slot(tom, at(10, day=8)))
    tell(survey, Told.PROVISIONAL)
    return survey


def test_approved_it_goes_into_the_calendar(waiting: Survey, olive: StaffUser) -> None:
    approved = write(booking.approve_survey(survey=waiting, by=olive))
    assert (approved.status, approved.approved_by, tasks(waiting)) == (
        Status.CONFIRMED,
        olive,
        {},
    )


def test_approved_twice_it_is_approved_once(waiting: Survey, olive: StaffUser) -> None:
    booking.approve_survey(survey=waiting, by=olive)
    booking.approve_survey(survey=waiting, by=olive)
    assert effects(waiting) == 1


def test_taken_meanwhile_it_stays_provisional(
    waiting: Survey, olive: StaffUser, sandbox: Sandbox
) -> None:
    sandbox.person_adds(TOM, at(10, 30, day=8), at(12, day=8))
    survey = booking.approve_survey(survey=waiting, by=olive)
    assert (survey.status, effects(survey)) == (Status.PROVISIONAL, 0)
    assert "something else at that time" in survey.trouble
    assert tasks(survey) == {CLASH: "urgent"}


def test_a_person_may_approve_it_nevertheless(
    waiting: Survey, olive: StaffUser, sandbox: Sandbox
) -> None:
    sandbox.person_adds(TOM, at(10, 30, day=8), at(12, day=8))
    booking.approve_survey(survey=waiting, by=olive)
    survey = write(booking.approve_survey(survey=waiting, by=olive, despite=True))
    assert (survey.status, survey.trouble, tasks(survey)) == (Status.CONFIRMED, "", {})


def test_approved_too_late_it_is_not_booked(
    waiting: Survey, olive: StaffUser, monday: Traveller
) -> None:
    later(monday, days=8, hours=1, minutes=15)
    survey = booking.approve_survey(survey=waiting, by=olive)
    assert (survey.status, survey.trouble) == (Status.PROVISIONAL, "Its time has passed.")


def test_refused_it_is_cancelled_and_the_customer_hears_it(
    waiting: Survey, olive: StaffUser
) -> None:
    assert booking.refuse_survey(survey=waiting, by=olive, reason="Too far for us.")
    waiting.refresh_from_db()
    assert (waiting.status, waiting.is_told, tasks(waiting)) == (Status.CANCELLED, False, {})
    assert waiting.notices.filter(purpose="cancelled", state="due").exists()
    assert (last_audit(waiting).action, last_audit(waiting).reason) == (
        "refuse survey",
        "Too far for us.",
    )


def test_only_what_waits_is_refused(survey: Survey, olive: StaffUser) -> None:
    assert not booking.refuse_survey(survey=survey, by=olive, reason="A mistake.")


def test_a_clash_of_one_that_waits_leaves_it_waiting(waiting: Survey) -> None:
    find_clash(waiting)
    assert (waiting.status, waiting.trouble) == (Status.PROVISIONAL, TROUBLE)
    assert CLASH in tasks(waiting)
