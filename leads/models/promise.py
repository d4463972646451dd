from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from hampstead.core.models import StaffUser
from hampstead.core.subjects import subject


class PromiseQuerySet(models.QuerySet["Promise"]):
    def open(self) -> "PromiseQuerySet":
        return self.filter(kept_at__isnull=True, cancelled_at__isnull=True)


class Promise(models.Model):
    """Something we told a customer we would do, with a due time."""

    class Kind(models.TextChoices):
        CALL_BACK = "call_back", "Ring back"
        REPLY = "reply", "Reply in writing"

    person = models.ForeignKey("leads.Person", on_delete=models.CASCADE, related_name="promises")
    lead = models.ForeignKey(
        "leads.Lead", null=True, blank=True, on_delete=models.SET_NULL, related_name="promises"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    about = models.CharField(max_length=300, blank=True)
    wish = models.CharField(max_length=200, blank=True, help_text="when the customer would like it")
    source = models.CharField(max_length=80, help_text='where it was made: "conversation:12"')
    due_at = models.DateTimeField()
    made_at = models.DateTimeField(db_default=Now(), editable=False)
    made_by = models.ForeignKey(
        StaffUser,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="empty: the AI",
    )
    kept_at = models.DateTimeField(null=True, blank=True)
    kept_by = models.ForeignKey(
        StaffUser, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_why = models.CharField(max_length=200, blank=True)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        constraints = [
            # The same promise made again is the same promise.
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(kept_at__isnull=True, cancelled_at__isnull=True),
                name="one_open_promise_per_kind",
            ),
            models.CheckConstraint(
                condition=Q(kept_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="kept_or_cancelled",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(kept_at__isnull=True, cancelled_at__isnull=True),
                name="promise_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.person}"

    @property
    def subject(self) -> str:
        return subject("promise", self.pk)

    @property
    def is_open(self) -> bool:
        return self.kept_at is None and self.cancelled_at is None
