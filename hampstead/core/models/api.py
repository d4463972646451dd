"""What the API remembers of its answers."""

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now

from hampstead.core.models.staff import StaffUser


class IdempotentAnswerQuerySet(models.QuerySet["IdempotentAnswer"]):
    def expired(self) -> "IdempotentAnswerQuerySet":
        """Older than we promise to remember."""
        return self.filter(created_at__lt=Now() - IdempotentAnswer.KEPT)


class IdempotentAnswer(models.Model):
    """One request that must not be carried out twice, by the key that its sender gave it.

    Without a status it is under way: until `runs_until` nobody else may try.
    """

    KEPT = timedelta(hours=24)

    user = models.ForeignKey(StaffUser, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of what was asked")
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text="HTTP status")
    body = models.JSONField(null=True, blank=True)
    runs_until = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = IdempotentAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_key"),
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotentanswer_age")]

    def __str__(self) -> str:
        return f"Answer to {self.key}"
