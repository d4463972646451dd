"""What a call to Claude cost, from the price list in settings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings

from conversations.draft import Usage

MILLION = Decimal(1_000_000)
MOST = 2_000_000_000  # what fits the ledger's columns
Price = Mapping[str, Any]


@dataclass(frozen=True)
class Bought:
    """The tokens of one call; a cache entry that lives for an hour costs more than a short one."""

    model: str
    usage: Usage
    hour_write_tokens: int = 0

    @property
    def has_tokens(self) -> bool:
        return self.usage != Usage()

    @property
    def is_listed(self) -> bool:
        return self.model in settings.MODEL_PRICES

    @property
    def cost_pence(self) -> Decimal:
        """A model that nobody has priced is as dear as the dearest."""
        price = self._price()
        usage = self.usage
        tokens = {
            "input": usage.input_tokens,
            "write_5m": usage.cache_write_tokens - self.hour_write_tokens,
            "write_1h": self.hour_write_tokens,
            "read": usage.cache_read_tokens,
            "output": usage.output_tokens,
        }
        dollars = sum(count * Decimal(price[kind]) for kind, count in tokens.items()) / MILLION
        return (dollars * settings.PENCE_PER_USD).quantize(Decimal("0.000001"))

    def _price(self) -> Price:
        tiers = settings.MODEL_PRICES.get(self.model)
        if tiers is None:
            return _dearest()
        usage = self.usage
        prompt = usage.input_tokens + usage.cache_write_tokens + usage.cache_read_tokens
        return next(tier for tier in tiers if prompt <= tier.get("up_to", prompt))


def bought(model: str, usage: Any) -> Bought:
    """From the API's usage, which nobody has validated; None if the answer never began."""
    written = _count(usage, "cache_creation_input_tokens")
    split = usage.get("cache_creation") if isinstance(usage, Mapping) else None
    short = min(written, _count(split, "ephemeral_5m_input_tokens"))
    tokens = Usage(
        input_tokens=_count(usage, "input_tokens"),
        cache_write_tokens=written,
        cache_read_tokens=_count(usage, "cache_read_input_tokens"),
        output_tokens=_count(usage, "output_tokens"),
    )
    # What is not told apart counts as the dearer kind.
    return Bought(model, tokens, hour_write_tokens=written - short)


def _count(usage: Any, name: str) -> int:
    value = usage.get(name) if isinstance(usage, Mapping) else None
    return min(value, MOST) if isinstance(value, int) and value > 0 else 0


def _dearest() -> Price:
    tiers = list(_all_tiers())
    kinds = ("input", "write_5m", "write_1h", "read", "output")
    return {kind: max(Decimal(tier[kind]) for tier in tiers) for kind in kinds}


def _all_tiers() -> Iterator[Price]:
    for tiers in settings.MODEL_PRICES.values():
        yield from tiers
