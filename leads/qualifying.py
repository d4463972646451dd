"""Applying the published rules to leads."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction

from hampstead.core import incidents, stafftasks
from hampstead.core.errors import QualificationError
from hampstead.core.kept import Kept
from leads.facts import current_facts
from leads.models import Band, FactKey, Lead, Qualification, QualificationRule, RuleSet
from leads.qualification import LeadFacts, Rules, Verdict, qualify
from leads.rules import published_rule_set, rules_of
from leads.service_area import find_area


@dataclass(frozen=True)
class PublishedRules:
    rule_set: RuleSet
    rules: Rules

    @classmethod
    def load(cls) -> "PublishedRules":
        """Raises QualificationError (E015) if none are published or one is unreadable."""
        return _published_rules()


def _read_rules() -> PublishedRules:
    rule_set = published_rule_set()
    return PublishedRules(rule_set, rules_of(rule_set))


_published_rules = Kept(_read_rules, RuleSet, QualificationRule)


@dataclass
class Requalified:
    examined: int = 0
    moved: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def changed(self) -> int:
        return self.moved.total()


@transaction.atomic
def qualify_lead(*, lead: Lead) -> Qualification:
    """The current verdict by the published rules; a new row only if something changed.

    An override stays as it is: only staff withdraw it.
    """
    return _qualify(lead, PublishedRules.load())


@transaction.atomic(savepoint=False)
def qualify_or_tell(*, lead: Lead, noted: Mapping[FactKey, Any] | None = None) -> None:
    """Broken rules cost the verdict, not what the caller has under way: staff are told.

    `noted`: all facts as they stand, if some of them were noted in this transaction.
    """
    try:  # within the transaction: broken rules are found before anything is written
        _qualify(lead, PublishedRules.load(), noted)
    except QualificationError as error:
        incidents.report(code=error.code, scope="qualification", detail=error.detail)
        stafftasks.open_task(
            title="A lead could not be qualified",
            subject=lead.subject,
            detail=error.detail,
            code=error.code,
        )


def is_judged(lead: Lead) -> bool:
    """Whether there is a verdict by the rules that are published now."""
    return lead.qualifications.filter(
        is_current=True, rule_set__status=RuleSet.Status.PUBLISHED
    ).exists()


def requalify(*, is_dry_run: bool = False) -> Requalified:
    """Apply the published rules to every open lead; a dry run only counts."""
    published = PublishedRules.load()
    result = Requalified()
    for lead in Lead.objects.open().order_by("pk").iterator(chunk_size=500):
        before = lead.qualification
        if is_dry_run:
            after = str(qualify(_lead_facts(lead), published.rules).band)
        else:
            with transaction.atomic():
                after = _qualify(lead, published).band
        result.examined += 1
        if before is None or before.band != after:
            result.moved[_label(before), str(Band(after).label)] += 1
    return result


def _label(qualification: Qualification | None) -> str:
    return str(Band(qualification.band).label) if qualification else "Not qualified"


def _lead_facts(lead: Lead, noted: Mapping[FactKey, Any] | None = None) -> LeadFacts:
    known = current_facts(lead) if noted is None else noted
    place = find_area(str(known.get(FactKey.POSTCODE, "")))
    return LeadFacts(
        known={key.value: value for key, value in known.items()},
        area=place.area,
        outcode=place.outcode or "",
    )


def _qualify(
    lead: Lead, published: PublishedRules, noted: Mapping[FactKey, Any] | None = None
) -> Qualification:
    if noted is None:
        lead.lock()
    facts = _lead_facts(lead, noted)
    content = _content(facts, qualify(facts, published.rules), published.rule_set)
    current = lead.qualifications.filter(is_current=True).first()
    if current is not None and all(getattr(current, name) == new for name, new in content.items()):
        return current
    if current is not None:
        lead.qualifications.filter(is_current=True).update(is_current=False)
    qualification = Qualification.objects.create(lead=lead, **content)
    if noted is None:  # else whoever noted them has locked the lead and marked it
        lead.mark_changed()
    return qualification


def _content(facts: LeadFacts, verdict: Verdict, rule_set: RuleSet) -> dict[str, Any]:
    return {
        "rule_set_id": rule_set.pk,
        "score": verdict.score,
        "band": verdict.band.value,
        "area": facts.area.value,
        "needs_person": verdict.needs_person,
        "reasons": [asdict(reason) for reason in verdict.reasons],
        "missing": [key.value for key in verdict.missing],
        "facts": dict(facts.known),
    }
