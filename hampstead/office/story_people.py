"""Who plays in the demo story, and what they write."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leads.telling import written_time

Burst = tuple[str, ...]


@dataclass(frozen=True)
class Customer:
    number: str
    name: str

    @property
    def first_name(self) -> str:
        return self.name.split()[0]


PRIYA = Customer("+447700900123", "Priya Shah")
DANIEL = Customer("+447700900456", "Daniel Okafor")

ENQUIRY: Sequence[Burst] = (
    ("Hello, we would like a kitchen extension in NW3. Roughly what does that cost?",),
    (
        "That is about what we thought. I'm Priya Shah",
        "we're at NW3 2QG, and our budget is around £120k",
    ),
    (
        "We would love a utility room and underfloor heating as well. "
        "My husband and I hope to start within 3 months.",
    ),
    ("Could somebody come and survey it?",),
    ("The first one is perfect, please book it. We are at 14 Frognal Lane.",),
)


def same_time(at: datetime) -> Sequence[Burst]:
    """Daniel wants what Priya has, and takes what is nearest."""
    return (
        (
            "Hi, I'm Daniel Okafor. We'd like a loft conversion in NW6 4RA, about £90k, "
            "starting in 4 months.",
        ),
        (f"Yes, please send somebody round. {written_time(at)} would be ideal.",),
        ("Then the first one, please. It is 21 Fordwych Road.",),
    )
