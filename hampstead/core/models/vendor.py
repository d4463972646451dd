from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class VendorHealth(models.Model):
    """Breaker state and last news of one vendor. In PostgreSQL, so that it survives Redis."""

    class State(models.TextChoices):
        CLOSED = "closed", "Working"
        OPEN = "open", "Paused (breaker open)"
        PROBING = "probing", "Trying again"

    vendor = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.CLOSED)
    until = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text="in a row")
    last_success_at = models.DateTimeField(null=True, blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    last_error_code = models.CharField(max_length=4, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        verbose_name_plural = "vendor health"

    def __str__(self) -> str:
        return str(settings.VENDOR_NAMES.get(self.vendor, self.vendor))


class VendorCall(models.Model):
    """The redacted log of one call to a vendor."""

    vendor = models.CharField(max_length=40)
    route = models.CharField(max_length=80)
    at = models.DateTimeField(db_default=Now(), db_index=True)
    duration_ms = models.PositiveIntegerField()
    is_ok = models.BooleanField()
    http_status = models.PositiveSmallIntegerField(null=True)
    code = models.CharField(max_length=4, blank=True)
    detail = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["vendor", "-at"], name="vendorcall_latest")]

    def __str__(self) -> str:
        return f"{self.vendor} {self.route}"


class Incident(models.Model):
    """A fault that lasts: opened once for each (code, scope), ended by the check that found it."""

    code = models.CharField(max_length=4)
    scope = models.CharField(max_length=80)
    opened_at = models.DateTimeField(db_default=Now())
    last_seen_at = models.DateTimeField(db_default=Now())
    count = models.PositiveIntegerField(default=1)
    detail = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code", "scope"],
                condition=Q(closed_at__isnull=True),
                name="one_open_incident",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.scope}"
