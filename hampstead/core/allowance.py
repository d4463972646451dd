"""What a vendor still lets us ask for: learned from its answers, shared by all processes.

A vendor's limit is a bucket that refills all the time and is full again within a minute, so one
moment says everything: `..._reset_at`, when it will be full. Taking moves the moment back; what
is left follows from it. Times are the database's.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import Error as DatabaseFault
from django.db import connection

from hampstead.core.database import commits_alone
from hampstead.core.errors import NextStep, RateLimitError
from hampstead.core.logs import fields
from hampstead.core.retry import MAX_WAIT

logger = logging.getLogger(__name__)
MINUTE = 60.0
RESERVE = 0.3  # of each limit is kept for those whom somebody waits for
MOST = 2_000_000_000  # what fits the column

# One statement: the lock makes callers queue, and each sees what the one before has taken. Nothing
# costs more than the whole of what its caller may take, or it would wait for ever.
_TAKE = """
WITH asked AS (
    SELECT id, requests_limit, tokens_limit, pause_until,
           greatest(requests_reset_at, now()) + %(minute)s * interval '1 second'
             * least(1, requests_limit * %(share)s) / requests_limit AS requests_at,
           greatest(tokens_reset_at, now()) + %(minute)s * interval '1 second'
             * least(%(tokens)s, tokens_limit * %(share)s) / tokens_limit AS tokens_at
      FROM core_vendorallowance
     WHERE vendor = %(vendor)s AND scope = %(scope)s
       FOR UPDATE
), waiting AS (
    SELECT *, greatest(pause_until, requests_at - %(minute)s * %(share)s * interval '1 second',
                       tokens_at - %(minute)s * %(share)s * interval '1 second') - now() AS wait
      FROM asked
), taken AS (
    UPDATE core_vendorallowance
       SET requests_reset_at = requests_at,
           requests_left = floor(w.requests_limit
             * (1 - extract(epoch FROM requests_at - now()) / %(minute)s)),
           tokens_reset_at = tokens_at,
           tokens_left = floor(w.tokens_limit
             * (1 - extract(epoch FROM tokens_at - now()) / %(minute)s)),
           updated_at = now()
      FROM waiting w
     WHERE core_vendorallowance.id = w.id AND coalesce(wait <= interval '1 millisecond', TRUE)
)
SELECT coalesce(extract(epoch FROM wait), 0)::float,
       CASE WHEN %(alone)s THEN set_config('synchronous_commit', 'off', true) END
  FROM waiting
"""


@dataclass(frozen=True)
class Quota:
    """One limit a minute and what is left of it, as the vendor told us."""

    limit: int
    left: int
    reset_at: datetime | None = None

    @property
    def seconds_to_full(self) -> float:
        return MINUTE * (self.limit - min(max(self.left, 0), self.limit)) / self.limit


@dataclass(frozen=True)
class Learned:
    """News of one answer; None: it said nothing about that."""

    requests: Quota | None = None
    tokens: Quota | None = None
    pause: timedelta | None = None


def take(vendor: str, scope: str, *, tokens: int, is_background: bool) -> None:
    """Use one request and so many tokens, or raise RateLimitError (E011) saying how long to wait.

    Before anything is learned everything passes. `tokens` is a guess; the answer corrects it.
    """
    asked: dict[str, str | float] = {
        "vendor": vendor,
        "scope": scope,
        "tokens": min(tokens, MOST),
        "share": 1 - RESERVE if is_background else 1.0,
        "minute": MINUTE,
        "alone": commits_alone(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, asked)
        row = cursor.fetchone()
    wait = row[0] if row else 0.0
    if wait <= 0.001:
        return
    raise RateLimitError(
        f"{vendor} lets us ask {scope} again in {wait:.1f} s",
        next_step=NextStep.WAIT,
        retry_after=timedelta(seconds=max(0.05, wait)),
        trips_breaker=False,
    )


def learn(vendor: str, scope: str, news: Learned) -> None:
    """Believe the vendor. Never raises for the database: the call has happened."""
    if news == Learned():
        return
    pause = min(news.pause, MAX_WAIT).total_seconds() if news.pause else None
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                """
                INSERT INTO core_vendorallowance AS a
                       (vendor, scope, requests_limit, requests_left, requests_reset_at,
                        tokens_limit, tokens_left, tokens_reset_at, pause_until)
                VALUES (%s, %s, %s, %s, least(now() + %s * interval '1 second', %s),
                        %s, %s, least(now() + %s * interval '1 second', %s),
                        now() + %s * interval '1 second')
                ON CONFLICT (vendor, scope) DO UPDATE
                   SET requests_limit = coalesce(EXCLUDED.requests_limit, a.requests_limit),
                       requests_left = coalesce(EXCLUDED.requests_left, a.requests_left),
                       requests_reset_at =
                         coalesce(EXCLUDED.requests_reset_at, a.requests_reset_at),
                       tokens_limit = coalesce(EXCLUDED.tokens_limit, a.tokens_limit),
                       tokens_left = coalesce(EXCLUDED.tokens_left, a.tokens_left),
                       tokens_reset_at = coalesce(EXCLUDED.tokens_reset_at, a.tokens_reset_at),
                       pause_until = greatest(EXCLUDED.pause_until, a.pause_until),
                       updated_at = now()
                RETURNING CASE WHEN %s THEN set_config('synchronous_commit', 'off', true) END
                """,
                [
                    *(vendor, scope),
                    *_columns(news.requests),
                    *_columns(news.tokens),
                    *(pause, commits_alone()),
                ],
            )
    except DatabaseFault:
        logger.exception("allowance not learned", extra=fields(vendor=vendor, scope=scope))


def _columns(quota: Quota | None) -> tuple[int | None, int | None, float | None, datetime | None]:
    if quota is None:
        return None, None, None, None
    return quota.limit, quota.left, quota.seconds_to_full, quota.reset_at
