from leads.admin import business, lead, people, promises, rules

__all__ = ["business", "lead", "people", "promises", "rules"]
