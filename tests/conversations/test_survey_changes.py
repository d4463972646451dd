"""The tools that move and cancel, and what a caller must know before they do."""

from datetime import datetime, timedelta

import pytest

from conversations.desk import Desk
from conversations.models import Conversation
from conversations.offers import offer
from conversations.surveying import slot_of
from hampstead.core.clock import now
from leads.models import Survey
from tests.conversations.surveying import on_the_phone, run, token
from tests.factories.leads import LeadFactory, SurveyFactory
from tests.vendors import Sandbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults", "monday")]

Status = Survey.Status


@pytest.fixture
def booked(desk: Desk, conversation: Conversation) -> Survey:
    run(desk, "book_survey", slot=token(desk, "Thursday"))
    return Survey.objects.get()


def test_a_survey_moves_to_an_offered_time(desk: Desk, booked: Survey) -> None:
    result = run(desk, "move_survey", slot=token(desk, "Friday"))
    booked.refresh_from_db()
    assert booked.starts_at.date() == datetime(2026, 11, 27).date()  # noqa: DTZ001
    assert result.content["moved"] is True
    assert "has been moved" not in result.content["text"]
    assert "The survey is moved to Friday 27 November" in result.content["text"]
    assert Survey.objects.live().count() == 1


def test_moving_again_to_the_same_time_says_so_again(desk: Desk, booked: Survey) -> None:
    slot = token(desk, "Friday")
    results = [run(desk, "move_survey", slot=slot).content for _ in range(2)]
    assert results[0] == results[1]


def test_a_survey_is_cancelled_once_and_the_calendar_is_cleared(
    desk: Desk, booked: Survey, sandbox: Sandbox
) -> None:
    results = [run(desk, "cancel_survey", reason="we are ill").content for _ in range(2)]
    booked.refresh_from_db()
    assert booked.status == Status.CANCELLED
    assert results[0]["cancelled"] is True
    assert results[0] == results[1]


def test_what_is_held_is_given_up(desk: Desk) -> None:
    run(desk, "hold_slot", slot=token(desk))
    result = run(desk, "cancel_survey")
    assert "no longer held" in result.content["text"]
    assert "cancelled" not in result.content
    assert not Survey.objects.live().exists()


# --- which one ----------------------------------------------------------------------------


@pytest.fixture
def two(conversation: Conversation, booked: Survey) -> list[str]:
    """The tokens of the booked visit and of a time held next to it."""
    held = SurveyFactory(
        person=conversation.person,
        lead=None,
        status=Status.HELD,
        source=conversation.subject,
        starts_at=booked.starts_at + timedelta(days=1),
        hold_until=now() + timedelta(minutes=5),
    )
    return [offer(conversation, slot_of(survey)) for survey in (booked, held)]


def test_of_several_visits_the_customer_says_which(desk: Desk, two: list[str]) -> None:
    result = run(desk, "cancel_survey")
    assert result.is_error
    assert "which one?" in result.content["error"]
    assert [visit["slot"] for visit in result.content["visits"]] == two
    assert Survey.objects.live().count() == 2


def test_the_visit_that_is_named_is_the_one_given_up(
    desk: Desk, booked: Survey, two: list[str]
) -> None:
    run(desk, "cancel_survey", slot=two[1])
    booked.refresh_from_db()
    assert booked.status == Status.CONFIRMED
    assert Survey.objects.live().count() == 1


def test_cancelling_again_does_not_take_the_next_visit(
    desk: Desk, booked: Survey, two: list[str]
) -> None:
    results = [run(desk, "cancel_survey", slot=two[0]).content for _ in range(2)]
    assert results[0] == results[1]
    assert results[0]["cancelled"] is True
    assert run(desk, "cancel_survey").is_error
    assert Survey.objects.live().count() == 1


def test_of_two_booked_visits_the_named_one_moves(
    desk: Desk, booked: Survey, conversation: Conversation
) -> None:
    other = SurveyFactory(
        person=conversation.person,
        lead=LeadFactory(person=conversation.person, status="won"),
        source=conversation.subject,
        starts_at=booked.starts_at + timedelta(days=7),
    )
    slot = token(desk, "Friday")
    assert "which one?" in run(desk, "move_survey", slot=slot).content["error"]
    visit = offer(conversation, slot_of(other))
    assert run(desk, "move_survey", slot=slot, visit=visit).content["moved"] is True
    before = booked.starts_at
    booked.refresh_from_db()
    assert booked.starts_at == before


def test_to_where_it_is_already_nothing_moves(
    desk: Desk, booked: Survey, conversation: Conversation
) -> None:
    Survey.objects.update(told="booked", told_starts_at=booked.starts_at)
    result = run(desk, "move_survey", slot=offer(conversation, slot_of(booked)))
    assert "moved" not in result.content
    assert "already at Thursday 26 November" in result.content["text"]


@pytest.mark.parametrize("name", ["move_survey", "cancel_survey"])
def test_without_a_survey_there_is_nothing_to_change(desk: Desk, name: str) -> None:
    result = run(desk, name, slot=token(desk))
    assert "no survey of theirs" in result.content["error"]


def test_nobody_elses_survey_is_changed(desk: Desk) -> None:
    theirs = SurveyFactory(lead=LeadFactory())
    run(desk, "cancel_survey", postcode=theirs.postcode)
    theirs.refresh_from_db()
    assert theirs.status == Status.CONFIRMED


@pytest.mark.parametrize("said", ["", "NW3", "NW3 2QH", "the same as last time"])
def test_on_the_phone_the_number_proves_nothing(
    desk: Desk, booked: Survey, conversation: Conversation, said: str
) -> None:
    phone = on_the_phone(desk, conversation)
    slot = offer(conversation, slot_of(booked))
    for name in ("move_survey", "cancel_survey"):
        result = run(phone, name, slot=slot, postcode=said)
        assert result.is_error
        assert "NW3 2QG" not in str(result.content)
        assert "November" not in str(result.content)
    booked.refresh_from_db()
    assert booked.status == Status.CONFIRMED


def test_on_the_phone_the_postcode_opens_it(
    desk: Desk, booked: Survey, conversation: Conversation
) -> None:
    result = run(on_the_phone(desk, conversation), "cancel_survey", postcode="n w 3 2 q g")
    assert result.content["cancelled"] is True


def test_whoever_has_no_survey_hears_the_same_on_the_phone(
    desk: Desk, conversation: Conversation
) -> None:
    phone = on_the_phone(desk, conversation)
    result = run(phone, "cancel_survey", postcode="NW3 2QG")
    assert "no survey was found for that postcode" in result.content["error"]


def test_a_caller_who_books_again_does_not_hear_of_the_first_survey(
    desk: Desk, booked: Survey, conversation: Conversation
) -> None:
    Survey.objects.update(source="conversation:0")
    phone = on_the_phone(desk, conversation)
    result = run(phone, "book_survey", slot=token(phone, "Friday"))
    assert result.is_error
    assert "26" not in str(result.content)


def test_what_is_held_elsewhere_is_not_given_up_on_the_phone(
    desk: Desk, conversation: Conversation
) -> None:
    run(desk, "hold_slot", slot=token(desk))
    Survey.objects.update(source="conversation:0")
    assert run(on_the_phone(desk, conversation), "cancel_survey").is_error
    assert Survey.objects.live().exists()
