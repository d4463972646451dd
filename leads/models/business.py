"""What the firm tells customers about itself: staff edit it, code never hard-codes it."""

from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from hampstead.core import phone
from leads import defaults
from leads.terms import Area, ProjectType

SERVED_AREAS = [
    (area.value, area.label) for area in (Area.PRIMARY, Area.SECONDARY, Area.BORDERLINE)
]
E164 = RegexValidator(r"^\+[1-9][0-9]{4,14}$", "Write the number like +442079460100.")


class PriceRange(models.Model):
    project_type = models.CharField(max_length=30, choices=ProjectType, unique=True)
    low_pence = models.PositiveBigIntegerField(verbose_name="from")
    high_pence = models.PositiveBigIntegerField(verbose_name="to")
    weeks_low = models.PositiveSmallIntegerField(verbose_name="weeks from")
    weeks_high = models.PositiveSmallIntegerField(verbose_name="weeks to")
    includes_vat = models.BooleanField(default=True, verbose_name="includes VAT")
    valid_until = models.DateField(help_text="after this day no customer is told this range")
    note = models.CharField(max_length=200, blank=True, help_text="such as “three-bed house”")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(low_pence__lte=F("high_pence")) & Q(weeks_low__lte=F("weeks_high")),
                name="price_range_goes_upward",
                violation_error_message="The lower figure must not exceed the higher one.",
            )
        ]

    def __str__(self) -> str:
        return f"Price of {self.get_project_type_display()}"

    def is_valid_on(self, day: date) -> bool:
        return day <= self.valid_until


class ServiceArea(models.Model):
    outcode = models.CharField(
        max_length=4,
        unique=True,
        validators=[RegexValidator(r"^[A-Z]{1,2}[0-9][A-Z0-9]?$", "Write it like NW3.")],
    )
    area = models.CharField(max_length=10, choices=SERVED_AREAS)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(area__in=["primary", "secondary", "borderline"]), name="area_is_served"
            ),
            models.CheckConstraint(
                condition=Q(outcode__regex=r"^[A-Z]{1,2}[0-9][A-Z0-9]?$"),
                name="outcode_is_upper_case",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcode} ({self.get_area_display()})"


class OpeningHours(models.Model):
    class Weekday(models.IntegerChoices):
        MONDAY = 0
        TUESDAY = 1
        WEDNESDAY = 2
        THURSDAY = 3
        FRIDAY = 4
        SATURDAY = 5
        SUNDAY = 6

    weekday = models.PositiveSmallIntegerField(choices=Weekday, unique=True)
    opens = models.TimeField(null=True, blank=True, help_text="both empty: closed")
    closes = models.TimeField(null=True, blank=True)
    by_appointment = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "opening hours"
        constraints = [
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True)
                | Q(opens__isnull=False, closes__isnull=False, opens__lt=F("closes")),
                name="opens_before_it_closes",
                violation_error_message="Give both times, the earlier first, or neither.",
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekday_monday_to_sunday"),
        ]

    def __str__(self) -> str:
        return str(self.get_weekday_display())

    @property
    def is_closed(self) -> bool:
        return self.opens is None


class Firm(models.Model):
    """The firm itself: one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(max_length=80)
    office_phone = models.CharField(max_length=16, validators=[E164])
    emergency_phone = models.CharField(max_length=16, validators=[E164])
    whatsapp_phone = models.CharField(max_length=16, validators=[E164])
    outside_area_advice = models.TextField(help_text="said to people we do not work for")
    notice = models.TextField(
        help_text="comes with the first answer on WhatsApp; {office_phone} becomes the number"
    )

    class Meta:
        verbose_name_plural = "firm"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_firm")]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Firm":
        """The firm's row. A customer must be answered even before anyone loaded the defaults."""
        return cls.objects.filter(pk=1).first() or cls(**defaults.read()["firm"])

    @property
    def spoken_office_phone(self) -> str:
        return phone.spoken(self.office_phone)

    @property
    def spoken_emergency_phone(self) -> str:
        return phone.spoken(self.emergency_phone)

    @property
    def notice_text(self) -> str:
        # replace, not format: staff may write any other brace without breaking answers.
        return self.notice.replace("{office_phone}", self.spoken_office_phone)
