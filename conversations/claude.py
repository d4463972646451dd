"""Claude through the official SDK. Owns time limits, refuses to retry, writes down what each call
cost, and maps every failure to E003 with what should happen next. The only module that imports
the SDK.

Before a call: the day's money, the vendor's allowance, the door. Live turns go before what can
wait (`Bill.can_wait`).
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import anthropic
import httpx2
from django.conf import settings

from conversations.claude_answers import Answer, as_object, as_reply
from conversations.claude_errors import refusal, stream_refusal
from conversations.claude_headers import guessed_tokens, learned
from conversations.claude_prices import Bought, bought
from conversations.draft import Blocks, Reply, Structured
from hampstead.core import allowance, breaker, spending
from hampstead.core.deadline import bounded
from hampstead.core.errors import ClaudeError
from hampstead.core.spending import Bill
from hampstead.core.vendor import CONNECT_SECONDS, Door

VENDOR = "anthropic"
# The stronger model thinks before it writes, and both count as output.
THINKING_TOKENS = 2000
# For tool arguments that are no object, events out of order, or nested beyond reason.
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RuntimeError)
Result = TypeVar("Result")


class Claude:
    """One client for each process, made after fork."""

    def __init__(self) -> None:
        vendor = settings.VENDORS[VENDOR]
        self.model = settings.ANTHROPIC_MODEL
        self.strong_model = settings.ANTHROPIC_STRONG_MODEL
        self._talking = _door(settings.ANTHROPIC_DEADLINE_SECONDS)
        self._working = _door(settings.ANTHROPIC_STRONG_DEADLINE_SECONDS)
        self._client = anthropic.Anthropic(
            api_key=vendor["key"],
            base_url=vendor["url"],
            max_retries=0,
            http_client=anthropic.DefaultHttpxClient(
                transport=bounded(httpx2.HTTPTransport()), trust_env=False
            ),
        )

    def close(self) -> None:
        self._client.close()

    def reply(self, *, system: Blocks, messages: Blocks, tools: Blocks, bill: Bill) -> Reply:
        """Ask the talking model once. Raises ClaudeError (E003), BreakerOpenError, RateLimitError
        or its kind BudgetSpentError (E011), as the two below do.
        """
        request = {
            "model": self.model,
            "max_tokens": settings.ANTHROPIC_MAX_TOKENS,
            "thinking": {"type": "disabled"},
            "output_config": {"effort": "low"},
            "system": system,
            "messages": messages,
            "tools": tools,
        }
        return self._call(self._talking, request, bill, as_reply)

    def condense(self, *, system: Blocks, messages: Blocks, bill: Bill, max_tokens: int) -> Reply:
        """Plain text of the stronger model; look at `was_cut`."""
        request = self._strong(system, messages, max_tokens, {"effort": "low"})
        return self._call(self._working, request, bill, as_reply)

    def structured(
        self,
        *,
        system: Blocks,
        messages: Blocks,
        schema: dict[str, Any],
        bill: Bill,
        max_tokens: int = 2000,
    ) -> Structured:
        """A JSON object of the stronger model, made to `schema`; what it says is not checked."""
        shape = {"effort": "low", "format": {"type": "json_schema", "schema": schema}}
        request = self._strong(system, messages, max_tokens, shape)
        return self._call(self._working, request, bill, as_object)

    def _strong(
        self, system: Blocks, messages: Blocks, max_tokens: int, output: dict[str, Any]
    ) -> dict[str, Any]:
        return {
            "model": self.strong_model,
            "max_tokens": max_tokens + THINKING_TOKENS,
            "output_config": output,
            "system": system,
            "messages": messages,
        }

    def _call(
        self,
        door: Door,
        request: dict[str, Any],
        bill: Bill,
        read: Callable[[Answer, Bought], Result],
    ) -> Result:
        spending.admit(VENDOR, bill)
        breaker.refuse_while_open(VENDOR)  # an outage must not look like a limit, nor use it up
        tokens = guessed_tokens(request)
        allowance.take(VENDOR, request["model"], tokens=tokens, is_background=bill.can_wait)
        request["timeout"] = anthropic.Timeout(door.deadline_seconds, connect=CONNECT_SECONDS)
        return door.call("messages", lambda: self._ask(request, bill, read))

    def _ask(
        self, request: dict[str, Any], bill: Bill, read: Callable[[Answer, Bought], Result]
    ) -> Result:
        try:
            return read(*self._answer(request, bill))
        except anthropic.APIStatusError as error:
            if error.status_code == 429:
                allowance.learn(VENDOR, request["model"], learned(error.response.headers))
            raise refusal(
                status=error.status_code,
                kind=error.type or "",
                code=error.error_code or "",
                message=error.message,
                headers=error.response.headers,
            ) from error
        except (anthropic.APIError, httpx2.HTTPError) as error:
            raise ClaudeError(f"no usable answer: {type(error).__name__}") from error
        except UNREADABLE as error:
            raise ClaudeError("unreadable answer", trips_breaker=False) from error

    def _answer(self, request: dict[str, Any], bill: Bill) -> tuple[Answer, Bought]:
        """The whole answer. What was begun is paid for, whatever becomes of it."""
        model, answer = request["model"], Answer()
        with self._client.messages.create(stream=True, **request) as stream:
            try:
                _receive(answer, stream.response)
            finally:
                allowance.learn(VENDOR, model, learned(stream.response.headers))
                cost = bought(model, answer.usage)
                _write_down(cost, bill)
        return answer, cost


def _receive(answer: Answer, response: httpx2.Response) -> None:
    for event in anthropic.Stream.raw_events(response):
        if event.event == "error":
            raise stream_refusal(event.data, response.headers)
        if event.event and event.data:
            answer.take(event.event, event.json())


@lru_cache(maxsize=1)
def claude() -> Claude:
    return Claude()


def _door(seconds: float) -> Door:
    return Door(
        vendor=VENDOR,
        error=ClaudeError,
        limit=f"{settings.ANTHROPIC_CALLS_PER_MINUTE}/minute",
        deadline_seconds=seconds,
    )


def _write_down(cost: Bought, bill: Bill) -> None:
    usage = cost.usage
    if not cost.has_tokens:
        return
    if not cost.is_listed:
        spending.warn(VENDOR, f"{cost.model} has no price; it counts as the dearest we know")
    spending.record(
        vendor=VENDOR,
        bill=bill,
        model=cost.model,
        input_tokens=usage.input_tokens,
        cache_write_tokens=usage.cache_write_tokens,
        cache_read_tokens=usage.cache_read_tokens,
        output_tokens=usage.output_tokens,
        cost_pence=cost.cost_pence,
    )
