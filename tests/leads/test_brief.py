"""What the surveyor reads: complete, for staff alone, and nothing sensitive on paper."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.test import RequestFactory
from psycopg.types.range import Range
from pytest_django import Settings

from hampstead.core.clock import LONDON
from hampstead.core.models import Outbox, StaffUser
from leads.admin.brief import brief_view
from leads.brief import Brief, brief_of, event_draft, write_due_briefs
from leads.models import Band, CalendarEvent, Fact, FactKey, Promise, Survey, SurveyNotice
from leads.notices import plan
from leads.outlook import EventDraft
from leads.promises import make_promise
from tests.core.threads import at_once
from tests.factories.core import StaffUserFactory
from tests.factories.leads import (
    FactFactory,
    OverrideFactory,
    QualificationFactory,
    SurveyFactory,
)

pytestmark = pytest.mark.django_db
State = SurveyNotice.State
MONDAY = datetime(2026, 11, 23, 11, 0, tzinfo=LONDON)
EVENING = datetime(2026, 11, 30, 18, 0, tzinfo=LONDON)
VISIT = datetime(2026, 12, 1, 10, 30, tzinfo=LONDON)
WANTS = "Open the kitchen to the garden, with a skylight"
BUDGET = {"min_pence": 8_000_000, "max_pence": 10_000_000}


@pytest.fixture
def survey(db: None) -> Survey:
    survey: Survey = SurveyFactory(
        starts_at=VISIT.astimezone(UTC),
        lead__person__name="Ada Invented",
        lead__person__phone="+447700900123",
        surveyor__name="Tom Harris",
        access_notes="Ring the lower bell",
    )
    know(survey, FactKey.PROJECT_TYPE, "kitchen_extension", "a kitchen extension")
    know(survey, FactKey.REQUIREMENTS, WANTS, "we'd love to open it up to the garden")
    know(survey, FactKey.BUDGET, BUDGET, "somewhere between 80 and 100")
    QualificationFactory(
        lead=survey.lead,
        score=85,
        band=Band.HOT,
        reasons=[{"code": "area", "because": "Primary area NW3: +20", "points": 20}],
        missing=["decision_maker", "wants_survey", "customer_name"],
    )
    return survey


def know(survey: Survey, key: str, value: Any, quote: str = "", **more: Any) -> Fact:
    fact: Fact = FactFactory(lead=survey.lead, key=key, value=value, quote=quote, **more)
    return fact


def brief_on(survey: Survey, at: datetime = MONDAY) -> Brief:
    with time_machine.travel(at, tick=False):
        return brief_of(survey)


def body(survey: Survey, at: datetime) -> str:
    with time_machine.travel(at, tick=False):
        return event_draft(survey, uuid.uuid4()).body


# --- what is in it ------------------------------------------------------------------------------
def test_a_brief_says_who_when_and_where(survey: Survey) -> None:
    brief = brief_on(survey)
    assert (brief.customer, brief.phone) == ("Ada Invented", "07700 900123")
    assert (brief.when, brief.minutes) == ("Tuesday 1 December at 10:30", 45)
    assert brief.place == "1 Example Road, NW3 2QG"
    assert brief.access_notes == "Ring the lower bell"
    assert "query=1+Example+Road%2C+NW3+2QG" in brief.map_url


def test_a_brief_says_what_they_want_in_their_own_words(survey: Survey) -> None:
    brief = brief_on(survey)
    assert (brief.project, brief.wants) == ("Kitchen extension", WANTS)
    assert brief.budget == "£80,000 to £100,000"
    assert [fact.label for fact in brief.facts] == ["Project", "What they want", "Budget"]
    assert brief.facts[1].quote == "we'd love to open it up to the garden"


def test_an_old_answer_is_not_in_it(survey: Survey) -> None:
    Fact.objects.filter(key=FactKey.BUDGET).update(superseded_at=MONDAY)
    assert brief_on(survey).budget == ""


def test_what_is_sensitive_stays_out(survey: Survey) -> None:
    Fact.objects.filter(key=FactKey.REQUIREMENTS).update(is_sensitive=True)
    brief = brief_on(survey)
    assert brief.wants == ""
    assert "What they want" not in [fact.label for fact in brief.facts]


def test_sensitive_access_notes_are_read_in_the_office_only(survey: Survey) -> None:
    survey.access_notes = "My mother has dementia, please ring me first"
    assert "dementia" not in body(survey, EVENING)
    assert "read it in the office" in brief_on(survey).access_notes


def test_a_sensitive_quote_stays_out_of_a_harmless_answer(survey: Survey) -> None:
    Fact.objects.filter(key=FactKey.BUDGET).update(quote="100, since my wife has cancer")
    assert "cancer" not in body(survey, EVENING)


def test_a_quote_that_repeats_the_answer_is_left_out(survey: Survey) -> None:
    project, *_ = brief_on(survey).facts  # "a kitchen extension"
    assert project.quote == ""


def test_what_is_missing_is_asked_in_plain_words(survey: Survey) -> None:
    assert brief_on(survey).open_questions == ("Who decides",)


@pytest.mark.usefixtures("firm_defaults")
def test_open_promises_are_in_it(survey: Survey) -> None:
    with time_machine.travel(MONDAY, tick=False):
        make_promise(
            person=survey.person,
            lead=survey.lead,
            kind=Promise.Kind.CALL_BACK,
            about="the party wall",
            source="conversation:1",
        )
    (promise,) = brief_on(survey).promises
    assert promise == "Ring back by 13:00 on Monday 23 November: the party wall"


def test_the_verdict_comes_with_its_reasons(survey: Survey) -> None:
    brief = brief_on(survey)
    assert (brief.band, brief.score, brief.reasons) == ("Hot", 85, ("Primary area NW3: +20",))


def test_what_staff_decided_outranks_the_machine(survey: Survey) -> None:
    OverrideFactory(lead=survey.lead, band=Band.COOL, reason="They are only comparing.")
    brief = brief_on(survey)
    assert (brief.band, brief.score) == ("Cool", None)
    assert "They are only comparing." in brief.reasons[0]


def test_a_brief_links_the_lead_and_the_chat(survey: Survey, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://office.example"
    brief = brief_on(survey)
    assert brief.lead_url == f"https://office.example/admin/leads/lead/{survey.lead_id}/change/"
    assert brief.conversation_url.startswith("https://office.example/admin/conversations/")


def test_a_survey_without_a_lead_has_a_brief_too(survey: Survey) -> None:
    survey.lead = None
    assert brief_on(survey).facts == ()


# --- the calendar entry ---------------------------------------------------------------------------
def test_the_entry_shows_who_where_and_when(survey: Survey) -> None:
    uid = uuid.uuid4()
    with time_machine.travel(MONDAY, tick=False):
        draft = event_draft(survey, uid)
    assert draft == EventDraft(
        subject="Survey: Ada Invented, Kitchen extension",
        body=draft.body,
        location="1 Example Road, NW3 2QG",
        starts=survey.starts_at,
        ends=survey.ends_at,
        uid=uid,
    )


def test_until_the_evening_before_the_entry_is_short(survey: Survey) -> None:
    text = body(survey, EVENING - timedelta(seconds=1))
    assert "Ada Invented, 07700 900123" in text
    assert "Budget" not in text


def test_from_the_evening_before_the_entry_is_the_whole_brief(survey: Survey) -> None:
    text = body(survey, EVENING)
    assert "Budget: £80,000 to £100,000\n  “somewhere between 80 and 100”" in text
    assert "STILL TO FIND OUT\n- Who decides" in text
    assert "VERDICT: Hot (85 of 100)" in text


# --- written in time ------------------------------------------------------------------------------
def waits_for_its_brief(survey: Survey) -> CalendarEvent:
    with time_machine.travel(MONDAY, tick=False), transaction.atomic():
        plan(survey)
    return CalendarEvent.objects.create(survey=survey, surveyor=survey.surveyor, version=1)


def written(at: datetime = EVENING) -> int:
    with time_machine.travel(at, tick=False):
        return write_due_briefs()


def test_in_the_evening_the_entry_is_written_anew(survey: Survey) -> None:
    event = waits_for_its_brief(survey)
    assert written(EVENING - timedelta(minutes=1)) == 0
    assert written() == 1
    effect = Outbox.objects.get()
    assert (effect.kind, effect.lane, effect.purpose) == ("calendar", survey.lane, "brief")
    assert effect.payload == {"event": event.pk}
    survey.refresh_from_db()
    assert survey.version == 2


def test_a_brief_is_written_once(survey: Survey) -> None:
    waits_for_its_brief(survey)
    assert (written(), written()) == (1, 0)
    assert Outbox.objects.count() == 1


@pytest.mark.parametrize("status", [Survey.Status.CANCELLED, Survey.Status.CONFLICT])
def test_no_brief_for_a_visit_that_is_not_on(survey: Survey, status: str) -> None:
    waits_for_its_brief(survey)
    Survey.objects.update(status=status)
    written()
    assert not Outbox.objects.exists()
    assert SurveyNotice.objects.get(purpose="brief").state == State.SKIPPED


def test_no_brief_for_the_time_before_a_move(survey: Survey) -> None:
    waits_for_its_brief(survey)
    moved = VISIT.astimezone(UTC) + timedelta(days=2)
    Survey.objects.update(span=Range(moved, moved + timedelta(minutes=45), "[)"))
    written()
    assert not Outbox.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_write_it_once(survey: Survey) -> None:
    waits_for_its_brief(survey)
    with time_machine.travel(EVENING, tick=False):
        at_once(2, lambda _: write_due_briefs())
    assert Outbox.objects.count() == 1


# --- the printed page -----------------------------------------------------------------------------
def page(survey_id: int, user: Any) -> str:
    request = RequestFactory().get("/")
    request.user = user
    with time_machine.travel(MONDAY, tick=False):
        return brief_view(request, survey_id).content.decode()


def who_may_look() -> StaffUser:
    user: StaffUser = StaffUserFactory()
    user.user_permissions.add(Permission.objects.get(codename="view_survey"))
    return StaffUser.objects.get(pk=user.pk)


def test_the_page_shows_the_brief(survey: Survey) -> None:
    text = page(survey.pk, who_may_look())
    for shown in ("Ada Invented", "Tuesday 1 December", "at 10:30", "Ring the lower bell", WANTS):
        assert shown in text


def test_the_page_warns_of_a_visit_that_is_not_on(survey: Survey) -> None:
    Survey.objects.update(status=Survey.Status.CANCELLED)
    assert "Cancelled: this visit does not take place." in page(survey.pk, who_may_look())


def test_the_page_warns_of_a_visit_that_is_not_certain(survey: Survey) -> None:
    Survey.objects.update(status=Survey.Status.CONFLICT)
    assert "Conflict: not confirmed. Ask the office" in page(survey.pk, who_may_look())


def test_a_customers_words_are_text_on_the_page(survey: Survey) -> None:
    Fact.objects.filter(key=FactKey.REQUIREMENTS).update(value="<script>alert(1)</script>")
    assert "<script>alert" not in page(survey.pk, who_may_look())


@pytest.mark.parametrize("user", [AnonymousUser, StaffUserFactory], ids=["anybody", "no right"])
def test_who_may_not_see_surveys_sees_no_brief(survey: Survey, user: Any) -> None:
    with pytest.raises(PermissionDenied):
        page(survey.pk, user())


def test_no_page_for_no_survey(survey: Survey) -> None:
    with pytest.raises(Http404):
        page(survey.pk + 1, who_may_look())
