"""Fixtures that every test may use."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from conversations.claude import claude
from conversations.prompting import load_first_prompts
from hampstead.core import breaker, ratelimit
from leads.loading import load_defaults
from tests.vendors import Sandbox, running_sandbox
from whatsapp.dialog360 import dialog360


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_process: Sandbox, settings: Settings) -> Iterator[Sandbox]:
    """A fresh sandbox, and our adapters pointed at it."""
    settings.VENDORS = {
        name: {**vendor, "url": f"{sandbox_process.url}/{name}"}
        for name, vendor in settings.VENDORS.items()
    }
    sandbox_process.reset()
    _forget_adapters()
    yield sandbox_process
    _forget_adapters()


@pytest.fixture(autouse=True)
def _fresh_memory() -> Iterator[None]:
    """Nothing one test left in this process's memory reaches the next."""
    breaker.forget_cache()
    ratelimit.forget()
    yield
    breaker.forget_cache()


@pytest.fixture
def quick(settings: Settings) -> None:
    """No settle time: what arrives is due at once."""
    settings.SETTLE_SECONDS = 0


@pytest.fixture
def firm_defaults(db: Any) -> None:
    """The default business data of the firm."""
    load_defaults()
    load_first_prompts()


def _forget_adapters() -> None:
    for adapter in (claude, dialog360):
        if adapter.cache_info().currsize:
            adapter().close()
        adapter.cache_clear()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    folder = Path(__file__).resolve().parent.parent / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
