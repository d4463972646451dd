from datetime import time, timedelta

import factory
from psycopg.types.range import Range

from hampstead.core.clock import now
from hampstead.core.models import StaffUser
from leads.models import (
    Area,
    Band,
    Fact,
    FactKey,
    Lead,
    Override,
    Person,
    PriceRange,
    ProjectType,
    Qualification,
    QualificationRule,
    RuleSet,
    RuleTest,
    ServiceArea,
    Survey,
    Surveyor,
    WorkingHours,
)


class OfficeUserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = StaffUser

    username = factory.Sequence(lambda n: f"office{n}")
    first_name = "Olive"
    last_name = "Office"
    is_staff = True
    is_superuser = True


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person

    name = factory.Sequence(lambda n: f"Invented Person {n}")
    phone = factory.Sequence(lambda n: f"+447700900{n % 1000:03}")


class LeadFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Lead

    person = factory.SubFactory(PersonFactory)


class FactFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Fact

    lead = factory.SubFactory(LeadFactory)
    key = FactKey.PROJECT_TYPE
    value = ProjectType.KITCHEN_EXTENSION
    source = "message:1"


class RuleSetFactory(factory.django.DjangoModelFactory):
    """A draft: published sets come about by publishing."""

    class Meta:
        model = RuleSet

    version = factory.Sequence(lambda n: n + 100)


class QualificationRuleFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = QualificationRule

    rule_set = factory.SubFactory(RuleSetFactory)
    code = factory.Sequence(lambda n: f"rule-{n}")
    label = "Asked for a survey"
    fact = FactKey.WANTS_SURVEY
    test = RuleTest.IS_TRUE
    points = 10


class QualificationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Qualification

    lead = factory.SubFactory(LeadFactory)
    rule_set = factory.SubFactory(RuleSetFactory)
    score = 65
    band = Band.WARM


class OverrideFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Override

    lead = factory.SubFactory(LeadFactory)
    band = Band.HOT
    reason = "The owner knows them."
    by = factory.SubFactory(OfficeUserFactory)


class PriceRangeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PriceRange

    project_type = ProjectType.KITCHEN_EXTENSION
    low_pence = 8_000_000
    high_pence = 14_000_000
    weeks_low = 10
    weeks_high = 14
    valid_until = factory.LazyFunction(lambda: now().date() + timedelta(days=30))


class ServiceAreaFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ServiceArea

    outcode = "NW3"
    area = Area.PRIMARY


class SurveyorFactory(factory.django.DjangoModelFactory):
    """Works Monday to Friday from nine to five."""

    class Meta:
        model = Surveyor
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Surveyor {n}")
    mailbox = factory.Sequence(lambda n: f"surveyor{n}@hampstead.example")
    outcode = "NW3"

    @factory.post_generation
    def hours(self, create, extracted, **named):
        for day in range(5):
            WorkingHours.objects.create(surveyor=self, weekday=day, begins=time(9), ends=time(17))


class SurveyFactory(factory.django.DjangoModelFactory):
    """Give `starts_at`; 45 minutes long."""

    class Meta:
        model = Survey
        exclude = ("starts_at", "minutes")

    starts_at = factory.LazyFunction(lambda: now() + timedelta(days=7))
    minutes = 45
    lead = factory.SubFactory(LeadFactory)
    person = factory.SelfAttribute("lead.person")
    surveyor = factory.SubFactory(SurveyorFactory)
    span = factory.LazyAttribute(
        lambda o: Range(o.starts_at, o.starts_at + timedelta(minutes=o.minutes), "[)")
    )
    status = Survey.Status.CONFIRMED
    postcode = "NW3 2QG"
    address = "1 Example Road"
    source = "conversation:1"
