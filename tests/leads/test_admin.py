import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hampstead.core.models import AuditEntry, StaffUser
from leads.facts import note_facts
from leads.models import (
    Band,
    FactKey,
    Firm,
    Lead,
    Person,
    PriceRange,
    QualificationRule,
    RuleSet,
    ServiceArea,
)
from leads.qualifying import qualify_lead
from leads.rules import copy_to_draft, published_rule_set
from tests.factories.leads import FactFactory, LeadFactory, OverrideFactory, QualificationFactory

pytestmark = pytest.mark.django_db


def queries_of(office: Client, page: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert office.get(reverse(page)).status_code == 200
    return len(captured)


def lead_in_full() -> Lead:
    lead = FactFactory().lead
    FactFactory(lead=lead, key=FactKey.POSTCODE, value="NW3 2QG")
    QualificationFactory(lead=lead)
    OverrideFactory(lead=lead)
    return lead


@pytest.mark.parametrize("page", ["admin:leads_lead_changelist", "admin:leads_person_changelist"])
def test_ten_rows_cost_as_many_queries_as_one(office: Client, page: str) -> None:
    lead_in_full()
    one = queries_of(office, page)
    for _ in range(9):
        lead_in_full()
    assert queries_of(office, page) == one


@pytest.mark.usefixtures("firm_defaults")
def test_ten_rule_sets_cost_as_many_queries_as_one(office: Client, olive: StaffUser) -> None:
    page = "admin:leads_ruleset_changelist"
    one = queries_of(office, page)
    for _ in range(9):
        copy_to_draft(rule_set=published_rule_set(), by=olive)
    assert queries_of(office, page) == one


def test_the_lead_list_shows_verdict_project_and_place(office: Client) -> None:
    lead_in_full()
    text = office.get(reverse("admin:leads_lead_changelist")).content.decode()
    for shown in ("Hot (staff)", "65", "Kitchen extension", "NW3 2QG"):
        assert shown in text


@pytest.mark.parametrize(("wanted", "count"), [("hot", 1), ("warm", 0), ("overridden", 1)])
def test_the_list_filters_by_the_verdict_that_counts(
    office: Client, wanted: str, count: int
) -> None:
    lead_in_full()
    page = office.get(reverse("admin:leads_lead_changelist"), {"band": wanted})
    assert page.context["cl"].result_count == count


@pytest.mark.usefixtures("firm_defaults")
def test_the_lead_page_explains_the_verdict_in_plain_words(office: Client) -> None:
    lead = LeadFactory()
    facts = {
        FactKey.POSTCODE: "NW3 2QG",
        FactKey.BUDGET: {"min_pence": None, "max_pence": 9_000_000},
    }
    note_facts(lead=lead, facts=facts, source="message:12")
    qualify_lead(lead=lead)
    text = office.get(reverse("admin:leads_lead_change", args=[lead.pk])).content.decode()
    for shown in ("Primary area NW3", "+20", "Score 80 of 100", "Up to £90,000", "who decides"):
        assert shown in text
    assert "max_pence" not in text


def test_a_lead_without_verdict_has_a_page(office: Client) -> None:
    page = office.get(reverse("admin:leads_lead_change", args=[LeadFactory().pk]))
    assert "Not qualified yet" in page.content.decode()


def test_the_lead_page_says_who_overrode_and_why(office: Client) -> None:
    lead = lead_in_full()
    text = office.get(reverse("admin:leads_lead_change", args=[lead.pk])).content.decode()
    assert "Decided by Olive Office" in text
    assert "The owner knows them." in text


def test_staff_override_a_verdict_with_a_reason(office: Client, olive: StaffUser) -> None:
    lead = LeadFactory()
    page = reverse("admin:leads_lead_override", args=[lead.pk])
    answer = office.post(page, {"band": "cold", "reason": "No budget"}, follow=True)
    assert "The verdict is now “Cold”" in answer.content.decode()
    assert (lead.override.band, lead.override.by) == ("cold", olive)


def test_an_override_without_reason_is_asked_again(office: Client) -> None:
    lead = LeadFactory()
    page = reverse("admin:leads_lead_override", args=[lead.pk])
    answer = office.post(page, {"band": "cold", "reason": " "})
    assert "This field is required" in answer.content.decode()
    assert lead.override is None


@pytest.mark.parametrize("page", ["override", "withdraw", "correct_facts"])
def test_opening_a_question_changes_nothing(office: Client, page: str) -> None:
    lead = lead_in_full()
    answer = office.get(reverse(f"admin:leads_lead_{page}", args=[lead.pk]))
    assert answer.status_code == 200
    assert lead.verdict == Band.HOT
    assert not AuditEntry.objects.exists()


def test_staff_withdraw_an_override(office: Client) -> None:
    lead = lead_in_full()
    page = reverse("admin:leads_lead_withdraw", args=[lead.pk])
    office.post(page, {"reason": "Mistake"})
    assert (lead.override, lead.verdict) == (None, Band.WARM)


def test_withdrawing_what_a_colleague_withdrew_is_said(office: Client) -> None:
    page = reverse("admin:leads_lead_withdraw", args=[LeadFactory().pk])
    answer = office.post(page, {"reason": "Mistake"}, follow=True)
    assert "This lead has no override." in answer.content.decode()


def test_only_staff_who_may_change_leads_override(client: Client) -> None:
    lead = LeadFactory()
    viewer = StaffUser.objects.create(username="viewer", is_staff=True)
    client.force_login(viewer)
    page = reverse("admin:leads_lead_override", args=[lead.pk])
    assert client.post(page, {"band": "cold", "reason": "x"}).status_code == 403


def test_an_unknown_lead_is_said_kindly(office: Client) -> None:
    answer = office.get(reverse("admin:leads_lead_override", args=[999_999]), follow=True)
    assert "There is no such lead." in answer.content.decode()


@pytest.mark.usefixtures("firm_defaults")
def test_staff_correct_a_fact_and_the_verdict_follows(office: Client) -> None:
    lead = LeadFactory()
    page = reverse("admin:leads_lead_correct_facts", args=[lead.pk])
    office.post(page, {"postcode": "nw32qg", "wants_survey": "no", "reason": "Rang them"})
    assert lead.facts.get(key="postcode").is_by_staff
    assert lead.facts.get(key="wants_survey").value is False
    assert lead.qualification.band == Band.WARM


def test_an_unfit_correction_is_asked_again(office: Client) -> None:
    lead = LeadFactory()
    page = reverse("admin:leads_lead_correct_facts", args=[lead.pk])
    answer = office.post(page, {"postcode": "moon", "reason": "x"})
    assert "must be a UK postcode" in answer.content.decode()
    assert not lead.facts.exists()


def test_ending_a_lead_in_the_admin_is_audited(office: Client, olive: StaffUser) -> None:
    lead = LeadFactory()
    office.post(reverse("admin:leads_lead_change", args=[lead.pk]), inline({"status": "won"}))
    lead.refresh_from_db()
    assert lead.status == Lead.Status.WON
    assert AuditEntry.objects.get(action="set lead status").by == olive


def test_reopening_beside_an_open_lead_is_refused_in_words(office: Client) -> None:
    lost = LeadFactory(status="lost")
    LeadFactory(person=lost.person)
    page = reverse("admin:leads_lead_change", args=[lost.pk])
    answer = office.post(page, inline({"status": "open"}))
    assert "already has another open lead" in answer.content.decode()


def inline(data: dict[str, object], prefix: str = "facts", total: int = 0) -> dict[str, object]:
    return {**data, f"{prefix}-TOTAL_FORMS": total, f"{prefix}-INITIAL_FORMS": total}


def test_a_new_name_of_a_person_is_audited(office: Client, olive: StaffUser) -> None:
    person = LeadFactory().person
    page = reverse("admin:leads_person_change", args=[person.pk])
    office.post(page, inline({"name": "Ada Example", "email": ""}, "leads"))
    entry = AuditEntry.objects.get(subject=f"person:{person.pk}")
    assert (entry.by, entry.after) == (olive, {"name": "Ada Example"})


def test_prices_are_written_in_pounds_and_kept_in_pence(office: Client) -> None:
    data = {
        "project_type": "basement", "low_pence": "£90,000", "high_pence": "150000",
        "weeks_low": 12, "weeks_high": 20, "includes_vat": "on", "valid_until": "2027-01-31",
    }  # fmt: skip
    office.post(reverse("admin:leads_pricerange_add"), data)
    price = PriceRange.objects.get()
    assert (price.low_pence, price.high_pence) == (9_000_000, 15_000_000)
    assert AuditEntry.objects.get().action == "add price range"


@pytest.mark.usefixtures("firm_defaults")
def test_a_price_page_shows_pounds(office: Client) -> None:
    price = PriceRange.objects.get(project_type="bathroom")
    text = office.get(reverse("admin:leads_pricerange_change", args=[price.pk])).content.decode()
    assert 'value="15000"' in text


def test_a_range_upside_down_is_refused_in_words(office: Client) -> None:
    data = {
        "project_type": "basement", "low_pence": "2", "high_pence": "1", "weeks_low": 1,
        "weeks_high": 2, "valid_until": "2027-01-31",
    }  # fmt: skip
    answer = office.post(reverse("admin:leads_pricerange_add"), data)
    assert "must not exceed" in answer.content.decode()


@pytest.mark.usefixtures("firm_defaults")
def test_deleting_an_area_is_audited(office: Client) -> None:
    row = ServiceArea.objects.get(outcode="N12")
    office.post(reverse("admin:leads_servicearea_delete", args=[row.pk]), {"post": "yes"})
    assert AuditEntry.objects.get(action="delete service area").before["outcode"] == "N12"


@pytest.mark.usefixtures("firm_defaults")
@pytest.mark.parametrize("model", ["firm", "openinghours", "servicearea", "pricerange", "ruleset"])
def test_every_page_of_business_data_opens(office: Client, model: str) -> None:
    assert office.get(reverse(f"admin:leads_{model}_changelist")).status_code == 200
    row = {"firm": Firm, "ruleset": RuleSet}.get(model)
    if row is not None:
        page = reverse(f"admin:leads_{model}_change", args=[row._default_manager.get().pk])
        assert office.get(page).status_code == 200


@pytest.mark.usefixtures("firm_defaults")
def test_published_rules_are_shown_and_not_editable(office: Client) -> None:
    page = reverse("admin:leads_ruleset_change", args=[published_rule_set().pk])
    text = office.get(page).content.decode()
    assert "£50,000 to £100,000" in text
    assert 'name="rules-0-label"' not in text
    assert 'name="hot_from"' not in text


@pytest.mark.usefixtures("firm_defaults")
def test_staff_copy_rules_to_a_draft_and_publish_it(office: Client, olive: StaffUser) -> None:
    office.post(reverse("admin:leads_ruleset_copy", args=[published_rule_set().pk]))
    draft = RuleSet.objects.get(status="draft")
    page = reverse("admin:leads_ruleset_publish", args=[draft.pk])
    office.post(page, {"reason": "Yearly review"})
    assert (published_rule_set(), published_rule_set().published_by) == (draft, olive)


@pytest.mark.usefixtures("firm_defaults")
def test_staff_edit_a_draft_rule_in_plain_words(office: Client, olive: StaffUser) -> None:
    draft = copy_to_draft(rule_set=published_rule_set(), by=olive)
    draft.rules.exclude(code="budget-over-100k").delete()
    rule = draft.rules.get()
    form = {
        "rules-0-id": rule.pk, "rules-0-rule_set": draft.pk, "rules-0-position": 1,
        "rules-0-label": "Budget over £120,000", "rules-0-fact": "budget",
        "rules-0-test": "budget_over", "rules-0-compared_with": "£120,000",
        "rules-0-points": 15, "rules-0-is_active": "on", "base_score": 50,
        "hot_from": 80, "warm_from": 60, "cool_from": 40, "note": "",
    }  # fmt: skip
    page = reverse("admin:leads_ruleset_change", args=[draft.pk])
    office.post(page, inline(form, "rules", 1))
    assert QualificationRule.objects.get(pk=rule.pk).value == {"pence": 12_000_000}
    assert AuditEntry.objects.filter(action="edit rules", by=olive).exists()


def test_a_person_page_links_the_leads(office: Client) -> None:
    lead = LeadFactory()
    page = reverse("admin:leads_person_change", args=[Person.objects.get().pk])
    link = reverse("admin:leads_lead_change", args=[lead.pk])
    assert link in office.get(page).content.decode()
