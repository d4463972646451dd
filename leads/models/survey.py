"""The booked site visit, its entry in the surveyor's calendar, and what we tell people of it."""

import uuid
from datetime import datetime
from typing import cast

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from hampstead.core.clock import now
from hampstead.core.models import Outbox, StaffUser
from hampstead.core.subjects import subject
from leads.models.surveyor import Surveyor


class SurveyQuerySet(models.QuerySet["Survey"]):
    def live(self) -> "SurveyQuerySet":
        """Takes a surveyor's time."""
        return self.filter(status__in=Survey.LIVE)

    def booked(self) -> "SurveyQuerySet":
        """The customer was promised it, provisionally at least."""
        return self.filter(status__in=Survey.BOOKED)

    def upcoming(self) -> "SurveyQuerySet":
        """Booked, and not over yet; the next first."""
        return self.booked().filter(span__endswith__gt=now()).order_by("span")


class Survey(models.Model):
    """held -> provisional -> confirmed (the calendar has accepted it) -> done
    held -> expired; provisional | confirmed -> conflict (clash or deletion found) -> confirmed
    any of the first four -> cancelled
    """

    class Status(models.TextChoices):
        HELD = "held", "Held"
        PROVISIONAL = "provisional", "Provisional"
        CONFIRMED = "confirmed", "Confirmed"
        CONFLICT = "conflict", "Conflict"
        CANCELLED = "cancelled", "Cancelled"
        EXPIRED = "expired", "Expired"
        DONE = "done", "Done"

    class Told(models.TextChoices):
        """What the customer last heard of it from us."""

        NOTHING = "", "Nothing yet"
        HELD = "held", "Held for them"
        PROVISIONAL = "provisional", "Provisionally booked"
        BOOKED = "booked", "Booked"
        CANCELLED = "cancelled", "Cancelled"

    LIVE = (Status.HELD, Status.PROVISIONAL, Status.CONFIRMED, Status.CONFLICT)
    BOOKED = (Status.PROVISIONAL, Status.CONFIRMED, Status.CONFLICT)

    person = models.ForeignKey("leads.Person", on_delete=models.PROTECT, related_name="surveys")
    lead = models.ForeignKey(
        "leads.Lead", null=True, blank=True, on_delete=models.SET_NULL, related_name="surveys"
    )
    surveyor = models.ForeignKey(Surveyor, on_delete=models.PROTECT, related_name="surveys")
    span = DateTimeRangeField(help_text="from its start until just before its end, UTC")
    status = models.CharField(max_length=12, choices=Status)
    hold_until = models.DateTimeField(null=True, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    address = models.CharField(max_length=200, blank=True)
    access_notes = models.CharField(
        max_length=500, blank=True, help_text="for the surveyor: parking, the bell, the dog"
    )
    source = models.CharField(max_length=80, help_text='where it was booked: "conversation:12"')
    booked_by = models.ForeignKey(
        StaffUser,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="empty: the AI",
    )
    needs_approval = models.BooleanField(db_default=False, default=False)
    approved_by = models.ForeignKey(
        StaffUser, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    trouble = models.CharField(max_length=300, blank=True, help_text="what is wrong with it")
    # Grows with whatever the calendar should show; the event's row says what it does show.
    version = models.PositiveIntegerField(default=1, editable=False)
    told = models.CharField(max_length=12, choices=Told, blank=True, default=Told.NOTHING)
    told_starts_at = models.DateTimeField(null=True, blank=True)
    told_surveyor = models.ForeignKey(
        Surveyor, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    told_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False, db_index=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        constraints = [
            # The net below the advisory lock: two visits of one surveyor never overlap.
            ExclusionConstraint(
                name="one_survey_at_a_time",
                expressions=[
                    ("surveyor", RangeOperators.EQUAL),
                    ("span", RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=["held", "provisional", "confirmed", "conflict"]),
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(status="held"), name="one_hold_per_person"
            ),
            models.UniqueConstraint(
                fields=["lead"],
                condition=Q(status__in=["provisional", "confirmed", "conflict"]),
                name="one_booked_survey_per_lead",
            ),
            models.CheckConstraint(
                condition=~Q(status="held") | Q(hold_until__isnull=False), name="a_hold_ends"
            ),
            models.CheckConstraint(
                condition=Q(span__isempty=False, span__lower_inf=False, span__upper_inf=False),
                name="survey_begins_and_ends",
            ),
        ]
        indexes = [models.Index(fields=["person", "status"], name="survey_of_person")]

    def __str__(self) -> str:
        return f"Survey of {self.person}"

    @property
    def subject(self) -> str:
        return subject("survey", self.pk)

    @property
    def lane(self) -> str:
        """Its calendar writes, one after the other."""
        return self.subject

    @property
    def starts_at(self) -> datetime:
        return cast(datetime, self.span.lower)

    @property
    def ends_at(self) -> datetime:
        return cast(datetime, self.span.upper)

    @property
    def outcode(self) -> str:
        return self.postcode.partition(" ")[0]

    @property
    def is_booked(self) -> bool:
        return self.status in self.BOOKED

    @property
    def truth(self) -> "Survey.Told":
        """What the customer should have heard last."""
        return {
            self.Status.HELD: self.Told.HELD,
            self.Status.PROVISIONAL: self.Told.PROVISIONAL,
            self.Status.CONFIRMED: self.Told.BOOKED,
            self.Status.DONE: self.Told.BOOKED,
            self.Status.CANCELLED: self.Told.CANCELLED,
        }.get(self.Status(self.status), self.Told(self.told))

    @property
    def is_told(self) -> bool:
        """Do the customer and we mean the same visit?"""
        if self.truth == self.Told.CANCELLED:
            return self.told in (self.Told.CANCELLED, self.Told.NOTHING, self.Told.HELD)
        is_same_visit = self.told_starts_at == self.starts_at
        # By name once they are booked; nobody is named before that, and some were told by hand.
        is_same_surveyor = self.told_surveyor_id in (None, self.surveyor_id)
        return self.told == self.truth and is_same_visit and is_same_surveyor


class CalendarEvent(models.Model):
    """One entry of ours in a surveyor's calendar: wanted there, or wanted gone.

    `uid` is our key at Microsoft: the transaction id of its creation and our tag on it. A survey
    that changes its surveyor gets another event, so that no key is ever used twice.
    """

    # Only this row can find the entry again: a survey is not erased before it is gone.
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="events")
    surveyor = models.ForeignKey(Surveyor, on_delete=models.PROTECT, related_name="+")
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    is_wanted = models.BooleanField(default=True)
    event_id = models.CharField(max_length=512, blank=True, help_text="Microsoft's, immutable")
    version = models.PositiveIntegerField(
        default=0, help_text="which version of the survey the calendar shows; 0: none yet"
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["survey"], condition=Q(is_wanted=True), name="one_wanted_event_per_survey"
            )
        ]
        indexes = [models.Index(fields=["event_id"], name="calendarevent_event_id")]

    def __str__(self) -> str:
        return f"Calendar entry of {self.survey}"


class SurveyNotice(models.Model):
    """Something to be said about a survey at a due time; swept by whoever can say it."""

    class Purpose(models.TextChoices):
        CONFIRMATION = "confirmation", "Confirmation"
        MOVED = "moved", "It has moved"
        CANCELLED = "cancelled", "It is cancelled"
        DAY_BEFORE = "day_before", "Reminder the day before"
        TWO_HOURS = "two_hours", "Reminder two hours before"
        BRIEF = "brief", "Brief for the surveyor"

    class State(models.TextChoices):
        DUE = "due", "Waiting"
        SENT = "sent", "Sent"
        SKIPPED = "skipped", "Not needed"
        LEFT = "left", "Left to staff"

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="notices")
    purpose = models.CharField(max_length=12, choices=Purpose)
    starts_at = models.DateTimeField(help_text="of the visit it speaks of")
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.DUE)
    settled_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=200, blank=True)
    effect = models.CharField(max_length=80, blank=True, help_text='such as "outbox:12"')
    was_told = models.JSONField(
        default=dict,
        blank=True,
        help_text="what the customer had heard before, in case this one is not delivered",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "purpose", "starts_at"], name="one_notice_per_purpose_and_time"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="due"), name="survey_notice_due")
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()}: {self.survey}"


class SurveyTelling(models.Model):
    """An answer on its way that tells of a survey; gone once it has arrived, or has not."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="tellings")
    effect = models.ForeignKey(Outbox, on_delete=models.CASCADE, related_name="+")
    was_told = models.JSONField(help_text="what the customer had heard before")
    told_at = models.DateTimeField(help_text="as the survey says while this is their last word")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["survey", "effect"], name="one_telling_per_answer")
        ]

    def __str__(self) -> str:
        return f"An answer about {self.survey}"
