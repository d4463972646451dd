from collections.abc import Callable
from typing import Any

import pytest
from pytest_django import Settings

from leads.outlook import outlook


@pytest.fixture
def restart(settings: Settings) -> Callable[..., None]:
    """The adapter as a process with these settings makes it."""

    def again(**changes: Any) -> None:
        for name, value in changes.items():
            setattr(settings, name, value)
        if outlook.cache_info().currsize:
            outlook().close()
        outlook.cache_clear()

    return again
