import pytest

from hampstead.core import live
from leads.facts import note_facts
from leads.models import FactKey
from leads.qualifying import qualify_lead
from tests.factories.leads import LeadFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    subjects: list[str] = []
    monkeypatch.setattr(live, "announce", subjects.append)
    return subjects


@pytest.mark.usefixtures("firm_defaults")
def test_live_pages_hear_of_new_facts_and_of_a_new_verdict(announced: list[str]) -> None:
    lead = LeadFactory()
    note_facts(lead=lead, facts={FactKey.POSTCODE: "NW3"}, source="message:1")
    qualify_lead(lead=lead)
    assert announced == [f"lead:{lead.pk}"] * 2


@pytest.mark.usefixtures("firm_defaults")
def test_live_pages_hear_nothing_without_news(announced: list[str]) -> None:
    lead = LeadFactory()
    qualify_lead(lead=lead)
    qualify_lead(lead=lead)
    assert len(announced) == 1
