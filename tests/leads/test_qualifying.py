from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from hampstead.core.errors import QualificationError
from hampstead.core.models import StaffUser
from leads.facts import note_facts
from leads.models import Area, Band, FactKey, Lead, Qualification, QualificationRule, RuleSet
from leads.overrides import override_verdict
from leads.qualifying import qualify_lead, requalify
from leads.rules import copy_to_draft, publish, published_rule_set
from tests.factories.leads import LeadFactory

pytestmark = pytest.mark.django_db


def lead_with(**facts: object) -> Lead:
    lead = LeadFactory()
    named = {FactKey(key): value for key, value in facts.items()}
    note_facts(lead=lead, facts=named, source="message:1")
    return lead


def publish_with_survey_points(points: int, by: StaffUser) -> RuleSet:
    draft = copy_to_draft(rule_set=published_rule_set(), by=by)
    QualificationRule.objects.filter(rule_set=draft, code="wants-survey").update(points=points)
    return publish(rule_set=draft, by=by)


@pytest.mark.usefixtures("firm_defaults")
def test_a_verdict_is_stored_with_its_reasons_and_facts() -> None:
    found = qualify_lead(lead=lead_with(postcode="NW3 2QG", wants_survey=True))
    assert (found.score, found.band, found.area) == (80, Band.HOT, Area.PRIMARY)
    assert found.reasons[0]["because"] == "Primary area NW3: +20"
    assert found.facts == {"postcode": "NW3 2QG", "wants_survey": True}


@pytest.mark.usefixtures("firm_defaults")
def test_qualifying_again_without_news_writes_nothing() -> None:
    lead = lead_with(postcode="NW3 2QG")
    first, version = qualify_lead(lead=lead), lead.version
    assert qualify_lead(lead=lead) == first
    assert (Qualification.objects.count(), lead.version) == (1, version)


@pytest.mark.usefixtures("firm_defaults")
def test_news_makes_a_new_current_verdict_and_keeps_the_old() -> None:
    lead = lead_with(postcode="NW3 2QG")
    first = qualify_lead(lead=lead)
    note_facts(lead=lead, facts={FactKey.JUST_LOOKING: True}, source="message:2")
    second = qualify_lead(lead=lead)
    assert lead.qualification == second
    assert not Qualification.objects.get(pk=first.pk).is_current


def test_without_published_rules_the_error_says_what_to_do() -> None:
    with pytest.raises(QualificationError, match=r"E015.*load_defaults"):
        qualify_lead(lead=LeadFactory())


@pytest.mark.usefixtures("firm_defaults")
def test_a_broken_rule_writes_no_verdict() -> None:
    QualificationRule.objects.filter(code="budget-over-100k").update(value={})
    lead = LeadFactory()
    with pytest.raises(QualificationError, match="Budget over £100,000"):
        qualify_lead(lead=lead)
    assert lead.qualification is None


@pytest.mark.usefixtures("firm_defaults")
def test_requalifying_leaves_an_override_alone(olive: StaffUser) -> None:
    lead = lead_with(wants_survey=True)
    qualify_lead(lead=lead)
    override = override_verdict(lead=lead, band=Band.HOT, reason="Known to us", by=olive)
    publish_with_survey_points(-20, olive)
    requalify()
    assert (lead.override, lead.verdict) == (override, Band.HOT)
    assert lead.qualification is not None
    assert lead.qualification.band == Band.COLD


@pytest.mark.usefixtures("firm_defaults")
def test_a_dry_run_counts_and_changes_nothing(olive: StaffUser) -> None:
    lead = lead_with(wants_survey=True)
    before = qualify_lead(lead=lead)
    publish_with_survey_points(-20, olive)
    out = StringIO()
    call_command("requalify_leads", "--dry-run", stdout=out)
    assert "Warm -> Cold: 1" in out.getvalue()
    assert "1 open leads examined, 1 would change band" in out.getvalue()
    assert lead.qualification == before


@pytest.mark.usefixtures("firm_defaults")
def test_the_command_moves_open_leads_only() -> None:
    lead_with(wants_survey=True)
    LeadFactory(status=Lead.Status.LOST)
    out = StringIO()
    call_command("requalify_leads", stdout=out)
    assert "1 open leads examined, 1 changed band" in out.getvalue()


def test_the_command_reports_missing_rules() -> None:
    with pytest.raises(CommandError, match="E015"):
        call_command("requalify_leads")
