import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _roomy_limits(settings: Settings) -> None:
    """Tests call faster than one firm does, and travel in time, which the shared limits see."""
    settings.WHATSAPP_SENDS_PER_SECOND = 10_000
    settings.ANTHROPIC_CALLS_PER_MINUTE = 10_000
