"""The qualification rules: read the published ones, prepare and publish new ones."""

from typing import Any

from django.db import transaction
from django.db.models import Max

from hampstead.core import audit
from hampstead.core.clock import now
from hampstead.core.errors import QualificationError
from hampstead.core.models import StaffUser
from leads import rule_values
from leads.models import Area, QualificationRule, RuleSet
from leads.qualification import LeadFacts, Rule, Rules, qualify


def published_rule_set() -> RuleSet:
    found = RuleSet.objects.filter(status=RuleSet.Status.PUBLISHED).first()
    if found is None:
        raise QualificationError(
            "no rule set is published; publish one in the admin or run manage.py load_defaults"
        )
    return found


def rules_of(rule_set: RuleSet) -> Rules:
    return Rules(
        version=rule_set.version,
        base_score=rule_set.base_score,
        hot_from=rule_set.hot_from,
        warm_from=rule_set.warm_from,
        cool_from=rule_set.cool_from,
        rules=tuple(
            Rule(row.code, row.label, row.fact, row.test, _mapping(row), row.points)
            for row in rule_set.rules.filter(is_active=True).order_by("position", "code")
        ),
    )


def _mapping(row: QualificationRule) -> dict[str, Any]:
    if not isinstance(row.value, dict):
        raise QualificationError(f'rule "{row.label}" has an unreadable value')
    return row.value


def spoken_rules(rule_set: RuleSet) -> list[str]:
    """One line per rule, for staff and for the audit trail."""
    return [
        f"{row.label} ({row.get_test_display()} {rule_values.spoken(row.test, row.value)}): "
        f"{row.points:+}{'' if row.is_active else ', off'}"
        for row in rule_set.rules.order_by("position", "code")
    ]


@transaction.atomic
def copy_to_draft(*, rule_set: RuleSet, by: StaffUser) -> RuleSet:
    # The unique version number settles two copies at once: the later one fails and is repeated.
    latest = RuleSet.objects.aggregate(latest=Max("version"))["latest"] or 0
    rules = list(rule_set.rules.all())
    draft = RuleSet.objects.create(
        version=latest + 1,
        note=f"Copied from version {rule_set.version}.",
        base_score=rule_set.base_score,
        hot_from=rule_set.hot_from,
        warm_from=rule_set.warm_from,
        cool_from=rule_set.cool_from,
    )
    for rule in rules:
        rule.pk, rule.rule_set = None, draft
    QualificationRule.objects.bulk_create(rules)
    audit.record(
        action="copy rules to draft",
        subject=draft.subject,
        by=by,
        after={"version": draft.version, "copied_from": rule_set.version},
    )
    return draft


class NotADraftError(Exception):
    """Only a draft can be published."""


@transaction.atomic
def publish(*, rule_set: RuleSet, by: StaffUser | None, reason: str = "") -> RuleSet:
    """Put a draft in force and retire the set before it. A broken rule stops it: E015."""
    rule_set = RuleSet.objects.select_for_update().get(pk=rule_set.pk)
    if not rule_set.is_draft:
        raise NotADraftError(f"{rule_set} is not a draft.")
    # Every rule is asked, so one that cannot be answered is found now and not at the next lead.
    qualify(LeadFacts(known={}, area=Area.UNKNOWN), rules_of(rule_set))
    before = RuleSet.objects.filter(status=RuleSet.Status.PUBLISHED).first()
    if before is not None:
        before.status = RuleSet.Status.RETIRED
        before.save(update_fields=["status"])
    rule_set.status = RuleSet.Status.PUBLISHED
    rule_set.published_at, rule_set.published_by = now(), by
    rule_set.save(update_fields=["status", "published_at", "published_by"])
    audit.record(
        action="publish rules",
        subject=rule_set.subject,
        by=by,
        reason=reason,
        before={"version": before.version if before else None},
        after={"version": rule_set.version, "rules": spoken_rules(rule_set)},
    )
    return rule_set
