from django.db import connection, models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Now

from hampstead.core import live
from hampstead.core.subjects import subject
from leads.models.fact import Fact
from leads.models.people import Person
from leads.models.verdict import Override, Qualification
from leads.terms import Band, FactKey


class LeadQuerySet(models.QuerySet["Lead"]):
    def open(self) -> "LeadQuerySet":
        return self.filter(status=Lead.Status.OPEN)

    def with_verdict(self) -> "LeadQuerySet":
        """Annotates `band` (as shown), `machine_band`, `score`, `area`, `needs_person` and
        `is_overridden`."""
        current = Qualification.objects.filter(lead=OuterRef("pk"), is_current=True)
        active = Override.objects.filter(lead=OuterRef("pk"), withdrawn_at__isnull=True)
        return self.annotate(
            machine_band=Subquery(current.values("band")),
            band=Coalesce(Subquery(active.values("band")), Subquery(current.values("band"))),
            score=Subquery(current.values("score")),
            area=Subquery(current.values("area")),
            needs_person=Subquery(current.values("needs_person")),
            is_overridden=Exists(active),
        )

    def with_facts(self, *keys: FactKey) -> "LeadQuerySet":
        """Annotates `fact_<key>` with the current value of each fact, or None."""
        current = Fact.objects.current().filter(lead=OuterRef("pk"))
        return self.annotate(
            **{f"fact_{key}": Subquery(current.filter(key=key).values("value")) for key in keys}
        )


class Lead(models.Model):
    """One enquiry of a person."""

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        WON = "won", "Won"
        LOST = "lost", "Lost"
        CLOSED = "closed", "Closed"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="leads")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    updated_at = models.DateTimeField(db_default=Now(), editable=False, db_index=True)
    # Whoever mirrors leads elsewhere compares this with the version it last sent.
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = LeadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(status="open"), name="one_open_lead_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"Lead of {self.person}"

    @property
    def subject(self) -> str:
        return subject("lead", self.pk)

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def qualification(self) -> Qualification | None:
        """The machine's current verdict."""
        return self.qualifications.filter(is_current=True).select_related("rule_set").first()

    @property
    def override(self) -> Override | None:
        """The staff decision in force."""
        return self.overrides.filter(withdrawn_at__isnull=True).select_related("by").first()

    @property
    def verdict(self) -> Band | None:
        """What counts: the override's band if there is one, else the machine's."""
        decided = self.override or self.qualification
        return Band(decided.band) if decided else None

    def mark_changed(self) -> None:
        """Facts or verdict changed. The row stays locked until the caller's transaction ends."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE leads_lead SET version = version + 1, updated_at = statement_timestamp()"
                " WHERE id = %s RETURNING version, updated_at",
                [self.pk],
            )
            self.version, self.updated_at = cursor.fetchone()
        live.announce(self.subject)

    def lock(self) -> None:
        """One writer at a time for the facts and the verdict of this lead."""
        Lead.objects.select_for_update(no_key=True).values_list("pk").get(pk=self.pk)
