import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Outbox(models.Model):
    """One effect on the outside world: written before the wire is touched.

    pending -> sending -> sent -> delivered -> read
    sending -> pending (definite refusal, later) | failed (final refusal)
    sending -> reconciling (unknown outcome) -> sent | pending | uncertain
    pending -> cancelled (takeover, too late) | held (breaker, credentials, frozen)
    """

    class Status(models.TextChoices):
        PENDING = "pending", "Waiting"
        SENDING = "sending", "Sending"
        SENT = "sent", "Sent"
        DELIVERED = "delivered", "Delivered"
        READ = "read", "Read"
        FAILED = "failed", "Failed"
        RECONCILING = "reconciling", "Checking whether it arrived"
        UNCERTAIN = "uncertain", "Uncertain: a person decides"
        CANCELLED = "cancelled", "Cancelled"
        HELD = "held", "Held"

    LIVE = (Status.PENDING, Status.SENDING, Status.RECONCILING, Status.HELD)

    kind = models.CharField(max_length=40)
    lane = models.CharField(max_length=80)
    idem = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=40, blank=True)
    subject = models.CharField(max_length=80, blank=True)
    payload = models.JSONField(default=dict)
    status = models.CharField(max_length=12, choices=Status, default=Status.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True, db_default=Now())
    not_after = models.DateTimeField(null=True, blank=True)
    revoked = models.CharField(
        max_length=80, blank=True, help_text="why it must not be tried again if this try fails"
    )
    vendor_id = models.CharField(max_length=255, blank=True)
    fence = models.BigIntegerField(default=0)
    error_code = models.CharField(max_length=4, blank=True)
    error = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "effect"
        verbose_name_plural = "effects"
        indexes = [
            models.Index(
                fields=["lane", "id"],
                condition=Q(status__in=["pending", "sending", "reconciling", "held"]),
                name="outbox_live",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(status__in=["pending", "sending", "reconciling", "held"]),
                name="outbox_due",
            ),
            models.Index(fields=["vendor_id"], condition=~Q(vendor_id=""), name="outbox_vendor_id"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.status})"
