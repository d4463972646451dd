"""Fixtures of the core's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from hampstead.core import ratelimit
from hampstead.core.models import StaffUser
from scripts.embedded import EmbeddedRedis
from tests.core import fakes


@pytest.fixture
def script(settings: Settings) -> Iterator[fakes.Script]:
    """The core wired to stand-ins instead of the floors above it."""
    for name, value in fakes.WIRING.items():
        setattr(settings, name, value)
    fakes.script.reset()
    yield fakes.script
    fakes.script.reset()


@pytest.fixture
def clerk(db: None) -> StaffUser:
    return StaffUser.objects.create(username="clerk", is_staff=True)


@pytest.fixture
def database_away(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """Nobody answers where the database should be."""
    host = connection.settings_dict["HOST"]
    connection.close()
    connection.settings_dict["HOST"] = str(tmp_path)
    yield
    connection.close()
    connection.settings_dict["HOST"] = host


@pytest.fixture
def own_redis(settings: Settings, tmp_path: Path) -> Iterator[EmbeddedRedis]:
    """A Redis that this test may stop."""
    redis = EmbeddedRedis(tmp_path, durable=False)
    redis.up()
    settings.REDIS_URL = redis.url
    ratelimit._shared.cache_clear()
    yield redis
    redis.down(immediate=True)
    ratelimit._shared.cache_clear()
