from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from hampstead.core.models import StaffUser
from leads.models.rules import RuleSet
from leads.terms import WANTED_WORDS, Area, Band


class Qualification(models.Model):
    """The machine's verdict on a lead, with its reasons. Rows are written, never changed."""

    lead = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="qualifications")
    rule_set = models.ForeignKey(RuleSet, on_delete=models.PROTECT, related_name="qualifications")
    score = models.PositiveSmallIntegerField()
    band = models.CharField(max_length=12, choices=Band)
    area = models.CharField(max_length=10, choices=Area, default=Area.UNKNOWN)
    needs_person = models.BooleanField(default=False, help_text="a person has to decide")
    reasons = models.JSONField(default=list)
    missing = models.JSONField(default=list)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=Q(is_current=True), name="one_current_qualification"
            ),
            models.CheckConstraint(condition=Q(score__lte=100), name="score_at_most_100"),
        ]

    def __str__(self) -> str:
        return f"{self.get_band_display()} ({self.score})"

    @property
    def missing_words(self) -> list[str]:
        return [WANTED_WORDS.get(key, str(key)) for key in self.missing]


class Override(models.Model):
    """A decision by staff that outranks the machine's verdict until staff withdraw it."""

    lead = models.ForeignKey("leads.Lead", on_delete=models.CASCADE, related_name="overrides")
    band = models.CharField(max_length=12, choices=Band)
    reason = models.TextField()
    by = models.ForeignKey(StaffUser, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        StaffUser, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=Q(withdrawn_at__isnull=True), name="one_active_override"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_a_reason"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="withdrawal_has_an_actor",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_band_display()} by {self.by}"
