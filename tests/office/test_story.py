"""The demo story as far as it goes without a stack: what it finds, and what stops it."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from conversations.models import Conversation
from hampstead.core.clock import now
from hampstead.core.models import Outbox
from hampstead.office import story
from hampstead.office.story import Story, StoryError
from leads.models import Lead, Person
from tests.factories.conversations import ConversationFactory
from tests.factories.leads import LeadFactory, PersonFactory, QualificationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def priya() -> Person:
    return PersonFactory.create(phone=story.NUMBER)


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
        first._wait_for_delivery()
    Outbox.objects.update(status=Outbox.Status.FAILED, created_at="2020-01-01T00:00Z")
    first._wait_for_delivery()
