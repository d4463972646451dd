"""When calendars are read, how, and what happens if they cannot be."""

from datetime import timedelta

import pytest
from time_machine import Traveller

from hampstead.core import breaker
from hampstead.core.errors import CalendarError
from hampstead.core.models import Incident
from leads.calendar_reading import poll, sync
from leads.models import Diary, Surveyor, SurveyRules
from tests.core.threads import at_once, held_elsewhere
from tests.factories.leads import SurveyorFactory
from tests.leads.calendars import AISHA, NOW, TOM, asked, at, later, monday, open_incidents, visit
from tests.leads.calendars import aisha as aisha
from tests.leads.calendars import tom as tom
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "monday")]


def rounds(sandbox: Sandbox) -> int:
    return len(asked(sandbox, "/delta"))


def diary(surveyor: Surveyor) -> Diary:
    return Diary.objects.get(pk=surveyor.pk)


def mark(surveyor: Surveyor, **more: object) -> None:
    values = {"changes_read_at": NOW, "changes_wanted_at": NOW, **more}
    Diary.objects.update_or_create(surveyor=surveyor, defaults=values)


# --- one reading ----------------------------------------------------------------------------
def test_the_first_reading_is_whole_and_the_next_begins_where_it_ended(
    sandbox: Sandbox, tom: Surveyor
) -> None:
    sync(tom)
    link = diary(tom).delta_link
    sync(tom)
    first, second = asked(sandbox, "/delta")
    assert dict(first["query"])["startDateTime"].startswith("2026-11-29T00:00")
    assert "startDateTime" not in dict(second["query"])
    assert link != ""


def test_the_window_ends_well_beyond_what_may_be_booked(sandbox: Sandbox, tom: Surveyor) -> None:
    SurveyRules.objects.update_or_create(pk=1, defaults={"days_ahead": 28})
    sync(tom)
    ends = dict(asked(sandbox, "/delta")[0]["query"])["endDateTime"]
    assert ends.startswith("2027-02-01T00:00")


def test_each_london_day_begins_with_a_whole_reading(
    sandbox: Sandbox, tom: Surveyor, monday: Traveller
) -> None:
    sync(tom)
    later(monday, hours=14, minutes=59)
    sync(tom)
    later(monday, minutes=1)
    sync(tom)
    whole = ["startDateTime" in dict(entry["query"]) for entry in asked(sandbox, "/delta")]
    assert whole == [True, False, True]


def test_a_lost_place_is_found_by_a_whole_reading(sandbox: Sandbox, tom: Surveyor) -> None:
    sync(tom)
    sandbox.microsoft(lose_delta=True)
    assert sync(tom)
    assert "startDateTime" in dict(asked(sandbox, "/delta")[-1]["query"])


def test_another_mailbox_is_read_from_its_beginning(sandbox: Sandbox, tom: Surveyor) -> None:
    sync(tom)
    tom.mailbox = AISHA
    tom.save()
    sync(tom)
    last = asked(sandbox, f"{AISHA}/calendarView/delta")[-1]
    assert "startDateTime" in dict(last["query"])


def test_after_a_reading_free_time_is_asked_for_anew(tom: Surveyor) -> None:
    Diary.objects.create(surveyor=tom, read_at=NOW)
    sync(tom)
    assert (diary(tom).read_at, diary(tom).changes_read_at) == (None, NOW)


def test_the_mark_is_taken_away(tom: Surveyor) -> None:
    mark(tom)
    sync(tom)
    assert diary(tom).changes_wanted_at is None


def test_a_mark_made_during_the_reading_stays(tom: Surveyor) -> None:
    mark(tom, changes_wanted_at=NOW + timedelta(seconds=1))
    sync(tom)
    assert diary(tom).changes_wanted_at is not None


@pytest.mark.django_db(transaction=True)
def test_two_workers_read_one_calendar_once(sandbox: Sandbox) -> None:
    surveyor = SurveyorFactory(mailbox=TOM)
    with held_elsewhere(f"calendar:{surveyor.pk}"):
        assert not sync(surveyor)
    assert rounds(sandbox) == 0


# --- what cannot be read --------------------------------------------------------------------
@pytest.mark.parametrize(
    "fault", [{"status": 429}, {"status": 500}, {"cut": "before"}, {"garbage": True}], ids=str
)
def test_a_failure_is_noted_and_nothing_is_forgotten(
    sandbox: Sandbox, tom: Surveyor, fault: dict[str, object]
) -> None:
    sync(tom)
    mark(tom)
    link = diary(tom).delta_link
    sandbox.fault("microsoft", "/delta", **fault)
    with pytest.raises(CalendarError):
        sync(tom)
    row = diary(tom)
    assert (row.error_code, row.delta_link, row.changes_wanted_at) == ("E009", link, NOW)
    assert open_incidents() == {f"calendar:{tom.pk}"}


def test_it_ends_by_itself(sandbox: Sandbox, tom: Surveyor) -> None:
    sandbox.fault("microsoft", "/delta", status=500)
    with pytest.raises(CalendarError):
        sync(tom)
    sync(tom)
    assert (diary(tom).error, open_incidents()) == ("", set())


def test_what_failed_half_way_is_done_again(sandbox: Sandbox, tom: Surveyor) -> None:
    """The change was read, then the second look at it failed."""
    survey = visit(tom)
    sync(tom)
    sandbox.person_adds(TOM, at(10), at(11))
    sandbox.fault("microsoft", "/calendarView", status=500)
    with pytest.raises(CalendarError):
        sync(tom)
    sync(tom)
    survey.refresh_from_db()
    assert survey.trouble.startswith("clashes with")


# --- when -----------------------------------------------------------------------------------
def test_a_calendar_never_read_is_due(sandbox: Sandbox, tom: Surveyor, aisha: Surveyor) -> None:
    assert poll() == 2
    assert rounds(sandbox) == 2


@pytest.mark.parametrize(("seconds", "is_due"), [(4, False), (5, True)])
def test_a_mark_settles_for_five_seconds(
    tom: Surveyor, monday: Traveller, seconds: int, is_due: bool
) -> None:
    mark(tom)
    later(monday, seconds=seconds)
    assert poll() == is_due


def test_a_burst_without_end_is_read_after_a_minute(tom: Surveyor, monday: Traveller) -> None:
    mark(tom)
    later(monday, seconds=60)
    Diary.objects.update(changes_wanted_at=NOW + timedelta(seconds=59))
    assert poll() == 1


@pytest.mark.parametrize(
    ("minutes", "subscription", "is_due"),
    [(2.9, "", False), (3, "", True), (14.9, "sub-1", False), (15, "sub-1", True)],
)
def test_unmarked_it_is_read_by_its_age(
    tom: Surveyor, monday: Traveller, minutes: float, subscription: str, is_due: bool
) -> None:
    mark(
        tom,
        changes_wanted_at=None,
        subscription_id=subscription,
        subscription_ends_at=NOW + timedelta(days=1),
    )
    later(monday, minutes=minutes)
    assert poll() == is_due


def test_a_subscription_that_has_run_out_tells_us_nothing(tom: Surveyor, monday: Traveller) -> None:
    mark(tom, changes_wanted_at=None, subscription_id="sub-1", subscription_ends_at=NOW)
    later(monday, minutes=3)
    assert poll() == 1


def test_who_surveys_no_more_is_read_while_something_is_booked(
    tom: Surveyor, aisha: Surveyor
) -> None:
    Surveyor.objects.update(is_active=False)
    visit(tom)
    assert poll() == 1
    assert diary(tom).changes_read_at == NOW


def test_one_that_fails_does_not_hold_up_the_others(
    sandbox: Sandbox, tom: Surveyor, aisha: Surveyor
) -> None:
    sandbox.microsoft(missing=[TOM])
    assert poll() == 1
    assert diary(aisha).changes_read_at == NOW


def test_one_that_failed_rests_for_a_minute(sandbox: Sandbox, tom: Surveyor) -> None:
    sandbox.microsoft(missing=[TOM])
    poll()
    poll()
    assert rounds(sandbox) == 1
    sandbox.microsoft(missing=[])
    Incident.objects.update(last_seen_at=NOW - timedelta(days=30))
    assert poll() == 1


def test_a_paused_microsoft_is_not_asked(sandbox: Sandbox, tom: Surveyor, aisha: Surveyor) -> None:
    breaker.open_by_hand(vendor="microsoft", by=None, reason="a drill")
    assert poll() == 0
    assert (rounds(sandbox), open_incidents()) == (0, set())


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_read_each_calendar_once_or_in_turn(sandbox: Sandbox) -> None:
    for mailbox in (TOM, AISHA):
        SurveyorFactory(mailbox=mailbox)
    sync(Surveyor.objects.get(mailbox=TOM))  # the adapter is made before two want it
    Diary.objects.update(changes_read_at=None)
    at_once(2, lambda _: poll())
    assert Diary.objects.filter(changes_read_at=NOW).count() == 2
