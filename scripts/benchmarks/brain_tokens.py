"""Arithmetic of what a conversation's input costs, in tokens at the talking model's full price."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DIGEST = "digest"
READ, WRITE_SHORT, WRITE_HOUR = 0.1, 1.25, 2.0  # shares of the full price, unless measured
EARLY, LATE = (20, 40), (380, 400)  # turns whose input is compared
SPANS = (EARLY, (41, 379), LATE)


@dataclass(frozen=True)
class Shares:
    """What a token costs that is read from the cache, or written to it, as a share of a fresh
    one."""

    read: float = READ
    write_short: float = WRITE_SHORT
    write_hour: float = WRITE_HOUR


@dataclass(frozen=True)
class ModelCall:
    """One call of the model. `full_price` is its whole input as the ledger has it, in tokens at
    the talking model's full price; `resent` the tokens had everything been sent again."""

    turn: int
    purpose: str
    input_tokens: int  # neither read from the cache nor written to it
    written_tokens: int
    read_tokens: int
    full_price: float
    prefix_tokens: int  # tools and system: what every conversation shares
    resent: int
    pence: float
    output_pence: float

    @property
    def size(self) -> int:
        """The whole input, cached or not."""
        return self.input_tokens + self.written_tokens + self.read_tokens


@dataclass(frozen=True)
class Spent:
    """A conversation of `turns` turns; tokens of input at the talking model's full price."""

    turns: int
    model_calls: int
    digests: int
    talking: float
    digesting: float
    resent: float
    talking_after_pauses: float  # five minutes between turns: only the shared prefix is cached
    talking_alone: float  # an hour between turns, and nobody else writes: nothing is cached
    pence: float
    resent_pence: float

    @property
    def ratio(self) -> float:
        """Ours against resending everything."""
        return (self.talking + self.digesting) / self.resent

    @property
    def ratio_talking(self) -> float:
        """Without the digests."""
        return self.talking / self.resent

    @property
    def ratio_after_pauses(self) -> float:
        """As `ratio`, had every turn come later than five minutes after the one before."""
        return (self.talking_after_pauses + self.digesting) / self.resent

    @property
    def ratio_alone(self) -> float:
        """As `ratio`, had every turn come later than an hour after the last of any customer."""
        return (self.talking_alone + self.digesting) / self.resent

    @property
    def ratio_pence(self) -> float:
        """The same in money, answers and notes included."""
        return self.pence / self.resent_pence


def read_calls(found: Iterable[Mapping[str, Any]]) -> list[ModelCall]:
    """Calls as the measuring process has printed them."""
    return [ModelCall(**one) for one in found]


def spent(calls: Sequence[ModelCall], turns: int, shares: Shares, pence_per_token: float) -> Spent:
    """The first `turns` turns."""
    mine = [call for call in calls if call.turn <= turns]
    talking = [call for call in mine if call.purpose != DIGEST]
    digests = [call for call in mine if call.purpose == DIGEST]
    first = _first_of_turns(talking)
    resent = sum(call.resent for call in talking)
    full_price = sum(call.full_price for call in talking)
    late = [history_read(call) * (shares.write_short - shares.read) for call in first]
    alone = [prefix_read(call) * (shares.write_hour - shares.read) for call in first]
    answers = sum(call.output_pence for call in talking)
    return Spent(
        turns=turns,
        model_calls=len(talking),
        digests=len(digests),
        talking=full_price,
        digesting=sum(call.full_price for call in digests),
        resent=resent,
        talking_after_pauses=full_price + sum(late),
        talking_alone=full_price + sum(late) + sum(alone),
        pence=sum(call.pence for call in mine),
        resent_pence=resent * pence_per_token + answers,
    )


def history_read(call: ModelCall) -> int:
    """What of this conversation came from the cache: gone after five minutes."""
    return max(0, call.read_tokens - call.prefix_tokens)


def prefix_read(call: ModelCall) -> int:
    """What of the shared prefix came from the cache: gone after an hour."""
    return min(call.read_tokens, call.prefix_tokens)


def _first_of_turns(calls: Iterable[ModelCall]) -> list[ModelCall]:
    """Later calls of a turn follow within seconds, whatever the pauses between turns."""
    first: dict[int, ModelCall] = {}
    for call in calls:
        first.setdefault(call.turn, call)
    return list(first.values())


def mean_sizes(calls: Sequence[ModelCall]) -> dict[str, float]:
    """Input of a turn, all its calls, cached or not: the mean over each span that was reached."""
    last = max((call.turn for call in calls), default=0)
    return {label(span): _mean_size(calls, *span) for span in SPANS if last >= span[1]}


def label(span: tuple[int, int]) -> str:
    """As the report names it."""
    return f"{span[0]} to {span[1]}"


def _mean_size(calls: Iterable[ModelCall], begin: int, end: int) -> float:
    talking = [call for call in calls if call.purpose != DIGEST]
    return sum(call.size for call in talking if begin <= call.turn <= end) / (end - begin + 1)
