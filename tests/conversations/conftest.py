import pytest
from pytest_django import Settings

from conversations.models import PromptVersion
from conversations.prompting import copy_to_draft
from hampstead.core.models import StaffUser
from tests.factories.leads import OfficeUserFactory


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
