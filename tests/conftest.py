"""Fixtures that every test may use."""

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from pytest_django import Settings

from conversations.claude import claude
from hampstead.core import breaker, ratelimit
from leads.outlook import outlook
from tests.defaults import Defaults, take_defaults
from tests.early import LIVE
from tests.vendors import Sandbox, running_sandbox
from whatsapp.dialog360 import dialog360


@pytest.hookimpl(trylast=True)  # after pytest-django has put its own order
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Workers take file after file: the slow ones begin, so that none is left over at the end."""
    items.sort(key=lambda item: not any(map(item.get_closest_marker, ("browser", "kills"))))


@pytest.fixture(scope="session", autouse=True)
def _no_certificates() -> Iterator[None]:
    """No test speaks TLS, and reading all certificates takes each new client 20 ms."""
    if LIVE:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl.SSLContext, "load_verify_locations", lambda *_given, **_named: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """A good hash takes a third of a second, and many tests begin with a member of staff."""
    quick = "django.contrib.auth.hashers.MD5PasswordHasher"
    with override_settings(PASSWORD_HASHERS=[quick, *settings.PASSWORD_HASHERS]):
        yield


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(sandbox_process: Sandbox, settings: Settings) -> Iterator[Sandbox]:
    """A fresh sandbox, and our adapters pointed at it."""
    settings.VENDORS = {
        name: vendor if vendor["mode"] == "live" else {**vendor, "url": _url(sandbox_process, name)}
        for name, vendor in settings.VENDORS.items()
    }
    settings.MICROSOFT_CALLS_PER_SECOND = 1000  # tests ask more in a second than the office does
    sandbox_process.reset()
    _forget_adapters()
    yield sandbox_process
    _forget_adapters()


def _url(sandbox: Sandbox, vendor: str) -> str:
    return f"{sandbox.url}/{vendor}"


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


@pytest.fixture(scope="session")
def taken_defaults(django_db_setup: None, django_db_blocker: Any) -> Defaults:
    with django_db_blocker.unblock():
        return take_defaults()


@pytest.fixture
def firm_defaults(taken_defaults: Defaults, db: None) -> None:
    """The default business data of the firm."""
    taken_defaults.create()


def _forget_adapters() -> None:
    if outlook.cache_info().currsize:
        outlook().forget_token()  # other tests' processes would find it in Redis
    for adapter in (claude, dialog360, outlook):
        if adapter.cache_info().currsize:
            adapter().close()
        adapter.cache_clear()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    folder = Path(__file__).resolve().parent.parent / "var" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
