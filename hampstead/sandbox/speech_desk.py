"""What the simulated vendors of speech know, and what they are told to do next."""

import hashlib
from dataclasses import dataclass
from typing import Any

JsonObject = dict[str, Any]
CREDITS = 100_000
ORDERS: dict[str, type | tuple[type, ...]] = {
    "hears": list,
    "audio_sha256": str,
    "text": str,
    "credits": int,
    "speaks_as": str,
}
HEARING: dict[str, type | tuple[type, ...]] = {
    "text": str,
    "confidence": (int, float),
    "speakers": list,
    "language": str,
}


class SpeechOrderError(ValueError):
    """The control request describes nothing that could be done."""


@dataclass(frozen=True)
class Hearing:
    """What Deepgram will have heard; `speakers` says who spoke each word."""

    text: str
    confidence: float = 0.98
    speakers: tuple[int, ...] = ()
    language: str = ""


class SpeechDesk:
    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.credits_used = 0
        self.credits = CREDITS
        self.speaks_as = ""
        self._next: list[Hearing] = []
        self._by_hash: dict[str, Hearing] = {}

    def instruct(self, order: Any) -> JsonObject:
        """Raises SpeechOrderError."""
        if not isinstance(order, dict) or not order or order.keys() - ORDERS.keys():
            raise SpeechOrderError(f"an order is an object of {', '.join(ORDERS)}")
        for name, kind in ORDERS.items():
            if name in order and (not isinstance(order[name], kind) or order[name] is True):
                raise SpeechOrderError(f"{name} has the wrong type")
        if ("audio_sha256" in order) != ("text" in order):
            raise SpeechOrderError("audio_sha256 and text belong together")
        if "hears" in order:
            self._next = [_hearing(item) for item in order["hears"]]
        if "text" in order:
            self._by_hash[order["audio_sha256"].lower()] = Hearing(order["text"])
        if "credits" in order:
            self.credits, self.credits_used = order["credits"], 0
        self.speaks_as = order.get("speaks_as", self.speaks_as)
        return {"credits_left": self.credits_left, "hears": len(self._next)}

    @property
    def credits_left(self) -> int:
        return max(0, self.credits - self.credits_used)

    def hearing(self, recording: bytes) -> Hearing | None:
        """An order for this very recording, else the next one; None: listen."""
        known = self._by_hash.get(hashlib.sha256(recording).hexdigest())
        return known or (self._next.pop(0) if self._next else None)


def _hearing(item: Any) -> Hearing:
    if isinstance(item, str):
        return Hearing(item)
    if not isinstance(item, dict) or item.keys() - HEARING.keys():
        raise SpeechOrderError(f"what is heard is a text or an object of {', '.join(HEARING)}")
    for name, value in item.items():
        if not isinstance(value, HEARING[name]):
            raise SpeechOrderError(f"{name} has the wrong type")
    return Hearing(
        text=item.get("text", ""),
        confidence=float(item.get("confidence", 0.98)),
        speakers=tuple(item.get("speakers", ())),
        language=item.get("language", ""),
    )
