from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from conversations.models.conversation import Conversation
from conversations.models.turn import Turn
from hampstead.core.models import InboxEvent, Outbox


class Message(models.Model):
    """One message of a conversation, in or out."""

    class Author(models.TextChoices):
        CUSTOMER = "customer", "Customer"
        AI = "ai", "Assistant"
        STAFF = "staff", "Staff"
        SYSTEM = "system", "Automatic"

    class Handling(models.TextChoices):
        ANSWER = "answer", "Answered by the assistant"
        APOLOGISE = "apologise", "Told that we cannot read this kind yet"
        KEEP = "keep", "Kept, not answered"

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages"
    )
    turn = models.ForeignKey(
        Turn, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages"
    )
    author = models.CharField(max_length=10, choices=Author)
    staff = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=20, default="text")
    handling = models.CharField(max_length=10, choices=Handling, default=Handling.KEEP)
    text = models.TextField(blank=True)
    is_sensitive = models.BooleanField(
        db_default=False, help_text="speaks of health or the like: never passed on"
    )
    is_masked = models.BooleanField(
        db_default=False, help_text="a card number was taken out before it was stored"
    )
    vendor_id = models.CharField(max_length=255, blank=True)
    sent_at = models.DateTimeField(help_text="when the sender sent it")
    stored_at = models.DateTimeField(db_default=Now(), editable=False)
    inbox = models.ForeignKey(
        InboxEvent, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    effect = models.OneToOneField(
        Outbox, null=True, blank=True, on_delete=models.PROTECT, related_name="message"
    )
    prompt_version = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["vendor_id"], condition=~Q(vendor_id=""), name="one_row_per_vendor_message"
            )
        ]
        indexes = [
            models.Index(fields=["conversation", "sent_at", "id"], name="message_thread"),
            models.Index(
                fields=["conversation", "id"],
                condition=Q(author="customer", turn__isnull=True),
                name="message_unanswered",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60] or self.kind

    @property
    def is_inbound(self) -> bool:
        return self.author == self.Author.CUSTOMER
