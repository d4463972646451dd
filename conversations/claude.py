"""Claude through the official SDK. Owns time limits, refuses to retry, and maps every failure
to E003 with what should happen next. The only module that imports the SDK.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

import anthropic
import httpx2
from django.conf import settings

from conversations.draft import Reply, ToolUse, Usage
from hampstead.core.deadline import bounded
from hampstead.core.errors import ClaudeError, NextStep
from hampstead.core.storable import storable
from hampstead.core.vendor import CONNECT_SECONDS, Door

CREDENTIALS = (
    anthropic.AuthenticationError,
    anthropic.PermissionDeniedError,
    anthropic.PaymentRequiredError,
)
# Spend limits answer 429 but do not heal by waiting.
SPEND_CODES = {"enforced_spend_limit_reached", "contract_spend_limit_reached"}
STREAM_CREDENTIALS = {"authentication_error", "permission_error", "billing_error"}
# What the SDK and we raise for tool arguments that are no object, or events out of order.
UNREADABLE = (ValueError, TypeError, AttributeError, IndexError, RuntimeError)
STREAM_FINAL = {"invalid_request_error", "not_found_error"}


class Claude:
    """One client for each process, made after fork."""

    def __init__(self) -> None:
        vendor = settings.VENDORS["anthropic"]
        seconds = settings.ANTHROPIC_DEADLINE_SECONDS
        self.model = settings.ANTHROPIC_MODEL
        self._door = Door(
            vendor="anthropic",
            error=ClaudeError,
            limit=f"{settings.ANTHROPIC_CALLS_PER_MINUTE}/minute",
            deadline_seconds=seconds,
        )
        self._client = anthropic.Anthropic(
            api_key=vendor["key"],
            base_url=vendor["url"],
            timeout=anthropic.Timeout(seconds, connect=CONNECT_SECONDS),
            max_retries=0,
            http_client=anthropic.DefaultHttpxClient(
                transport=bounded(httpx2.HTTPTransport()), trust_env=False
            ),
        )

    def close(self) -> None:
        self._client.close()

    def reply(
        self,
        *,
        system: Sequence[Mapping[str, Any]],
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]],
    ) -> Reply:
        """Ask once. Raises ClaudeError (E003), BreakerOpenError or RateLimitError."""
        request = {"system": system, "messages": messages, "tools": tools}
        return self._door.call("messages", lambda: self._ask(request))

    def _ask(self, request: dict[str, Any]) -> Reply:
        try:
            with self._client.messages.stream(
                model=self.model,
                max_tokens=settings.ANTHROPIC_MAX_TOKENS,
                thinking={"type": "disabled"},
                output_config={"effort": "low"},
                **request,
            ) as stream:
                return _read(stream.get_final_message())
        except anthropic.APIStatusError as error:
            raise _from_status(error) from error
        except (anthropic.APIError, httpx2.HTTPError) as error:
            raise ClaudeError(f"no usable answer: {type(error).__name__}") from error
        except AssertionError as error:  # what the SDK raises for a 200 without any event
            raise ClaudeError("no message in the answer") from error
        except UNREADABLE as error:
            raise ClaudeError("unreadable answer", trips_breaker=False) from error


@lru_cache(maxsize=1)
def claude() -> Claude:
    return Claude()


def _from_status(error: anthropic.APIStatusError) -> ClaudeError:
    status, kind = error.status_code, error.type or ""
    detail = f"{status} {kind}"
    known = str(status)
    if isinstance(error, CREDENTIALS) or kind in STREAM_CREDENTIALS:
        return ClaudeError(detail, next_step=NextStep.FIX_CREDENTIALS, vendor_code=known)
    if status == 429 or kind == "rate_limit_error":
        if error.error_code in SPEND_CODES:
            return ClaudeError("spend limit", next_step=NextStep.FIX_CREDENTIALS, vendor_code=known)
        wait = _retry_after(error.response.headers)
        return ClaudeError(detail, next_step=NextStep.WAIT, retry_after=wait, vendor_code=known)
    if kind in STREAM_FINAL or status in (400, 404, 413, 422):
        return ClaudeError(
            f"{detail}: {error.message}"[:500], next_step=NextStep.GIVE_UP, vendor_code=known
        )
    return ClaudeError(detail, retry_after=_retry_after(error.response.headers), vendor_code=known)


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return timedelta(seconds=float(headers[name]) * unit)
        except (KeyError, ValueError, OverflowError):
            continue
    return None


def _read(message: anthropic.types.Message) -> Reply:
    if message.stop_reason is None:
        raise ClaudeError("the stream ended early")
    if message.stop_reason == "refusal":
        raise ClaudeError("the model refused", trips_breaker=False)
    text = storable(
        "".join(block.text for block in message.content if block.type == "text")
    ).strip()
    uses = tuple(
        ToolUse(storable(block.id), storable(block.name), storable(_arguments(block.input)))
        for block in message.content
        if block.type == "tool_use"
    )
    was_cut = message.stop_reason == "max_tokens"
    if was_cut and uses:  # the last call may be half of what the model meant
        raise ClaudeError("the answer was cut inside a tool call", trips_breaker=False)
    if not text and not uses:
        raise ClaudeError("the model gave an empty answer", trips_breaker=False)
    usage = message.usage
    return Reply(
        text=text,
        tool_uses=uses,
        blocks=[block.model_dump(mode="json", exclude_none=True) for block in message.content],
        usage=Usage(
            usage.input_tokens or 0,
            usage.cache_creation_input_tokens or 0,
            usage.cache_read_input_tokens or 0,
            usage.output_tokens or 0,
        ),
        was_cut=was_cut,
    )


def _arguments(given: Any) -> dict[str, Any]:
    """Raises ValueError for what is no JSON object; NaN and infinity are not JSON."""
    arguments = dict(given)
    json.dumps(arguments, allow_nan=False)
    return arguments
