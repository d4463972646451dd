from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from hampstead.core.models import StaffUser
from leads.fact_values import spoken
from leads.terms import FactKey


class FactQuerySet(models.QuerySet["Fact"]):
    def current(self) -> "FactQuerySet":
        return self.filter(superseded_at__isnull=True)


class Fact(models.Model):
    """One thing we know about a lead, and from where. Old values stay, superseded."""

    lead = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="facts")
    key = models.CharField(max_length=30, choices=FactKey)
    value = models.JSONField()
    # A subject and not a key: messages and calls live on higher floors.
    source = models.CharField(max_length=80, help_text='such as "message:123"')
    quote = models.TextField(blank=True, db_default="", help_text="the customer's own words")
    confidence = models.DecimalField(max_digits=3, decimal_places=2, null=True, blank=True)
    is_sensitive = models.BooleanField(
        db_default=False, help_text="about health or the like: shown to staff, never passed on"
    )
    noted_by = models.ForeignKey(
        StaffUser,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="empty: the AI",
    )
    noted_at = models.DateTimeField(db_default=Now(), editable=False)
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = FactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead", "key"],
                condition=Q(superseded_at__isnull=True),
                name="one_current_fact_per_key",
            ),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__gte=0, confidence__lte=1),
                name="confidence_between_0_and_1",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_key_display()}: {self.spoken_value}"

    @property
    def spoken_value(self) -> str:
        return spoken(self.key, self.value)

    @property
    def is_by_staff(self) -> bool:
        return self.noted_by_id is not None

    def yields_to(self, value: Any, *, by: StaffUser | None) -> bool:
        """Whether noting `value` replaces this fact. What staff noted, only staff replace."""
        if by is None:
            return not self.is_by_staff and self.value != value
        # Staff confirming what the AI noted makes it theirs, so that it lasts.
        return self.value != value or not self.is_by_staff
