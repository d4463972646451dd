from django.db import models
from django.db.models.functions import Now

from hampstead.core.models import StaffUser
from leads.terms import ContactChannel, ContactPurpose


class ConsentRecord(models.Model):
    """A person allowed or forbade a kind of contact. Rows are written, never changed: the newest
    one of a person, channel and purpose counts."""

    person = models.ForeignKey("leads.Person", on_delete=models.CASCADE, related_name="consents")
    channel = models.CharField(max_length=10, choices=ContactChannel)
    purpose = models.CharField(max_length=10, choices=ContactPurpose)
    is_granted = models.BooleanField()
    quote = models.TextField(blank=True, help_text="the person's own words")
    wording = models.CharField(max_length=200, blank=True, help_text="what they were asked")
    source = models.CharField(max_length=80, help_text='such as "message:123"')
    by = models.ForeignKey(
        StaffUser,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="empty: the person",
    )
    at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["person", "channel", "purpose", "-id"], name="consent_newest")
        ]

    def __str__(self) -> str:
        verb = "allows" if self.is_granted else "forbids"
        return f"{self.person} {verb} {self.get_purpose_display()}"
