"""Moving and cancelling surveys."""

import pytest
from time_machine import Traveller

from hampstead.core.models import Outbox, StaffUser
from leads import booking
from leads.booking import NotBookedError, SlotRefusedError, SlotTaken
from leads.models import Survey, Surveyor
from tests.factories.leads import SurveyFactory
from tests.leads.booking_steps import (
    FROM,
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
from tests.leads.calendars import AISHA, TOM, asked, at, later, monday
from tests.leads.calendars import aisha as aisha
from tests.leads.calendars import tom as tom
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "monday")]
Status, Told = Survey.Status, Survey.Told


def move(survey: Survey, surveyor: Surveyor, hour: int, **more: object) -> Survey:
    wanted = slot(surveyor, at(hour))
    return booking.move_survey(survey=survey, slot=wanted, source=FROM, **more)  # type: ignore[arg-type]


def cancel(survey: Survey, **more: object) -> bool:
    return booking.cancel_survey(survey=survey, source=FROM, **more)  # type: ignore[arg-type]


def starts(sandbox: Sandbox, mailbox: str) -> list[str]:
    return [event["start"]["dateTime"][:16] for event in sandbox.calendar(mailbox)]


# --- moving -------------------------------------------------------------------------------
def test_a_moved_survey_is_provisional_until_the_calendar_has_it(
    tom: Surveyor, sandbox: Sandbox
) -> None:
    survey = move(booked(slot(tom, at(10))), tom, 14)
    assert (survey.status, survey.is_told) == (Status.PROVISIONAL, False)
    write(survey)
    assert (survey.status, starts(sandbox, TOM)) == (Status.CONFIRMED, ["2026-12-01T14:00"])


def test_with_another_surveyor_it_changes_calendars(
    tom: Surveyor, aisha: Surveyor, sandbox: Sandbox
) -> None:
    survey = write(move(booked(slot(tom, at(10))), aisha, 10))
    assert survey.status == Status.CONFIRMED
    assert (starts(sandbox, TOM), starts(sandbox, AISHA)) == ([], ["2026-12-01T10:00"])
    assert len({event.uid for event in survey.events.all()}) == 2


def test_half_an_hour_later_its_own_time_is_not_in_the_way(tom: Surveyor) -> None:
    survey = booked(slot(tom, at(10)))
    later_slot = slot(tom, at(10, 30))
    moved = booking.move_survey(survey=survey, slot=later_slot, source=FROM)
    assert moved.starts_at == at(10, 30)


def test_to_where_it_is_nothing_happens(tom: Surveyor, sandbox: Sandbox) -> None:
    survey = booked(slot(tom, at(10)))
    looks = len(asked(sandbox, "getSchedule"))
    again = move(survey, tom, 10)
    assert (again.status, effects(survey)) == (Status.CONFIRMED, 0)
    assert len(asked(sandbox, "getSchedule")) == looks


def test_a_refused_move_leaves_it_where_it_is(tom: Surveyor) -> None:
    survey = booked(slot(tom, at(10)))
    SurveyFactory(surveyor=tom, starts_at=at(14))
    with pytest.raises(SlotRefusedError) as refused:
        move(survey, tom, 14)
    survey.refresh_from_db()
    assert refused.value.refusal == SlotTaken()
    assert (survey.starts_at, survey.status) == (at(10), Status.CONFIRMED)


def test_the_calendar_is_looked_at_before_it_moves(tom: Surveyor, sandbox: Sandbox) -> None:
    survey = booked(slot(tom, at(10)))
    sandbox.person_adds(TOM, at(13), at(17))
    with pytest.raises(SlotRefusedError, match="not free"):
        move(survey, tom, 14)


def test_what_they_held_meanwhile_is_let_go(tom: Surveyor) -> None:
    survey = booked(slot(tom, at(10)))
    assert survey.lead is not None
    held = hold(slot(tom, at(14)), survey.lead)
    move(survey, tom, 14)
    held.refresh_from_db()
    assert held.status == Status.EXPIRED


def test_the_audit_knows_from_where_to_where(tom: Surveyor, olive: StaffUser) -> None:
    survey = booked(slot(tom, at(10)))
    move(survey, tom, 14, by=olive, reason="Tom is ill in the morning.")
    entry = last_audit(survey)
    assert (entry.by, entry.reason) == (olive, "Tom is ill in the morning.")
    assert entry.before["starts_at"] == at(10).isoformat()
    assert entry.after["starts_at"] == at(14).isoformat()


def test_a_person_may_move_it_out_of_hours(tom: Surveyor, olive: StaffUser) -> None:
    survey = booked(slot(tom, at(10)))
    moved = move(survey, tom, 18, by=olive, despite=True, reason="They work by day.")
    assert moved.starts_at == at(18)


def test_a_cancelled_survey_does_not_move(tom: Surveyor) -> None:
    survey = booked(slot(tom, at(10)))
    cancel(survey)
    with pytest.raises(NotBookedError, match="cancelled"):
        move(survey, tom, 14)


def test_where_staff_approve_a_new_time_waits_for_them(
    tom: Surveyor, olive: StaffUser, sandbox: Sandbox
) -> None:
    survey = booked(slot(tom, at(10)))
    rules(needs_approval=True)
    moved = write(move(survey, tom, 14))
    assert (moved.status, starts(sandbox, TOM)) == (Status.PROVISIONAL, [])
    assert "Approve a survey" in tasks(survey)
    approved = write(booking.approve_survey(survey=moved, by=olive))
    assert (approved.status, starts(sandbox, TOM)) == (Status.CONFIRMED, ["2026-12-01T14:00"])


def test_moved_before_it_was_written_it_is_written_once(tom: Surveyor, sandbox: Sandbox) -> None:
    survey = write(move(book(slot(tom, at(10))), tom, 14))
    assert (survey.status, starts(sandbox, TOM)) == (Status.CONFIRMED, ["2026-12-01T14:00"])


def test_an_old_write_does_not_confirm_a_new_time(tom: Surveyor) -> None:
    survey = booked(slot(tom, at(10)))
    move(survey, tom, 14)
    assert not booking.confirm_survey(survey=survey)
    survey.refresh_from_db()
    assert survey.status == Status.PROVISIONAL


# --- cancelling ---------------------------------------------------------------------------
def test_a_cancelled_survey_leaves_the_calendar(tom: Surveyor, sandbox: Sandbox) -> None:
    survey = booked(slot(tom, at(10)))
    assert cancel(survey)
    write(survey)
    assert (survey.status, survey.is_told, starts(sandbox, TOM)) == (Status.CANCELLED, False, [])


def test_cancelled_before_it_was_written_it_never_appears(tom: Surveyor, sandbox: Sandbox) -> None:
    survey = book(slot(tom, at(10)))
    cancel(survey)
    write(survey)
    assert (survey.status, starts(sandbox, TOM)) == (Status.CANCELLED, [])


def test_its_time_is_free_again(tom: Surveyor) -> None:
    cancel(write(book(slot(tom, at(10)))))
    Outbox.objects.all().update(status=Outbox.Status.CANCELLED)  # the entry is still there
    with pytest.raises(SlotRefusedError):
        book(slot(tom, at(10)))  # so nobody is sent there twice


def test_once_out_of_the_calendar_it_can_be_booked_anew(tom: Surveyor) -> None:
    first = booked(slot(tom, at(10)))
    cancel(first)
    write(first)
    assert book(slot(tom, at(10)), first.lead) != first


def test_it_is_cancelled_once(tom: Surveyor) -> None:
    survey = booked(slot(tom, at(10)))
    assert (cancel(survey), cancel(survey)) == (True, False)


def test_a_hold_is_let_go(tom: Surveyor) -> None:
    held = hold(slot(tom, at(10)))
    assert cancel(held)
    assert hold(slot(tom, at(10))).status == Status.HELD


def test_a_visit_that_is_over_stays_so(tom: Surveyor, monday: Traveller) -> None:
    survey = booked(slot(tom, at(10)))
    later(monday, days=2)
    booking.close_past_surveys()
    assert not cancel(survey)


def test_they_know_of_the_cancellation_once_told(tom: Surveyor) -> None:
    survey = booked(slot(tom, at(10)))
    cancel(survey)
    survey.refresh_from_db()
    tell(survey, Told.CANCELLED)
    assert survey.is_told
