"""Price ranges for customers: only from the price book, only while they are valid."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hampstead.core.clock import now, to_london
from leads.models import PriceRange
from leads.wording import pounds

# From about four months on people think in months.
WEEKS_SAID_AS_MONTHS_FROM = 16


@dataclass(frozen=True)
class PriceAnswer:
    project_type: str
    low_pence: int
    high_pence: int
    valid_until: date
    text: str


def price_range(project_type: str) -> PriceAnswer | None:
    row = PriceRange.objects.filter(project_type=project_type).first()
    return _answer(row) if row is not None and _may_be_told(row) else None


def price_book() -> list[PriceRange]:
    """All prices there are, in a fixed order."""
    return list(PriceRange.objects.order_by("project_type"))


def current_prices(rows: Iterable[PriceRange]) -> list[PriceAnswer]:
    """All of them that customers may be told today."""
    return [_answer(row) for row in rows if _may_be_told(row)]


def _may_be_told(row: PriceRange) -> bool:
    return row.is_valid_on(to_london(now()).date())


def _answer(row: PriceRange) -> PriceAnswer:
    return PriceAnswer(row.project_type, row.low_pence, row.high_pence, row.valid_until, _text(row))


def _text(row: PriceRange) -> str:
    vat = "including VAT at 20%" if row.includes_vat else "plus VAT at 20%"
    note = f" ({row.note})" if row.note else ""
    money = f"{pounds(row.low_pence)} to {pounds(row.high_pence)} {vat}"
    return f"{money}, usually {_duration(row.weeks_low, row.weeks_high)}{note}"


def _duration(low: int, high: int) -> str:
    unit = "weeks"
    if low >= WEEKS_SAID_AS_MONTHS_FROM:
        low, high, unit = round(low * 12 / 52), round(high * 12 / 52), "months"
    return f"{low} {unit}" if low == high else f"{low} to {high} {unit}"
