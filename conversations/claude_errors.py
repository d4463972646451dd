"""What Claude's refusals mean for us. Knows statuses and words, not the SDK."""

import json
from collections.abc import Mapping
from typing import Any

from conversations.claude_headers import retry_after
from hampstead.core.errors import ClaudeError, NextStep

CREDENTIALS = {401, 402, 403}
STREAM_CREDENTIALS = {"authentication_error", "permission_error", "billing_error"}
# Spend limits answer 429 but do not heal by waiting.
SPEND_CODES = {"enforced_spend_limit_reached", "contract_spend_limit_reached"}
FINAL = {400, 404, 413, 422}
STREAM_FINAL = {"invalid_request_error", "not_found_error"}


def refusal(
    *, status: int, kind: str, code: str, message: str, headers: Mapping[str, str]
) -> ClaudeError:
    """`kind` and `code` are the body's."""
    detail = f"{status} {kind}"
    known = str(status)
    if status in CREDENTIALS or kind in STREAM_CREDENTIALS:
        return ClaudeError(detail, next_step=NextStep.FIX_CREDENTIALS, vendor_code=known)
    if status == 429 or kind == "rate_limit_error":
        if code in SPEND_CODES:
            return ClaudeError("spend limit", next_step=NextStep.FIX_CREDENTIALS, vendor_code=known)
        wait = retry_after(headers)
        return ClaudeError(detail, next_step=NextStep.WAIT, retry_after=wait, vendor_code=known)
    if kind in STREAM_FINAL or status in FINAL:
        return ClaudeError(
            f"{detail}: {message}"[:500], next_step=NextStep.GIVE_UP, vendor_code=known
        )
    return ClaudeError(detail, retry_after=retry_after(headers), vendor_code=known)


def stream_refusal(data: str, headers: Mapping[str, str]) -> ClaudeError:
    """For an error that comes as an event, after the answer began with status 200."""
    try:
        error = _member(json.loads(data), "error")
    except ValueError:
        error = None
    return refusal(
        status=200,
        kind=str(_member(error, "type") or ""),
        code=str(_member(_member(error, "details"), "error_code") or ""),
        message=str(_member(error, "message") or ""),
        headers=headers,
    )


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None
