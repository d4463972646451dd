"""What a text may rest on, read once: amounts, lengths, days and words that somebody gave us."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from conversations.claims import money
from conversations.claims.clock_times import ClockTime, clock_times
from conversations.claims.day_words import WEEKDAYS_SHORT, one_of
from conversations.claims.days import Day, days
from conversations.claims.durations import durations
from conversations.claims.findings import Known
from conversations.claims.numerals import numbers
from conversations.claims.seasons import Part, Season, parts, seasons
from conversations.claims.sentences import masked, plain
from hampstead.core.clock import to_london

# Advice to the model is not a statement to the customer.
_NOT_SAID = frozenset({"instructions", "error", "slot"})
_ISO = re.compile(
    r"\b(20\d\d-\d\d-\d\d)t(\d\d:\d\d)(?::\d\d(?:\.\d{1,9})?)?(z|[+-]\d\d:?\d\d)?(?!\d)"
)
_DEEPEST = 12
_SHORT_DAY = re.compile(rf"\b(?:{one_of(WEEKDAYS_SHORT)})\b")
_LONG_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class Leaf:
    key: str
    value: Any


def leaves(text: str) -> Iterator[Leaf]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = text
    yield from _walk("", content, 0)


def _walk(key: str, content: Any, depth: int) -> Iterator[Leaf]:
    if depth > _DEEPEST:
        return
    if isinstance(content, dict):
        # The parts of one record belong together: {"date": ..., "time": ...}.
        flat = [str(value) for value in content.values() if isinstance(value, str)]
        if len(flat) > 1 and not _NOT_SAID & set(content):
            yield Leaf("", " ".join(flat))
        for name, value in content.items():
            yield from _walk(str(name), value, depth + 1)
    elif isinstance(content, list):
        for value in content:
            yield from _walk(key, value, depth + 1)
    else:
        yield Leaf(key, content)


@dataclass(frozen=True)
class Moments:
    """The days and times of some texts, and which time goes with which day."""

    days: list[Day]
    times: list[ClockTime]
    pairs: list[tuple[Day, ClockTime]]
    seasons: list[Season]
    parts: list[Part]

    @classmethod
    def of(cls, text: str, today: date, *, is_24h: bool = False, bare: bool = False) -> "Moments":
        named, times = days(text, today), clock_times(text, is_24h=is_24h, bare=bare)
        return cls(named, times, pairs(text, named, times), seasons(text), parts(text))

    @classmethod
    def all_of(cls, found: Iterable["Moments"]) -> "Moments":
        made = cls([], [], [], [], [])
        for one in found:
            made.days.extend(one.days)
            made.times.extend(one.times)
            made.pairs.extend(one.pairs)
            made.seasons.extend(one.seasons)
            made.parts.extend(one.parts)
        return made


def pairs(text: str, named: list[Day], times: list[ClockTime]) -> list[tuple[Day, ClockTime]]:
    """Each time with the day it is said with: the next one if joined by 'on', else the last."""
    made = []
    for one in times:
        after = next((day for day in named if day.start >= one.end), None)
        before = next((day for day in reversed(named) if day.end <= one.start), None)
        is_joined = after is not None and text[one.end : after.start].strip() in ("", "on", "this")
        day = after if is_joined or before is None else before
        if day is not None:
            made.append((day, one))
    return made


class Ground:
    """Known, as the rules ask for it. `said`: the whole text that is being checked."""

    def __init__(self, known: Known, said: str = "") -> None:
        self.known = known
        self.said = plain(said)
        self.today = to_london(known.now).date()

    @cached_property
    def _tool_leaves(self) -> list[Leaf]:
        return [leaf for text in self.known.tool_texts for leaf in leaves(text)]

    @cached_property
    def tool(self) -> list[str]:
        said = [
            leaf.value
            for leaf in self._tool_leaves
            if isinstance(leaf.value, str) and leaf.key not in _NOT_SAID
        ]
        return [masked(_in_london(plain(text))) for text in said]

    @cached_property
    def firm(self) -> tuple[str, ...]:
        return _plain_of_firm(self.known.firm_texts)

    @cached_property
    def customer(self) -> list[str]:
        return [masked(plain(text)) for text in self.known.customer_texts]

    @cached_property
    def given(self) -> str:
        """What tools and the firm say, as one text to look words up in."""
        return " \n ".join([*self.tool, *self.firm])

    @cached_property
    def done_keys(self) -> str:
        """Names of what a tool reports as done, such as {"cancelled": true}."""
        return " ".join(leaf.key for leaf in self._tool_leaves if leaf.value is True).casefold()

    @cached_property
    def done_words(self) -> str:
        """These names, and whatever tools say."""
        return " ".join([self.done_keys, *self.tool]).casefold()

    @cached_property
    def pence(self) -> set[int]:
        named = {pence for text in [*self.tool, *self.firm] for pence in money.pence_of(text)}
        return named | {
            leaf.value * (1 if leaf.key.endswith("_pence") else 100)
            for leaf in self._tool_leaves
            if type(leaf.value) is int and leaf.key.endswith(("_pence", "_pounds"))
        }

    @cached_property
    def customer_pence(self) -> set[int]:
        """Any number the customer wrote may have been money, in pounds or in thousands."""
        return {
            int(number.value * 100 * factor)
            for text in self.customer
            for number in numbers(text)
            for factor in (1, 1000)
        }

    @cached_property
    def percentages(self) -> set[Decimal]:
        texts = [*self.tool, *self.firm]
        return {value for text in texts for _, value in money.percentages(text)}

    @cached_property
    def durations(self) -> set[tuple[Decimal, str]]:
        named = {one.key for text in [*self.tool, *self.firm] for one in durations(text)}
        return named | {
            (Decimal(leaf.value), "minute")
            for leaf in self._tool_leaves
            if type(leaf.value) is int and leaf.key.endswith("minutes")
        }

    @cached_property
    def customer_durations(self) -> set[tuple[Decimal, str]]:
        return {one.key for text in self.customer for one in durations(text)}

    @cached_property
    def tool_moments(self) -> Moments:
        """Days and times that tools and surveys bear out."""
        found = [Moments.of(text, self.today, is_24h=True) for text in self.tool]
        known = self.known
        starts = self.at((*known.surveys, *known.provisional, *known.held))
        return Moments.all_of([*found, starts])

    def at(self, starts: Iterable[datetime]) -> Moments:
        """The days and times of visits."""
        local = map(to_london, starts)
        texts = (f"{start:%Y-%m-%d} at {start:%H:%M}" for start in local)
        return Moments.all_of(Moments.of(text, self.today, is_24h=True) for text in texts)

    @cached_property
    def customer_moments(self) -> Moments:
        """Read generously ("tue after 3"): it is only compared with what is said back."""
        texts = [_SHORT_DAY.sub(_long_day, text) for text in self.customer]
        return Moments.all_of(Moments.of(text, self.today, bare=True) for text in texts)

    def moments(self, text: str, *, bare: bool = False) -> Moments:
        return Moments.of(text, self.today, bare=bare)


@lru_cache(maxsize=8)
def _plain_of_firm(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(plain, texts))


def _long_day(found: re.Match[str]) -> str:
    return _LONG_DAYS[WEEKDAYS_SHORT[found[0]]]


def _in_london(text: str) -> str:
    return _ISO.sub(_local, text)


def _local(found: re.Match[str]) -> str:
    zone = (found[3] or "").replace("z", "+00:00")
    try:
        at = datetime.fromisoformat(f"{found[1]}T{found[2]}{zone}")
    except ValueError:
        return found[0]
    local = to_london(at.replace(tzinfo=at.tzinfo or UTC)) if zone else at
    return f"{local:%Y-%m-%d} at {local:%H:%M}"
