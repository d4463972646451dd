"""Who is behind an enquiry."""

from hampstead.core import phone as phones
from leads.fact_values import LONGEST_NAME
from leads.models import Person
from leads.wording import tidy


def find_or_create_person(*, phone: str | None, name: str = "") -> Person:
    """The person with this number, or a new one. Without a number nobody can be recognised.

    Two callers at once get the same row: the unique number decides, and the loser reads.
    """
    name = tidy(name, limit=LONGEST_NAME)
    if phone is None:
        return Person.objects.create(name=name)
    number = phones.to_e164(phone)
    if number is None:
        raise ValueError("not a phone number")
    person, is_new = Person.objects.get_or_create(phone=number, defaults={"name": name})
    if name and not is_new and not person.name:
        Person.objects.filter(pk=person.pk, name="").update(name=name)
        person.refresh_from_db(fields=["name"])
    return person
