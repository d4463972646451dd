from functools import cached_property
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from conversations.models.conversation import Conversation

if TYPE_CHECKING:
    from conversations.models.message import Message


class Turn(models.Model):
    """Customer input and our one answer. Survives crashes: what is open is tried again."""

    class Status(models.TextChoices):
        OPEN = "open", "Being answered"
        ANSWERED = "answered", "Answered"
        ABANDONED = "abandoned", "Left to staff"

    class AnsweredBy(models.TextChoices):
        MODEL = "model", "Claude"
        LANE = "lane", "A fixed text of the lane"
        INTAKE = "intake", "The scripted intake"
        NOBODY = "nobody", "Nobody"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="turns")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    opened_at = models.DateTimeField(db_default=Now(), editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="failed tries")
    restarts = models.PositiveSmallIntegerField(default=0, help_text="new messages meanwhile")
    holding_at = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=4, blank=True)
    error = models.TextField(blank=True)
    answered_by = models.CharField(max_length=10, choices=AnsweredBy, db_default="nobody")
    enquiry_lane = models.SlugField(max_length=40, blank=True, db_default="")
    prompt_version = models.CharField(max_length=40, blank=True)
    model = models.CharField(max_length=60, blank=True)
    input_tokens = models.PositiveIntegerField(default=0, help_text="not from cache")
    cache_write_tokens = models.PositiveIntegerField(default=0)
    cache_read_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cost_pence = models.DecimalField(max_digits=12, decimal_places=6, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(status="open"), name="one_open_turn"
            )
        ]

    def __str__(self) -> str:
        return f"turn {self.pk} ({self.status})"

    @cached_property
    def asked(self) -> "list[Message]":
        """What the customer sent, oldest first. A turn takes no more once somebody works on it."""
        return list(self.messages.filter(author="customer").order_by("sent_at", "id"))


class ToolCall(models.Model):
    """What the model asked our code to do in a turn, and what it was told."""

    turn = models.ForeignKey(Turn, on_delete=models.CASCADE, related_name="tool_calls")
    tool_use_id = models.CharField(max_length=80)
    name = models.CharField(max_length=64)
    arguments = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    is_error = models.BooleanField(default=False)
    called_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["turn", "tool_use_id"], name="one_row_per_tool_use")
        ]

    def __str__(self) -> str:
        return self.name
