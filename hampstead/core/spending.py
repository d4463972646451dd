"""What vendors cost: the ledger, and the ceilings of a day in London.

The ledger is written after each call and read before the next, so a ceiling can be passed by
what is under way at that moment and by no more. Lanes allow one call for each conversation: one
person's flood passes their ceiling by one call at most for each of their conversations.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.db import Error as DatabaseFault

from hampstead.core import incidents, ledger, requestid, stafftasks
from hampstead.core.clock import now, to_london
from hampstead.core.errors import BudgetSpentError
from hampstead.core.logs import fields
from hampstead.core.models import Incident, SpendCeiling, VendorUse

logger = logging.getLogger(__name__)
CODE = "E011"
SCOPE = "spending"
PERSON_TASK = "A customer has reached the daily limit"
WHAT_TO_DO = {
    "soft": "Customers are still answered; what can wait is left until tomorrow. See under "
    "Spending what it was for, and raise the ceiling if that is in order.",
    "hard": "Customers are answered without the assistant's own words until then. See under "
    "Spending what it was for, and raise the ceiling to let it go on at once.",
}


@dataclass(frozen=True)
class Bill:
    """What a call is for, and who caused it: subject "conversation:12", payer "person:7"."""

    purpose: str
    subject: str = ""
    payer: str = ""

    @property
    def can_wait(self) -> bool:
        """Nobody waits for it: it stops at the soft ceiling and lets live turns go first."""
        return self.purpose in settings.CAN_WAIT


@dataclass(frozen=True)
class Standing:
    """What a vendor has cost today, and its ceilings."""

    ceiling: SpendCeiling
    spent: Decimal
    by_payer: Decimal

    @property
    def subject(self) -> str:
        return f"spendceiling:{self.ceiling.pk}" if self.ceiling.pk else ""

    @property
    def warnings(self) -> Iterator[tuple[str, str]]:
        """The ceilings that are reached: kind, and how staff are told."""
        soft, hard = self.ceiling.soft_pence, self.ceiling.hard_pence
        if self.spent >= soft:
            yield "soft", f"{self.ceiling} has cost {pounds(soft)} today"
        if self.spent >= hard:
            yield "hard", f"{self.ceiling} is stopped until midnight: {pounds(hard)} spent"


def admit(vendor: str, bill: Bill) -> None:
    """Let a call pass, or raise BudgetSpentError (E011) until midnight in London."""
    standing = _standing(vendor, ledger.spent(vendor, bill.payer))
    if standing is None:
        return
    _tell(standing)
    ceiling = standing.ceiling
    if standing.spent >= ceiling.hard_pence:
        raise _refusal("vendor", ceiling.hard_pence, f"all calls to {vendor}")
    if bill.payer and standing.by_payer >= ceiling.person_pence:
        _tell_of_person(ceiling, bill)
        raise _refusal("person", ceiling.person_pence, f"{bill.payer} at {vendor}")
    if bill.can_wait and standing.spent >= ceiling.soft_pence:
        raise _refusal("vendor", ceiling.soft_pence, f"what can wait at {vendor}")


def _refusal(who: str, pence: int, whom: str) -> BudgetSpentError:
    _, midnight = ledger.today()
    return BudgetSpentError(
        f"{pounds(pence)} a day for {whom}", who=who, retry_after=midnight - now()
    )


def record(
    *,
    vendor: str,
    bill: Bill,
    cost_pence: Decimal,
    model: str = "",
    input_tokens: int = 0,
    cache_write_tokens: int = 0,
    cache_read_tokens: int = 0,
    output_tokens: int = 0,
) -> None:
    """Write down what a call cost. Never raises for the database: the call has happened."""
    try:
        use = VendorUse(
            vendor=vendor,
            model=model[:60],
            purpose=bill.purpose,
            subject=bill.subject,
            payer=bill.payer,
            input_tokens=input_tokens,
            cache_write_tokens=cache_write_tokens,
            cache_read_tokens=cache_read_tokens,
            output_tokens=output_tokens,
            cost_pence=cost_pence,
            request_id=requestid.current(),
            at=now(),
        )
        if standing := _standing(vendor, ledger.write(use)):
            _tell(standing)
    except DatabaseFault:
        logger.exception("cost not written down", extra=fields(vendor=vendor, pence=cost_pence))
        warn(vendor, "a cost could not be written down; today's sum is too low")


def warn(vendor: str, detail: str) -> None:
    """An incident about the figures themselves. Never raises for the database."""
    try:
        incidents.report(code="", scope=f"{SCOPE}:{vendor}", detail=detail)
    except DatabaseFault:
        logger.exception("incident not written down", extra=fields(vendor=vendor, detail=detail))


def spent_today(vendor: str, payer: str = "") -> Decimal:
    """Pence since midnight in London, of one payer if given."""
    spent = ledger.spent(vendor, payer)
    return spent.by_payer if payer else spent.pence


def create_absent_ceilings() -> int:
    """Rows that staff can edit, from the shipped ceilings; how many were made."""
    made = 0
    for vendor, ceilings in settings.SPEND_CEILINGS.items():
        _, is_new = SpendCeiling.objects.get_or_create(vendor=vendor, defaults=ceilings)
        made += is_new
    return made


def end_incidents() -> None:
    """A new day, or a higher ceiling: what was reached no longer is. Doubts about the figures last
    a day after they were last seen.
    """
    forgotten = now() - timedelta(days=1)
    Incident.objects.filter(
        code="", scope__startswith=f"{SCOPE}:", closed_at__isnull=True, last_seen_at__lt=forgotten
    ).update(closed_at=now())
    day_now = to_london(now()).date().isoformat()
    for found in Incident.objects.filter(
        code=CODE, scope__startswith=f"{SCOPE}:", closed_at__isnull=True
    ):
        _, vendor, kind, day = found.scope.split(":")
        standing = _standing(vendor, ledger.spent(vendor))
        still = day == day_now and standing and (kind, found.detail) in standing.warnings
        if not still:
            incidents.end(code=CODE, scope=found.scope)
            if kind == "hard" and standing:
                stafftasks.close_by_itself(title=found.detail, subject=standing.subject)


def _standing(vendor: str, spent: ledger.Spent) -> Standing | None:
    """None for a vendor without ceilings."""
    if spent.ceiling is not None:
        names = ("id", "soft_pence", "hard_pence", "person_pence")
        row = SpendCeiling(vendor=vendor, **dict(zip(names, spent.ceiling, strict=True)))
    elif vendor in settings.SPEND_CEILINGS:
        row = SpendCeiling(vendor=vendor, **settings.SPEND_CEILINGS[vendor])
    else:
        return None
    return Standing(row, spent.pence, spent.by_payer)


def _tell(standing: Standing) -> None:
    """Staff hear of each ceiling once a day; of a higher one again."""
    day, vendor = to_london(now()).date(), standing.ceiling.vendor
    for kind, words in standing.warnings:
        scope = f"{SCOPE}:{vendor}:{kind}:{day.isoformat()}"
        if Incident.objects.filter(code=CODE, scope=scope, detail=words).exists():
            continue
        incidents.report(code=CODE, scope=scope, detail=words)
        stafftasks.open_task(
            title=words,
            subject=standing.subject,
            detail=WHAT_TO_DO[kind],
            code=CODE,
            due_in=timedelta(minutes=15) if kind == "hard" else timedelta(hours=4),
            is_urgent=kind == "hard",
        )
        logger.warning("spend ceiling reached", extra=fields(vendor=vendor, kind=kind))


def _tell_of_person(ceiling: SpendCeiling, bill: Bill) -> None:
    if bill.payer.startswith("staff:"):
        return  # whoever tries prompts out sees it on the page
    stafftasks.open_task(
        title=PERSON_TASK,
        subject=bill.payer,
        detail=f"Their messages cost {pounds(ceiling.person_pence)} today, so the assistant "
        "goes on with fixed questions until midnight. Read what they write and reply yourself.",
        code=CODE,
        due_in=timedelta(hours=1),
    )


def pounds(pence: int) -> str:
    whole, rest = divmod(pence, 100)
    return f"£{whole:,}.{rest:02}" if rest else f"£{whole:,}"
