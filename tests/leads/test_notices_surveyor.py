"""Whom the customer expects: another surveyor at the same time is news to them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from hampstead.core import outbox
from hampstead.core.clock import LONDON
from hampstead.core.models import Outbox, StaffUser
from leads.conflicts import record_told
from leads.models import Survey, SurveyNotice, Surveyor
from leads.notice_texts import text_of
from leads.notices import plan, tell_customer, telling
from leads.told import note_told
from tests.factories.leads import SurveyFactory, SurveyorFactory

pytestmark = pytest.mark.django_db
Purpose, State, Status, Told = (
    SurveyNotice.Purpose,
    SurveyNotice.State,
    Survey.Status,
    Survey.Told,
)
NOW = datetime(2026, 11, 23, 11, 0, tzinfo=LONDON)
VISIT = datetime(2026, 12, 1, 10, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def tom(db: None) -> Surveyor:
    made: Surveyor = SurveyorFactory(name="Tom Harris")
    return made


@pytest.fixture
def survey(tom: Surveyor) -> Survey:
    """Booked with Tom, who is expected by name."""
    made: Survey = SurveyFactory(starts_at=VISIT, surveyor=tom, lead__person__name="Ada Invented")
    hear(made, tom)
    return made


def hear(survey: Survey, surveyor: Surveyor | None, told: Survey.Told = Told.BOOKED) -> None:
    named = None if surveyor is None else surveyor.pk
    record_told(survey=survey, told=told, starts_at=survey.starts_at, surveyor_id=named)


def give_to_aisha(survey: Survey) -> None:
    survey.surveyor = SurveyorFactory(name="Aisha Khan")
    survey.save()
    plan(survey)


def test_another_surveyor_at_the_same_time_is_told(survey: Survey) -> None:
    plan(survey)
    before = telling(survey)
    give_to_aisha(survey)
    notice = survey.notices.get(purpose=Purpose.MOVED)
    assert (before, telling(survey), notice.state) == (None, Purpose.MOVED, State.DUE)


def test_it_says_who_comes_instead_of_whom_and_when(survey: Survey) -> None:
    give_to_aisha(survey)
    assert text_of(survey.notices.get(purpose=Purpose.MOVED)) == (
        "Hello Ada, your survey stays on Tuesday 1 December at 10:30, but Aisha Khan will visit "
        "you instead of Tom Harris. The address is still 1 Example Road, NW3 2QG. If this does "
        "not suit you, just reply here."
    )


def test_the_page_offers_to_tell_it(office: Client, survey: Survey) -> None:
    give_to_aisha(survey)
    page = office.get(f"/admin/leads/survey/{survey.pk}/change/").content.decode()
    assert "Tell the customer" in page


def test_who_was_never_told_a_name_needs_no_word(survey: Survey) -> None:
    Survey.objects.update(told_surveyor=None)
    survey.refresh_from_db()
    give_to_aisha(survey)
    assert telling(survey) is None


def test_a_word_without_a_name_leaves_them_expecting_whom_they_expected(
    survey: Survey, tom: Surveyor
) -> None:
    give_to_aisha(survey)
    hear(survey, None)
    assert (survey.told_surveyor, telling(survey)) == (tom, Purpose.MOVED)


def test_after_a_cancellation_nobody_is_expected(survey: Survey) -> None:
    hear(survey, None, Told.CANCELLED)
    assert survey.told_surveyor is None


def test_whoever_was_told_in_person_knows_who_comes(survey: Survey, olive: StaffUser) -> None:
    give_to_aisha(survey)
    assert note_told(survey=survey, by=olive)
    survey.refresh_from_db()
    assert (survey.told_surveyor, survey.is_told) == (survey.surveyor, True)


# --- staff say it once more ---------------------------------------------------------------
def under_way(survey: Survey, status: str) -> SurveyNotice:
    give_to_aisha(survey)
    effect = outbox.enqueue(
        kind="whatsapp", lane="conversation:1", payload={}, purpose="survey_notice"
    )
    Outbox.objects.filter(pk=effect.pk).update(status=status)
    survey.notices.filter(purpose=Purpose.MOVED).update(
        effect=f"outbox:{effect.pk}", due_at=NOW - timedelta(hours=1)
    )
    return survey.notices.get(purpose=Purpose.MOVED)


@pytest.mark.parametrize("status", ["pending", "sending", "reconciling", "sent"])
def test_what_is_under_way_is_left_to_arrive(survey: Survey, olive: StaffUser, status: str) -> None:
    before = under_way(survey, status)
    assert tell_customer(survey=survey, by=olive).effect == before.effect


@pytest.mark.parametrize("status", ["uncertain", "held", "failed", "cancelled"])
def test_what_got_stuck_is_said_afresh(survey: Survey, olive: StaffUser, status: str) -> None:
    under_way(survey, status)
    notice = tell_customer(survey=survey, by=olive)
    assert (notice.state, notice.effect, notice.due_at) == (State.DUE, "", NOW)


def test_what_was_held_is_called_back_when_it_is_said_afresh(
    survey: Survey, olive: StaffUser
) -> None:
    under_way(survey, "held")
    tell_customer(survey=survey, by=olive)
    assert Outbox.objects.get().status == Outbox.Status.CANCELLED
