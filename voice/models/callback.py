"""A customer who asked to be rung back, and is rung by the assistant."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from hampstead.core.models import StaffUser
from hampstead.core.subjects import subject
from leads.models import Person, Promise


class Callback(models.Model):
    """A promise to ring back that was handed to the assistant. Its calls point here.

    waiting -> ordered -> calling -> reached | waiting (the second try) | left
    waiting, ordered -> cancelled | left
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waits for its time"
        ORDERED = "ordered", "Being dialled"
        CALLING = "calling", "On the phone"
        REACHED = "reached", "Reached"
        LEFT = "left", "Left to staff"
        CANCELLED = "cancelled", "Cancelled"

    OPEN = (State.WAITING, State.ORDERED, State.CALLING)

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="callbacks")
    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="callbacks")
    evidence = models.CharField(max_length=80, help_text='where they asked for it: "message:12"')
    asked_at = models.DateTimeField(help_text="when they asked for it")
    handed_by = models.ForeignKey(
        StaffUser,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="empty: by the setting",
    )
    due_at = models.DateTimeField(help_text="not to be rung before")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(db_default=0)
    effect = models.CharField(max_length=40, blank=True, help_text='the current try: "outbox:12"')
    dialled_at = models.DateTimeField(
        null=True, blank=True, help_text="when VAPI was last asked to ring in this try"
    )
    why = models.CharField(max_length=200, blank=True, help_text="why it ended, for staff")
    settled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "ring-back by the assistant"
        verbose_name_plural = "ring-backs by the assistant"
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=["waiting", "ordered", "calling"]),
                name="one_open_callback_per_person",
            )
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=["waiting", "ordered", "calling"]),
                name="callback_open",
            )
        ]

    def __str__(self) -> str:
        return f"Ring-back: {self.person}"

    @property
    def subject(self) -> str:
        return subject("callback", self.pk)

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN
