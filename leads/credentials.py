"""When our key for the calendar runs out, and telling staff in time.

An expired secret is the classic outage of a calendar: nothing is wrong for two years, then
everything at once.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cryptography import x509
from django.conf import settings

from hampstead.core import incidents, stafftasks
from hampstead.core.clock import LONDON, now
from hampstead.core.models import StaffTask, VendorHealth

VENDOR = "microsoft"
SCOPE = "credential:microsoft"
TITLE = "Renew the key of the Microsoft 365 calendar"
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


@dataclass(frozen=True)
class Stage:
    """How near the end is, and how loudly we say so."""

    days: int
    words: str
    due_in: timedelta
    is_urgent: bool


STAGES = (  # the nearest first
    Stage(7, "within a week", timedelta(days=1), is_urgent=True),
    Stage(30, "within a month", timedelta(days=7), is_urgent=False),
)
HOW = (
    "Make a new client secret or certificate in Entra (App registrations, Certificates & secrets), "
    "set MICROSOFT_CLIENT_SECRET and MICROSOFT_CLIENT_SECRET_EXPIRES, and restart. After that day "
    "no calendar can be read and no survey booked."
)


def expires_on() -> date | None:
    """The last day of the key: as it is set, or else as the certificate says. None: unknown."""
    text = settings.MICROSOFT_CLIENT_SECRET_EXPIRES
    try:
        return date.fromisoformat(text) if text else _certificate_ends_on()
    except ValueError:
        return None  # a check at start-up reports it


def days_left() -> int | None:
    """0 on the last day, negative after it."""
    last = expires_on()
    return None if last is None else (last - now().astimezone(LONDON).date()).days


def warn_of_expiry() -> None:
    """Swept: a task for staff a month ahead and an urgent one a week ahead, once for each key,
    and E009 from the day after on. Takes all back once the key is renewed.
    """
    last, left = expires_on(), days_left()
    if last is None or left is None:
        _withdraw(keep="")
        incidents.end(code="E009", scope=SCOPE)
        return
    _warn(last, left)
    if left < 0:
        detail = f"The key ran out on {_written(last)}. {HOW}"
        incidents.report(code="E009", scope=SCOPE, detail=detail)
    else:
        incidents.end(code="E009", scope=SCOPE)


def note() -> str:
    """A line on the vendor's page: when the key runs out."""
    last, left = expires_on(), days_left()
    if last is None or left is None:
        return "No expiry date is set for the key (MICROSOFT_CLIENT_SECRET_EXPIRES)."
    if left < 0:
        return f"The key ran out on {_written(last)}. {HOW}"
    days = "today" if left == 0 else f"in {left} day{'' if left == 1 else 's'}"
    return f"The key runs out on {_written(last)}, {days}."


def _warn(last: date, left: int) -> None:
    stage = next((stage for stage in STAGES if left <= stage.days), None)
    title = f"{TITLE}: it runs out {stage.words}, on {_written(last)}" if stage else ""
    _withdraw(keep=title)
    # Whoever has finished the task knows; the day itself brings the incident.
    if stage is None or stafftasks.last_done(title=title, subject=_subject()):
        return
    stafftasks.open_task(
        title=title,
        subject=_subject(),
        detail=HOW,
        code="E009",
        due_in=stage.due_in,
        is_urgent=stage.is_urgent,
    )


def _withdraw(*, keep: str) -> None:
    """Close what an earlier stage, or a key since renewed, has asked for."""
    asked = StaffTask.objects.filter(title__startswith=TITLE, done_at__isnull=True)
    for task in asked.exclude(title=keep):
        stafftasks.close_by_itself(title=task.title, subject=task.subject)


def _subject() -> str:
    """The vendor's page, which shows the date."""
    health, _ = VendorHealth.objects.get_or_create(vendor=VENDOR)
    return f"vendor:{health.pk}"


def _written(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _certificate_ends_on() -> date | None:
    """Raises ValueError for a text that only looks like a certificate."""
    key: Any = settings.VENDORS[VENDOR]["key"]
    found = _CERTIFICATE.search(key)
    if found is None:
        return None
    ends_at: datetime = x509.load_pem_x509_certificate(found.group().encode()).not_valid_after_utc
    # It ends at a moment of its last day; the day before is the last that is safe.
    return ends_at.astimezone(UTC).date() - timedelta(days=1)
