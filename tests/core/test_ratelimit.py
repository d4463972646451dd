"""Limits are shared through Redis; without it they are stricter and just as quick."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest

from hampstead.core import ratelimit
from hampstead.core.errors import NextStep, RateLimitError
from scripts.embedded import EmbeddedRedis
from tests.vendors import eventually


def allowed(name: str, limit: str, tries: int = 20) -> int:
    """How many of so many tries in a row pass."""
    passed = 0
    for _ in range(tries):
        try:
            ratelimit.take(name, limit)
        except RateLimitError:
            continue
        passed += 1
    return passed


@contextmanager
def hung(redis: EmbeddedRedis) -> Iterator[None]:
    assert redis.pid is not None
    os.kill(redis.pid, signal.SIGSTOP)
    yield
    os.kill(redis.pid, signal.SIGCONT)


@pytest.fixture
def name() -> str:
    return f"vendor-{uuid4()}"


def test_the_limit_holds(name: str) -> None:
    assert allowed(name, "7/minute") == 7


def test_two_processes_share_the_limit(name: str) -> None:
    first = allowed(name, "7/minute", tries=4)
    ratelimit._shared.cache_clear()  # what another process would have: a limiter of its own
    assert (first, allowed(name, "7/minute")) == (4, 3)


def test_each_vendor_has_a_limit_of_its_own(name: str) -> None:
    allowed(name, "7/minute")
    assert allowed(f"{name}-other", "7/minute") == 7


def test_the_refusal_says_how_long_to_wait(name: str) -> None:
    allowed(name, "2/minute")
    with pytest.raises(RateLimitError) as caught:
        ratelimit.take(name, "2/minute")
    assert caught.value.next_step == NextStep.WAIT
    assert caught.value.retry_after == timedelta(seconds=30)
    assert caught.value.trips_breaker is False


def test_without_redis_half_the_limit_holds(own_redis: EmbeddedRedis, name: str) -> None:
    own_redis.down(immediate=True)
    assert allowed(name, "8/minute") == 4


def test_a_stopped_redis_is_noticed_at_once(own_redis: EmbeddedRedis, name: str) -> None:
    ratelimit.take(name, "8/minute")
    own_redis.down(immediate=True)
    started = time.monotonic()
    ratelimit.take(name, "8/minute")
    assert time.monotonic() - started < 0.2


def test_a_hung_redis_costs_its_timeout_once(own_redis: EmbeddedRedis, name: str) -> None:
    ratelimit.take(name, "8/minute")
    with hung(own_redis):
        started = time.monotonic()
        assert allowed(name, "8/minute") == 4
        assert time.monotonic() - started < 0.25


def test_redis_is_used_again_once_it_is_back(
    own_redis: EmbeddedRedis, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ratelimit, "RETRY_REDIS_SECONDS", 0.05)
    own_redis.down(immediate=True)
    assert allowed(name, "8/minute") == 4
    own_redis.up()
    eventually(lambda: allowed(f"{name}-{uuid4()}", "8/minute") == 8, what="the shared limit")
