"""When surveyors are busy: read once, kept for a minute, never free by default."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from time_machine import Traveller

from hampstead.core import breaker
from hampstead.core.errors import BreakerOpenError, CalendarError
from leads.diaries import CACHE_AGE, read_diaries
from leads.models import CalendarEvent, Diary, Survey, Surveyor, SurveyRules
from leads.outlook import outlook
from tests.core.threads import at_once
from tests.factories.leads import SurveyFactory, SurveyorFactory
from tests.leads.calendars import AISHA, NOW, TOM, asked, at, later, monday, open_incidents, visit
from tests.leads.calendars import aisha as aisha
from tests.leads.calendars import tom as tom
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "monday")]
FRESH = timedelta(0)
WINDOW: dict[str, Any] = {"starts": NOW, "ends": NOW + timedelta(days=14)}
Span = tuple[datetime, datetime]


def busy(
    *surveyors: Surveyor, max_age: timedelta = CACHE_AGE, **more: Any
) -> dict[int, list[Span]]:
    found = read_diaries(surveyors, **{**WINDOW, **more}, max_age=max_age)
    return {pk: [(one.starts_at, one.ends_at) for one in times] for pk, times in found.items()}


def calls(sandbox: Sandbox) -> int:
    return len(asked(sandbox, "getSchedule"))


# --- what takes time ------------------------------------------------------------------------
def test_an_entry_takes_its_time(sandbox: Sandbox, tom: Surveyor, aisha: Surveyor) -> None:
    sandbox.person_adds(TOM, at(14), at(15))
    sandbox.person_adds(TOM, at(9), at(10, 30))
    spans = [(at(9), at(10, 30)), (at(14), at(15))]
    assert busy(tom, aisha) == {tom.pk: spans, aisha.pk: []}


@pytest.mark.parametrize(
    ("show_as", "rules", "is_taken"),
    [
        ("busy", {}, True),
        ("oof", {}, True),
        ("free", {}, False),
        ("tentative", {}, True),
        ("tentative", {"tentative_blocks": False}, False),
        ("workingElsewhere", {}, False),
        ("workingElsewhere", {"elsewhere_blocks": True}, True),
    ],
)
def test_the_firms_rules_say_what_takes_time(
    sandbox: Sandbox, tom: Surveyor, show_as: str, rules: dict[str, bool], is_taken: bool
) -> None:
    SurveyRules.objects.update_or_create(pk=1, defaults=rules)
    sandbox.person_adds(TOM, at(9), at(10), show_as=show_as)
    assert bool(busy(tom)[tom.pk]) is is_taken


def test_without_a_row_of_rules_tentative_takes_time(sandbox: Sandbox, tom: Surveyor) -> None:
    SurveyRules.objects.all().delete()
    sandbox.person_adds(TOM, at(9), at(10), show_as="tentative")
    sandbox.person_adds(TOM, at(11), at(12), show_as="workingElsewhere")
    assert busy(tom)[tom.pk] == [(at(9), at(10))]


def test_a_holiday_typed_as_free_is_kept_for_staff_to_see(sandbox: Sandbox, tom: Surveyor) -> None:
    sandbox.person_adds(
        TOM, date(2026, 12, 3), date(2026, 12, 4), is_all_day=True, show_as="free", subject="Leave"
    )
    assert busy(tom)[tom.pk] == []
    (block,) = Diary.objects.get().blocks
    assert (block["subject"], block["is_all_day"]) == ("Leave", True)


def test_our_own_visit_is_no_busy_time(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = visit(tom)
    sandbox.person_adds(TOM, survey.starts_at, survey.ends_at)
    assert busy(tom)[tom.pk] == []


def test_somebodys_entry_at_exactly_our_time_is_busy_time(sandbox: Sandbox, tom: Surveyor) -> None:
    survey = visit(tom)
    for subject in ("Survey NW3", "Dentist"):
        sandbox.person_adds(TOM, survey.starts_at, survey.ends_at, subject=subject)
    assert busy(tom)[tom.pk] == [(survey.starts_at, survey.ends_at)]


def test_a_hold_explains_no_entry_as_it_has_none(sandbox: Sandbox, tom: Surveyor) -> None:
    hold = SurveyFactory(
        surveyor=tom, starts_at=at(10), status=Survey.Status.HELD, hold_until=at(12)
    )
    sandbox.person_adds(TOM, hold.starts_at, hold.ends_at)
    assert busy(tom)[tom.pk] == [(hold.starts_at, hold.ends_at)]


def test_a_cancelled_visit_that_is_still_in_the_calendar_takes_time(
    sandbox: Sandbox, tom: Surveyor
) -> None:
    survey = visit(tom, status=Survey.Status.CANCELLED)
    CalendarEvent.objects.update(is_wanted=False)
    sandbox.person_adds(TOM, survey.starts_at, survey.ends_at)
    assert busy(tom)[tom.pk] == [(survey.starts_at, survey.ends_at)]


def test_an_entry_left_behind_by_another_surveyors_visit_takes_time(
    sandbox: Sandbox, tom: Surveyor
) -> None:
    survey = visit(tom)
    CalendarEvent.objects.update(is_wanted=False)
    sandbox.person_adds(TOM, survey.starts_at, survey.ends_at)
    assert busy(tom)[tom.pk] == [(survey.starts_at, survey.ends_at)]


# --- how often Microsoft is asked -----------------------------------------------------------
def test_one_call_asks_for_all(sandbox: Sandbox, tom: Surveyor, aisha: Surveyor) -> None:
    busy(tom, aisha)
    assert calls(sandbox) == 1


def test_what_is_a_minute_old_costs_one_query(
    sandbox: Sandbox,
    tom: Surveyor,
    aisha: Surveyor,
    monday: Traveller,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    sandbox.person_adds(TOM, at(9), at(10))
    first = busy(tom, aisha)
    later(monday, seconds=60)
    with django_assert_num_queries(1):
        assert busy(tom, aisha) == first
    assert calls(sandbox) == 1


def test_what_is_older_is_read_again(sandbox: Sandbox, tom: Surveyor, monday: Traveller) -> None:
    busy(tom)
    sandbox.person_adds(TOM, at(9), at(10))
    later(monday, seconds=61)
    assert busy(tom)[tom.pk] == [(at(9), at(10))]


def test_a_fresh_reading_is_never_a_kept_one(sandbox: Sandbox, tom: Surveyor) -> None:
    busy(tom)
    sandbox.person_adds(TOM, at(9), at(10))
    assert busy(tom, max_age=FRESH)[tom.pk] == [(at(9), at(10))]


def test_a_wider_question_is_read_again(sandbox: Sandbox, tom: Surveyor) -> None:
    busy(tom, ends=at(0, day=2))
    sandbox.person_adds(TOM, at(9, day=3), at(10, day=3))
    assert busy(tom)[tom.pk] == [(at(9, day=3), at(10, day=3))]


def test_a_narrower_question_gets_its_part_only(sandbox: Sandbox, tom: Surveyor) -> None:
    sandbox.person_adds(TOM, at(9), at(10))
    sandbox.person_adds(TOM, at(9, day=3), at(10, day=3))
    busy(tom)
    assert busy(tom, starts=at(0, day=3))[tom.pk] == [(at(9, day=3), at(10, day=3))]
    assert calls(sandbox) == 1


def test_only_the_old_ones_are_asked_for(
    sandbox: Sandbox, tom: Surveyor, aisha: Surveyor, monday: Traveller
) -> None:
    busy(tom)
    later(monday, seconds=40)
    busy(aisha)
    later(monday, seconds=40)
    busy(tom, aisha)
    schedules = [entry["body"]["schedules"] for entry in asked(sandbox, "getSchedule")]
    assert schedules == [[TOM], [AISHA], [TOM]]


def test_a_reading_older_than_a_known_change_is_not_kept(sandbox: Sandbox, tom: Surveyor) -> None:
    Diary.objects.create(surveyor=tom, changes_read_at=NOW + timedelta(seconds=1))
    assert busy(tom) == {tom.pk: []}
    assert Diary.objects.get().read_at is None


def test_nobody_to_ask_about_is_no_call(sandbox: Sandbox) -> None:
    assert busy() == {}
    assert calls(sandbox) == 0


@pytest.mark.django_db(transaction=True)
def test_many_who_ask_at_once_cause_one_call(sandbox: Sandbox) -> None:
    surveyor = SurveyorFactory(mailbox=TOM)
    sandbox.person_adds(TOM, at(9), at(10))
    sandbox.fault("microsoft", "/getSchedule", delay_seconds=0.3)
    outlook()  # made once, before many want it
    found = at_once(6, lambda _: busy(surveyor))
    assert found == [{surveyor.pk: [(at(9), at(10))]}] * 6
    assert calls(sandbox) == 1


@pytest.mark.django_db(transaction=True)
def test_who_waits_too_long_for_another_asks_too(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leads.diaries.WAIT_SECONDS", 0.0)
    surveyor = SurveyorFactory(mailbox=TOM)
    sandbox.fault("microsoft", "/getSchedule", delay_seconds=0.3, times=2)
    outlook()
    assert at_once(2, lambda _: busy(surveyor)) == [{surveyor.pk: []}] * 2
    assert calls(sandbox) == 2


# --- what cannot be read --------------------------------------------------------------------
def test_an_unreadable_mailbox_is_left_out(
    sandbox: Sandbox, tom: Surveyor, aisha: Surveyor
) -> None:
    sandbox.microsoft(unreadable=[AISHA])
    assert busy(tom, aisha) == {tom.pk: []}
    diary = Diary.objects.get(pk=aisha.pk)
    assert (diary.error_code, bool(diary.error)) == ("E009", True)
    assert open_incidents() == {f"diary:{aisha.pk}"}


def test_the_trouble_ends_by_itself(sandbox: Sandbox, tom: Surveyor, aisha: Surveyor) -> None:
    sandbox.microsoft(unreadable=[AISHA])
    busy(tom, aisha)
    sandbox.microsoft(unreadable=[])
    assert busy(tom, aisha) == {tom.pk: [], aisha.pk: []}
    assert (Diary.objects.get(pk=aisha.pk).error, open_incidents()) == ("", set())


def test_a_mailbox_that_is_gone_does_not_hide_the_others(
    sandbox: Sandbox, tom: Surveyor, aisha: Surveyor
) -> None:
    sandbox.microsoft(missing=[TOM])
    assert busy(tom, aisha) == {aisha.pk: []}
    assert open_incidents() == {f"diary:{tom.pk}"}


def test_if_none_can_be_read_it_is_an_error(sandbox: Sandbox, tom: Surveyor) -> None:
    sandbox.microsoft(unreadable=[TOM])
    with pytest.raises(CalendarError):
        busy(tom)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_microsoft_being_down_is_an_error_that_staff_see(
    sandbox: Sandbox, tom: Surveyor, aisha: Surveyor, status: int
) -> None:
    sandbox.fault("microsoft", "/getSchedule", status=status)
    with pytest.raises(CalendarError):
        busy(tom, aisha)
    assert open_incidents() == {f"diary:{tom.pk}", f"diary:{aisha.pk}"}


def test_what_was_just_read_still_serves_while_microsoft_is_down(
    sandbox: Sandbox, tom: Surveyor, aisha: Surveyor
) -> None:
    busy(tom)
    sandbox.fault("microsoft", "/getSchedule", status=503)
    assert busy(tom, aisha) == {tom.pk: []}


def test_an_old_reading_does_not_serve_in_its_place(
    sandbox: Sandbox, tom: Surveyor, monday: Traveller
) -> None:
    busy(tom)
    later(monday, minutes=2)
    sandbox.fault("microsoft", "/getSchedule", status=503)
    with pytest.raises(CalendarError):
        busy(tom)


def test_a_paused_microsoft_is_not_asked(sandbox: Sandbox, tom: Surveyor) -> None:
    breaker.open_by_hand(vendor="microsoft", by=None, reason="a drill")
    with pytest.raises(BreakerOpenError):
        busy(tom)
    assert (calls(sandbox), open_incidents()) == (0, set())


def test_a_mailbox_closed_to_us_does_not_hide_the_others(
    sandbox: Sandbox, tom: Surveyor, aisha: Surveyor
) -> None:
    sandbox.microsoft(scope=[AISHA])
    assert set(busy(tom, aisha)) == {aisha.pk}
    assert "We may not use this calendar" in Diary.objects.get(surveyor=tom).error
    assert open_incidents() == {f"diary:{tom.pk}"}
    assert not open_incidents("E012")
