from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from leads.models import Lead, Person


class Conversation(models.Model):
    """One channel thread with a person, owned by the AI or by staff."""

    class Channel(models.TextChoices):
        WHATSAPP = "whatsapp", "WhatsApp"
        PHONE = "phone", "Phone"

    class Owner(models.TextChoices):
        AI = "ai", "The assistant"
        STAFF = "staff", "Staff"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="conversations")
    lead = models.ForeignKey(
        Lead, null=True, blank=True, on_delete=models.SET_NULL, related_name="conversations"
    )
    channel = models.CharField(max_length=10, choices=Channel)
    owner = models.CharField(max_length=10, choices=Owner, default=Owner.AI)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    last_inbound_at = models.DateTimeField(null=True, blank=True)
    window_expires_at = models.DateTimeField(
        null=True, blank=True, help_text="until then we may write freely on WhatsApp"
    )
    notice_given_at = models.DateTimeField(null=True, blank=True)
    enquiry_lane = models.SlugField(
        max_length=40, blank=True, db_default="", help_text="which path the conversation is on"
    )
    outage_notice_at = models.DateTimeField(
        null=True, blank=True, help_text="set while an outage is known to the customer"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "channel"], name="one_thread_per_channel")
        ]

    def __str__(self) -> str:
        return f"{self.person} on {self.get_channel_display()}"

    @property
    def lane(self) -> str:
        return f"conversation:{self.pk}"

    @property
    def subject(self) -> str:
        return f"conversation:{self.pk}"


class Handover(models.Model):
    """The AI passed a conversation to staff, or staff took it."""

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="handovers"
    )
    reason = models.TextField()
    started_at = models.DateTimeField(db_default=Now(), editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(ended_at__isnull=True),
                name="one_open_handover",
            )
        ]

    def __str__(self) -> str:
        return self.reason
