"""GET availability: what could be booked now, and nothing that nobody looked at."""

from datetime import UTC, datetime
from typing import Any

import pytest
from time_machine import Traveller

from leads.models import Surveyor
from tests.factories.leads import SurveyFactory
from tests.leads.api.calls import Caller, caller, reason
from tests.leads.calendars import AISHA, TOM, asked, at, monday, visit
from tests.leads.calendars import aisha as aisha
from tests.leads.calendars import tom as tom
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "monday")]


def starts(slots: list[dict[str, Any]]) -> list[str]:
    return [slot["starts_at"][11:16] for slot in slots]


def test_a_free_day_is_offered_from_nine_to_the_last_that_fits(
    portal: Caller, tom: Surveyor
) -> None:
    found = portal.slots(outcode="NW3")
    assert (starts(found)[0], starts(found)[-1], len(found)) == ("09:00", "16:00", 15)
    assert found[0] == {
        "slot": found[0]["slot"],
        "surveyor_id": tom.pk,
        "surveyor": "Tom Whitfield",
        "starts_at": "2026-12-01T09:00:00+00:00",
        "ends_at": "2026-12-01T09:45:00+00:00",
        "text": "Tuesday 1 December at 09:00",
    }


def test_what_is_in_the_calendar_is_not_offered(
    portal: Caller, tom: Surveyor, sandbox: Sandbox
) -> None:
    sandbox.person_adds(TOM, at(9), at(16))
    assert starts(portal.slots()) == []
    sandbox.person_adds(TOM, at(9, day=2), at(13, day=2))
    assert starts(portal.slots("2026-12-03", "2026-12-03"))[0] == "09:00"


def test_a_survey_and_the_way_to_it_are_not_offered(portal: Caller, tom: Surveyor) -> None:
    visit(tom, at(12), postcode="SE9 1AA")
    near = starts(portal.slots(outcode="SE9"))
    far = starts(portal.slots(outcode="NW3"))
    assert set(far) < set(near)
    assert "12:00" not in near


def test_london_is_an_hour_ahead_in_summer(
    portal: Caller, tom: Surveyor, monday: Traveller
) -> None:
    monday.move_to(datetime(2027, 6, 1, 8, tzinfo=UTC))
    first = portal.slots("2027-06-02", "2027-06-02")[0]
    assert first["starts_at"] == "2027-06-02T09:00:00+01:00"


def test_another_length_is_reckoned_with(portal: Caller, tom: Surveyor) -> None:
    found = portal.free(minutes=180).json()
    assert found["minutes"] == 180
    assert starts(found["slots"])[-1] == "14:00"


def test_a_length_nobody_has_room_for_is_no_error(portal: Caller, tom: Surveyor) -> None:
    visit(tom, at(12))
    assert portal.free(minutes=300).json()["slots"] == []


def test_christmas_day_is_closed(portal: Caller, tom: Surveyor) -> None:
    found = portal.free("2026-12-24", "2026-12-28").json()
    assert found["closed"] == ["2026-12-25", "2026-12-26", "2026-12-28"]
    assert {slot["starts_at"][:10] for slot in found["slots"]} == {"2026-12-24"}


def test_all_surveyors_are_offered_in_order_of_time(
    portal: Caller, tom: Surveyor, aisha: Surveyor
) -> None:
    found = portal.slots()
    assert {slot["surveyor"] for slot in found} == {"Tom Whitfield", "Aisha Rahman"}
    assert starts(found) == sorted(starts(found))


def test_whose_calendar_cannot_be_read_is_named_and_not_offered(
    portal: Caller, tom: Surveyor, aisha: Surveyor, sandbox: Sandbox
) -> None:
    sandbox.microsoft(unreadable=[AISHA])
    found = portal.free().json()
    assert found["unread"] == ["Aisha Rahman"]
    assert {slot["surveyor"] for slot in found["slots"]} == {"Tom Whitfield"}


def test_without_the_calendar_nothing_is_made_up(
    portal: Caller, tom: Surveyor, sandbox: Sandbox
) -> None:
    sandbox.fault("microsoft", status=503)
    answer = portal.free()
    assert answer.status_code in (502, 503)
    assert set(answer.json()) == {"code", "error", "reason", "detail"}
    assert answer.json()["reason"] == "calendar_unreadable"
    assert answer.json()["code"] == "E009"
    assert "slots" not in answer.json()


def test_asking_again_costs_no_second_call(portal: Caller, tom: Surveyor, sandbox: Sandbox) -> None:
    portal.free()
    portal.free("2026-12-02", "2026-12-04")
    assert len(asked(sandbox, "getSchedule")) == 1


def test_a_firm_without_surveyors_has_no_free_times(portal: Caller) -> None:
    assert portal.free().json()["slots"] == []


def test_a_slot_is_for_one_token_only(portal: Caller, tom: Surveyor) -> None:
    other = caller("view_survey", "change_survey", username="rival")
    assert reason(other.book(portal.slot())) == (400, "unknown_slot")


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ({"from": "2026-11-29", "to": "2026-12-01"}, "past"),
        ({"from": "2026-12-02", "to": "2026-12-01"}, "wrong_order"),
        ({"from": "2026-12-01", "to": "2027-01-01"}, "too_many_days"),
        ({"to": "2026-12-01"}, "invalid"),
        ({"from": "tomorrow", "to": "2026-12-01"}, "invalid"),
        ({"from": "2026-12-01T10:00:00Z", "to": "2026-12-01"}, "invalid"),
        ({"from": "2026-12-01", "to": "2026-12-01", "outcode": "somewhere"}, "invalid"),
        ({"from": "2026-12-01", "to": "2026-12-01", "minutes": "5"}, "invalid"),
        ({"from": "2026-12-01", "to": "2026-12-01", "minutes": "9999"}, "invalid"),
        ({"from": "2026-12-01", "to": "2026-12-01", "surveyor": "1"}, "invalid"),
        ({"from": "9999-12-31", "to": "9999-12-31"}, ""),
    ],
)
def test_what_is_asked_wrongly_is_said_clearly(
    portal: Caller, tom: Surveyor, query: dict[str, str], why: str
) -> None:
    answer = portal.http.get(
        "/api/v1/calendar/availability", query, headers={"Authorization": f"Token {portal.token}"}
    )
    if why:
        assert reason(answer) == (400, why)
    else:
        assert answer.json()["slots"] == []


def test_thirty_one_days_may_be_asked_for(portal: Caller, tom: Surveyor) -> None:
    assert portal.free("2026-12-01", "2026-12-31").status_code == 200


def test_a_hold_of_somebody_else_is_not_offered(portal: Caller, tom: Surveyor) -> None:
    SurveyFactory(surveyor=tom, starts_at=at(10), status="held", hold_until=at(12, day=30))
    assert "10:00" not in starts(portal.slots())
