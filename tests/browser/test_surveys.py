"""The survey board and a visit's pages in a real browser."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from psycopg.types.range import Range

from hampstead.core.clock import LONDON, now, to_london
from leads.models import Diary, Survey, Surveyor
from tests.browser.conftest import Visitor
from tests.factories.leads import LeadFactory, SurveyFactory
from tests.vendors import Sandbox

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def at(days: int, hour: int, minute: int = 0) -> datetime:
    """In the week after this one, counted from its Monday; London."""
    today = to_london(now()).date()
    monday = today + timedelta(days=7 - today.weekday())
    day = monday + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)


def block(
    days: int, begin: int, end: int, subject: str, show_as: str = "busy"
) -> dict[str, object]:
    starts, ends = at(days, begin), at(days, end)
    return {
        "starts": starts.isoformat(),
        "ends": ends.isoformat(),
        "show_as": show_as,
        "is_all_day": False,
        "subject": subject,
    }


@pytest.fixture
def week(firm_defaults: None, sandbox: Sandbox) -> list[Survey]:
    """A full week: visits in every state, other entries, and one surveyor who cannot be read."""
    tom, aisha = Surveyor.objects.order_by("-name")
    Diary.objects.create(
        surveyor=tom,
        read_at=now(),
        blocks=[
            block(0, 9, 10, "Team meeting"),
            block(1, 14, 16, "Dentist", "oof"),
            block(3, 11, 12, "Maybe: supplier", "tentative"),
            block(4, 13, 14, "Reading", "free"),
        ],
    )
    Diary.objects.create(surveyor=aisha, read_at=now() - timedelta(minutes=14), error="403 denied")

    def visit(surveyor: Surveyor, name: str, starts: datetime, **fields: object) -> Survey:
        lead = LeadFactory(person__name=name)
        told = {"told": "booked", "told_starts_at": starts, **fields}
        return SurveyFactory(lead=lead, surveyor=surveyor, starts_at=starts, **told)

    return [
        visit(tom, "Priya Shah", at(1, 10, 30)),
        visit(tom, "Daniel Okafor", at(1, 12), status="provisional", told="provisional"),
        visit(tom, "Mei Chen", at(1, 14, 30), status="conflict", trouble="Clashes with “Dentist”."),
        visit(aisha, "Joan Price", at(2, 9), told_starts_at=at(2, 10), postcode="NW6 1AA"),
        visit(
            aisha, "Omar Haddad", at(1, 9), status="held", hold_until=now() + timedelta(minutes=4)
        ),
    ]


def test_the_board_shows_the_week_and_what_needs_a_person(
    staff: Visitor, week: list[Survey]
) -> None:
    staff.open(f"{reverse('admin:leads_survey_board')}?day={at(0, 9):%Y-%m-%d}")
    waiting = staff.page.get_by_role("region", name="Needs a person").or_(
        staff.page.locator(".office-attention")
    )
    assert "Mei Chen" in waiting.inner_text()
    assert "still expects" in waiting.inner_text()
    staff.picture("survey-board-week")
    staff.check()


def test_a_day_of_the_board_is_a_timeline(staff: Visitor, week: list[Survey]) -> None:
    staff.open(f"{reverse('admin:leads_survey_board')}?view=day&day={at(1, 9):%Y-%m-%d}")
    assert staff.page.get_by_text("Priya Shah").first.is_visible()
    staff.picture("survey-board-day")
    staff.check()


def test_a_visit_says_what_the_customer_knows(staff: Visitor, week: list[Survey]) -> None:
    staff.open(reverse("admin:leads_survey_change", args=[week[3].pk]))
    assert staff.page.get_by_text("no longer true").is_visible()
    staff.picture("survey")
    staff.check()


def test_staff_move_a_visit_to_a_free_time(staff: Visitor, week: list[Survey]) -> None:
    survey = week[0]
    staff.open(reverse("admin:leads_survey_change", args=[survey.pk]))
    staff.page.get_by_role("link", name="Move").first.click()
    staff.page.get_by_text("Free times").first.wait_for()
    staff.picture("survey-move")
    staff.page.get_by_role("button", name="Move").click()
    staff.page.get_by_text("Moved to").wait_for()
    moved = Survey.objects.get(pk=survey.pk)
    assert moved.span != Range(survey.starts_at, survey.ends_at, "[)")
    staff.check()


def test_staff_book_a_visit_from_the_lead(staff: Visitor, week: list[Survey]) -> None:
    lead = LeadFactory(person__name="Ravi Menon")
    staff.open(reverse("admin:leads_survey_book", args=[lead.pk]))
    staff.page.get_by_label("Postcode").fill("NW3 2QG")
    staff.picture("survey-book")
    staff.page.get_by_role("button", name="Book").click()
    staff.page.get_by_text("Booked for").wait_for()
    assert lead.surveys.get().booked_by is not None
    staff.check()
