import pytest
from django.db import IntegrityError

from hampstead.core.models import AuditEntry, StaffUser
from leads.facts import current_facts, note_facts
from leads.models import Fact, FactKey, Lead
from tests.factories.leads import FactFactory, LeadFactory, PersonFactory

pytestmark = pytest.mark.django_db


def note(lead: Lead, by: StaffUser | None = None, **facts: object) -> list[Fact]:
    named = {FactKey(key): value for key, value in facts.items()}
    return note_facts(lead=lead, facts=named, source="message:7", by=by)


def test_a_new_value_supersedes_the_old_one_and_keeps_it() -> None:
    lead = LeadFactory()
    note(lead, postcode="NW3")
    note(lead, postcode="NW6")
    assert current_facts(lead) == {FactKey.POSTCODE: "NW6"}
    assert lead.facts.count() == 2


def test_the_same_value_again_is_no_news() -> None:
    lead = LeadFactory()
    note(lead, postcode="NW3")
    assert note(lead, postcode="NW3") == []
    assert lead.version == 2


def test_the_ai_never_replaces_what_staff_noted(olive: StaffUser) -> None:
    lead = LeadFactory()
    note(lead, by=olive, postcode="NW3")
    assert note(lead, postcode="NW6") == []
    assert current_facts(lead)[FactKey.POSTCODE] == "NW3"


def test_staff_replace_what_the_ai_noted(olive: StaffUser) -> None:
    lead = LeadFactory()
    note(lead, postcode="NW3")
    note(lead, by=olive, postcode="NW6")
    assert current_facts(lead)[FactKey.POSTCODE] == "NW6"


def test_staff_confirming_a_fact_make_it_theirs(olive: StaffUser) -> None:
    lead = LeadFactory()
    note(lead, postcode="NW3")
    note(lead, by=olive, postcode="NW3")
    assert note(lead, postcode="NW6") == []


def test_a_protected_fact_does_not_stop_its_neighbours(olive: StaffUser) -> None:
    lead = LeadFactory()
    note(lead, by=olive, postcode="NW3")
    noted = note(lead, postcode="NW6", wants_survey=True)
    assert [fact.key for fact in noted] == ["wants_survey"]


def test_each_change_of_facts_raises_the_version_once() -> None:
    lead = LeadFactory()
    note(lead, postcode="NW3", wants_survey=True)
    assert lead.version == 2


def test_a_blank_name_and_address_of_the_person_are_filled_in() -> None:
    lead = LeadFactory(person=PersonFactory(name="", email=""))
    note(lead, customer_name="Ada Example", email="ada@example.com")
    lead.person.refresh_from_db()
    assert (lead.person.name, lead.person.email) == ("Ada Example", "ada@example.com")


def test_a_known_name_of_the_person_is_left_alone() -> None:
    lead = LeadFactory(person=PersonFactory(name="Ada Example"))
    note(lead, customer_name="Grace Sample")
    lead.person.refresh_from_db()
    assert lead.person.name == "Ada Example"


def test_facts_by_staff_are_audited_and_facts_by_the_ai_are_not(olive: StaffUser) -> None:
    lead = LeadFactory()
    note(lead, postcode="NW3")
    note(lead, by=olive, postcode="NW6")
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.subject) == (olive, f"lead:{lead.pk}")
    assert (entry.before, entry.after) == ({"postcode": "NW3"}, {"postcode": "NW6"})


def test_hostile_quotes_are_cleaned() -> None:
    lead = LeadFactory()
    note_facts(lead=lead, facts={FactKey.POSTCODE: "NW3"}, source="message:7", quote="a\x00b")
    assert lead.facts.get().quote == "ab"


def test_the_database_refuses_two_current_facts_of_one_kind() -> None:
    fact = FactFactory()
    with pytest.raises(IntegrityError, match="one_current_fact_per_key"):
        FactFactory(lead=fact.lead)


def test_the_database_refuses_a_confidence_above_one() -> None:
    with pytest.raises(IntegrityError, match="confidence_between_0_and_1"):
        FactFactory(confidence="1.01")
