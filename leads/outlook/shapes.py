"""What passes between us and a calendar. Times are UTC and aware."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Block:
    """Time in a calendar as free/busy shows it. `show_as`: free, tentative, busy, oof,
    workingElsewhere or unknown.
    """

    starts: datetime
    ends: datetime
    show_as: str
    is_all_day: bool
    subject: str


@dataclass(frozen=True)
class FreeBusy:
    """With an `error` this mailbox could not be read: nothing in it is known to be free."""

    blocks: tuple[Block, ...]
    error: str = ""


@dataclass(frozen=True)
class Entry:
    """An entry of a calendar. `uid`: the transaction id of its creation, "" if none; `id` is
    immutable and tells upper case from lower. `body`: as text, where one entry was read by itself.
    """

    id: str
    starts: datetime
    ends: datetime
    show_as: str
    is_all_day: bool
    is_cancelled: bool
    subject: str
    uid: str
    change_key: str
    has_attendees: bool = False
    body: str = ""


@dataclass(frozen=True)
class EventDraft:
    """What an entry of ours shall show. Whoever may see the calendar may read all of it."""

    subject: str
    body: str
    location: str
    starts: datetime
    ends: datetime
    uid: UUID


@dataclass(frozen=True)
class Changes:
    """`link`: where the next reading begins. `is_whole`: a first round, so what is not in
    `entries` is not in the calendar.
    """

    entries: tuple[Entry, ...]
    removed: tuple[str, ...]
    link: str
    is_whole: bool


@dataclass(frozen=True)
class Subscription:
    id: str
    ends_at: datetime
