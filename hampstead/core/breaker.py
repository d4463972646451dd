"""Circuit breaker for each vendor: closed -> open(until) -> probing -> closed.

The state is a VendorHealth row, read at most once a second by each process: it survives a
restart and a wiped Redis, and staff see and reset it.
"""

import logging
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from hampstead.core import audit, incidents
from hampstead.core.clock import now
from hampstead.core.errors import BreakerOpenError, CatalogueError, NextStep
from hampstead.core.logs import fields
from hampstead.core.models import StaffUser, VendorHealth
from hampstead.core.redact import redact_text

logger = logging.getLogger(__name__)
FAILURES_TO_OPEN = 5
PROBE_SECONDS = 30
CACHE_SECONDS = 1.0
State = VendorHealth.State
ANSWERED = (NextStep.RETRY, NextStep.GIVE_UP)
_cache: dict[str, tuple[float, str, datetime | None]] = {}

# Usually there is nothing to write. An upsert would lock the row all the same, and its commit
# would wait for the disk.
_SUCCESS = """
known AS (
    SELECT state FROM core_vendorhealth WHERE vendor = %(vendor)s
), noted AS (
    UPDATE core_vendorhealth
       SET state = 'closed', until = NULL, reason = '', failures = 0, last_success_at = now()
     WHERE vendor = %(vendor)s
       AND (state = 'probing'
            OR state = 'closed'
               AND (failures > 0 OR last_success_at IS NULL
                    OR last_success_at < now() - interval '5 seconds'))
    RETURNING vendor
), added AS (
    INSERT INTO core_vendorhealth
           (vendor, state, reason, failures, last_success_at, last_error_code, last_error)
    SELECT %(vendor)s, 'closed', '', 0, now(), '', '' WHERE NOT EXISTS (SELECT FROM known)
    ON CONFLICT (vendor) DO NOTHING
    RETURNING vendor
)
SELECT (SELECT state FROM known), EXISTS (SELECT FROM noted) OR EXISTS (SELECT FROM added)
"""


def forget_cache() -> None:
    _cache.clear()


def admit(vendor: str) -> None:
    """Let a call pass, or raise BreakerOpenError with the time until the next trial."""
    state, until = _read(vendor)
    if state == State.CLOSED:
        return
    if until is not None and until > now():
        raise _refusal(vendor, until)
    if not _become_probe(vendor):
        raise _refusal(vendor, now() + timedelta(seconds=1))


def refuse_while_open(vendor: str) -> None:
    """Raises BreakerOpenError during the pause. Never becomes the trial: ask before spending
    anything else on a call that `admit` would refuse."""
    state, until = _read(vendor)
    if state != State.CLOSED and until is not None and until > now():
        raise _refusal(vendor, until)


def _refusal(vendor: str, until: datetime) -> BreakerOpenError:
    wait = max(until - now(), timedelta(seconds=0.5))
    logger.warning("Circuit breaker is open", extra=fields(vendor=vendor, code="E012"))
    return BreakerOpenError(
        f"{vendor} is paused", next_step=NextStep.WAIT, retry_after=wait, trips_breaker=False
    )


def _read(vendor: str) -> tuple[str, datetime | None]:
    cached = _cache.get(vendor)
    if cached is not None and time.monotonic() - cached[0] < CACHE_SECONDS:
        return cached[1], cached[2]
    row = VendorHealth.objects.filter(vendor=vendor).values_list("state", "until").first()
    state, until = row or (State.CLOSED, None)
    _cache[vendor] = (time.monotonic(), state, until)
    return state, until


def _become_probe(vendor: str) -> bool:
    """Exactly one caller at a time tries a vendor whose pause is over."""
    _cache.pop(vendor, None)
    taken = VendorHealth.objects.filter(vendor=vendor, until__lte=now()).exclude(state=State.CLOSED)
    return bool(taken.update(state=State.PROBING, until=now() + timedelta(seconds=PROBE_SECONDS)))


def record_success(
    vendor: str, *, beside: str = "", values: Mapping[str, Any] | None = None
) -> None:
    """Close the breaker after a trial, and note the time (at most every few seconds).

    A call that was under way when the breaker opened does not close it. `beside`: an INSERT that
    goes along, with its values by name; every answered call costs one round trip, not two.
    """
    also = f"beside AS ({beside}), " if beside else ""
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {also}{_SUCCESS}", {**(values or {}), "vendor": vendor})
        state_before, is_news = cursor.fetchone()
    if is_news and state_before == State.PROBING:
        _cache.pop(vendor, None)
        incidents.end(code="E012", scope=f"vendor:{vendor}")


@transaction.atomic
def record_failure(vendor: str, error: CatalogueError) -> None:
    """Count a failure; open after FAILURES_TO_OPEN in a row, or at once for credentials."""
    VendorHealth.objects.bulk_create([VendorHealth(vendor=vendor)], ignore_conflicts=True)
    row = VendorHealth.objects.select_for_update().get(vendor=vendor)
    is_refused = error.next_step == NextStep.FIX_CREDENTIALS
    detail = redact_text(error.detail)
    if error.trips_breaker or is_refused:
        row.failures += 1
        row.reason = "credentials" if is_refused else detail[:200]
    row.last_error_at = now()
    row.last_error_code, row.last_error = error.code, detail
    is_probe = row.state == State.PROBING
    if is_probe and not error.trips_breaker and error.next_step in ANSWERED:
        # It answered, if only with something that we cannot use.
        row.state, row.until, row.failures, row.reason = State.CLOSED, None, 0, ""
        incidents.end(code="E012", scope=f"vendor:{vendor}")
    elif is_refused or is_probe or row.failures >= FAILURES_TO_OPEN:
        until = now() + timedelta(seconds=settings.BREAKER_COOL_SECONDS)
        if row.state != State.OPEN or row.until is None or row.until < until:
            row.until = until  # a longer pause, such as one by hand, stays as it is
        row.state = State.OPEN
        incidents.report(code="E012", scope=f"vendor:{vendor}", detail=row.reason)
        logger.error("Circuit breaker is open", extra=fields(vendor=vendor, code="E012"))
    row.save()
    _cache.pop(vendor, None)


@transaction.atomic
def reset(*, vendor: str, by: StaffUser | None, reason: str = "") -> bool:
    """Close the breaker by hand; True if it was not closed."""
    changed = (
        VendorHealth.objects.filter(vendor=vendor)
        .exclude(state=State.CLOSED)
        .update(state=State.CLOSED, until=None, failures=0, reason="")
    )
    _cache.pop(vendor, None)
    incidents.end(code="E012", scope=f"vendor:{vendor}")
    audit.record(action="reset breaker", subject=f"vendor:{vendor}", by=by, reason=reason)
    return bool(changed)


@transaction.atomic
def open_by_hand(*, vendor: str, by: StaffUser | None, reason: str) -> None:
    """Stop all calls to a vendor for an hour, or until reset."""
    VendorHealth.objects.update_or_create(
        vendor=vendor,
        defaults={"state": State.OPEN, "until": now() + timedelta(hours=1), "reason": reason[:200]},
    )
    _cache.pop(vendor, None)
    audit.record(action="open breaker", subject=f"vendor:{vendor}", by=by, reason=reason)
