"""Misconfiguration is reported at start-up."""

from typing import Any

import pytest
from pytest_django import Settings

from hampstead.core.checks import check_settings


@pytest.fixture(autouse=True)
def _well_configured(settings: Settings) -> None:
    settings.VENDORS = {"anthropic": {"mode": "live"}}
    settings.ALLOW_SANDBOX = False


def ids() -> list[str | None]:
    return [message.id for message in check_settings(None)]


def test_a_well_configured_system_passes() -> None:
    assert ids() == []


@pytest.mark.parametrize(("is_allowed", "found"), [(False, ["hampstead.E001"]), (True, [])])
def test_the_sandbox_must_be_allowed(settings: Settings, is_allowed: bool, found: Any) -> None:
    settings.VENDORS = {"anthropic": {"mode": "sandbox"}}
    settings.ALLOW_SANDBOX = is_allowed
    assert ids() == found


@pytest.mark.parametrize(
    ("name", "found"),
    [("FIELD_KEYS", "hampstead.E002"), ("WHATSAPP_WEBHOOK_SECRETS", "hampstead.W001")],
)
def test_a_missing_secret_is_reported_with_a_hint(
    settings: Settings, name: str, found: str
) -> None:
    setattr(settings, name, [])
    (message,) = check_settings(None)
    assert message.id == found
    assert message.hint
