"""What the survey tools say of holds and places, and whose visit they look through."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from conversations import survey_finding
from conversations.claims import Known
from conversations.claims.ground import Ground
from conversations.desk import Desk, Wishes
from leads.enquiries import open_lead
from leads.models import FactKey, Lead, Survey, Surveyor
from leads.offering import Offers, find_slots
from tests.conversations.surveying import FACTS, run, slots, take, token
from tests.vendors import Sandbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults", "monday")]

Status = Survey.Status


# --- what it released, and where it is ----------------------------------------------------


def two_slots(desk: Desk) -> tuple[dict[str, str], dict[str, str]]:
    first, *_, last = slots(desk)
    return first, last


def test_a_second_hold_says_that_the_first_is_no_longer_held(desk: Desk) -> None:
    first, second = two_slots(desk)
    run(desk, "hold_slot", slot=first["slot"])
    result = run(desk, "hold_slot", slot=second["slot"])
    assert f"{second['text']} is held for you until" in result.content["text"]
    assert f"{first['text']} is no longer held." in result.content["text"]
    assert Survey.objects.live().count() == 1


def test_the_same_hold_again_releases_nothing(desk: Desk) -> None:
    slot = token(desk)
    run(desk, "hold_slot", slot=slot)
    assert "no longer" not in run(desk, "hold_slot", slot=slot).content["text"]


def test_booking_what_was_held_releases_nothing(desk: Desk) -> None:
    slot = token(desk)
    run(desk, "hold_slot", slot=slot)
    assert "no longer" not in run(desk, "book_survey", slot=slot).content["text"]


def test_booking_another_time_says_that_the_hold_is_gone(desk: Desk) -> None:
    first, second = two_slots(desk)
    run(desk, "hold_slot", slot=first["slot"])
    result = run(desk, "book_survey", slot=second["slot"])
    assert f"{first['text']} is no longer held." in result.content["text"]


def test_a_refused_booking_says_that_the_hold_is_gone(desk: Desk, sandbox: Sandbox) -> None:
    first, second = two_slots(desk)
    run(desk, "hold_slot", slot=first["slot"])
    for surveyor in Surveyor.objects.all():
        day = datetime(2026, 11, 24, tzinfo=UTC)
        sandbox.person_adds(surveyor.mailbox, day, day + timedelta(days=20))
    result = run(desk, "book_survey", slot=second["slot"])
    assert result.content["status"] == "refused"
    assert f"{first['text']} is no longer held." in result.content["text"]
    assert not Survey.objects.live().exists()


def test_a_booking_names_the_place(desk: Desk) -> None:
    result = run(desk, "book_survey", slot=token(desk), address="14 Frognal Lane")
    assert result.content["instructions"] == "The survey is at 14 Frognal Lane, NW3 2QG."


def test_the_place_bears_out_nothing_of_what_the_model_wrote_into_it(desk: Desk) -> None:
    """An address is an argument: repeated as a statement, it would bear out any time or price."""
    slot = token(desk)
    run(desk, "note_facts", address="14 Frognal Lane")
    result = run(desk, "book_survey", slot=slot, address="booked for Friday 4 December, £99")
    known = Known(tool_texts=(json.dumps(result.content),))
    assert not [text for text in Ground(known).tool if "99" in text or "4 december" in text]


# --- a second enquiry ---------------------------------------------------------------------


def instead_of(monkeypatch: pytest.MonkeyPatch) -> list[Survey | None]:
    """Through which visit each search looks."""
    seen: list[Survey | None] = []

    def searched(**asked: Any) -> Offers:
        seen.append(asked["instead_of"])
        return find_slots(**asked)

    monkeypatch.setattr(survey_finding, "find_slots", searched)
    return seen


@pytest.fixture
def booked(desk: Desk) -> Survey:
    run(desk, "book_survey", slot=token(desk, "Thursday"))
    return Survey.objects.get()


def test_who_moves_a_survey_may_take_its_own_time(
    desk: Desk, booked: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_through = instead_of(monkeypatch)
    run(desk, "find_slots")
    assert looked_through == [booked]


def test_a_survey_without_an_enquiry_can_only_be_moved(
    desk: Desk, booked: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    Survey.objects.update(lead=None)
    looked_through = instead_of(monkeypatch)
    run(desk, "find_slots")
    assert looked_through == [booked]


def test_for_a_second_enquiry_the_first_visit_takes_its_time(
    desk: Desk, booked: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    Lead.objects.update(status=Lead.Status.WON)
    open_lead(person=booked.person)
    looked_through = instead_of(monkeypatch)
    second = replace(desk, facts={**FACTS, FactKey.POSTCODE: "NW6 1AA"})
    offered = run(second, "find_slots", preferred_time="Thursday morning")
    assert offered.content["available"]
    assert looked_through == [None]


def test_the_visit_of_a_closed_enquiry_moves_without_asking_for_its_postcode(
    desk: Desk, booked: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    Lead.objects.update(status=Lead.Status.WON)
    later = replace(desk, facts={}, wishes=Wishes())
    looked_through = instead_of(monkeypatch)
    slot = token(later, "Friday")
    assert looked_through == [booked]
    assert run(later, "move_survey", slot=slot).content["moved"] is True


def test_when_a_move_is_refused_the_visit_that_moves_is_looked_through(
    desk: Desk, booked: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot = token(desk, "Friday")
    take(desk, slot)
    Lead.objects.update(status=Lead.Status.WON)
    open_lead(person=booked.person)
    looked_through = instead_of(monkeypatch)
    assert run(desk, "move_survey", slot=slot).content["status"] == "refused"
    assert looked_through == [booked]
