"""What the ledger of vendor use adds up to since midnight in London, and what it may."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from hampstead.core.clock import LONDON, now, to_london

# Rows older than this are all committed, whatever the clocks of other machines say.
SETTLED_AFTER = timedelta(seconds=60)
MANY_ROWS = 2000
_settled: dict[str, tuple[datetime, datetime, Decimal]] = {}  # vendor: day, up to when, pence


def today() -> tuple[datetime, datetime]:
    """Midnight to midnight in London; 23 or 25 hours when the clocks change."""
    day = to_london(now()).date()
    return _midnight(day), _midnight(day + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=LONDON)


class Spent(NamedTuple):
    """Pence since midnight: of everybody, and of this payer."""

    pence: Decimal
    by_payer: Decimal
    ceiling: list[int] | None  # id, soft, hard and person_pence of the vendor's SpendCeiling


def spent(vendor: str, payer: str = "") -> Spent:
    """One query, asked twice for each call of a vendor.

    On a busy day each process remembers what older rows add up to and reads only the rest, so
    the sum stays exact and stays cheap.
    """
    begin, end = today()
    settling = now() - SETTLED_AFTER
    day, start, known = _settled.get(vendor, (begin, begin, Decimal(0)))
    if day != begin or start > settling:
        day, start, known = begin, begin, Decimal(0)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT coalesce(sum(cost_pence), 0),
                   coalesce(sum(cost_pence) FILTER (WHERE at < %s), 0),
                   count(*),
                   (SELECT coalesce(sum(cost_pence), 0) FROM core_vendoruse
                     WHERE payer = %s AND payer <> '' AND vendor = %s AND at >= %s AND at < %s),
                   (SELECT ARRAY[id, soft_pence, hard_pence, person_pence]
                      FROM core_spendceiling WHERE vendor = %s)
              FROM core_vendoruse WHERE vendor = %s AND at >= %s AND at < %s
            """,
            [settling, payer, vendor, begin, end, vendor, vendor, start, end],
        )
        rest, settled, count, by_payer, ceiling = cursor.fetchone()
    if count > MANY_ROWS and settling > start:
        _settled[vendor] = (begin, settling, known + settled)
    return Spent(known + rest, by_payer, ceiling)
