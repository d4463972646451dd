"""How long a surveyor needs from one outcode to another: as the crow flies, at a town's pace."""

import tomllib
from functools import cache, lru_cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Protocol

EARTH_MILES = 3958.8
LONGEST_MINUTES = 120
UNKNOWN_MINUTES = 60  # an outcode we cannot place: cautious, not the worst of all


class Pace(Protocol):
    """Of the firm's terms, what travelling is reckoned by."""

    @property
    def travel_minutes(self) -> int: ...

    @property
    def minutes_per_mile(self) -> int: ...


def travel_minutes(a: str, b: str, terms: Pace) -> int:
    """Minutes between two outcodes such as "NW3", never less than the firm's least."""
    miles = miles_between(a, b)
    way = UNKNOWN_MINUTES if miles is None else round(miles * terms.minutes_per_mile)
    return min(LONGEST_MINUTES, max(terms.travel_minutes, way))


@lru_cache(maxsize=4096)
def miles_between(a: str, b: str) -> float | None:
    """Between the middles of two outcodes; None when we do not know where one of them is."""
    here, there = _place(a), _place(b)
    if here is None or there is None:
        return None
    (lat, lon), (other_lat, other_lon) = (map(radians, place) for place in (here, there))
    half = sin((other_lat - lat) / 2) ** 2
    half += cos(lat) * cos(other_lat) * sin((other_lon - lon) / 2) ** 2
    return 2 * EARTH_MILES * asin(sqrt(half))


def _place(outcode: str) -> tuple[float, float] | None:
    """ "W1K" lies within "W1", where we have no better."""
    wanted = outcode.strip().upper()
    return places().get(wanted) or (places().get(wanted[:-1]) if wanted[-1:].isalpha() else None)


@cache
def places() -> dict[str, tuple[float, float]]:
    """Outcode -> latitude and longitude of its middle."""
    text = (Path(__file__).parent / "outcodes.toml").read_text("utf-8")
    return {name: (lat, lon) for name, (lat, lon) in tomllib.loads(text).items()}
