"""The token for all processes of ours, encrypted in Redis. A hint: without Redis each process
signs in for itself.
"""

import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError
from redis.lock import Lock

from hampstead.core.logs import fields
from hampstead.core.sealing import UnsealError, seal, unseal

logger = logging.getLogger(__name__)
AWAY_SECONDS = 5.0  # then we ask Redis again
TURN_SECONDS = 5.0  # whoever dies while signing in holds the others up no longer
WAIT_SECONDS = 1.0
AWAY = (RedisError, OSError)


@dataclass(frozen=True)
class Token:
    """Times in seconds since 1970, as msal counts."""

    value: str
    renew_at: float
    expires_at: float

    @property
    def is_fresh(self) -> bool:
        return time.time() < self.renew_at

    @property
    def is_alive(self) -> bool:
        return time.time() < self.expires_at - 10


class SharedToken:
    def __init__(self, name: str) -> None:
        self._key = f"{settings.REDIS_PREFIX}microsoft:token:{name}"
        self._away_until = 0.0
        self._redis: Redis = Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=settings.REDIS_TIMEOUT_SECONDS,
            socket_connect_timeout=settings.REDIS_TIMEOUT_SECONDS,
        )

    def load(self) -> Token | None:
        if self._is_away:
            return None
        try:
            sealed = self._redis.get(self._key)
        except AWAY as error:
            self._note_away(error)
            return None
        return _opened(sealed) if isinstance(sealed, bytes) else None

    def save(self, token: Token) -> None:
        seconds = int(token.renew_at - time.time())
        if self._is_away or seconds < 1 or not settings.FIELD_KEYS:
            return
        try:
            self._redis.set(self._key, seal(json.dumps(asdict(token)).encode()), ex=seconds)
        except AWAY as error:
            self._note_away(error)

    def forget(self) -> None:
        try:
            self._redis.delete(self._key)
        except AWAY as error:
            self._note_away(error)

    def close(self) -> None:
        self._redis.close()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One process after another: the first signs in, the others find its token. Waits a
        second at most, then goes on regardless.
        """
        lock = self._redis.lock(f"{self._key}:turn", timeout=TURN_SECONDS, sleep=0.02)
        is_held = False
        try:
            is_held = not self._is_away and lock.acquire(blocking_timeout=WAIT_SECONDS)
        except AWAY as error:
            self._note_away(error)
        try:
            yield
        finally:
            if is_held:
                self._release(lock)

    def _release(self, lock: Lock) -> None:
        try:
            lock.release()
        except AWAY as error:  # or it took so long that another has its turn by now
            logger.info("turn not given back", extra=fields(why=type(error).__name__))

    @property
    def _is_away(self) -> bool:
        return time.monotonic() < self._away_until

    def _note_away(self, error: Exception) -> None:
        self._away_until = time.monotonic() + AWAY_SECONDS
        logger.warning(
            "Redis is away, signing in alone", extra=fields(code="E002", why=type(error).__name__)
        )


def _opened(sealed: bytes) -> Token | None:
    """None for what another key sealed, or another version of this code wrote."""
    try:
        return Token(**json.loads(unseal(sealed)))
    except (UnsealError, ValueError, TypeError):
        return None
