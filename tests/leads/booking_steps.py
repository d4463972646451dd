"""Shorthands of the tests about booking surveys."""

from datetime import datetime, timedelta
from typing import Any

from hampstead.core import lanes
from hampstead.core.models import AuditEntry, Outbox, StaffTask
from leads import booking
from leads.models import Lead, Survey, Surveyor, SurveyRules
from leads.slots import Slot
from tests.factories.leads import LeadFactory

FROM = "conversation:1"


def slot(surveyor: Surveyor, starts_at: datetime, minutes: int = 45) -> Slot:
    return Slot(surveyor.pk, starts_at, starts_at + timedelta(minutes=minutes))


def _given(wanted: Slot, lead: Lead | None, more: dict[str, Any]) -> dict[str, Any]:
    lead = lead or LeadFactory()
    named = {"person": lead.person, "lead": lead, "slot": wanted, "source": FROM}
    return {**named, "postcode": "NW3 2QG", **more}


def hold(wanted: Slot, lead: Lead | None = None, **more: Any) -> Survey:
    return booking.hold_slot(**_given(wanted, lead, more))


def book(wanted: Slot, lead: Lead | None = None, **more: Any) -> Survey:
    """As far as our own rows: provisional."""
    return booking.book_survey(**_given(wanted, lead, more))


def write(survey: Survey) -> Survey:
    """The worker's part: the calendar shows it."""
    lanes.drain(survey.lane)
    survey.refresh_from_db()
    return survey


def booked(wanted: Slot, lead: Lead | None = None, **more: Any) -> Survey:
    """Confirmed by the calendar, and the customer was told."""
    survey = write(book(wanted, lead, **more))
    tell(survey)
    return survey


def tell(survey: Survey, what: Survey.Told = Survey.Told.BOOKED) -> None:
    booking.record_told(survey=survey, told=what, starts_at=survey.starts_at)


def effects(survey: Survey) -> int:
    """Calendar effects that wait."""
    return Outbox.objects.filter(lane=survey.lane, status=Outbox.Status.PENDING).count()


def tasks(survey: Survey) -> dict[str, str]:
    """Title -> urgency of the open tasks."""
    found = StaffTask.objects.filter(subject=survey.subject, done_at__isnull=True)
    return dict(found.values_list("title", "urgency"))


def last_audit(survey: Survey) -> AuditEntry:
    found = AuditEntry.objects.filter(subject=survey.subject).order_by("-pk").first()
    assert found is not None
    return found


def rules(**changes: Any) -> None:
    SurveyRules.objects.update_or_create(pk=1, defaults=changes)
