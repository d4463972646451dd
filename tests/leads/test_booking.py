"""Holding a slot and booking a survey: what may be had, and what a customer may be told of it."""

import pytest
from time_machine import Traveller

from hampstead.core.errors import CalendarError
from hampstead.core.models import StaffUser
from leads import booking
from leads.booking import AlreadyBookedError, SlotRefusedError, SlotTaken
from leads.models import Lead, Survey, SurveyNotice, Surveyor
from leads.overrides import ReasonMissingError
from leads.slots import Refusal
from tests.factories.leads import LeadFactory, SurveyFactory
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
from tests.leads.calendars import TOM, asked, at, later, monday
from tests.leads.calendars import tom as tom
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "monday")]
Status, Told = Survey.Status, Survey.Told


@pytest.fixture
def lead(db: None) -> Lead:
    found: Lead = LeadFactory()
    return found


def state(survey: Survey) -> str:
    survey.refresh_from_db()
    return survey.status


# --- holding ------------------------------------------------------------------------------
def test_a_held_slot_is_theirs_for_five_minutes(tom: Surveyor, monday: Traveller) -> None:
    held = hold(slot(tom, at(10)))
    later(monday, minutes=4)
    with pytest.raises(SlotRefusedError) as refused:
        hold(slot(tom, at(10)))
    assert (state(held), refused.value.refusal) == (Status.HELD, SlotTaken())


def test_holding_leaves_the_calendar_alone(tom: Surveyor, sandbox: Sandbox) -> None:
    held = write(hold(slot(tom, at(10))))
    assert (sandbox.calendar(TOM), effects(held), held.events.count()) == ([], 0, 0)


def test_the_same_slot_again_is_the_same_hold_for_longer(
    tom: Surveyor, lead: Lead, monday: Traveller
) -> None:
    first = hold(slot(tom, at(10)), lead)
    later(monday, minutes=3)
    again = hold(slot(tom, at(10)), lead)
    assert again == first
    assert again.hold_until is not None
    assert first.hold_until is not None
    assert (again.hold_until - first.hold_until).total_seconds() == 180


def test_another_slot_replaces_what_they_held(tom: Surveyor, lead: Lead) -> None:
    first = hold(slot(tom, at(10)), lead)
    second = hold(slot(tom, at(14)), lead)
    assert (state(first), state(second)) == (Status.EXPIRED, Status.HELD)


def test_a_refused_slot_leaves_them_what_they_held(tom: Surveyor, lead: Lead) -> None:
    first = hold(slot(tom, at(10)), lead)
    with pytest.raises(SlotRefusedError):
        hold(slot(tom, at(18)), lead)
    assert state(first) == Status.HELD


def test_a_lapsed_hold_is_anybodys(tom: Surveyor, monday: Traveller) -> None:
    slow = hold(slot(tom, at(10)))
    later(monday, minutes=6)
    quick = hold(slot(tom, at(10)))
    assert (state(slow), state(quick)) == (Status.EXPIRED, Status.HELD)


def test_a_time_that_is_taken_in_the_calendar_is_not_held(tom: Surveyor, sandbox: Sandbox) -> None:
    sandbox.person_adds(TOM, at(10, 15), at(11))
    with pytest.raises(SlotRefusedError, match="not free at that time"):
        hold(slot(tom, at(10)))
    assert not Survey.objects.exists()


def test_their_own_visit_is_not_called_taken(tom: Surveyor, lead: Lead) -> None:
    survey = book(slot(tom, at(10)), lead)
    with pytest.raises(AlreadyBookedError) as error:
        hold(slot(tom, at(10)), lead)
    assert error.value.survey == survey


def test_nobody_who_left_is_held(tom: Surveyor) -> None:
    Surveyor.objects.update(is_active=False)
    with pytest.raises(SlotRefusedError, match="does not work"):
        hold(slot(tom, at(10)))


# --- booking ------------------------------------------------------------------------------
def test_it_is_provisional_until_the_calendar_has_it(tom: Surveyor, sandbox: Sandbox) -> None:
    survey = book(slot(tom, at(10)))
    assert (survey.status, sandbox.calendar(TOM)) == (Status.PROVISIONAL, [])
    write(survey)
    (event,) = sandbox.calendar(TOM)
    assert survey.status == Status.CONFIRMED
    assert event["start"]["dateTime"].startswith("2026-12-01T10:00")


def test_a_hold_becomes_the_survey(tom: Surveyor, lead: Lead) -> None:
    held = hold(slot(tom, at(10)), lead, postcode="NW3 2QG")
    survey = book(slot(tom, at(10)), lead, postcode="", address="1 Flask Walk")
    assert survey == held
    assert (survey.postcode, survey.address, survey.hold_until) == ("NW3 2QG", "1 Flask Walk", None)


def test_booked_again_it_is_the_same_survey(tom: Surveyor, lead: Lead, sandbox: Sandbox) -> None:
    first = book(slot(tom, at(10)), lead)
    again = book(slot(tom, at(10)), lead)
    write(first)
    third = book(slot(tom, at(10)), lead)
    write(first)
    assert first == again == third
    assert (third.status, len(sandbox.calendar(TOM))) == (Status.CONFIRMED, 1)


def test_what_they_say_of_the_place_later_reaches_the_surveyor(
    tom: Surveyor, lead: Lead, sandbox: Sandbox
) -> None:
    survey = booked(slot(tom, at(10)), lead)
    book(slot(tom, at(10)), lead, address="1 Flask Walk")
    write(survey)
    (event,) = sandbox.calendar(TOM)
    assert "1 Flask Walk" in event["location"]["displayName"]
    assert survey.status == Status.CONFIRMED


def test_a_second_survey_of_the_enquiry_is_refused(tom: Surveyor, lead: Lead) -> None:
    survey = book(slot(tom, at(10)), lead)
    with pytest.raises(AlreadyBookedError, match="Tuesday 1 December at 10:00") as error:
        book(slot(tom, at(14)), lead)
    assert error.value.survey == survey
    assert Survey.objects.count() == 1


def test_a_visit_that_is_over_is_in_nobodys_way(
    tom: Surveyor, lead: Lead, monday: Traveller
) -> None:
    first = booked(slot(tom, at(10)), lead)
    later(monday, days=1, hours=3)
    second = book(slot(tom, at(14, day=2)), lead)
    assert (state(first), state(second)) == (Status.DONE, Status.PROVISIONAL)


def test_a_lapsed_hold_is_booked_if_the_slot_is_still_free(
    tom: Surveyor, lead: Lead, monday: Traveller
) -> None:
    hold(slot(tom, at(10)), lead)
    later(monday, minutes=30)
    booking.expire_holds()
    assert book(slot(tom, at(10)), lead).status == Status.PROVISIONAL


def test_a_lapsed_hold_is_lost_to_whoever_holds_it_now(
    tom: Surveyor, lead: Lead, monday: Traveller
) -> None:
    mine = hold(slot(tom, at(10)), lead)
    later(monday, minutes=6)
    hold(slot(tom, at(10)))
    with pytest.raises(SlotRefusedError) as refused:
        book(slot(tom, at(10)), lead)
    assert refused.value.refusal == SlotTaken()
    assert state(mine) == Status.EXPIRED


def test_booking_looks_at_the_calendar_once_more(
    tom: Surveyor, lead: Lead, sandbox: Sandbox
) -> None:
    held = hold(slot(tom, at(10)), lead)
    sandbox.person_adds(TOM, at(9), at(17))
    with pytest.raises(SlotRefusedError, match="not free"):
        book(slot(tom, at(10)), lead)
    assert state(held) == Status.EXPIRED


def test_an_unreadable_calendar_books_nothing(tom: Surveyor, lead: Lead, sandbox: Sandbox) -> None:
    held = hold(slot(tom, at(10)), lead)
    sandbox.fault("microsoft", "getSchedule", status=503)
    with pytest.raises(CalendarError):
        book(slot(tom, at(10)), lead)
    assert state(held) == Status.HELD  # it is theirs still, and may work in a minute


def test_a_slot_that_is_gone_costs_no_look_at_the_calendar(tom: Surveyor, sandbox: Sandbox) -> None:
    SurveyFactory(surveyor=tom, starts_at=at(10))
    with pytest.raises(SlotRefusedError, match="just been taken"):
        book(slot(tom, at(10, 30)))
    assert asked(sandbox, "getSchedule") == []


def test_too_little_time_to_drive_is_refused(tom: Surveyor) -> None:
    book(slot(tom, at(10)))
    with pytest.raises(SlotRefusedError) as refused:
        book(slot(tom, at(11)))
    assert refused.value.refusal == Refusal.TOO_CLOSE


def test_a_full_day_is_refused(tom: Surveyor) -> None:
    Surveyor.objects.update(max_a_day=1)
    book(slot(tom, at(10)))
    with pytest.raises(SlotRefusedError) as refused:
        book(slot(tom, at(15)))
    assert refused.value.refusal == Refusal.FULL_DAY


def test_the_lead_has_changed_for_whoever_mirrors_it(tom: Surveyor, lead: Lead) -> None:
    before = lead.version
    book(slot(tom, at(10)), lead)
    lead.refresh_from_db()
    assert lead.version > before


def test_reminders_are_planned_once_it_is_confirmed(tom: Surveyor) -> None:
    survey = book(slot(tom, at(10)))
    before = survey.notices.count()
    write(survey)
    purposes = set(survey.notices.values_list("purpose", flat=True))
    assert (before, SurveyNotice.Purpose.CONFIRMATION in purposes) == (0, True)


# --- people of the firm ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("starts_at", "refusal"),
    [
        (at(15, day=30).replace(month=11), Refusal.TOO_SOON),
        (at(10, day=5), Refusal.DAY_OFF),
        (at(18), Refusal.OUTSIDE_HOURS),
        (at(10, day=25), Refusal.CLOSED_DAY),
    ],
    ids=str,
)
def test_a_person_may_overrule_the_rules(
    tom: Surveyor, olive: StaffUser, starts_at: object, refusal: Refusal
) -> None:
    wanted = slot(tom, starts_at)  # type: ignore[arg-type]
    with pytest.raises(SlotRefusedError) as refused:
        book(wanted, by=olive)
    assert refused.value.refusal == refusal
    survey = book(wanted, by=olive, despite=True, reason="The owner asked.")
    entry = last_audit(survey)
    assert (entry.by, entry.reason, entry.after["overruled"]) == (
        olive,
        "The owner asked.",
        refusal,
    )


def test_a_person_may_book_over_an_entry_of_the_calendar(
    tom: Surveyor, olive: StaffUser, sandbox: Sandbox
) -> None:
    sandbox.person_adds(TOM, at(9), at(17))
    survey = book(slot(tom, at(10)), by=olive, despite=True, reason="Tom knows.")
    assert survey.booked_by == olive


@pytest.mark.parametrize("starts_at", [at(10), at(8, day=30).replace(month=11)])
def test_nobody_books_over_another_survey_or_in_the_past(
    tom: Surveyor, olive: StaffUser, starts_at: object
) -> None:
    SurveyFactory(surveyor=tom, starts_at=at(10))
    with pytest.raises(SlotRefusedError):
        book(slot(tom, starts_at), by=olive, despite=True, reason="I want to.")  # type: ignore[arg-type]


def test_overruling_needs_a_reason(tom: Surveyor, olive: StaffUser) -> None:
    with pytest.raises(ReasonMissingError):
        book(slot(tom, at(18)), by=olive, despite=True)


def test_the_machine_overrules_nothing(tom: Surveyor) -> None:
    with pytest.raises(SlotRefusedError):
        book(slot(tom, at(18)), despite=True, reason="The model wants it.")


# --- what was told ------------------------------------------------------------------------
def test_what_they_were_told_is_kept(tom: Surveyor) -> None:
    survey = write(book(slot(tom, at(10))))
    assert not survey.is_told
    tell(survey)
    survey.refresh_from_db()
    assert (survey.told, survey.told_starts_at, survey.is_told) == (Told.BOOKED, at(10), True)


def test_where_staff_approve_nothing_is_in_the_calendar_yet(
    tom: Surveyor, sandbox: Sandbox
) -> None:
    rules(needs_approval=True)
    survey = write(book(slot(tom, at(10, day=9))))
    assert (survey.status, sandbox.calendar(TOM)) == (Status.PROVISIONAL, [])
    assert tasks(survey) == {"Approve a survey": "normal"}


def test_what_staff_book_is_approved(tom: Surveyor, olive: StaffUser) -> None:
    rules(needs_approval=True)
    survey = write(book(slot(tom, at(10)), by=olive))
    assert (survey.status, survey.approved_by, tasks(survey)) == (Status.CONFIRMED, olive, {})
