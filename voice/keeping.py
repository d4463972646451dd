"""How long kept speech is kept: transcripts serve retries, phrases may fill so much room."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Sum

from hampstead.core.clock import now
from voice.models import Phrase, Transcription


def forget_old_transcriptions() -> int:
    """They are personal data, and whoever asked has long stored what was said."""
    oldest = now() - timedelta(days=settings.TRANSCRIPTION_DAYS)
    return Transcription.objects.filter(created_at__lt=oldest).delete()[0]


def drop_unused_phrases() -> int:
    """What nobody has used for long, then the longest unused until the rest fits."""
    oldest = now() - timedelta(days=settings.PHRASE_DAYS)
    dropped, _ = Phrase.objects.filter(last_used_at__lt=oldest).delete()
    total = Phrase.objects.aggregate(total=Sum("size_bytes"))["total"] or 0
    too_many: list[int] = []
    for pk, size in Phrase.objects.order_by("last_used_at", "pk").values_list("pk", "size_bytes"):
        if total <= settings.PHRASE_CACHE_BYTES:
            break
        too_many.append(pk)
        total -= size
    return dropped + Phrase.objects.filter(pk__in=too_many).delete()[0]
