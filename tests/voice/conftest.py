from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.speech_vendors import forget_speech_adapters
from tests.vendors import Sandbox
from voice.speech import elevenlabs


@pytest.fixture
def sandbox(sandbox: Sandbox) -> Iterator[Sandbox]:
    forget_speech_adapters()
    yield sandbox
    forget_speech_adapters()


@pytest.fixture(autouse=True)
def _in_a_hurry(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests call faster than one firm does, and wait for nobody."""
    settings.DEEPGRAM_LIMIT = settings.ELEVENLABS_LIMIT = "10000/minute"
    monkeypatch.setattr(elevenlabs, "PAUSE_SECONDS", 0)
