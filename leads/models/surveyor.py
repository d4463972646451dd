"""Who surveys, when, by which rules, and what their calendar was last seen to hold."""

from datetime import timedelta

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from hampstead.core.subjects import subject
from leads.models.business import OpeningHours

OUTCODE = RegexValidator(r"^[A-Z]{1,2}[0-9][A-Z0-9]?$", "Write it like NW3.")


class Surveyor(models.Model):
    name = models.CharField(max_length=80)
    mailbox = models.EmailField(unique=True, help_text="whose Microsoft 365 calendar it is")
    outcode = models.CharField(
        max_length=4, validators=[OUTCODE], help_text="where the day begins and ends, like NW3"
    )
    max_a_day = models.PositiveSmallIntegerField(
        default=4, validators=[MinValueValidator(1)], verbose_name="surveys a day, at most"
    )
    is_active = models.BooleanField(default=True, help_text="surveys may be booked")

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        return subject("surveyor", self.pk)


class WorkingHours(models.Model):
    """When a surveyor is on the road; a weekday without a row is a day off."""

    surveyor = models.ForeignKey(Surveyor, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(choices=OpeningHours.Weekday)
    begins = models.TimeField()
    ends = models.TimeField()

    class Meta:
        verbose_name_plural = "working hours"
        constraints = [
            models.UniqueConstraint(fields=["surveyor", "weekday"], name="one_row_per_working_day"),
            models.CheckConstraint(
                condition=Q(begins__lt=F("ends")),
                name="works_from_begin_to_end",
                violation_error_message="The day must end after it begins.",
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="working_weekday_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.begins:%H:%M}–{self.ends:%H:%M}"


class SurveyRules(models.Model):
    """How surveys are arranged: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    minutes = models.PositiveSmallIntegerField(
        default=45, validators=[MinValueValidator(15)], verbose_name="length of a survey, minutes"
    )
    every_minutes = models.PositiveSmallIntegerField(
        default=30, validators=[MinValueValidator(5)], verbose_name="a slot begins every, minutes"
    )
    travel_minutes = models.PositiveSmallIntegerField(
        default=30, verbose_name="time between visits, minutes", help_text="at least"
    )
    minutes_per_mile = models.PositiveSmallIntegerField(
        default=6,
        verbose_name="minutes per mile",
        help_text="when that is longer than the time between visits",
    )
    days_notice = models.PositiveSmallIntegerField(
        default=1, help_text="1: from the next working morning on"
    )
    days_ahead = models.PositiveSmallIntegerField(
        default=28, validators=[MinValueValidator(1)], help_text="how far ahead we book"
    )
    hold_minutes = models.PositiveSmallIntegerField(
        default=5, validators=[MinValueValidator(1)], help_text="while the customer decides"
    )
    tentative_blocks = models.BooleanField(
        default=True, help_text="tentative entries in a calendar are no free time"
    )
    elsewhere_blocks = models.BooleanField(
        default=False, help_text="“working elsewhere” is no free time"
    )
    needs_approval = models.BooleanField(
        default=False, help_text="staff confirm each survey before the customer hears “booked”"
    )

    class Meta:
        verbose_name_plural = "survey rules"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_row_of_survey_rules")]

    def __str__(self) -> str:
        return "Survey rules"

    @classmethod
    def current(cls) -> "SurveyRules":
        return cls.objects.filter(pk=1).first() or cls()

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)


class Diary(models.Model):
    """What a surveyor's calendar was last seen to hold, and how we hear of changes to it.

    `blocks`: what takes time there, as {"starts", "ends", "show_as", "is_all_day", "subject"},
    times in UTC as ISO 8601. Not to be trusted when older than the reader can bear.
    """

    surveyor = models.OneToOneField(Surveyor, on_delete=models.CASCADE, primary_key=True)
    blocks = models.JSONField(default=list, blank=True)
    reads_from = models.DateTimeField(null=True, blank=True)
    reads_to = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    error_code = models.CharField(max_length=4, blank=True)
    error = models.TextField(blank=True)
    delta_link = models.TextField(blank=True, help_text="where the next reading of changes begins")
    delta_day = models.DateField(null=True, blank=True, help_text="when that reading was begun")
    changes_read_at = models.DateTimeField(null=True, blank=True)
    changes_wanted_at = models.DateTimeField(
        null=True, blank=True, help_text="Microsoft has told us of a change"
    )
    subscription_id = models.CharField(max_length=255, blank=True)
    subscription_ends_at = models.DateTimeField(null=True, blank=True)
    client_state_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name_plural = "diaries"

    def __str__(self) -> str:
        return f"Diary of {self.surveyor}"
