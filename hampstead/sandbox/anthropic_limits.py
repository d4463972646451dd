"""How much a minute the simulated account may ask for: buckets that refill all the time."""

import math
import time
from datetime import UTC, datetime, timedelta
from typing import Any

MINUTE = 60.0
DEFAULTS = {
    "requests_per_minute": 4_000,
    "input_tokens_per_minute": 4_000_000,
    "output_tokens_per_minute": 800_000,
}
HEADERS = {
    "requests_per_minute": "requests",
    "input_tokens_per_minute": "input-tokens",
    "output_tokens_per_minute": "output-tokens",
}


class Bucket:
    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._full_at = time.monotonic()

    @property
    def seconds_to_full(self) -> float:
        return max(0.0, self._full_at - time.monotonic())

    @property
    def left(self) -> float:
        return self.limit * (1 - self.seconds_to_full / MINUTE)

    def use(self, amount: float) -> None:
        self._full_at = max(self._full_at, time.monotonic()) + MINUTE * amount / self.limit

    def wait(self, amount: float) -> float:
        """Seconds until so much is left; more than all is asked for when all is left."""
        return max(0.0, MINUTE * (min(amount, self.limit) - self.left) / self.limit)


class Limits:
    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._buckets = {name: Bucket(limit) for name, limit in DEFAULTS.items()}

    def instruct(self, order: Any) -> None:
        """Raises ValueError for an order that makes no sense. What is not named stays."""
        if not isinstance(order, dict) or not order or order.keys() - DEFAULTS.keys():
            raise ValueError(f"limits are an object of {', '.join(DEFAULTS)}")
        if not all(type(limit) is int and limit > 0 for limit in order.values()):
            raise ValueError("a limit is a whole number above 0")
        self._buckets.update({name: Bucket(limit) for name, limit in order.items()})

    def wait(self, input_tokens: int) -> int:
        """Whole seconds until such a request is let in; 0: now."""
        asked = {
            "requests_per_minute": 1,
            "input_tokens_per_minute": input_tokens,
            "output_tokens_per_minute": 1,
        }
        longest = max(self._buckets[name].wait(amount) for name, amount in asked.items())
        return math.ceil(longest - 0.001)

    def use(self, usage: dict[str, Any]) -> None:
        """What came from the cache does not count."""
        new = counted(usage["input_tokens"]) + counted(usage["cache_creation_input_tokens"])
        self._buckets["requests_per_minute"].use(1)
        self._buckets["input_tokens_per_minute"].use(new)
        self._buckets["output_tokens_per_minute"].use(counted(usage["output_tokens"]))

    def headers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        now = datetime.now(UTC)
        for name, bucket in self._buckets.items():
            kind = f"anthropic-ratelimit-{HEADERS[name]}"
            reset_at = now + timedelta(seconds=bucket.seconds_to_full)
            found[f"{kind}-limit"] = str(bucket.limit)
            found[f"{kind}-remaining"] = str(max(0, math.floor(bucket.left + 0.001)))
            found[f"{kind}-reset"] = reset_at.isoformat(timespec="seconds").replace("+00:00", "Z")
        return found


def counted(tokens: Any) -> int:
    """A test may script any usage, nonsense too."""
    return tokens if isinstance(tokens, int) and tokens > 0 else 0
