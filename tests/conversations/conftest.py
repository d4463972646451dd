from collections.abc import Iterator

import pytest
import time_machine
from pytest_django import Settings

from conversations.desk import Desk
from conversations.models import Conversation, PromptVersion
from conversations.prompting import copy_to_draft, current_playbook
from hampstead.core.models import StaffUser
from tests.conversations.surveying import FACTS, MONDAY
from tests.factories.conversations import ConversationFactory
from tests.factories.leads import OfficeUserFactory
from tests.vendors import Sandbox


@pytest.fixture(autouse=True)
def _roomy_limits(settings: Settings) -> None:
    """Tests call faster than one firm does, and travel in time, which the shared limits see."""
    settings.WHATSAPP_SENDS_PER_SECOND = 10_000
    settings.ANTHROPIC_CALLS_PER_MINUTE = 10_000


@pytest.fixture
def olive() -> StaffUser:
    return OfficeUserFactory(username="olive")


@pytest.fixture
def draft(firm_defaults: None, olive: StaffUser) -> PromptVersion:
    draft = copy_to_draft(version=PromptVersion.objects.get(), by=olive)
    draft.whatsapp_text, draft.phone_text = "You are the draft.", "You are the draft's voice."
    draft.save()
    return draft


@pytest.fixture
def monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=True):
        yield


@pytest.fixture
def conversation() -> Conversation:
    made: Conversation = ConversationFactory()
    return made


@pytest.fixture
def desk(conversation: Conversation, sandbox: Sandbox) -> Desk:
    return Desk(
        channel="whatsapp", playbook=current_playbook(), conversation=conversation, facts=FACTS
    )
