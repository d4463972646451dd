"""What the ledger of vendor use adds up to since midnight in London, and what it may."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from hampstead.core.clock import LONDON, now, to_london
from hampstead.core.models import VendorUse

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


_SPENT = """
SELECT coalesce(sum(cost_pence), 0),
       coalesce(sum(cost_pence) FILTER (WHERE at < %s), 0),
       count(*),
       (SELECT coalesce(sum(cost_pence), 0) FROM core_vendoruse
         WHERE payer = %s AND payer <> '' AND vendor = %s AND at >= %s AND at < %s),
       (SELECT ARRAY[id, soft_pence, hard_pence, person_pence]
          FROM core_spendceiling WHERE vendor = %s)
  FROM core_vendoruse WHERE vendor = %s AND at >= %s AND at < %s
"""
_WRITE = """
WITH written AS (
    INSERT INTO core_vendoruse
           (vendor, model, purpose, subject, payer, input_tokens, cache_write_tokens,
            cache_read_tokens, output_tokens, cost_pence, request_id, at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
)
"""


def spent(vendor: str, payer: str = "") -> Spent:
    """Asked before each call of a vendor."""
    return _spent(vendor, payer)


def write(use: VendorUse) -> Spent:
    """Add a row, and say what everybody has spent with it, in one query after each call."""
    tokens = (use.input_tokens, use.cache_write_tokens, use.cache_read_tokens, use.output_tokens)
    whose = (use.vendor, use.model, use.purpose, use.subject, use.payer)
    values = (*whose, *tokens, use.cost_pence, use.request_id, use.at)
    spent = _spent(use.vendor, "", _WRITE, values)
    # A statement does not see the row it writes.
    return spent._replace(pence=spent.pence + use.cost_pence)


def _spent(vendor: str, payer: str, before: str = "", values: Sequence[Any] = ()) -> Spent:
    """On a busy day each process remembers what older rows add up to and reads only the rest, so
    the sum stays exact and stays cheap.
    """
    begin, end = today()
    settling = now() - SETTLED_AFTER
    day, start, known = _settled.get(vendor, (begin, begin, Decimal(0)))
    if day != begin or start > settling:
        day, start, known = begin, begin, Decimal(0)
    with connection.cursor() as cursor:
        cursor.execute(
            before + _SPENT,
            [*values, settling, payer, vendor, begin, end, vendor, vendor, start, end],
        )
        rest, settled, count, by_payer, ceiling = cursor.fetchone()
    if count > MANY_ROWS and settling > start:
        _settled[vendor] = (begin, settling, known + settled)
    return Spent(known + rest, by_payer, ceiling)
