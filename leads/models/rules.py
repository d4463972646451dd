from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from hampstead.core.models import StaffUser
from hampstead.core.subjects import subject
from leads.terms import FactKey, RuleTest


class RuleSet(models.Model):
    """One version of the qualification rules: draft -> published -> retired."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        RETIRED = "retired", "Retired"

    version = models.PositiveIntegerField(unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    note = models.TextField(blank=True, help_text="what is different in this version, and why")
    base_score = models.PositiveSmallIntegerField(default=50)
    hot_from = models.PositiveSmallIntegerField(default=80)
    warm_from = models.PositiveSmallIntegerField(default=60)
    cool_from = models.PositiveSmallIntegerField(default=40)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        StaffUser,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="empty: loaded with the defaults",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="published"), name="one_published_rule_set"
            ),
            models.CheckConstraint(
                condition=Q(hot_from__gt=F("warm_from"))
                & Q(warm_from__gt=F("cool_from"))
                & Q(hot_from__lte=100)
                & Q(base_score__lte=100),
                name="bands_fall_from_hot_to_cool",
                violation_error_message="Hot must start above warm, and warm above cool; "
                "scores go from 0 to 100.",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", published_at__isnull=True)
                | (~Q(status="draft") & Q(published_at__isnull=False)),
                name="only_drafts_are_unpublished",
            ),
        ]

    def __str__(self) -> str:
        return f"Rules version {self.version}"

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def subject(self) -> str:
        return subject("rules", self.pk)


class QualificationRule(models.Model):
    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="rules")
    code = models.SlugField(max_length=50)
    label = models.CharField(max_length=80, help_text="what staff read, such as “Primary area”")
    fact = models.CharField(max_length=30, choices=FactKey, verbose_name="looks at")
    test = models.CharField(max_length=30, choices=RuleTest)
    value = models.JSONField(default=dict, blank=True)
    points = models.SmallIntegerField()
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True, verbose_name="active")

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["rule_set", "code"], name="one_rule_per_code"),
            models.CheckConstraint(
                condition=Q(points__gte=-100, points__lte=100),
                name="rule_points_within_the_scale",
                violation_error_message="Points go from -100 to 100.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.points:+}"

    # A verdict names the version it was reached under, so that version must not change.
    def save(self, *args: Any, **kwargs: Any) -> None:
        self._refuse_unless_draft()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._refuse_unless_draft()
        return super().delete(*args, **kwargs)

    def _refuse_unless_draft(self) -> None:
        if not self.rule_set.is_draft:
            raise ValidationError("Published rules do not change: copy them to a draft first.")
