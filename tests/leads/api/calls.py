"""Calling the API as its users do: with a token, in the week of 30 November 2026."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from django.contrib.auth.models import Permission
from django.test import Client
from rest_framework.authtoken.models import Token

from hampstead.core.models import StaffUser
from leads.models import Surveyor
from tests.factories.leads import OfficeUserFactory

AVAILABILITY = "/api/v1/calendar/availability"
BOOKINGS = "/api/v1/calendar/bookings"
_keys = count()


@dataclass
class Caller:
    """A program with a token of a member of staff."""

    user: StaffUser
    token: str
    http: Client = field(default_factory=lambda: Client(raise_request_exception=True))

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        raw = body if isinstance(body, bytes) else json.dumps(body) if body is not None else ""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.generic(
            method,
            path,
            raw,
            content_type="application/json",
            headers={"Authorization": f"Token {self.token}", **names},
        )

    def free(self, first: str = "2026-12-01", last: str = "2026-12-01", **more: Any) -> Any:
        query = {"from": first, "to": last, **more}
        return self.http.get(AVAILABILITY, query, headers={"Authorization": f"Token {self.token}"})

    def slots(self, first: str = "2026-12-01", last: str = "2026-12-01", **more: Any) -> list[Any]:
        found: list[Any] = self.free(first, last, **more).json()["slots"]
        return found

    def slot(self, clock: str = "10:00", day: str = "2026-12-01", **more: Any) -> str:
        """The ticket of a free time, by London's clock."""
        wanted = f"{day}T{clock}"
        tickets = {each["starts_at"][:16]: each["slot"] for each in self.slots(day, day, **more)}
        return str(tickets[wanted])

    def book(self, slot: str = "", *, key: str = "", **more: Any) -> Any:
        body = {**CUSTOMER, **({"slot": slot} if slot else {}), **more}
        return self.ask("POST", BOOKINGS, body, Idempotency_Key=key or f"key-{next(_keys)}")

    def propose(self, surveyor: Surveyor, starts_at: datetime | str, **more: Any) -> Any:
        """A time of their own."""
        text = starts_at if isinstance(starts_at, str) else starts_at.isoformat()
        return self.book(surveyor=surveyor.pk, starts_at=text, **more)


CUSTOMER = {"name": "Sarah Chen", "phone": "07700 900123", "postcode": "NW3 2QG"}


def caller(*permissions: str, **more: Any) -> Caller:
    given = {"is_superuser": False, "username": "portal", **more}
    user: StaffUser = OfficeUserFactory(**given)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return Caller(user, Token.objects.create(user=user).key)


def reason(response: Any) -> tuple[int, str]:
    return response.status_code, response.json()["reason"]
