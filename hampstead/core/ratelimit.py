"""Outbound rate limits shared by all processes through Redis.

Redis away or slow (over 100 ms): a stricter limit in this process's memory holds until it is
back, so a call waits for a limit but never for Redis.
"""

import logging
import time
from datetime import timedelta
from functools import lru_cache

from django.conf import settings
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis import ConnectionPool
from redis.exceptions import RedisError as RedisClientError

from hampstead.core.errors import NextStep, RateLimitError
from hampstead.core.logs import fields

logger = logging.getLogger(__name__)
FALLBACK_SHARE = 2  # each process alone may use half of the shared limit
RETRY_REDIS_SECONDS = 5.0
_local = MovingWindowRateLimiter(MemoryStorage())
_redis_away_until = 0.0


@lru_cache(maxsize=1)
def _shared() -> MovingWindowRateLimiter:
    pool = ConnectionPool.from_url(
        settings.REDIS_URL,
        socket_timeout=settings.REDIS_TIMEOUT_SECONDS,
        socket_connect_timeout=settings.REDIS_TIMEOUT_SECONDS,
        max_connections=16,
    )
    prefix = f"{settings.REDIS_PREFIX}limits"
    storage = RedisStorage("redis://", connection_pool=pool, key_prefix=prefix)
    return MovingWindowRateLimiter(storage)


def forget() -> None:
    """Drop what this process remembers of limits and of Redis being away."""
    global _redis_away_until
    _redis_away_until = 0.0
    _local.storage.reset()


def take(name: str, limit: str) -> None:
    """Use one call of `limit` ("20/second"), or raise RateLimitError saying how long to wait."""
    item = parse(limit)
    limiter, item = _choose(item)
    try:
        taken = limiter.hit(item, name)
    except (RedisClientError, OSError) as error:
        limiter, item = _fall_back(item, error)
        taken = limiter.hit(item, name)
    if taken:
        return
    raise RateLimitError(
        f"our own limit for {name} ({limit})",
        next_step=NextStep.WAIT,
        retry_after=timedelta(seconds=max(0.05, item.get_expiry() / item.amount)),
        trips_breaker=False,
    )


def _choose(item: RateLimitItem) -> tuple[MovingWindowRateLimiter, RateLimitItem]:
    if time.monotonic() < _redis_away_until:
        return _local, _stricter(item)
    return _shared(), item


def _fall_back(
    item: RateLimitItem, error: Exception
) -> tuple[MovingWindowRateLimiter, RateLimitItem]:
    global _redis_away_until
    _redis_away_until = time.monotonic() + RETRY_REDIS_SECONDS
    logger.warning("Redis is away, limiting locally", extra=fields(code="E002", why=repr(error)))
    return _local, _stricter(item)


def _stricter(item: RateLimitItem) -> RateLimitItem:
    return type(item)(max(1, item.amount // FALLBACK_SHARE), item.multiples)
