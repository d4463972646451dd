"""How much each measurement does in a full and in a short run."""

from __future__ import annotations

from dataclasses import dataclass

PARTS = ("ack", "yardstick", "reply", "soak")
CLIENTS = 16


@dataclass(frozen=True)
class Plan:
    """Sizes of one run. After `budget_seconds` it is ended, which takes some seconds more."""

    name: str
    budget_seconds: int
    ack_seconds: float
    yardstick_names: tuple[str, ...]
    yardstick_rounds: int
    yardstick_seconds: int
    replies: int
    soak_requests: int


FULL = Plan(
    name="full",
    budget_seconds=12 * 60 - 10,
    ack_seconds=10.0,
    yardstick_names=("fastapi-2w", "fastapi-1w"),
    yardstick_rounds=4,
    yardstick_seconds=5,
    replies=160,
    soak_requests=100_000,
)
SHORT = Plan(
    name="short",
    budget_seconds=2 * 60 - 5,
    ack_seconds=2.0,
    yardstick_names=("fastapi-2w",),
    yardstick_rounds=2,
    yardstick_seconds=2,
    replies=16,
    soak_requests=10_000,
)
