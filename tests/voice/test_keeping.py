from datetime import timedelta
from decimal import Decimal

import pytest
from pytest_django import Settings

from hampstead.core.clock import now
from voice.keeping import drop_unused_phrases, forget_old_transcriptions
from voice.models import Phrase, Transcription
from voice.tasks import sweep_speech

pytestmark = pytest.mark.django_db


def phrase(name: str, *, size: int = 10, unused_days: int = 0) -> None:
    Phrase.objects.create(
        key=name,
        text=name,
        voice="v",
        model="m",
        form="ogg",
        audio=b"x",
        size_bytes=size,
        last_used_at=now() - timedelta(days=unused_days),
    )


def transcription(key: str, *, days: int) -> None:
    Transcription.objects.create(
        key=key,
        text="Hello",
        confidence=1,
        language="en-GB",
        duration_seconds=1,
        model="nova-3",
        cost_pence=Decimal(0),
        created_at=now() - timedelta(days=days),
    )


def left() -> set[str]:
    return set(Phrase.objects.values_list("key", flat=True))


def test_transcripts_are_forgotten_after_their_days(settings: Settings) -> None:
    settings.TRANSCRIPTION_DAYS = 14
    transcription("old", days=15)
    transcription("new", days=13)
    assert forget_old_transcriptions() == 1
    assert Transcription.objects.get().key == "new"


def test_phrases_nobody_uses_are_dropped(settings: Settings) -> None:
    settings.PHRASE_DAYS = 90
    phrase("used", unused_days=89)
    phrase("unused", unused_days=91)
    assert drop_unused_phrases() == 1
    assert left() == {"used"}


def test_the_longest_unused_go_until_the_rest_fits(settings: Settings) -> None:
    settings.PHRASE_CACHE_BYTES = 25
    for days, name in enumerate(("a", "b", "c", "d")):
        phrase(name, unused_days=days)
    assert drop_unused_phrases() == 2
    assert left() == {"a", "b"}


def test_what_fits_stays(settings: Settings) -> None:
    settings.PHRASE_CACHE_BYTES = 20
    phrase("a")
    phrase("b")
    assert drop_unused_phrases() == 0


def test_the_sweep_does_both() -> None:
    transcription("old", days=1000)
    phrase("unused", unused_days=1000)
    sweep_speech()
    assert (Transcription.objects.count(), Phrase.objects.count()) == (0, 0)
