"""What Deepgram's refusals mean for us. Knows statuses and words, not the SDK."""

from collections.abc import Mapping
from typing import Any

from hampstead.core.errors import DeepgramError, NextStep
from voice.speech.retry_after import retry_after

# 402 is a spent credit: nothing heals it but an operator.
CREDENTIALS = {401, 402, 403}
AGAIN = {408, 409, 425}


def refusal(status: int | None, body: Any, headers: Mapping[str, str] | None) -> DeepgramError:
    """Hearing changes nothing at the vendor, so what failed may always be tried again."""
    if status is None or 200 <= status < 300:
        return DeepgramError("unreadable answer", trips_breaker=False)
    detail, known = f"{status} {_reason(body)}".strip()[:500], str(status)
    if status in CREDENTIALS:
        return DeepgramError(detail, next_step=NextStep.FIX_CREDENTIALS, vendor_code=known)
    if status == 429:
        wait = retry_after(headers)
        return DeepgramError(detail, next_step=NextStep.WAIT, retry_after=wait, vendor_code=known)
    if status >= 500 or status in AGAIN:
        wait = retry_after(headers)
        return DeepgramError(detail, retry_after=wait, vendor_code=known)
    return DeepgramError(detail, next_step=NextStep.GIVE_UP, vendor_code=known)


def _reason(body: Any) -> str:
    """`err_code` and `err_msg`, or `category` and `message`."""
    if not isinstance(body, dict):
        return ""
    names = ("err_code", "category", "err_msg", "message")
    return " ".join(str(body[name]) for name in names if body.get(name))
