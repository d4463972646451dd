"""What ElevenLabs' refusals mean for us. Knows statuses and words, not the SDK."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hampstead.core.errors import ElevenLabsError, NextStep
from voice.speech.retry_after import retry_after

# The code counts before the status: a spent quota comes as 401.
OPERATOR_CODES = {
    *("quota_exceeded", "payment_required", "invalid_api_key", "missing_permissions"),
    *("voice_not_found", "model_not_found", "detected_unusual_activity"),
}
OPERATOR = {401, 402, 403}
BUSY_CODES = {"concurrent_limit_exceeded", "too_many_concurrent_requests"}
BUSY = timedelta(seconds=1)  # until one of our own calls has ended
AGAIN = {408, 409, 425}


def refusal(status: int | None, body: Any, headers: Mapping[str, str] | None) -> ElevenLabsError:
    """Speaking changes nothing at the vendor but the quota."""
    if status is None or 200 <= status < 300:
        return ElevenLabsError("unreadable answer", trips_breaker=False)
    code = code_of(body)
    detail, known = f"{status} {code} {_message(body)}".strip()[:500], str(status)
    if code in OPERATOR_CODES or status in OPERATOR:
        return ElevenLabsError(detail, next_step=NextStep.FIX_CREDENTIALS, vendor_code=known)
    if status == 429:
        wait = retry_after(headers) or (BUSY if code in BUSY_CODES else None)
        return ElevenLabsError(detail, next_step=NextStep.WAIT, retry_after=wait, vendor_code=known)
    if status >= 500 or status in AGAIN:
        return ElevenLabsError(detail, retry_after=retry_after(headers), vendor_code=known)
    return ElevenLabsError(detail, next_step=NextStep.GIVE_UP, vendor_code=known)


def code_of(body: Any) -> str:
    """`code` of today's errors, `status` of older ones; "" where there is none."""
    detail = body.get("detail") if isinstance(body, dict) else None
    if not isinstance(detail, dict):
        return ""
    return str(detail.get("code") or detail.get("status") or "")


def _message(body: Any) -> str:
    """The detail is an object, a list of objects, or a text."""
    detail = body.get("detail") if isinstance(body, dict) else None
    if isinstance(detail, list):
        detail = detail[0] if detail else None
    if isinstance(detail, dict):
        detail = detail.get("message") or detail.get("msg")
    return str(detail or "")
