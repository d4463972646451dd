"""A telephone call: how far it has got, what was said, how it ended."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from conversations.models import Conversation, Turn
from hampstead.core.subjects import subject


class Call(models.Model):
    """One call through VAPI. A row is made by whatever is heard of it first."""

    class Kind(models.TextChoices):
        INBOUND = "inbound", "They rang"
        OUTBOUND = "outbound", "We rang"
        WEB = "web", "From the website"

    class Status(models.TextChoices):
        """In this order; what comes late moves nothing back."""

        QUEUED = "queued", "Queued"
        RINGING = "ringing", "Ringing"
        TALKING = "talking", "Talking"
        FORWARDING = "forwarding", "Being put through"
        ENDED = "ended", "Ended"

    class Ending(models.TextChoices):
        NOT_YET = "", "Not yet"
        CALLER = "caller", "The caller rang off"
        ASSISTANT = "assistant", "The assistant said goodbye"
        CARRIER = "carrier", "The line was closed"
        PUT_THROUGH = "put_through", "Put through"
        NOT_PUT_THROUGH = "not_put_through", "Could not be put through"
        TIME = "time", "Silence, or too long"
        NOT_REACHED = "not_reached", "Nobody answered"
        NO_AUDIO = "no_audio", "Nothing could be heard"
        OUR_SERVER = "our_server", "Our server did not answer"
        OUR_SETTINGS = "our_settings", "Our settings are wrong"
        LIMIT = "limit", "A limit or the bill"
        PROVIDER = "provider", "Speech or model provider"
        PLATFORM = "platform", "The telephone platform"
        MANUAL = "manual", "Ended by hand"
        OTHER = "other", "Something else"

    vendor_id = models.CharField(max_length=64, unique=True, help_text="VAPI's id")
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="calls")
    # What its tools were asked and answered; one for the whole call.
    turn = models.OneToOneField(Turn, on_delete=models.PROTECT, related_name="call")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.INBOUND)
    status = models.CharField(max_length=12, choices=Status, default=Status.QUEUED)
    callback = models.ForeignKey(
        "voice.Callback", null=True, blank=True, on_delete=models.SET_NULL, related_name="calls"
    )
    line = models.CharField(max_length=20, blank=True, help_text="our number that was dialled")
    caller = models.CharField(max_length=40, blank=True, help_text="empty: withheld")
    control_url = models.BinaryField(
        blank=True, default=bytes, help_text="sealed: who has it rules"
    )
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.CharField(max_length=160, blank=True, help_text="in VAPI's words")
    ending = models.CharField(max_length=16, choices=Ending, blank=True, default=Ending.NOT_YET)
    summary = models.TextField(blank=True)
    cost_usd = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    transfer_refused_at = models.DateTimeField(
        null=True, blank=True, help_text="they asked for a person while the office was closed"
    )
    reported_at = models.DateTimeField(
        null=True, blank=True, help_text="when the final report came, or was fetched"
    )
    heard_at = models.DateTimeField(
        db_default=Now(), help_text="VAPI's time of the newest message about it"
    )
    looked_at = models.DateTimeField(
        null=True, blank=True, help_text="when VAPI was last asked about it"
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(reported_at=None), name="call_without_report"
            )
        ]

    def __str__(self) -> str:
        return f"Call with {self.conversation.person}"

    @property
    def subject(self) -> str:
        return subject("call", self.pk)

    @property
    def is_over(self) -> bool:
        return self.status == self.Status.ENDED

    @property
    def duration(self) -> timedelta | None:
        if self.started_at is None or self.ended_at is None:
            return None
        return max(timedelta(0), self.ended_at - self.started_at)


class CallLine(models.Model):
    """Something said in a call, as it was heard live; the final report has the last word."""

    class Speaker(models.TextChoices):
        CALLER = "caller", "Caller"
        ASSISTANT = "assistant", "Assistant"

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="lines")
    speaker = models.CharField(max_length=10, choices=Speaker)
    text = models.TextField()
    said_at = models.DateTimeField()
    key = models.CharField(max_length=64, help_text="the same line told twice has the same key")
    is_from_report = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "key"], name="one_row_per_line")]
        ordering = ["said_at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]
