"""Somebody else's entry at the time of a visit: staff hear of it, and it ends by itself."""

from datetime import date
from typing import Any

import pytest
from time_machine import Traveller

from hampstead.core import lanes
from hampstead.core.models import Outbox, StaffTask, StaffUser
from leads.calendar_reading import sync
from leads.calendar_writing import write_again
from leads.conflicts import settle_conflict
from leads.models import CalendarEvent, Survey, Surveyor, SurveyRules
from tests.factories.leads import SurveyFactory
from tests.leads.calendars import (
    TOM,
    again,
    at,
    event_id,
    later,
    monday,
    open_tasks,
    synced,
    visit,
)
from tests.leads.calendars import survey as survey
from tests.leads.calendars import tom as tom
from tests.running import make_lanes_due
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "monday")]
Status = Survey.Status
CLASH = "clashes with an entry of 10:30 to 11:30 in the calendar"


def clash(sandbox: Sandbox, **more: Any) -> str:
    """Somebody enters something from half past ten to half past eleven; its id."""
    added = sandbox.person_adds(TOM, at(10, 30), at(11, 30), subject="Dentist", **more)
    return str(added["id"])


def test_somebodys_entry_at_that_time_is_a_conflict(sandbox: Sandbox, survey: Survey) -> None:
    clash(sandbox)
    survey = synced(survey)
    assert (survey.status, survey.trouble, open_tasks(survey)) == (Status.CONFLICT, CLASH, 1)


def test_its_subject_is_nobody_elses_business(sandbox: Sandbox, survey: Survey) -> None:
    clash(sandbox, sensitivity="private")
    survey = synced(survey)
    assert "Dentist" not in survey.trouble
    assert not StaffTask.objects.filter(detail__contains="Dentist").exists()


@pytest.mark.parametrize(
    ("show_as", "rules", "is_clash"),
    [
        ("free", {}, False),
        ("tentative", {}, True),
        ("tentative", {"tentative_blocks": False}, False),
        ("workingElsewhere", {}, False),
        ("workingElsewhere", {"elsewhere_blocks": True}, True),
        ("oof", {}, True),
    ],
)
def test_the_firms_rules_say_what_clashes(
    sandbox: Sandbox, survey: Survey, show_as: str, rules: dict[str, bool], is_clash: bool
) -> None:
    SurveyRules.objects.update_or_create(pk=1, defaults=rules)
    clash(sandbox, show_as=show_as)
    assert (synced(survey).status == Status.CONFLICT) is is_clash


def test_a_day_off_clashes(sandbox: Sandbox, survey: Survey) -> None:
    sandbox.person_adds(TOM, date(2026, 12, 1), date(2026, 12, 2), is_all_day=True, show_as="oof")
    assert synced(survey).trouble == "clashes with an entry of the whole day in the calendar"


def test_an_entry_beside_it_does_not_clash(sandbox: Sandbox, survey: Survey) -> None:
    sandbox.person_adds(TOM, at(10, 45), at(11, 30))
    assert synced(survey).status == Status.CONFIRMED


def test_a_cancelled_meeting_does_not_clash(sandbox: Sandbox, survey: Survey) -> None:
    clash(sandbox, is_cancelled=True)
    assert synced(survey).status == Status.CONFIRMED


@pytest.mark.parametrize("how", ["deleted", "moved", "cancelled", "shown as free"])
def test_when_the_clash_goes_the_conflict_is_settled(
    sandbox: Sandbox, survey: Survey, how: str
) -> None:
    other = clash(sandbox)
    synced(survey)
    if how == "deleted":
        sandbox.person_deletes(TOM, other)
    elif how == "moved":
        sandbox.person_edits(TOM, other, starts=at(15), ends=at(16))
    elif how == "cancelled":
        sandbox.person_edits(TOM, other, is_cancelled=True)
    else:
        sandbox.person_edits(TOM, other, show_as="free")
    survey = synced(survey)
    assert (survey.status, survey.trouble, open_tasks(survey)) == (Status.CONFIRMED, "", 0)


def test_one_of_two_clashes_gone_leaves_the_other(sandbox: Sandbox, survey: Survey) -> None:
    other = clash(sandbox)
    sandbox.person_adds(TOM, at(9, 30), at(10, 15))
    assert synced(survey).trouble == (
        "clashes with an entry of 09:30 to 10:15 in the calendar and 1 more"
    )
    sandbox.person_deletes(TOM, other)
    survey = synced(survey)
    assert (survey.status, survey.trouble) == (
        Status.CONFLICT,
        "clashes with an entry of 09:30 to 10:15 in the calendar",
    )


def test_the_same_clash_come_back_is_news(sandbox: Sandbox, survey: Survey) -> None:
    other = clash(sandbox)
    synced(survey)
    sandbox.person_deletes(TOM, other)
    synced(survey)
    clash(sandbox)
    assert synced(survey).status == Status.CONFLICT


def test_a_clash_that_staff_accept_stays_accepted(
    sandbox: Sandbox, survey: Survey, olive: StaffUser, monday: Traveller
) -> None:
    other = clash(sandbox)
    settle_conflict(survey=synced(survey), by=olive, keep=True)
    lanes.drain(survey.lane)
    assert synced(survey).status == Status.CONFIRMED
    sandbox.person_edits(TOM, other, subject="Dentist, upstairs")
    assert synced(survey).status == Status.CONFIRMED
    later(monday, hours=15)
    assert synced(survey).status == Status.CONFIRMED


def test_a_deleted_entry_is_not_settled_by_a_clash_that_ends(
    sandbox: Sandbox, survey: Survey
) -> None:
    other = clash(sandbox)
    sandbox.person_deletes(TOM, event_id(survey))
    assert synced(survey).trouble == "deleted in the calendar"
    sandbox.person_deletes(TOM, other)
    survey = synced(survey)
    assert (survey.status, survey.trouble) == (Status.CONFLICT, "deleted in the calendar")


def test_an_entry_read_before_the_survey_was_booked_is_found(
    sandbox: Sandbox, tom: Surveyor, survey: Survey
) -> None:
    """Between the last look at the calendar and the booking, and read in between."""
    sandbox.person_adds(TOM, at(14, 30), at(15))
    sync(tom)
    later_one = visit(tom, at(14), status=Status.PROVISIONAL)
    write_again(later_one.events.get())
    lanes.drain(later_one.lane)
    assert synced(later_one).status == Status.CONFLICT


def test_two_entries_of_ours_do_not_clash(sandbox: Sandbox, tom: Surveyor, survey: Survey) -> None:
    """One of them waits to be removed."""
    CalendarEvent.objects.update(is_wanted=False)
    Survey.objects.update(status=Status.CANCELLED)
    next_one = visit(tom, at(10, 15), status=Status.PROVISIONAL)
    write_again(next_one.events.get())
    lanes.drain(next_one.lane)
    assert synced(next_one).status == Status.CONFIRMED


def test_a_hold_does_not_clash(sandbox: Sandbox, tom: Surveyor) -> None:
    hold = SurveyFactory(surveyor=tom, starts_at=at(10), status=Status.HELD, hold_until=at(12))
    clash(sandbox)
    sync(tom)
    assert (again(hold).status, again(hold).trouble) == (Status.HELD, "")


def test_a_visit_that_is_still_to_be_written_clashes_too(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = visit(tom, status=Status.PROVISIONAL)
    clash(sandbox)
    assert synced(survey).status == Status.CONFLICT


def test_it_is_provisional_again_when_that_clash_ends(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = visit(tom, status=Status.PROVISIONAL)
    other = clash(sandbox)
    synced(survey)
    sandbox.person_deletes(TOM, other)
    assert synced(survey).status == Status.PROVISIONAL
    write_again(survey.events.get())
    make_lanes_due()
    lanes.drain(survey.lane)
    assert again(survey).status == Status.CONFIRMED
    assert Outbox.objects.get().status == Outbox.Status.SENT
