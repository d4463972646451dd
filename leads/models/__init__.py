from leads.models.business import Firm, OpeningHours, PriceRange, ServiceArea
from leads.models.fact import Fact
from leads.models.lead import Lead
from leads.models.people import Person
from leads.models.rules import QualificationRule, RuleSet
from leads.models.verdict import Override, Qualification
from leads.terms import Area, Band, DecisionMaker, EnquiryKind, FactKey, ProjectType, RuleTest

__all__ = [
    "Area",
    "Band",
    "DecisionMaker",
    "EnquiryKind",
    "Fact",
    "FactKey",
    "Firm",
    "Lead",
    "OpeningHours",
    "Override",
    "Person",
    "PriceRange",
    "ProjectType",
    "Qualification",
    "QualificationRule",
    "RuleSet",
    "RuleTest",
    "ServiceArea",
]
