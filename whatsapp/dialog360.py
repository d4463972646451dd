"""WhatsApp at 360dialog over plain HTTP. Errors become E006 with what should happen next."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

import httpx
from django.conf import settings

from hampstead.core.errors import NextStep, WhatsAppError
from hampstead.core.vendor import Door, http_client

# Reactions by Meta's error code; what is in none of them follows the HTTP status.
CREDENTIALS = {0, 3, 10, 190, 131005, 131031, 131042, 368, 130497}
# The number is not registered or not approved: an operator must act.
OPERATOR = {131037, 131045, 133000, 133005, 133006, 133008, 133009, 133010, 133015, 133016}
TRANSIENT = {1, 2, 131000, 131016, 133004}
SLOW_DOWN = {4, 80007, 130429, 131056, 131048}
PAUSE = {131057: timedelta(seconds=60), 4: timedelta(minutes=5), 80007: timedelta(minutes=5)}
# Refused before anything was sent; the same request may be repeated.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


@dataclass(frozen=True)
class Accepted:
    """360dialog took the message; delivery is told by statuses only."""

    vendor_id: str
    wa_id: str


class Dialog360:
    """One client for each process."""

    def __init__(self) -> None:
        vendor = settings.VENDORS["360dialog"]
        self._door = Door(
            vendor="360dialog",
            error=WhatsAppError,
            limit=f"{settings.WHATSAPP_SENDS_PER_SECOND}/second",
            deadline_seconds=settings.WHATSAPP_DEADLINE_SECONDS,
        )
        self._http = http_client(
            base_url=vendor["url"],
            headers={"D360-API-KEY": vendor["key"]},
            seconds=settings.WHATSAPP_DEADLINE_SECONDS,
        )

    def close(self) -> None:
        self._http.close()

    def send_text(
        self, *, to: str | None, bsuid: str | None, text: str, correlation: str
    ) -> Accepted:
        """Send one bubble to a phone number (digits) or a user id. Raises WhatsAppError."""
        address = {"to": to} if to else {"recipient": bsuid}
        message = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **address,
            "type": "text",
            "text": {"preview_url": False, "body": text},
            "biz_opaque_callback_data": correlation,
        }
        return self._door.call("messages", lambda: self._post_message(message))

    def _post_message(self, message: dict[str, Any]) -> Accepted:
        try:
            response = self._http.post("/messages", json=message)
        except NOT_SENT as error:
            raise WhatsAppError(f"not reachable: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            why = f"unknown outcome: {type(error).__name__}"
            raise WhatsAppError(why, next_step=NextStep.RECONCILE) from error
        if response.status_code >= 400:
            raise _refusal(response)
        return _accepted(response)


@lru_cache(maxsize=1)
def dialog360() -> Dialog360:
    return Dialog360()


def _accepted(response: httpx.Response) -> Accepted:
    """A 200 we cannot read may still mean that the message went out."""
    try:
        body = response.json()
        vendor_id = body["messages"][0]["id"]
        contacts = body.get("contacts") or [{}]
        return Accepted(vendor_id=str(vendor_id), wa_id=str(contacts[0].get("wa_id") or ""))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise WhatsAppError("unreadable answer", next_step=NextStep.RECONCILE) from error


def _refusal(response: httpx.Response) -> WhatsAppError:
    code, detail = _meta_error(response)
    status = response.status_code
    text = f"{status} {code if code is not None else ''} {detail}".strip()
    known = str(status)
    is_permission = code is not None and 200 <= code <= 299
    if status in (401, 403) or is_permission or code in CREDENTIALS | OPERATOR:
        return WhatsAppError(text, next_step=NextStep.FIX_CREDENTIALS, vendor_code=known)
    is_limit = code is None and "rate limit" in detail.lower()  # 360dialog's own has no code
    if status == 429 or is_limit or code in SLOW_DOWN or code in PAUSE:
        wait = PAUSE.get(code or -1) or _retry_after(response)
        return WhatsAppError(text, next_step=NextStep.WAIT, retry_after=wait, vendor_code=known)
    if status >= 500 or code in TRANSIENT:
        return WhatsAppError(text, next_step=_after_server_fault(status, code), vendor_code=known)
    return WhatsAppError(text, next_step=NextStep.GIVE_UP, vendor_code=known)


def _after_server_fault(status: int, code: int | None) -> NextStep:
    """Without Meta's word for it, the message may have gone out behind a failing proxy."""
    is_definite = code is not None or status == 503
    return NextStep.RETRY if is_definite else NextStep.RECONCILE


def _meta_error(response: httpx.Response) -> tuple[int | None, str]:
    try:
        body = response.json()
        error = body.get("error") or body["meta"]["developer_message"]
        if isinstance(error, str):
            return None, error[:300]
        details = (error.get("error_data") or {}).get("details") or error.get("message") or ""
        return int(error["code"]), str(details)[:300]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None, "no readable error"


def _retry_after(response: httpx.Response) -> timedelta | None:
    raw = response.headers.get("retry-after", "")
    return timedelta(seconds=int(raw)) if raw.isdigit() and len(raw) < 7 else None
