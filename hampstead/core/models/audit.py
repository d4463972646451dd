from django.db import models
from django.db.models.functions import Now

from hampstead.core.models.staff import StaffUser


class AuditEntry(models.Model):
    """Who did what to which row, and why. Written in the transaction of the change itself."""

    at = models.DateTimeField(db_default=Now(), editable=False, db_index=True)
    by = models.ForeignKey(
        StaffUser, null=True, on_delete=models.PROTECT, related_name="+", help_text="empty: system"
    )
    action = models.CharField(max_length=80)
    subject = models.CharField(max_length=80, db_index=True)
    reason = models.TextField(blank=True)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name_plural = "audit entries"

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
