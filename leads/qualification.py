"""Facts in, verdict with reasons out. Pure: no rows, no clock, no I/O."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from hampstead.core.errors import QualificationError
from leads.terms import Area, Band, EnquiryKind, FactKey, ProjectType, RuleTest
from leads.wording import pounds

NOT_LEADS = {
    EnquiryKind.EXISTING_CLIENT,
    EnquiryKind.SUPPLIER,
    EnquiryKind.JOB_SEEKER,
    EnquiryKind.SALES_CALL,
    EnquiryKind.NEIGHBOUR,
}
# A small budget is normal for these, so it says nothing against the enquiry.
MINOR_WORK = {ProjectType.BATHROOM, ProjectType.MAINTENANCE}
# What a surveyor needs to know, in the order in which a receptionist would ask.
WANTED = (
    FactKey.PROJECT_TYPE,
    FactKey.POSTCODE,
    FactKey.BUDGET,
    FactKey.START_WITHIN_MONTHS,
    FactKey.REQUIREMENTS,
    FactKey.DECISION_MAKER,
    FactKey.WANTS_SURVEY,
    FactKey.CUSTOMER_NAME,
)


@dataclass(frozen=True)
class LeadFacts:
    """What is known of a lead. `area` is looked up by the caller: it is data, not arithmetic."""

    known: Mapping[str, Any]
    area: Area = Area.UNKNOWN
    outcode: str = ""

    def text(self, key: FactKey) -> str:
        value = self.known.get(key)
        return value if isinstance(value, str) else ""

    def number(self, key: FactKey) -> int | None:
        return _whole(self.known.get(key))

    def is_yes(self, key: FactKey) -> bool:
        return self.known.get(key) is True

    def is_known(self, key: FactKey) -> bool:
        return self.known.get(key) not in (None, "", {}, [])

    @property
    def budget_pence(self) -> int | None:
        """The most they would spend, else the least. People name a range to leave room, and the
        top is what the work may cost; with only a minimum, that is all we may rely on."""
        budget = self.known.get(FactKey.BUDGET)
        if not isinstance(budget, Mapping):
            return None
        most = _whole(budget.get("max_pence"))
        return _whole(budget.get("min_pence")) if most is None else most


@dataclass(frozen=True)
class Rule:
    code: str
    label: str
    fact: str
    test: str
    value: Mapping[str, Any]
    points: int


@dataclass(frozen=True)
class Rules:
    version: int
    rules: tuple[Rule, ...]
    base_score: int = 50
    hot_from: int = 80
    warm_from: int = 60
    cool_from: int = 40


@dataclass(frozen=True)
class Reason:
    code: str
    label: str
    points: int
    because: str


@dataclass(frozen=True)
class Verdict:
    score: int
    band: Band
    reasons: tuple[Reason, ...]
    missing: tuple[FactKey, ...]
    needs_person: bool


def qualify(facts: LeadFacts, rules: Rules) -> Verdict:
    reasons = [_reason(rule, facts) for rule in rules.rules if _applies(rule, facts)]
    score = max(0, min(100, rules.base_score + sum(reason.points for reason in reasons)))
    band = _band(score, facts, rules)
    needs_person = facts.area == Area.BORDERLINE and band != Band.NOT_A_LEAD
    if needs_person:
        reasons.append(_borderline(facts))
    # Nobody is questioned further who gets the short path.
    short_path = band in (Band.NOT_A_LEAD, Band.OUTSIDE_AREA)
    missing = () if short_path else tuple(key for key in WANTED if not facts.is_known(key))
    return Verdict(score, band, tuple(reasons), missing, needs_person)


def _band(score: int, facts: LeadFacts, rules: Rules) -> Band:
    if facts.text(FactKey.ENQUIRY_KIND) in NOT_LEADS:
        return Band.NOT_A_LEAD
    if facts.area == Area.OUTSIDE:
        return Band.OUTSIDE_AREA
    if score >= rules.hot_from:
        return Band.HOT
    if score >= rules.warm_from:
        return Band.WARM
    return Band.COOL if score >= rules.cool_from else Band.COLD


def _reason(rule: Rule, facts: LeadFacts) -> Reason:
    # The label names the area or the threshold; what the customer said is added where it tells
    # staff more than the label does.
    said = _said(rule, facts)
    because = f"{rule.label}{f' {said}' if said else ''}: {rule.points:+}"
    return Reason(rule.code, rule.label, rule.points, because)


def _said(rule: Rule, facts: LeadFacts) -> str:
    if rule.test == RuleTest.AREA_IS:
        return facts.outcode
    if rule.fact == FactKey.BUDGET and facts.budget_pence is not None:
        return f"({pounds(facts.budget_pence)})"
    if rule.test in (RuleTest.START_WITHIN, RuleTest.START_BEYOND):
        months = facts.number(FactKey.START_WITHIN_MONTHS)
        return f"({months} month{'' if months == 1 else 's'})"
    return ""


def _borderline(facts: LeadFacts) -> Reason:
    where = f" {facts.outcode}" if facts.outcode else ""
    return Reason(
        "area-borderline", "Borderline area", 0, f"Borderline area{where}: a person decides"
    )


def _applies(rule: Rule, facts: LeadFacts) -> bool:
    test = TESTS.get(rule.test)
    if test is None or rule.fact not in FactKey.values:
        raise QualificationError(f'rule "{rule.label}" asks a question this version cannot answer')
    return test(rule, facts)


def _area_is(rule: Rule, facts: LeadFacts) -> bool:
    area = rule.value.get("area")
    if area not in Area.values:
        raise QualificationError(f'rule "{rule.label}" names no area')
    return bool(facts.area == area)


def _budget_over(rule: Rule, facts: LeadFacts) -> bool:
    limit = _limit(rule, "pence")
    return facts.budget_pence is not None and facts.budget_pence > limit


def _budget_between(rule: Rule, facts: LeadFacts) -> bool:
    low, high = _limit(rule, "from_pence"), _limit(rule, "to_pence")
    return facts.budget_pence is not None and low <= facts.budget_pence <= high


def _budget_below_for_major_work(rule: Rule, facts: LeadFacts) -> bool:
    limit = _limit(rule, "pence")
    project = facts.text(FactKey.PROJECT_TYPE)
    is_major = bool(project) and project not in MINOR_WORK
    return is_major and facts.budget_pence is not None and facts.budget_pence < limit


def _start_within(rule: Rule, facts: LeadFacts) -> bool:
    limit = _limit(rule, "months")
    over = _limit(rule, "over_months") if "over_months" in rule.value else -1
    months = facts.number(FactKey.START_WITHIN_MONTHS)
    return months is not None and over < months <= limit


def _start_beyond(rule: Rule, facts: LeadFacts) -> bool:
    limit = _limit(rule, "months")
    months = facts.number(FactKey.START_WITHIN_MONTHS)
    return months is not None and months > limit


def _is_true(rule: Rule, facts: LeadFacts) -> bool:
    return facts.is_yes(FactKey(rule.fact))


def _is_present(rule: Rule, facts: LeadFacts) -> bool:
    return facts.is_known(FactKey(rule.fact))


def _equals(rule: Rule, facts: LeadFacts) -> bool:
    if not isinstance(rule.value.get("answer"), str):
        raise QualificationError(f'rule "{rule.label}" names no answer')
    return bool(facts.text(FactKey(rule.fact)) == rule.value["answer"])


TESTS: Mapping[str, Callable[[Rule, LeadFacts], bool]] = {
    RuleTest.AREA_IS: _area_is,
    RuleTest.BUDGET_OVER: _budget_over,
    RuleTest.BUDGET_BETWEEN: _budget_between,
    RuleTest.BUDGET_BELOW_FOR_MAJOR_WORK: _budget_below_for_major_work,
    RuleTest.START_WITHIN: _start_within,
    RuleTest.START_BEYOND: _start_beyond,
    RuleTest.IS_TRUE: _is_true,
    RuleTest.IS_PRESENT: _is_present,
    RuleTest.EQUALS: _equals,
}
_LimitName = Literal["pence", "from_pence", "to_pence", "months", "over_months"]


def _limit(rule: Rule, name: _LimitName) -> int:
    limit = _whole(rule.value.get(name))
    if limit is None:
        raise QualificationError(f'rule "{rule.label}" has no figure to compare with')
    return limit


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None
