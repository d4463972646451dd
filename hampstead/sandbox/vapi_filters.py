"""The filters of `GET /call`."""

import operator
from datetime import UTC, datetime
from typing import Any

from hampstead.sandbox.vapi_errors import VapiRefusalError
from hampstead.sandbox.vapi_records import PhoneCall

DEFAULT_LIMIT, MOST = 100, 1000
COMPARISONS = {"Gt": operator.gt, "Lt": operator.lt, "Ge": operator.ge, "Le": operator.le}
TIMES = {
    f"{name}{suffix}": (attribute, compares)
    for name, attribute in (("createdAt", "created_at"), ("updatedAt", "updated_at"))
    for suffix, compares in COMPARISONS.items()
}
EQUAL = ("id", "assistantId", "phoneNumberId")


def listed(calls: list[PhoneCall], query: list[tuple[str, str]]) -> list[PhoneCall]:
    """Newest first. Raises VapiRefusalError."""
    asked = dict(query)
    known = {*EQUAL, *TIMES, "limit"}
    if unknown := [name for name in asked if name not in known]:
        raise VapiRefusalError(400, [f"property {name} should not exist" for name in unknown])
    limit = limit_of(asked.pop("limit", str(DEFAULT_LIMIT)))
    for name, value in asked.items():
        calls = [call for call in calls if fits(call, name, value)]
    ordered = sorted(calls, key=lambda call: call.created_at, reverse=True)
    return ordered[:limit]


def limit_of(value: str) -> int:
    if not value.isdecimal() or int(value) > MOST:
        raise VapiRefusalError(400, ["limit must not be greater than 1000"])
    return int(value)


def fits(call: PhoneCall, name: str, value: str) -> bool:
    if name in TIMES:
        attribute, compares = TIMES[name]
        # What the vendor shows is what it compares: whole milliseconds.
        return bool(compares(shown_instant(getattr(call, attribute)), instant(name, value)))
    found: dict[str, Any] = {
        "id": call.id,
        "assistantId": call.assistant_id,
        "phoneNumberId": call.line["id"] if call.line else None,
    }
    return bool(found[name] == value)


def shown_instant(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def instant(name: str, value: str) -> datetime:
    try:
        # A plus sign that was not escaped has come as a space.
        found = datetime.fromisoformat(value.replace(" ", "+"))
    except ValueError:
        raise VapiRefusalError(400, [f"{name} must be a valid ISO 8601 date string"]) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
