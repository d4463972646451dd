"""What may be found in a text, and what it is compared with."""

from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

from hampstead.core.clock import now

# The longest piece of the text that a finding repeats.
MAX_QUOTE = 200


class FindingKind(StrEnum):
    PRICE = "price"
    DURATION = "duration"
    DATE = "date"
    BOOKED = "booked"
    PROMISE = "promise"
    DONE = "done"
    PROMPT = "prompt"
    DENIES_AI = "denies_ai"
    MARKUP = "markup"
    LINK = "link"
    EMPTY = "empty"


@dataclass(frozen=True)
class Finding:
    kind: FindingKind
    quote: str
    why: str


@dataclass(frozen=True)
class Known:
    """What is stored or was said to us. More of it never makes a text worse, but for secrets."""

    now: datetime = field(default_factory=now)
    # JSON texts of the tool results of this turn.
    tool_texts: tuple[str, ...] = ()
    # The customer's recent messages.
    customer_texts: tuple[str, ...] = ()
    # The ends of the budget the customer named.
    budget_pence: tuple[int, ...] = ()
    # Starts of the person's surveys: confirmed, not confirmed yet, only held while they decide.
    surveys: tuple[datetime, ...] = ()
    provisional: tuple[datetime, ...] = ()
    held: tuple[datetime, ...] = ()
    # When the customer had been told that these would be: names what was, never what is.
    was_told_for: tuple[datetime, ...] = ()
    has_moved: bool = False  # a survey of theirs
    has_cancelled: bool = False
    # An open Promise row, or one made in this turn.
    has_promise: bool = False
    has_reply: bool = False  # a colleague will write
    has_handover: bool = False  # a colleague has been called
    # Weekday (0 is Monday), opens, closes.
    opening: tuple[tuple[int, time, time], ...] = ()
    # Texts of the firm that may be repeated.
    firm_texts: tuple[str, ...] = ()
    # Prompt texts that must not be given away.
    secret_texts: tuple[str, ...] = ()
