"""Misconfiguration of this floor, reported at start-up."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from leads.credentials import days_left

UNSET = {"", "sandbox-tenant", "sandbox-client"}


@register("hampstead")
def check_calendar(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not _is_date(settings.MICROSOFT_CLIENT_SECRET_EXPIRES):
        found.append(
            Error(
                "MICROSOFT_CLIENT_SECRET_EXPIRES is no date: nobody would be warned",
                hint="Write it like 2027-05-31, or leave it empty.",
                id="leads.E001",
            )
        )
    if settings.VENDORS["microsoft"]["mode"] == "live":
        found += _live()
    return found


def _live() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if {settings.MICROSOFT_TENANT_ID, settings.MICROSOFT_CLIENT_ID} & UNSET:
        found.append(
            Error(
                "MICROSOFT_CLIENT_SECRET is set without the tenant and the app it belongs to",
                hint="Set MICROSOFT_TENANT_ID and MICROSOFT_CLIENT_ID.",
                id="leads.E002",
            )
        )
    left = days_left()
    if left is None:
        found.append(
            Warning(
                "Nobody will be warned when the calendar's key runs out",
                hint="Set MICROSOFT_CLIENT_SECRET_EXPIRES, such as 2027-05-31.",
                id="leads.W001",
            )
        )
    elif left < 0:
        found.append(
            Warning(
                "The calendar's key has run out: no survey can be booked",
                hint="Make a new one in Entra and set MICROSOFT_CLIENT_SECRET.",
                id="leads.W002",
            )
        )
    return found


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text or "2000-01-01")
    except ValueError:
        return False
    return True
