import pytest
from django.db import IntegrityError

from hampstead.core.models import AuditEntry, StaffUser
from leads.enquiries import OpenLeadExistsError, open_lead, set_status
from leads.models import Lead, Person
from leads.people import find_or_create_person
from tests.factories.leads import LeadFactory, PersonFactory

pytestmark = pytest.mark.django_db


def test_a_number_finds_its_person_however_it_is_written() -> None:
    person = find_or_create_person(phone="+447700900123", name="Ada Example")
    assert find_or_create_person(phone="07700 900123") == person


def test_a_caller_without_number_is_a_new_person_each_time() -> None:
    assert find_or_create_person(phone=None) != find_or_create_person(phone=None)


def test_a_name_fills_a_blank_and_replaces_nothing() -> None:
    find_or_create_person(phone="+447700900123")
    assert find_or_create_person(phone="+447700900123", name="Ada").name == "Ada"
    assert find_or_create_person(phone="+447700900123", name="Grace").name == "Ada"


def test_nonsense_is_no_phone_number() -> None:
    with pytest.raises(ValueError, match="not a phone number"):
        find_or_create_person(phone="call me")


def test_the_database_refuses_a_number_that_is_not_e164() -> None:
    with pytest.raises(IntegrityError, match="person_phone_is_e164"):
        PersonFactory(phone="07700 900123")


@pytest.mark.parametrize(
    ("name", "phone", "shown"),
    [
        ("Ada Example", "+447700900123", "Ada Example"),
        ("", "+447700900123", "07700 900123"),
        ("", None, "Unknown person"),
    ],
)
def test_a_person_is_shown_by_the_best_we_know(name: str, phone: str | None, shown: str) -> None:
    assert Person(name=name, phone=phone).display_name == shown


def test_an_open_lead_is_found_again() -> None:
    person = PersonFactory()
    assert open_lead(person=person) == open_lead(person=person)


def test_a_finished_lead_is_not_reopened_by_a_new_enquiry() -> None:
    lost = LeadFactory(status=Lead.Status.LOST)
    assert open_lead(person=lost.person) != lost


def test_ending_a_lead_is_audited(olive: StaffUser) -> None:
    lead = LeadFactory()
    set_status(lead=lead, status=Lead.Status.WON, by=olive, reason="Signed")
    entry = AuditEntry.objects.get()
    assert (entry.by, entry.before, entry.after) == (olive, {"status": "open"}, {"status": "won"})


def test_a_second_lead_cannot_be_reopened(olive: StaffUser) -> None:
    lost = LeadFactory(status=Lead.Status.LOST)
    open_lead(person=lost.person)
    with pytest.raises(OpenLeadExistsError):
        set_status(lead=lost, status=Lead.Status.OPEN, by=olive)
