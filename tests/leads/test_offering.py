"""Which times are offered: as wished, spread, and never one that nobody checked."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from hampstead.core.clock import to_london
from hampstead.core.errors import CalendarError
from leads.models import Surveyor
from leads.offering import (
    NOBODY,
    NOT_READ,
    NOT_THEN,
    NOTHING_FREE,
    Offers,
    check_slot,
    find_slots,
)
from leads.slots import Refusal
from tests.factories.leads import SurveyFactory, SurveyorFactory
from tests.leads.booking_steps import booked, hold, rules, slot
from tests.leads.calendars import NOW, TOM, asked, at, monday
from tests.leads.calendars import aisha as aisha
from tests.leads.calendars import tom as tom
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "monday")]


def times(offers: Offers) -> list[str]:
    """'Tue 1 09:00'"""
    local = [to_london(each.starts_at) for each in offers.offers]
    return [f"{each:%a} {each.day} {each:%H:%M}" for each in local]


# --- the spread -----------------------------------------------------------------------------
@pytest.mark.usefixtures("tom")
def test_offers_differ_in_day_and_part_of_the_day() -> None:
    assert times(find_slots(outcode="NW3")) == ["Tue 1 09:00", "Wed 2 12:00", "Thu 3 09:00"]


@pytest.mark.usefixtures("tom")
def test_on_one_day_they_are_hours_apart() -> None:
    found = find_slots(wish="Thursday", outcode="NW3")
    assert times(found) == ["Thu 3 09:00", "Thu 3 12:00", "Thu 3 14:00"]
    assert found.is_as_wished


@pytest.mark.usefixtures("tom")
@pytest.mark.parametrize("limit", [1, 8])
def test_as_many_as_asked_for(limit: int) -> None:
    assert len(find_slots(outcode="NW3", limit=limit).offers) == limit


def test_two_who_are_free_at_once_are_one_offer(tom: Surveyor, aisha: Surveyor) -> None:
    Surveyor.objects.filter(pk=tom.pk).update(outcode="SE10")
    found = find_slots(wish="Thursday", outcode="NW6", limit=8)
    assert len(set(times(found))) == 8
    assert {each.surveyor_id for each in found.offers} == {aisha.pk}  # who is nearer


# --- the wish -------------------------------------------------------------------------------
@pytest.mark.usefixtures("tom")
def test_what_is_not_free_as_wished_gets_the_nearest(sandbox: Sandbox) -> None:
    sandbox.person_adds(TOM, at(13, day=3), at(15, day=3))
    found = find_slots(wish="Thursday at 2pm", outcode="NW3")
    assert (found.is_as_wished, found.reason) == (False, NOT_THEN)
    assert times(found) == ["Wed 2 14:00", "Thu 3 11:30", "Thu 3 15:30"]


@pytest.mark.usefixtures("tom")
def test_a_day_they_never_can_is_not_the_nearest() -> None:
    found = find_slots(wish="weekend, but not Mondays", outcode="NW3", limit=8)
    assert found.offers
    assert not [each for each in times(found) if each.startswith("Mon")]


@pytest.mark.usefixtures("tom")
def test_a_wish_that_is_not_understood_is_said_to_be_so() -> None:
    found = find_slots(wish="as discussed", outcode="NW3")
    assert (found.is_as_wished, found.reason, len(found.offers)) == (False, NOT_READ, 3)


# --- what is free ---------------------------------------------------------------------------
def test_without_surveyors_there_is_nothing_to_offer() -> None:
    assert find_slots() == Offers((), is_as_wished=False, reason=NOBODY)


def test_nothing_is_free_where_all_is_taken(tom: Surveyor, sandbox: Sandbox) -> None:
    sandbox.person_adds(TOM, NOW, NOW.replace(year=2027), show_as="oof")
    assert find_slots().reason == NOTHING_FREE


@pytest.mark.usefixtures("tom")
def test_a_calendar_that_cannot_be_read_offers_nothing(aisha: Surveyor, sandbox: Sandbox) -> None:
    sandbox.microsoft(unreadable=[TOM])
    found = find_slots(limit=8)
    assert {each.surveyor_id for each in found.offers} == {aisha.pk}


@pytest.mark.usefixtures("tom")
def test_without_any_calendar_no_time_is_invented(sandbox: Sandbox) -> None:
    sandbox.fault("microsoft", status=503)
    with pytest.raises(CalendarError):
        find_slots()


def test_what_others_hold_is_not_offered(tom: Surveyor) -> None:
    hold(slot(tom, at(9, day=3)))
    assert times(find_slots(wish="Thursday", outcode="NW3"))[0] == "Thu 3 10:30"


def test_what_they_hold_themselves_is_theirs(tom: Surveyor) -> None:
    held = hold(slot(tom, at(9, day=3)))
    found = find_slots(wish="Thursday", outcode="NW3", person=held.person)
    assert times(found)[0] == "Thu 3 09:00"


def test_for_a_move_the_survey_is_not_in_its_own_way(tom: Surveyor) -> None:
    survey = booked(slot(tom, at(9, 30, day=3)))
    found = find_slots(wish="Thursday", outcode="NW3", instead_of=survey)
    assert times(found)[0] == "Thu 3 09:00"


def test_a_move_is_not_offered_to_where_it_is(tom: Surveyor) -> None:
    survey = booked(slot(tom, at(9, day=3)))
    found = find_slots(wish="Thursday", outcode="NW3", instead_of=survey)
    assert "Thu 3 09:00" not in times(found)


def test_who_surveys_no_more_is_not_offered(tom: Surveyor) -> None:
    Surveyor.objects.update(is_active=False)
    assert find_slots().reason == NOBODY


@pytest.mark.usefixtures("tom")
def test_bank_holidays_are_not_offered() -> None:
    found = find_slots(wish="25 December", outcode="NW3")
    assert not found.is_as_wished
    assert not [each for each in times(found) if each.startswith("Fri 25")]


@pytest.mark.usefixtures("tom")
def test_further_than_calendars_are_read_nothing_is_offered(sandbox: Sandbox) -> None:
    rules(days_ahead=365)
    sandbox.person_adds(TOM, NOW, NOW + timedelta(days=61))
    assert find_slots().reason == NOTHING_FREE


# --- one slot -------------------------------------------------------------------------------
def test_a_slot_is_checked_as_it_was_a_minute_ago_or_now(tom: Surveyor, sandbox: Sandbox) -> None:
    find_slots()
    sandbox.person_adds(TOM, at(10), at(11))
    known = check_slot(surveyor=tom, starts_at=at(10), outcode="NW3", fresh=False)
    fresh = check_slot(surveyor=tom, starts_at=at(10), outcode="NW3", fresh=True)
    assert (known, fresh) == (None, Refusal.BUSY)


# --- what it costs --------------------------------------------------------------------------
def test_four_surveyors_cost_a_handful_of_queries_and_one_call(
    tom: Surveyor,
    aisha: Surveyor,
    sandbox: Sandbox,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    SurveyorFactory.create_batch(2)
    for day in range(1, 12):
        SurveyFactory(surveyor=tom, starts_at=at(10, day=day))
        SurveyFactory(surveyor=aisha, starts_at=at(14, day=day))
    find_slots(outcode="NW3")
    assert len(asked(sandbox, "getSchedule")) == 1
    with django_assert_max_num_queries(7):  # surveyors, hours, rules, diaries twice, visits
        find_slots(outcode="NW3")
    assert len(asked(sandbox, "getSchedule")) == 1
