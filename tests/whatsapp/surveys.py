"""A survey whose customer is on WhatsApp, and time passing for it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from django.db import transaction
from psycopg.types.range import Range

from conversations.models import Conversation
from hampstead.core.clock import LONDON
from hampstead.core.models import Outbox
from leads.models import Survey, SurveyNotice
from leads.notices import plan
from tests.factories.conversations import ConversationFactory
from tests.factories.leads import SurveyFactory
from tests.running import drain_lanes
from tests.whatsapp.posts import NUMBER
from whatsapp.models import WhatsAppIdentity
from whatsapp.tasks import send_due_notices

Purpose, State, Status, Told = (
    SurveyNotice.Purpose,
    SurveyNotice.State,
    Survey.Status,
    Survey.Told,
)
MONDAY = datetime(2026, 11, 23, 11, 0, tzinfo=LONDON)
SOON = MONDAY + timedelta(minutes=2)
AFTERNOON = datetime(2026, 11, 30, 16, 0, tzinfo=LONDON)
MORNING = datetime(2026, 12, 1, 8, 30, tzinfo=LONDON)
VISIT = datetime(2026, 12, 1, 10, 30, tzinfo=LONDON)  # a Tuesday
LATER = datetime(2026, 12, 3, 14, 0, tzinfo=LONDON)
WINDOW = timedelta(hours=24)


def survey_on_whatsapp() -> Survey:
    """Confirmed and planned on Monday; the customer is on WhatsApp and wrote a moment ago."""
    survey: Survey = SurveyFactory(
        starts_at=VISIT.astimezone(UTC),
        lead__person__name="Ada Invented",
        lead__person__phone=f"+{NUMBER}",
        surveyor__name="Tom Harris",
    )
    ConversationFactory(person=survey.person, lead=survey.lead)
    WhatsAppIdentity.objects.create(person=survey.person, wa_id=NUMBER)
    replan(survey)
    return survey


def replan(survey: Survey, at: datetime = MONDAY) -> None:
    with time_machine.travel(at, tick=False), transaction.atomic():
        plan(survey)


def wrote(at: datetime) -> None:
    Conversation.objects.update(last_inbound_at=at, window_expires_at=at + WINDOW)


def swept(at: datetime, *, is_window_open: bool = True) -> None:
    """The sweep of that moment, without the sending."""
    wrote(at - (timedelta(hours=1) if is_window_open else WINDOW))
    with time_machine.travel(at, tick=False):
        send_due_notices()


def sent(at: datetime) -> None:
    """The lanes of that moment."""
    with time_machine.travel(at, tick=False):
        drain_lanes()


def known(survey: Survey, what: str = Told.BOOKED, at: datetime = MONDAY) -> None:
    """The chat has said it."""
    Survey.objects.filter(pk=survey.pk).update(
        told=what, told_starts_at=survey.starts_at, told_at=at
    )
    survey.refresh_from_db()


def change(survey: Survey, at: datetime, *, is_planned: bool = True, **values: Any) -> None:
    Survey.objects.filter(pk=survey.pk).update(**values)
    survey.refresh_from_db()
    if is_planned:
        replan(survey, at)


def cancel(survey: Survey, at: datetime, **more: Any) -> None:
    change(survey, at, status=Status.CANCELLED, **more)


def move(survey: Survey, at: datetime, **more: Any) -> None:
    later = LATER.astimezone(UTC)
    change(survey, at, span=Range(later, later + timedelta(minutes=45), "[)"), **more)


def notice(purpose: str, starts_at: datetime = VISIT) -> SurveyNotice:
    return SurveyNotice.objects.get(purpose=purpose, starts_at=starts_at)


def effects() -> list[Outbox]:
    return list(Outbox.objects.order_by("pk"))
