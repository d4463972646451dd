from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from hampstead.core.models import Outbox
from leads.models import Person


class WhatsAppIdentity(models.Model):
    """How a person is known on WhatsApp: a phone number, a business-scoped user id, or both."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="whatsapp")
    # Unique and often absent: an empty string would clash with the next one.
    wa_id = models.CharField(  # noqa: DJ001
        max_length=32, null=True, unique=True, help_text="digits, no plus"
    )
    bsuid = models.CharField(max_length=140, null=True, unique=True)  # noqa: DJ001
    username = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name_plural = "WhatsApp identities"
        constraints = [
            models.CheckConstraint(
                condition=Q(wa_id__isnull=False) | Q(bsuid__isnull=False),
                name="identity_has_an_id",
            )
        ]

    def __str__(self) -> str:
        return self.wa_id or self.bsuid or "?"


class DeliveryStatus(models.Model):
    """What WhatsApp said about one of our messages; may arrive before our send has returned."""

    vendor_id = models.CharField(max_length=255)
    status = models.CharField(max_length=20)
    at = models.DateTimeField(help_text="the vendor's time")
    correlation = models.CharField(max_length=64, blank=True)
    error_code = models.CharField(max_length=10, blank=True)
    detail = models.TextField(blank=True)
    effect = models.ForeignKey(
        Outbox, null=True, on_delete=models.CASCADE, related_name="delivery_statuses"
    )
    stored_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name_plural = "delivery statuses"
        constraints = [
            models.UniqueConstraint(
                fields=["vendor_id", "status", "at"], name="one_row_per_delivery_status"
            )
        ]

    def __str__(self) -> str:
        return f"{self.vendor_id} {self.status}"


class UnknownKind(models.Model):
    """Kinds of event or message we have met and do not know, counted."""

    kind = models.CharField(max_length=80, unique=True)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.kind}: {self.count}"
