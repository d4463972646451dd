from django.db import models
from django.db.models.functions import Now

from conversations.models.conversation import Conversation
from conversations.models.message import Message


class Digest(models.Model):
    """The older part of a long conversation in few words, for the assistant. The newest counts."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="digests")
    up_to = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="+", help_text="the last message in it"
    )
    text = models.TextField()
    model = models.CharField(max_length=60)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "up_to"], name="one_digest_per_message")
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Summary(models.Model):
    """What staff should know after a conversation paused or a call ended. The newest counts."""

    class Mood(models.TextChoices):
        WARM = "warm", "Warm"
        NEUTRAL = "neutral", "Neutral"
        WORRIED = "worried", "Worried"
        ANNOYED = "annoyed", "Annoyed"
        ANGRY = "angry", "Angry"

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="summaries"
    )
    up_to = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    lines = models.JSONField(default=list, help_text="at most five")
    moods = models.JSONField(default=list, help_text="in order: mood and the message it came from")
    blockers = models.JSONField(default=list)
    buying_signals = models.JSONField(default=list)
    driving_reason = models.TextField(blank=True)
    decision_maker = models.TextField(blank=True)
    facts = models.JSONField(
        default=list, help_text="key, value, message, confidence, and what became of each"
    )
    model = models.CharField(max_length=60)
    prompt_version = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name_plural = "summaries"
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "up_to"], name="one_summary_per_message"
            )
        ]

    def __str__(self) -> str:
        return str(self.lines[0]) if self.lines else "Summary"
