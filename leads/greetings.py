"""How a customer is greeted: by the name they gave us, else by that of their account."""

import unicodedata

from leads.facts import current_facts
from leads.models import FactKey, Survey

# A name as WhatsApp shows it may be a sentence, an emoji or a company.
LONGEST_NAME = 20
TITLES = {
    title.casefold(): title
    for title in (
        *("Mr", "Mrs", "Ms", "Miss", "Mx", "Dr", "Prof", "Professor", "Sir", "Dame", "Lady"),
        *("Lord", "Rev", "Revd", "Reverend", "Cllr"),
    )
}
KNIGHTED = ("Sir", "Dame")  # go with the first name
AND = ("and", "&", "+")
COMPANY = {"ltd", "limited", "llp", "plc", "inc", "llc", "gmbh", "co", "company"}
# "van der Berg": what stands before a surname belongs to it.
PARTICLES = {
    *("van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "du", "la", "le"),
    *("el", "al", "bin", "ibn", "st", "ter", "ten"),
}
AFTER = {"phd", "md", "mbe", "obe", "cbe", "kc", "qc", "jr", "sr", "esq"}
WITHIN = "-'’"


def greeting(survey: Survey) -> str:
    """'Hello Ada, ', 'Hello Dr Patel, ', or 'Hello, ' where we know no name to call them by."""
    told = current_facts(survey.lead).get(FactKey.CUSTOMER_NAME) if survey.lead else None
    name = spoken_name(str(told or survey.person.name))
    return f"Hello {name}, " if name else "Hello, "


def spoken_name(name: str) -> str:
    """What to call them; empty: this is nobody's name."""
    words = unicodedata.normalize("NFC", name).replace(",", " ").split()
    if any(_bare(word) in COMPANY for word in words):
        return ""
    titles = _titles(words)
    names = words[len(titles) :]
    while names and _bare(names[-1]) in AFTER:
        names.pop()
    if not titles:
        return names[0] if names and _is_name(names[0]) else ""
    if any(word.casefold() in AND for word in names):
        return ""  # two people with names of their own
    called = names[:1] if titles[-1] in KNIGHTED else _surname(names)
    is_name = bool(called) and all(map(_is_name, called))
    return " ".join([*titles, *called]) if is_name else ""


def _titles(words: list[str]) -> list[str]:
    """'Mr and Mrs', as we write them, from the front of the name."""
    found: list[str] = []
    for word in words:
        if found and word.casefold() in AND:
            found.append("and")
        elif (title := TITLES.get(_bare(word))) is not None:
            found.append(title)
        else:
            break
    return found


def _surname(names: list[str]) -> list[str]:
    begin = len(names) - 1
    while begin > 0 and _bare(names[begin - 1]) in PARTICLES:
        begin -= 1
    return names[max(begin, 0) :]


def _is_name(word: str) -> bool:
    """Letters of any script with their marks, and what joins them inside a name."""
    word = word.rstrip(".")
    kinds = ["-" if each in WITHIN else unicodedata.category(each)[0] for each in word]
    is_whole = bool(kinds) and kinds[0] == "L" and kinds[-1] in "LM"
    return is_whole and set(kinds) <= set("LM-") and len(word) <= LONGEST_NAME


def _bare(word: str) -> str:
    return word.rstrip(".").casefold()
