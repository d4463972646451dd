from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class VendorUse(models.Model):
    """What one call used and cost, written as soon as the vendor has answered.

    A draft that is thrown away was paid for all the same.
    """

    vendor = models.CharField(max_length=40)
    model = models.CharField(max_length=60, blank=True)
    purpose = models.CharField(max_length=20, help_text='such as "answer" or "summary"')
    subject = models.CharField(max_length=80, blank=True, help_text='such as "conversation:12"')
    payer = models.CharField(max_length=80, blank=True, help_text='such as "person:7"')
    input_tokens = models.PositiveIntegerField(default=0, help_text="not from cache")
    cache_write_tokens = models.PositiveIntegerField(default=0)
    cache_read_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cost_pence = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    request_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "use of a vendor"
        verbose_name_plural = "spending"
        indexes = [
            models.Index(fields=["vendor", "-at"], name="vendoruse_latest"),
            models.Index(fields=["payer", "-at"], name="vendoruse_payer"),
            models.Index(fields=["subject"], name="vendoruse_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.vendor} {self.purpose}"


class SpendCeiling(models.Model):
    """How much a vendor may cost in a day (London): staff edit it."""

    vendor = models.CharField(max_length=40, unique=True)
    soft_pence = models.PositiveIntegerField(help_text="staff are told; what can wait, waits")
    hard_pence = models.PositiveIntegerField(help_text="nothing more is bought until midnight")
    person_pence = models.PositiveIntegerField(help_text="for one customer")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(soft_pence__lte=F("hard_pence")) & Q(person_pence__lte=F("hard_pence")),
                name="ceilings_rise",
                violation_error_message="The hard ceiling must be the highest.",
            )
        ]

    def __str__(self) -> str:
        return str(settings.VENDOR_NAMES.get(self.vendor, self.vendor))


class VendorAllowance(models.Model):
    """What a vendor still lets us ask for, learned from its answers; shared by all processes.

    `scope` is what the vendor counts by, such as a model's id.
    """

    vendor = models.CharField(max_length=40)
    scope = models.CharField(max_length=80)
    requests_limit = models.PositiveIntegerField(null=True)
    requests_left = models.IntegerField(null=True)
    requests_reset_at = models.DateTimeField(null=True)
    tokens_limit = models.PositiveIntegerField(null=True, help_text="input tokens in a minute")
    tokens_left = models.IntegerField(null=True)
    tokens_reset_at = models.DateTimeField(null=True)
    pause_until = models.DateTimeField(null=True, help_text="the vendor said: not before")
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vendor", "scope"], name="one_allowance_per_scope")
        ]

    def __str__(self) -> str:
        return f"{self.vendor} {self.scope}"
