"""What the database itself refuses of surveys."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError
from django.db.models import ProtectedError

from leads.models import CalendarEvent, Survey
from tests.factories.leads import LeadFactory, SurveyFactory, SurveyorFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 10, 30, tzinfo=UTC)


def test_two_live_surveys_of_one_surveyor_cannot_overlap() -> None:
    first = SurveyFactory(starts_at=AT)
    with pytest.raises(IntegrityError, match="one_survey_at_a_time"):
        SurveyFactory(starts_at=AT + timedelta(minutes=30), surveyor=first.surveyor)


def test_a_survey_may_begin_when_another_ends() -> None:
    first = SurveyFactory(starts_at=AT)
    SurveyFactory(starts_at=first.ends_at, surveyor=first.surveyor)
    assert Survey.objects.live().count() == 2


def test_a_cancelled_survey_takes_no_time() -> None:
    first = SurveyFactory(starts_at=AT, status=Survey.Status.CANCELLED)
    SurveyFactory(starts_at=AT, surveyor=first.surveyor)
    assert Survey.objects.live().count() == 1


def test_two_surveyors_may_be_out_at_once() -> None:
    SurveyFactory(starts_at=AT)
    SurveyFactory(starts_at=AT, surveyor=SurveyorFactory())
    assert Survey.objects.live().count() == 2


def test_a_lead_has_one_booked_survey() -> None:
    lead = LeadFactory()
    SurveyFactory(starts_at=AT, lead=lead)
    with pytest.raises(IntegrityError, match="one_booked_survey_per_lead"):
        SurveyFactory(starts_at=AT + timedelta(days=1), lead=lead)


def test_a_person_holds_one_slot() -> None:
    lead = LeadFactory()
    until = AT - timedelta(days=1)
    SurveyFactory(starts_at=AT, lead=lead, status=Survey.Status.HELD, hold_until=until)
    later = AT + timedelta(days=1)
    with pytest.raises(IntegrityError, match="one_hold_per_person"):
        SurveyFactory(starts_at=later, lead=lead, status=Survey.Status.HELD, hold_until=until)


@pytest.mark.parametrize("is_wanted", [True, False])
def test_a_survey_with_an_entry_in_a_calendar_is_not_deleted(*, is_wanted: bool) -> None:
    survey = SurveyFactory(starts_at=AT)
    CalendarEvent.objects.create(survey=survey, surveyor=survey.surveyor, is_wanted=is_wanted)
    with pytest.raises(ProtectedError):
        Survey.objects.all().delete()
    assert survey.events.exists()


def test_a_survey_that_was_in_no_calendar_can_be_deleted() -> None:
    SurveyFactory(starts_at=AT)
    Survey.objects.all().delete()
    assert not Survey.objects.exists()
