"""The words of this floor, as choices. No rows and no I/O, so pure modules may use them."""

from django.db.models import TextChoices


class FactKey(TextChoices):
    CUSTOMER_NAME = "customer_name", "Name"
    ENQUIRY_KIND = "enquiry_kind", "Kind of enquiry"
    PROJECT_TYPE = "project_type", "Project"
    POSTCODE = "postcode", "Postcode"
    BUDGET = "budget", "Budget"
    START_WITHIN_MONTHS = "start_within_months", "When the work should start"
    WANTS_SURVEY = "wants_survey", "Wants a survey"
    JUST_LOOKING = "just_looking", "Just looking"
    DECISION_MAKER = "decision_maker", "Who decides"
    REQUIREMENTS = "requirements", "Requirements"
    ADDRESS = "address", "Address"
    EMAIL = "email", "E-mail"
    PREFERRED_TIME = "preferred_time", "Preferred time"


# How we say that a fact is still wanted.
WANTED_WORDS: dict[str, str] = {
    FactKey.CUSTOMER_NAME: "their name",
    FactKey.ENQUIRY_KIND: "what kind of enquiry it is",
    FactKey.PROJECT_TYPE: "what they want done",
    FactKey.POSTCODE: "the postcode",
    FactKey.BUDGET: "the budget",
    FactKey.START_WITHIN_MONTHS: "when the work should start",
    FactKey.WANTS_SURVEY: "whether they want a survey",
    FactKey.JUST_LOOKING: "whether they are just looking",
    FactKey.DECISION_MAKER: "who decides",
    FactKey.REQUIREMENTS: "what exactly they have in mind",
    FactKey.ADDRESS: "the address",
    FactKey.EMAIL: "their e-mail address",
    FactKey.PREFERRED_TIME: "when they are free",
}


class EnquiryKind(TextChoices):
    NEW_PROJECT = "new_project", "New project"
    EXISTING_CLIENT = "existing_client", "Existing client"
    SUPPLIER = "supplier", "Supplier"
    JOB_SEEKER = "job_seeker", "Job seeker"
    SALES_CALL = "sales_call", "Sales call"
    NEIGHBOUR = "neighbour", "Neighbour"
    OTHER = "other", "Other"


class ProjectType(TextChoices):
    KITCHEN_EXTENSION = "kitchen_extension", "Kitchen extension"
    LOFT_CONVERSION = "loft_conversion", "Loft conversion"
    BATHROOM = "bathroom", "Bathroom"
    FULL_RENOVATION = "full_renovation", "Full renovation"
    BASEMENT = "basement", "Basement"
    SIDE_RETURN = "side_return", "Side return"
    REAR_EXTENSION = "rear_extension", "Rear extension"
    MAINTENANCE = "maintenance", "Maintenance"
    OTHER = "other", "Other"


class DecisionMaker(TextChoices):
    SOLE = "sole", "Decides alone"
    JOINT = "joint", "Decides with someone"
    UNCLEAR = "unclear", "Unclear"


class Area(TextChoices):
    PRIMARY = "primary", "Primary area"
    SECONDARY = "secondary", "Secondary area"
    BORDERLINE = "borderline", "Borderline area"
    OUTSIDE = "outside", "Outside our area"
    UNKNOWN = "unknown", "Area not known"


class Band(TextChoices):
    HOT = "hot", "Hot"
    WARM = "warm", "Warm"
    COOL = "cool", "Cool"
    COLD = "cold", "Cold"
    OUTSIDE_AREA = "outside_area", "Outside area"
    NOT_A_LEAD = "not_a_lead", "Not a lead"


class RuleTest(TextChoices):
    AREA_IS = "area_is", "area is"
    BUDGET_OVER = "budget_over", "budget is over"
    BUDGET_BETWEEN = "budget_between", "budget is between"
    BUDGET_BELOW_FOR_MAJOR_WORK = "budget_below_for_major_work", "budget for major work is under"
    START_WITHIN = "start_within", "start is within"
    START_BEYOND = "start_beyond", "start is later than"
    IS_TRUE = "is_true", "answer is yes"
    IS_PRESENT = "is_present", "anything was said"
    EQUALS = "equals", "answer is"


class ContactChannel(TextChoices):
    WHATSAPP = "whatsapp", "WhatsApp"
    PHONE = "phone", "Phone"
    EMAIL = "email", "E-mail"


class ContactPurpose(TextChoices):
    ANSWER = "answer", "Answering what they wrote"
    SERVICE = "service", "About their booking or enquiry"
    REMINDER = "reminder", "Reminding them of something"
    MARKETING = "marketing", "Marketing"
