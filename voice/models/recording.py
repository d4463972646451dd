"""The recording of a call: whether there is one, where it is, and why not."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from leads.models import Person
from voice.models.call import Call


class Recording(models.Model):
    """One for each call that has ended. The file lies in a store under `key`; `store` says in which
    of the two, so a plain name and not Django's file field, which knows one store only.
    """

    class State(models.TextChoices):
        WANTED = "wanted", "To be fetched"
        STORED = "stored", "Kept"
        GONE = "gone", "Gone at VAPI"
        NOT_RECORDED = "not_recorded", "Not recorded"
        REFUSED = "refused", "Refused"

    class Store(models.TextChoices):
        """Names of settings.STORAGES."""

        MAIN = "recordings", "The store"
        WAITING = "recordings_waiting", "On this server, until the store is back"

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="recording")
    state = models.CharField(max_length=12, choices=State, default=State.WANTED)
    store = models.CharField(max_length=20, choices=Store, blank=True)
    key = models.CharField(max_length=120, blank=True, help_text="the file's name in its store")
    media_type = models.CharField(max_length=40, blank=True)
    size_bytes = models.PositiveIntegerField(default=0)
    duration_seconds = models.FloatField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(
        null=True, blank=True, db_default=Now(), help_text="when something is to be done with it"
    )
    error = models.CharField(max_length=300, blank=True, help_text="why not, or not yet")
    is_to_be_erased = models.BooleanField(
        db_default=False, default=False, help_text="VAPI is to delete what it has of the call"
    )
    erased_at = models.DateTimeField(null=True, blank=True)
    stored_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        permissions = [("play_recording", "Can listen to the recordings of calls")]
        indexes = [models.Index(fields=["due_at"], condition=~Q(due_at=None), name="recording_due")]

    def __str__(self) -> str:
        return f"Recording of {self.call}"

    @property
    def is_stored(self) -> bool:
        return self.state == self.State.STORED


class RecordingObjection(models.Model):
    """A person does not want to be recorded: not in this call, and in none that follows."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="objection")
    quote = models.CharField(max_length=300, blank=True, help_text="in their own words")
    at = models.DateTimeField(db_default=Now(), editable=False)

    def __str__(self) -> str:
        return f"{self.person} does not want to be recorded"
