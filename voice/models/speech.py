"""What speech cost once and is kept, so that a second try or the same words cost nothing."""

from django.db import models
from django.db.models.functions import Now


class Transcription(models.Model):
    """What Deepgram heard in one recording, under one way of listening. Kept for the retries of
    whoever asked, not as a record: that is the message.
    """

    key = models.CharField(
        max_length=64, unique=True, help_text="hash of the recording and of how it was listened to"
    )
    text = models.TextField(blank=True)
    confidence = models.FloatField(help_text="0 to 1")
    language = models.CharField(max_length=20)
    words = models.JSONField(default=list)
    duration_seconds = models.FloatField()
    poor = models.CharField(max_length=20, blank=True, help_text="why it was cleaned first")
    model = models.CharField(max_length=60)
    request_id = models.CharField(max_length=80, blank=True, help_text="Deepgram's")
    cost_pence = models.DecimalField(max_digits=12, decimal_places=6)
    created_at = models.DateTimeField(db_default=Now(), db_index=True)

    def __str__(self) -> str:
        return f"Transcription {self.pk}"


class Phrase(models.Model):
    """A text that was spoken, with its audio. The bytes stand in the row: they come and go with
    it, and no second store has to be kept in step.
    """

    key = models.CharField(
        max_length=64, unique=True, help_text="hash of text, voice, model and form"
    )
    text = models.TextField()
    voice = models.CharField(max_length=60)
    model = models.CharField(max_length=60)
    form = models.CharField(max_length=10, help_text="ogg, mp3 or pcm")
    audio = models.BinaryField()
    size_bytes = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now())
    last_used_at = models.DateTimeField(db_default=Now(), db_index=True)

    def __str__(self) -> str:
        return f"Phrase {self.pk}"
