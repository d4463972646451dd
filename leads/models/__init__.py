from leads.models.business import Firm, OpeningHours, PriceRange, ServiceArea
from leads.models.consent import ConsentRecord
from leads.models.fact import Fact
from leads.models.lead import Lead
from leads.models.people import Person
from leads.models.promise import Promise
from leads.models.rules import QualificationRule, RuleSet
from leads.models.survey import CalendarEvent, Survey, SurveyNotice, SurveyTelling
from leads.models.surveyor import Diary, Surveyor, SurveyRules, WorkingHours
from leads.models.verdict import Override, Qualification
from leads.terms import (
    Area,
    Band,
    ContactChannel,
    ContactPurpose,
    DecisionMaker,
    EnquiryKind,
    FactKey,
    ProjectType,
    RuleTest,
)

__all__ = [
    "Area",
    "Band",
    "CalendarEvent",
    "ConsentRecord",
    "ContactChannel",
    "ContactPurpose",
    "DecisionMaker",
    "Diary",
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
    "Promise",
    "Qualification",
    "QualificationRule",
    "RuleSet",
    "RuleTest",
    "ServiceArea",
    "Survey",
    "SurveyNotice",
    "SurveyRules",
    "SurveyTelling",
    "Surveyor",
    "WorkingHours",
]
