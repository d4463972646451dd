from django.db import models
from django.db.models import Count, Max, Q
from django.db.models.functions import Now

from hampstead.core import phone
from hampstead.core.subjects import subject


class PersonQuerySet(models.QuerySet["Person"]):
    def with_lead_figures(self) -> "PersonQuerySet":
        """Annotates `lead_count` and `last_lead_at`."""
        return self.annotate(lead_count=Count("leads"), last_lead_at=Max("leads__updated_at"))


class Person(models.Model):
    """Who is behind an enquiry. WhatsApp may hide the phone number, so it can be missing."""

    name = models.CharField(max_length=120, blank=True, db_default="")
    phone = models.CharField(max_length=16, unique=True, null=True, blank=True)
    email = models.EmailField(blank=True, db_default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.CheckConstraint(
                condition=Q(phone__isnull=True) | Q(phone__regex=r"^\+[1-9][0-9]{4,14}$"),
                name="person_phone_is_e164",
            )
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name or self.spoken_phone or "Unknown person"

    @property
    def spoken_phone(self) -> str:
        return phone.spoken(self.phone) if self.phone else ""

    @property
    def subject(self) -> str:
        return subject("person", self.pk)
