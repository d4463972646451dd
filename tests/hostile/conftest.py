import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _roomy_limits(settings: Settings) -> None:
    """Attacks come faster than customers write; ceilings and limits have tests of their own."""
    settings.WHATSAPP_SENDS_PER_SECOND = 10_000
    settings.ANTHROPIC_CALLS_PER_MINUTE = 10_000
