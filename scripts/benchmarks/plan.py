"""How much each measurement does in a full and in a short run."""

from __future__ import annotations

from dataclasses import dataclass

PARTS = ("ack", "yardstick", "reply", "brain", "surveys", "soak")
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
    brain_lengths: tuple[int, ...]  # turns of a conversation
    brain_timed_turns: int
    survey_searches: int  # of each way that has the calendars cached
    survey_slow_searches: int
    survey_crowds: int
    survey_bare_crowds: int  # without the lock
    soak_requests: int


FULL = Plan(
    name="full",
    budget_seconds=15 * 60 - 10,
    ack_seconds=10.0,
    yardstick_names=("fastapi-2w", "fastapi-1w"),
    yardstick_rounds=4,
    yardstick_seconds=5,
    replies=160,
    brain_lengths=(5, 40, 400),
    brain_timed_turns=150,
    survey_searches=300,
    survey_slow_searches=60,
    survey_crowds=20,
    survey_bare_crowds=5,
    soak_requests=100_000,
)
SHORT = Plan(
    name="short",
    budget_seconds=3 * 60 - 5,
    ack_seconds=2.0,
    yardstick_names=("fastapi-2w",),
    yardstick_rounds=2,
    yardstick_seconds=2,
    replies=16,
    brain_lengths=(5, 40),
    brain_timed_turns=100,
    survey_searches=60,
    survey_slow_searches=12,
    survey_crowds=4,
    survey_bare_crowds=1,
    soak_requests=10_000,
)
