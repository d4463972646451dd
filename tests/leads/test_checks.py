"""What is wrong with the calendar's settings is said at start-up."""

import pytest
from pytest_django import Settings

from leads.checks import check_calendar


def found(settings: Settings, *, mode: str = "live", **changes: str) -> list[str | None]:
    usual = {
        "MICROSOFT_CLIENT_SECRET_EXPIRES": "2099-01-01",
        "MICROSOFT_TENANT_ID": "tenant",
        "MICROSOFT_CLIENT_ID": "client",
    }
    for name, value in {**usual, **changes}.items():
        setattr(settings, name, value)
    known = settings.VENDORS
    settings.VENDORS = {**known, "microsoft": {**known["microsoft"], "mode": mode}}
    return [message.id for message in check_calendar(None)]


def test_a_whole_set_of_settings_is_fine(settings: Settings) -> None:
    assert found(settings) == []


@pytest.mark.parametrize("mode", ["live", "sandbox"])
def test_a_date_that_is_none_is_an_error(settings: Settings, mode: str) -> None:
    assert "leads.E001" in found(settings, mode=mode, MICROSOFT_CLIENT_SECRET_EXPIRES="31/5/2027")


@pytest.mark.parametrize("name", ["MICROSOFT_TENANT_ID", "MICROSOFT_CLIENT_ID"])
@pytest.mark.parametrize("value", ["sandbox-tenant", "sandbox-client", ""])
def test_a_secret_without_its_app_is_an_error(settings: Settings, name: str, value: str) -> None:
    assert found(settings, **{name: value}) == ["leads.E002"]


@pytest.mark.parametrize(("date", "id_"), [("", "leads.W001"), ("2020-01-01", "leads.W002")])
def test_an_end_that_nobody_hears_of_is_a_warning(settings: Settings, date: str, id_: str) -> None:
    assert found(settings, MICROSOFT_CLIENT_SECRET_EXPIRES=date) == [id_]


def test_the_simulator_needs_none_of_it(settings: Settings) -> None:
    assert found(settings, mode="sandbox", MICROSOFT_CLIENT_SECRET_EXPIRES="") == []
