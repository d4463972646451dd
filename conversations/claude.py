"""Claude through the official SDK. Owns time limits, refuses to retry, writes down what each call
cost, and maps every failure to E003 with what should happen next. The only module that imports
the SDK.

Before a call: the day's money, the vendor's allowance, the door. Live turns go before what can
wait (`Bill.can_wait`).
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import anthropic
import httpx2
from django.conf import settings

from conversations.claude_errors import refusal
from conversations.claude_headers import guessed_tokens, learned
from conversations.claude_prices import Bought, bought
from conversations.draft import Reply, Structured, ToolUse
from hampstead.core import allowance, breaker, spending
from hampstead.core.deadline import bounded
from hampstead.core.errors import ClaudeError
from hampstead.core.spending import Bill
from hampstead.core.storable import storable
from hampstead.core.vendor import CONNECT_SECONDS, Door

VENDOR = "anthropic"
# The stronger model thinks before it writes, and both count as output.
THINKING_TOKENS = 2000
# What the SDK and we raise for tool arguments that are no object, or events out of order.
UNREADABLE = (ValueError, TypeError, AttributeError, IndexError, RuntimeError)
CUT = {"max_tokens", "model_context_window_exceeded"}
Blocks = Sequence[Mapping[str, Any]]
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
        return self._call(self._talking, request, bill, _reply)

    def condense(self, *, system: Blocks, messages: Blocks, bill: Bill, max_tokens: int) -> Reply:
        """Plain text of the stronger model; look at `was_cut`."""
        request = self._strong(system, messages, max_tokens, {"effort": "low"})
        return self._call(self._working, request, bill, _reply)

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
        return self._call(self._working, request, bill, _structured)

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
        read: Callable[[anthropic.types.Message, Bought], Result],
    ) -> Result:
        spending.admit(VENDOR, bill)
        breaker.refuse_while_open(VENDOR)  # an outage must not look like a limit, nor use it up
        tokens = guessed_tokens(request)
        allowance.take(VENDOR, request["model"], tokens=tokens, is_background=bill.can_wait)
        request["timeout"] = anthropic.Timeout(door.deadline_seconds, connect=CONNECT_SECONDS)
        return door.call("messages", lambda: self._ask(request, bill, read))

    def _ask(
        self,
        request: dict[str, Any],
        bill: Bill,
        read: Callable[[anthropic.types.Message, Bought], Result],
    ) -> Result:
        try:
            message, cost = self._stream(request, bill)
            return read(message, cost)
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
        except AssertionError as error:  # what the SDK raises for a 200 without any event
            raise ClaudeError("no message in the answer") from error
        except UNREADABLE as error:
            raise ClaudeError("unreadable answer", trips_breaker=False) from error

    def _stream(
        self, request: dict[str, Any], bill: Bill
    ) -> tuple[anthropic.types.Message, Bought]:
        """The whole answer. What was begun is paid for, whatever becomes of it."""
        model = request["model"]
        with self._client.messages.stream(**request) as stream:
            try:
                stream.until_done()
            finally:
                allowance.learn(VENDOR, model, learned(stream.response.headers))
                cost = bought(model, _usage_so_far(stream))
                _write_down(cost, bill)
            return stream.current_message_snapshot, cost


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


def _usage_so_far(stream: Any) -> Any:
    """What the answer has told of its tokens; None if it never began."""
    try:
        return getattr(stream.current_message_snapshot, "usage", None)
    except AssertionError:
        return None


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


def _text(message: anthropic.types.Message) -> str:
    """What is said, without thinking. Raises ClaudeError if the answer is none."""
    if message.stop_reason is None:
        raise ClaudeError("the stream ended early")
    if message.stop_reason == "refusal":
        raise ClaudeError("the model refused", trips_breaker=False)
    said = "".join(block.text for block in message.content if block.type == "text")
    return str(storable(said)).strip()


def _reply(message: anthropic.types.Message, cost: Bought) -> Reply:
    text = _text(message)
    uses = tuple(
        ToolUse(storable(block.id), storable(block.name), storable(_arguments(block.input)))
        for block in message.content
        if block.type == "tool_use"
    )
    was_cut = message.stop_reason in CUT
    if was_cut and uses:  # the last call may be half of what the model meant
        raise ClaudeError("the answer was cut inside a tool call", trips_breaker=False)
    if not text and not uses:
        raise ClaudeError("the model gave an empty answer", trips_breaker=False)
    return Reply(
        text=text,
        tool_uses=uses,
        blocks=[block.model_dump(mode="json", exclude_none=True) for block in message.content],
        usage=cost.usage,
        was_cut=was_cut,
        cost_pence=cost.cost_pence,
        model=cost.model,
    )


def _structured(message: anthropic.types.Message, cost: Bought) -> Structured:
    text = _text(message)
    if message.stop_reason in CUT:
        raise ClaudeError("the object was cut off", trips_breaker=False)
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ClaudeError("the answer is no JSON", trips_breaker=False) from error
    if not isinstance(data, dict):
        raise ClaudeError("the answer is no JSON object", trips_breaker=False)
    return Structured(
        data=storable(data), usage=cost.usage, cost_pence=cost.cost_pence, model=cost.model
    )


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _arguments(given: Any) -> dict[str, Any]:
    """Raises ValueError for what is no JSON object; NaN and infinity are not JSON."""
    arguments = dict(given)
    json.dumps(arguments, allow_nan=False)
    return arguments
