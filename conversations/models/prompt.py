from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from hampstead.core.models import StaffUser
from hampstead.core.subjects import subject
from leads.terms import EnquiryKind


class PromptVersion(models.Model):
    """One version of everything the assistant is told: draft -> published -> retired.

    The texts and the lanes change together, so that one number says what produced an answer.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        RETIRED = "retired", "Retired"

    number = models.PositiveIntegerField(unique=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    note = models.TextField(blank=True, help_text="what is different in this version, and why")
    whatsapp_text = models.TextField(help_text="what the assistant is told on WhatsApp")
    phone_text = models.TextField(help_text="what the assistant is told on the phone")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    created_by = models.ForeignKey(
        StaffUser, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
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
        permissions = [("publish_promptversion", "Can publish and roll back prompts")]
        constraints = [
            models.UniqueConstraint(
                fields=["status"], condition=Q(status="published"), name="one_published_prompt"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", published_at__isnull=True)
                | (~Q(status="draft") & Q(published_at__isnull=False)),
                name="only_draft_prompts_are_unpublished",
            ),
        ]

    def __str__(self) -> str:
        return f"Prompt {self.label}"

    @property
    def label(self) -> str:
        """How a message names the version that produced it."""
        return f"v{self.number}"

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def subject(self) -> str:
        return subject("prompt", self.pk)


class EnquiryLane(models.Model):
    """A path for one kind of message: how it is recognised and what happens then."""

    class Action(models.TextChoices):
        ANSWER = "answer", "The assistant answers, with these instructions"
        REPLY = "reply", "Send the fixed text"
        HANDOVER = "handover", "Send the fixed text and call a colleague"
        DISCLOSE = "disclose", "The assistant answers; the fixed text is part of it"

    prompt_version = models.ForeignKey(
        PromptVersion, on_delete=models.CASCADE, related_name="lanes"
    )
    code = models.SlugField(max_length=40)
    title = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField(default=0, help_text="the first that fits counts")
    is_active = models.BooleanField(default=True, verbose_name="active")
    action = models.CharField(max_length=10, choices=Action, default=Action.ANSWER)
    triggers = models.TextField(
        blank=True,
        help_text="One rule in each line: words that must all be in one sentence. An asterisk "
        "stands for any ending (leak*), a minus for a word that must not be there (-plan*).",
    )
    instructions = models.TextField(
        blank=True, help_text="when the assistant chooses this lane, and what it does then"
    )
    reply = models.TextField(
        blank=True,
        help_text="the fixed text; {office_phone}, {emergency_phone} and {firm} are filled in",
    )
    enquiry_kind = models.CharField(
        max_length=20, blank=True, choices=EnquiryKind, help_text="noted on the lead"
    )
    task_title = models.CharField(max_length=120, blank=True, help_text="empty: no task for staff")
    is_urgent = models.BooleanField(default=False, verbose_name="urgent")

    class Meta:
        ordering = ["position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["prompt_version", "code"], name="one_lane_per_code"),
            models.CheckConstraint(
                condition=Q(action="answer") | ~Q(reply=""),
                name="fixed_lanes_have_a_text",
                violation_error_message="This lane needs the fixed text it sends.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    # A message names the version that produced it, so that version must not change.
    def save(self, *args: Any, **kwargs: Any) -> None:
        self._refuse_unless_draft()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        self._refuse_unless_draft()
        return super().delete(*args, **kwargs)

    def _refuse_unless_draft(self) -> None:
        if not self.prompt_version.is_draft:
            raise ValidationError("Published prompts do not change: copy them to a draft first.")
