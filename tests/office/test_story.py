"""The demo story as far as it goes without a stack: what it finds, and what stops it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from conversations.models import Conversation
from hampstead.core.clock import now
from hampstead.core.models import Outbox
from hampstead.office import story
from hampstead.office.story import Story, StoryError
from hampstead.office.story_endings import tell_survey
from hampstead.office.story_people import DANIEL, PRIYA, same_time
from leads.models import CalendarEvent, Lead, Person, Survey
from tests.factories.conversations import ConversationFactory
from tests.factories.leads import (
    LeadFactory,
    PersonFactory,
    QualificationFactory,
    SurveyFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def priya() -> Person:
    return PersonFactory.create(phone=PRIYA.number)


@pytest.fixture
def lead(priya: Person) -> Lead:
    return LeadFactory.create(person=priya)


@pytest.fixture
def conversation(priya: Person, lead: Lead) -> Conversation:
    return ConversationFactory.create(
        person=priya, lead=lead, channel=Conversation.Channel.WHATSAPP
    )


@pytest.mark.usefixtures("lead")
def test_a_story_that_broke_off_was_not_played() -> None:
    assert not story.was_played()


@pytest.mark.usefixtures("conversation")
def test_a_story_played_before_tells_its_verdict_and_links(lead: Lead) -> None:
    QualificationFactory.create(lead=lead, is_current=True)
    said = StringIO()
    call_command("demo", "--once", stdout=said)
    assert "verdict:" in said.getvalue()
    assert f"/admin/leads/lead/{lead.pk}/change/" in said.getvalue()


def test_staff_who_own_the_chat_stop_the_story(conversation: Conversation) -> None:
    Conversation.objects.update(owner=Conversation.Owner.STAFF)
    with pytest.raises(CommandError, match="staff own the conversation"):
        call_command("demo", stdout=StringIO())


def test_only_effects_of_this_playing_are_waited_for(
    conversation: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    Outbox.objects.create(kind="whatsapp", lane=conversation.lane, payload={}, purpose="answer")
    monkeypatch.setattr(story, "WAIT_SECONDS", 0.1)
    first = Story(tell=lambda line: None)
    Outbox.objects.update(created_at=now())  # not the begin of this test's transaction
    with pytest.raises(StoryError, match="delivery"):
        first._wait_for_delivery(PRIYA)
    Outbox.objects.update(status=Outbox.Status.FAILED, created_at="2020-01-01T00:00Z")
    first._wait_for_delivery(PRIYA)


@pytest.fixture
def survey(lead: Lead) -> Survey:
    survey: Survey = SurveyFactory.create(lead=lead)
    return survey


@pytest.mark.usefixtures("conversation", "survey")
def test_a_story_played_before_tells_its_survey_too(lead: Lead) -> None:
    QualificationFactory.create(lead=lead, is_current=True)
    said = StringIO()
    call_command("demo", "--once", stdout=said)
    assert "confirmed" in said.getvalue()
    assert "/admin/leads/survey/" in said.getvalue()


def test_the_entry_in_the_calendar_is_told_by_its_key(survey: Survey) -> None:
    event = CalendarEvent.objects.create(survey=survey, surveyor=survey.surveyor)
    said: list[str] = []
    entries = [{"subject": "Lunch"}, {"subject": "Survey", "transactionId": str(event.uid)}]
    tell_survey(survey, entries, said.append)
    assert any("“Survey”" in line for line in said)


def test_a_survey_that_the_calendar_does_not_show_stops_the_story(survey: Survey) -> None:
    with pytest.raises(StoryError, match="does not show"):
        tell_survey(survey, [{"subject": "Lunch"}], lambda line: None)


def test_daniel_asks_for_the_very_same_time(survey: Survey) -> None:
    texts = [text for burst in same_time(survey.starts_at) for text in burst]
    assert sum(f"{survey.starts_at:%H:%M}" in text for text in texts) == 1
    assert DANIEL.number != PRIYA.number
