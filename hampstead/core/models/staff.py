from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class StaffUser(AbstractUser):
    """Someone who works in the office."""

    class Meta:
        verbose_name = "staff member"
        verbose_name_plural = "staff"

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class StaffTask(models.Model):
    """Something a person must do, with a due time. `subject` names the row it is about."""

    class Urgency(models.TextChoices):
        NORMAL = "normal", "Normal"
        URGENT = "urgent", "Urgent"

    title = models.CharField(max_length=200)
    detail = models.TextField(blank=True)
    subject = models.CharField(max_length=80, blank=True, help_text='such as "conversation:12"')
    code = models.CharField(max_length=4, blank=True, help_text="error code, if one led here")
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.NORMAL)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        StaffUser, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            # One open task for each (subject, title): a repeating fault does not flood the office.
            models.UniqueConstraint(
                fields=["subject", "title"],
                condition=Q(done_at__isnull=True),
                name="one_open_task_per_subject",
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(done_at__isnull=True), name="task_open")
        ]

    def __str__(self) -> str:
        return self.title
