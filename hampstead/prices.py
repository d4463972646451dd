"""What vendors charge, and how much a day may cost, until staff set their own ceilings.

From the vendors' price pages; part of the settings.
"""

from decimal import Decimal
from typing import Any


def _price(kinds: str, **more: Any) -> dict[str, Any]:
    """USD for a million tokens: input, cache write for 5 minutes and 1 hour, cache read, output."""
    names = ("input", "write_5m", "write_1h", "read", "output")
    return {**dict(zip(names, kinds.split(), strict=True)), **more}


MODEL_PRICES = {  # `up_to`: the longest prompt that has this price
    "claude-haiku-5-5": [
        _price("0.10 0.125 0.20 0.01 0.50", up_to=100_000),
        _price("0.50 0.625 1.00 0.05 2.50"),
    ],
    "claude-sonnet-5-5": [_price("2 2.50 4 0.20 10")],
    "claude-opus-5-5": [_price("4 5 8 0.40 20")],
    "claude-haiku-4-5": [_price("1 1.25 2 0.10 5")],
}
# A day's ceilings until staff set their own.
SPEND_CEILINGS = {
    "anthropic": {"soft_pence": 1000, "hard_pence": 2500, "person_pence": 100},
    "deepgram": {"soft_pence": 300, "hard_pence": 800, "person_pence": 50},
    "elevenlabs": {"soft_pence": 500, "hard_pence": 1500, "person_pence": 100},
}
DEEPGRAM_USD_PER_MINUTE = Decimal("0.0056")  # nova-3 with key terms
ELEVENLABS_USD_PER_1000_CREDITS = Decimal("0.20")
ELEVENLABS_CREDITS = {"eleven_flash_v2_5": Decimal("0.5")}  # a character; any other model: 1
