"""Booking, reading, moving and cancelling a survey over the API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from time_machine import Traveller

from hampstead.core.models import AuditEntry
from leads.models import Lead, Person, Survey, Surveyor
from tests.factories.leads import LeadFactory, PersonFactory, SurveyFactory
from tests.leads.api.calls import BOOKINGS, Caller, reason
from tests.leads.booking_steps import write
from tests.leads.calendars import TOM, at, later, monday
from tests.leads.calendars import tom as tom
from tests.vendors import Sandbox

__all__ = ["monday"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sandbox", "monday")]


def one(portal: Caller, **more: Any) -> dict[str, Any]:
    """A survey that was booked over the API."""
    answer = portal.book(portal.slot(), **more)
    assert answer.status_code == 201, answer.json()
    found: dict[str, Any] = answer.json()
    return found


def path(survey: dict[str, Any]) -> str:
    return f"{BOOKINGS}/{survey['id']}"


# --- booking ------------------------------------------------------------------------------
def test_a_booked_survey_is_in_the_calendar_when_we_say_so(
    portal: Caller, tom: Surveyor, sandbox: Sandbox
) -> None:
    answer = portal.book(portal.slot("10:30"))
    (entry,) = sandbox.calendar(TOM)
    assert answer.status_code == 201
    assert answer.json() == {
        "id": Survey.objects.get().pk,
        "status": "confirmed",
        "surveyor_id": tom.pk,
        "surveyor": "Tom Whitfield",
        "starts_at": "2026-12-01T10:30:00+00:00",
        "ends_at": "2026-12-01T11:15:00+00:00",
        "text": "Tuesday 1 December at 10:30",
        "postcode": "NW3 2QG",
        "needs_approval": False,
    }
    assert entry["start"]["dateTime"].startswith("2026-12-01T10:30")


def test_the_customer_and_the_enquiry_are_noted(portal: Caller, tom: Surveyor) -> None:
    one(portal, email="sarah@example.com", address="12 Flask Walk", access_notes="Knock.")
    survey = Survey.objects.get()
    assert (survey.person.name, survey.person.phone) == ("Sarah Chen", "+447700900123")
    assert survey.person.email == "sarah@example.com"
    assert (survey.address, survey.access_notes) == ("12 Flask Walk", "Knock.")
    assert survey.lead == Lead.objects.get()
    assert survey.source == "api:portal"
    assert AuditEntry.objects.filter(subject=survey.subject, by=portal.user).exists()


def test_a_customer_we_know_is_not_made_twice(portal: Caller, tom: Surveyor) -> None:
    known = LeadFactory(person=PersonFactory(phone="+447700900123", name="Sarah C."))
    one(portal)
    survey = Survey.objects.get()
    assert (survey.person, survey.lead) == (known.person, known)
    assert survey.person.name == "Sarah C."
    assert Person.objects.count() == 1


def test_a_time_of_their_own_can_be_booked(portal: Caller, tom: Surveyor) -> None:
    answer = portal.propose(tom, "2026-12-01T10:10:00Z")
    assert (answer.status_code, answer.json()["starts_at"][11:16]) == (201, "10:10")


def test_without_an_answer_of_the_calendar_it_is_provisional(
    portal: Caller, tom: Surveyor, sandbox: Sandbox
) -> None:
    slot = portal.slot()
    sandbox.fault("microsoft", route="/events", status=403, times=9)
    answer = portal.book(slot)
    assert (answer.status_code, answer.json()["status"]) == (201, "provisional")


def test_a_calendar_that_cannot_be_read_books_nothing(
    portal: Caller, tom: Surveyor, sandbox: Sandbox
) -> None:
    slot = portal.slot()
    sandbox.fault("microsoft", status=503)
    answer = portal.book(slot)
    assert answer.status_code in (502, 503)
    assert (answer.json()["code"], answer.json()["reason"]) == ("E009", "calendar_unreadable")
    assert not Survey.objects.booked().exists()


def test_what_the_surveyor_entered_meanwhile_is_seen(
    portal: Caller, tom: Surveyor, sandbox: Sandbox
) -> None:
    slot = portal.slot()
    sandbox.person_adds(TOM, at(10), at(11))
    assert reason(portal.book(slot)) == (409, "busy")


def test_a_slot_that_another_customer_has_is_taken(portal: Caller, tom: Surveyor) -> None:
    slot = portal.slot()
    one(portal)
    answer = portal.book(slot, phone="07700 900999")
    assert reason(answer) == (409, "taken")
    assert answer.json()["detail"] == "That time has just been taken."


def test_a_slot_held_by_another_customer_is_taken(portal: Caller, tom: Surveyor) -> None:
    slot = portal.slot()
    until = datetime(2026, 11, 30, 9, 5, tzinfo=UTC)
    SurveyFactory(surveyor=tom, starts_at=at(10), status="held", hold_until=until)
    assert reason(portal.book(slot)) == (409, "taken")


def test_an_enquiry_has_one_survey(portal: Caller, tom: Surveyor) -> None:
    first = one(portal)
    answer = portal.book(portal.slot("15:00"))
    assert reason(answer) == (409, "already_booked")
    assert answer.json()["survey"] == first["id"]


def test_another_length_is_booked_as_it_was_offered(portal: Caller, tom: Surveyor) -> None:
    answer = portal.book(portal.slot("10:00", minutes=120))
    assert answer.json()["ends_at"] == "2026-12-01T12:00:00+00:00"


# --- times that cannot be had -------------------------------------------------------------
@pytest.mark.parametrize(
    ("starts_at", "number", "why"),
    [
        ("2026-11-27T10:00:00Z", 409, "past"),
        ("2026-11-30T15:00:00Z", 409, "too_soon"),
        ("2027-03-02T10:00:00Z", 409, "too_far"),
        ("2026-12-25T10:00:00Z", 409, "closed_day"),
        ("2026-12-05T10:00:00Z", 409, "day_off"),
        ("2026-12-01T18:00:00Z", 409, "outside_hours"),
        ("2026-12-01T10:00:00", 400, "no_zone"),
        ("2026-12-01T10:00:00+05:30", 400, "wrong_zone"),
        ("2026-12-01T10:00:00+01:00", 400, "wrong_zone"),
        ("2026-10-25T01:30:00+01:00", 400, "unreal_time"),
        ("2026-10-25T01:30:00Z", 400, "unreal_time"),
        ("2027-03-28T01:30:00+00:00", 400, "unreal_time"),
        ("2027-03-28T01:30:00+01:00", 400, "unreal_time"),
        ("next Tuesday", 400, "unreadable_time"),
        ("2026-12-01T10:00:31Z", 400, "unreadable_time"),
        ("0001-01-01T00:00:00+14:00", 400, "unreadable_time"),
        ("9999-12-31T23:59:00Z", 400, "unreadable_time"),
    ],
)
def test_a_time_that_cannot_be_had_is_said_clearly(
    portal: Caller, tom: Surveyor, starts_at: str, number: int, why: str
) -> None:
    answer = portal.propose(tom, starts_at)
    assert reason(answer) == (number, why)
    assert answer.json()["detail"].endswith(".")
    assert not Survey.objects.booked().exists()


def test_three_hours_do_not_fit_an_hour(portal: Caller, tom: Surveyor, sandbox: Sandbox) -> None:
    slot = portal.slot("10:00", minutes=180)
    sandbox.person_adds(TOM, at(9), at(9, 30))
    sandbox.person_adds(TOM, at(11, 30), at(17))
    assert reason(portal.book(slot)) == (409, "gap_too_short")


def test_a_slot_of_yesterday_is_too_old(portal: Caller, tom: Surveyor, monday: Traveller) -> None:
    slot = portal.slot("10:00", "2026-12-03")
    later(monday, hours=25)
    assert reason(portal.book(slot)) == (409, "slot_expired")


@pytest.mark.parametrize("slot", ["made-up", "a:b:c", "é", "WzEsMiwzLDRd:1vNq3k:AAAA"])
def test_a_made_up_slot_is_unknown(portal: Caller, tom: Surveyor, slot: str) -> None:
    assert reason(portal.book(slot)) == (400, "unknown_slot")


def test_a_surveyor_who_left_cannot_be_booked(portal: Caller, tom: Surveyor) -> None:
    slot = portal.slot()
    Surveyor.objects.update(is_active=False)
    assert reason(portal.book(slot)) == (409, "day_off")
    assert reason(portal.propose(tom, at(10))) == (400, "unknown_surveyor")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"phone": "12"}, "phone"),
        ({"phone": None}, "phone"),
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"email": "nobody"}, "email"),
        ({"postcode": "London"}, "postcode"),
        ({"address": "x" * 201}, "address"),
        ({"source": "me"}, "source"),
        ({"surveyor": 1}, "slot"),
        ({"starts_at": "2026-12-01T10:00:00Z"}, "slot"),
    ],
)
def test_what_is_wrong_is_named(
    portal: Caller, tom: Surveyor, wrong: dict[str, Any], field: str
) -> None:
    answer = portal.book(portal.slot(), **wrong)
    assert reason(answer) == (400, "invalid")
    assert set(answer.json()["fields"]) == {field}
    assert not Person.objects.exists()


# --- reading ------------------------------------------------------------------------------
def test_a_survey_is_read_by_its_id(portal: Caller, tom: Surveyor) -> None:
    booked = one(portal)
    answer = portal.ask("GET", path(booked))
    assert (answer.status_code, answer.json()) == (200, booked)


def test_no_answer_tells_who_the_customer_is(portal: Caller, tom: Surveyor) -> None:
    booked = one(portal, email="sarah@example.com", address="12 Flask Walk")
    said = portal.ask("GET", path(booked)).content.decode()
    assert not any(word in said for word in ("Sarah", "900123", "sarah@", "Flask"))


@pytest.mark.parametrize("number", ["0", "999999", "9" * 18])
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_survey_that_is_not_there(portal: Caller, method: str, number: str) -> None:
    answer = portal.ask(method, f"{BOOKINGS}/{number}", {} if method == "PATCH" else None)
    assert reason(answer) == (404, "not_found")


# --- moving -------------------------------------------------------------------------------
def test_a_moved_survey_is_moved_in_the_calendar(
    portal: Caller, tom: Surveyor, sandbox: Sandbox
) -> None:
    booked = one(portal)
    answer = portal.ask("PATCH", path(booked), {"slot": portal.slot("15:00"), "reason": "Builder"})
    (entry,) = sandbox.calendar(TOM)
    assert (answer.status_code, answer.json()["status"]) == (200, "confirmed")
    assert answer.json()["id"] == booked["id"]
    assert entry["start"]["dateTime"].startswith("2026-12-01T15:00")
    moved = AuditEntry.objects.filter(action="move survey").get()
    assert (moved.reason, moved.by) == ("Builder", portal.user)


def test_a_survey_keeps_its_time_when_the_new_one_is_refused(
    portal: Caller, tom: Surveyor, sandbox: Sandbox
) -> None:
    booked, slot = one(portal), portal.slot("15:00")
    sandbox.person_adds(TOM, at(15), at(16))
    answer = portal.ask("PATCH", path(booked), {"slot": slot})
    assert reason(answer) == (409, "busy")
    assert portal.ask("GET", path(booked)).json()["starts_at"] == booked["starts_at"]


def test_a_survey_can_be_moved_to_a_time_of_their_own(portal: Caller, tom: Surveyor) -> None:
    booked = one(portal)
    body = {"surveyor": tom.pk, "starts_at": "2026-12-02T14:20:00Z"}
    assert portal.ask("PATCH", path(booked), body).json()["starts_at"][:16] == "2026-12-02T14:20"


def test_a_cancelled_survey_cannot_be_moved(portal: Caller, tom: Surveyor) -> None:
    booked = one(portal)
    portal.ask("DELETE", path(booked))
    answer = portal.ask("PATCH", path(booked), {"slot": portal.slot("15:00")})
    assert reason(answer) == (409, "not_booked")


def test_a_move_needs_a_slot(portal: Caller, tom: Surveyor) -> None:
    assert reason(portal.ask("PATCH", path(one(portal)), {"reason": "x"})) == (400, "invalid")


# --- cancelling ---------------------------------------------------------------------------
def test_a_cancelled_survey_frees_its_time(portal: Caller, tom: Surveyor) -> None:
    booked = one(portal)
    answer = portal.ask("DELETE", path(booked), {"reason": "They have moved."})
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    write(Survey.objects.get())
    assert portal.slot("10:00")
    cancelled = AuditEntry.objects.filter(action="cancel survey").get()
    assert cancelled.reason == "They have moved."


def test_cancelling_once_more_is_no_error(portal: Caller, tom: Surveyor) -> None:
    booked = one(portal)
    portal.ask("DELETE", path(booked))
    assert portal.ask("DELETE", path(booked)).status_code == 200
    assert AuditEntry.objects.filter(action="cancel survey").count() == 1


def test_a_visit_that_is_over_cannot_be_cancelled(portal: Caller, tom: Surveyor) -> None:
    over = SurveyFactory(
        surveyor=tom, starts_at=at(10) - timedelta(days=30), status=Survey.Status.DONE
    )
    assert reason(portal.ask("DELETE", f"{BOOKINGS}/{over.pk}")) == (409, "not_booked")
