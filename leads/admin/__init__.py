from leads.admin import business, lead, people, promises, rules, survey, surveyors

__all__ = ["business", "lead", "people", "promises", "rules", "survey", "surveyors"]
