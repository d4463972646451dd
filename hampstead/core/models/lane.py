from django.db import models
from django.db.models import Q


class Lane(models.Model):
    """Work that must be done by one writer at a time and in order, such as "conversation:12".

    `fence` grows with each new writer; a write under an old fence is refused. `wakes` counts
    requests for work, so that a finishing worker clears `due_at` only if no new one came.
    """

    key = models.CharField(max_length=80, unique=True)
    fence = models.BigIntegerField(db_default=0)
    wakes = models.BigIntegerField(db_default=0)
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(db_default=0)
    error = models.TextField(blank=True, db_default="")
    request_id = models.CharField(
        max_length=64, blank=True, db_default="", help_text="of the post that asked for work last"
    )

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="lane_due")
        ]

    def __str__(self) -> str:
        return self.key
