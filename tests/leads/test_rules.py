from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from hampstead.core.errors import QualificationError
from hampstead.core.models import AuditEntry, StaffUser
from leads import defaults as shipped
from leads import rule_values
from leads.models import RuleSet
from leads.rules import NotADraftError, copy_to_draft, publish, published_rule_set, rules_of
from tests.factories.leads import QualificationRuleFactory, RuleSetFactory

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("firm_defaults")
def test_publishing_retires_the_set_before(olive: StaffUser) -> None:
    old = published_rule_set()
    new = publish(rule_set=copy_to_draft(rule_set=old, by=olive), by=olive)
    old.refresh_from_db()
    assert (old.status, published_rule_set()) == (RuleSet.Status.RETIRED, new)
    assert AuditEntry.objects.get(action="publish rules", by=olive).before == {"version": 1}


@pytest.mark.usefixtures("firm_defaults")
def test_a_draft_is_a_faithful_copy(olive: StaffUser) -> None:
    old = published_rule_set()
    draft = copy_to_draft(rule_set=old, by=olive)
    assert draft.is_draft
    assert rules_of(draft).rules == rules_of(old).rules
    assert old.rules.count() == draft.rules.count()


@pytest.mark.usefixtures("firm_defaults")
def test_published_rules_cannot_be_edited_or_deleted() -> None:
    rule = published_rule_set().rules.all()[0]
    with pytest.raises(ValidationError, match="copy them to a draft"):
        rule.save()
    with pytest.raises(ValidationError, match="copy them to a draft"):
        rule.delete()


@pytest.mark.usefixtures("firm_defaults")
def test_a_draft_with_a_broken_rule_is_not_published(olive: StaffUser) -> None:
    draft = RuleSetFactory()
    QualificationRuleFactory(rule_set=draft, fact="budget", test="budget_over", value={})
    with pytest.raises(QualificationError):
        publish(rule_set=draft, by=olive)
    assert published_rule_set().version == 1


@pytest.mark.usefixtures("firm_defaults")
def test_only_a_draft_can_be_published(olive: StaffUser) -> None:
    with pytest.raises(NotADraftError):
        publish(rule_set=published_rule_set(), by=olive)


def test_a_rule_that_is_switched_off_is_not_asked() -> None:
    rule = QualificationRuleFactory(is_active=False)
    assert rules_of(rule.rule_set).rules == ()


@pytest.mark.usefixtures("firm_defaults")
def test_the_database_refuses_two_published_sets() -> None:
    with pytest.raises(IntegrityError, match="one_published_rule_set"):
        RuleSetFactory(status="published", published_at="2026-01-05T09:00Z")


def test_the_database_refuses_bands_out_of_order() -> None:
    with pytest.raises(IntegrityError, match="bands_fall_from_hot_to_cool"):
        RuleSetFactory(hot_from=50, warm_from=60)


@pytest.mark.parametrize("rule", shipped.read()["rules"]["rule"], ids=lambda rule: rule["code"])
def test_what_staff_read_of_a_rule_reads_back_the_same(rule: dict[str, Any]) -> None:
    test, value = str(rule["test"]), rule.get("value", {})
    assert rule_values.read(test, rule_values.spoken(test, value)) == value


@pytest.mark.parametrize(
    ("test", "text"),
    [
        ("area_is", "moon"),
        ("budget_over", "a lot"),
        ("budget_between", "£90,000 to £50,000"),
        ("start_within", "soon"),
        ("equals", ""),
    ],
)
def test_unreadable_comparisons_are_refused_in_plain_words(test: str, text: str) -> None:
    with pytest.raises(ValueError, match="Write"):
        rule_values.read(test, text)
