"""Misconfiguration is reported at start-up, with an id and a remedy."""

from collections.abc import Sequence
from typing import Any

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register("hampstead")
def check_settings(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    sandboxed = [name for name, vendor in settings.VENDORS.items() if vendor["mode"] == "sandbox"]
    if sandboxed and not settings.ALLOW_SANDBOX:
        found.append(
            Error(
                f"These vendors have no key and would use the sandbox: {', '.join(sandboxed)}",
                hint="Set their keys, or ALLOW_SANDBOX=1 if that is really meant.",
                id="hampstead.E001",
            )
        )
    if not settings.FIELD_KEYS:
        found.append(
            Error(
                "FIELD_KEYS is empty: webhook bodies cannot be encrypted",
                hint="Set at least one Fernet key.",
                id="hampstead.E002",
            )
        )
    found += [_bad_key(number) for number, key in enumerate(settings.FIELD_KEYS) if not _fits(key)]
    if not settings.WHATSAPP_WEBHOOK_SECRETS:
        found.append(
            Warning(
                "WHATSAPP_WEBHOOK_SECRET is empty: every WhatsApp post is refused",
                hint="Set it to the value of the X-Hook-Token header configured at 360dialog.",
                id="hampstead.W001",
            )
        )
    return found


def _fits(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


def _bad_key(number: int) -> CheckMessage:
    return Error(
        f"Key {number + 1} of FIELD_KEYS is no Fernet key: every webhook would fail",
        hint="Make one with cryptography's Fernet.generate_key().",
        id="hampstead.E003",
    )
