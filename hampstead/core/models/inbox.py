from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class InboxEvent(models.Model):
    """One authentic post from a vendor, exactly as its bytes arrived.

    received -> processed | received (due later) | quarantined | dead | dropped
    """

    class Status(models.TextChoices):
        RECEIVED = "received", "Received"
        PROCESSED = "processed", "Processed"
        QUARANTINED = "quarantined", "Quarantined (unreadable)"
        DEAD = "dead", "Dead (attempts spent)"
        DROPPED = "dropped", "Dropped"

    source = models.CharField(max_length=40)
    dedupe_key = models.CharField(max_length=64, help_text="SHA-256 of the raw body")
    body = models.BinaryField(help_text="the raw body, encrypted")
    headers = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)
    received_at = models.DateTimeField(db_default=Now(), editable=False)
    status = models.CharField(max_length=12, choices=Status, db_default=Status.RECEIVED)
    attempts = models.PositiveSmallIntegerField(db_default=0)
    due_at = models.DateTimeField(null=True, db_default=Now())
    processed_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "dedupe_key"], name="one_row_per_post")
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(status="received"), name="inbox_due"),
            models.Index(fields=["received_at"], name="inbox_received"),
        ]

    def __str__(self) -> str:
        return f"{self.source} post {self.pk}"


class RefusedPosts(models.Model):
    """How many posts failed authentication, by source and day: nothing else is kept of them."""

    source = models.CharField(max_length=40)
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "refused posts"
        constraints = [
            models.UniqueConstraint(fields=["source", "day"], name="one_refusal_row_per_day")
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.day}: {self.count}"
