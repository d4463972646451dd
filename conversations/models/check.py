from django.db import models
from django.db.models.functions import Now

from conversations.models.conversation import Conversation
from conversations.models.turn import Turn


class AnswerCheck(models.Model):
    """What was said compared with what is stored, for one answer or one call."""

    class Outcome(models.TextChoices):
        PASSED = "passed", "Nothing wrong"
        REPAIRED = "repaired", "Corrected before it was sent"
        REPLACED = "replaced", "A safe sentence was sent instead"
        FLAGGED = "flagged", "Already said: staff were told"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="checks")
    turn = models.OneToOneField(
        Turn, null=True, blank=True, on_delete=models.CASCADE, related_name="check_of_answer"
    )
    subject = models.CharField(max_length=80, blank=True, help_text="such as a call")
    outcome = models.CharField(max_length=10, choices=Outcome)
    findings = models.JSONField(default=list, help_text="kind, quote and why of each")
    refused_text = models.TextField(blank=True, help_text="what the assistant wanted to say")
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [models.Index(fields=["outcome", "-at"], name="check_outcome")]

    def __str__(self) -> str:
        return self.get_outcome_display()
