from leads.admin import business, lead, people, rules

__all__ = ["business", "lead", "people", "rules"]
