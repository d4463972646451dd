"""The mailboxes' calendars in memory: events, and every change of one in order."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from hampstead.sandbox.microsoft_times import Span

JsonObject = dict[str, Any]
# Neighbours differ in nothing but case: whoever folds the case of an id mixes them up.
LETTERS = "AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPpQqRrSsTtUuVvWwXxYyZz"


@dataclass(frozen=True)
class Event:
    """`folder_id` changes when an event is moved, `id` never: which is shown, the caller wishes."""

    number: int
    mailbox: str
    id: str
    folder_id: str
    ical_uid: str
    span: Span
    content: JsonObject
    organizer: str
    created_at: datetime
    modified_at: datetime
    tags: dict[str, str] = field(default_factory=dict)
    transaction_id: str = ""
    request: JsonObject = field(default_factory=dict)
    is_cancelled: bool = False
    change: int = 0

    @property
    def change_key(self) -> str:
        return base64.b64encode(f"{self.mailbox}/{self.change}".encode()).decode()

    @property
    def etag(self) -> str:
        return f'W/"{self.change_key}"'

    @property
    def is_own(self) -> bool:
        return self.organizer == self.mailbox


@dataclass(frozen=True)
class Change:
    """One step in an event's life; a span is None where the event was not there."""

    number: int
    kind: str
    event: Event
    before: Span | None
    after: Span | None


Listener = Callable[[Change], None]


class Calendars:
    def __init__(self, run_id: str = "") -> None:
        self._run_id = run_id
        self._events: dict[str, dict[int, Event]] = {}
        self._changes: dict[str, list[Change]] = {}
        self._users: dict[str, str] = {}
        self._numbers = 0
        self._steps = 0
        self.on_change: Listener = lambda change: None

    def clear(self) -> None:
        self._events.clear()
        self._changes.clear()
        self._numbers = 0
        self._steps = 0

    @property
    def step(self) -> int:
        return self._steps

    def user_id(self, mailbox: str) -> str:
        found = str(uuid5(NAMESPACE_URL, f"mailto:{mailbox}"))
        self._users[found] = mailbox
        return found

    def mailbox_of(self, user: str) -> str:
        """An address or a directory id, as the address in lower case."""
        return self._users.get(user.lower(), user.lower())

    def events(self, mailbox: str) -> list[Event]:
        found = self._events.get(mailbox, {}).values()
        return sorted(found, key=lambda event: (event.span.starts, event.number))

    def between(self, mailbox: str, starts: datetime, ends: datetime) -> list[Event]:
        return [event for event in self.events(mailbox) if event.span.overlaps(starts, ends)]

    def find(self, mailbox: str, event_id: str) -> Event | None:
        events = self._events.get(mailbox, {}).values()
        return next((e for e in events if event_id in (e.id, e.folder_id)), None)

    def by_transaction(self, mailbox: str, transaction_id: str) -> Event | None:
        events = self._events.get(mailbox, {}).values()
        return next((e for e in events if e.transaction_id == transaction_id), None)

    def add(
        self, mailbox: str, span: Span, content: JsonObject, *, at: datetime, **more: Any
    ) -> Event:
        self._numbers += 1
        number = self._numbers
        seed = f"{self._run_id}/{mailbox}/{number}"
        event = Event(
            number=number,
            mailbox=mailbox,
            id=event_id("AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A", self._run_id, number),
            folder_id=event_id("AAMkAGI1AAAoZCfHAAA", f"{self._run_id}/folder", number),
            ical_uid="040000008200E00074C5B7101A82E008"
            + hashlib.sha256(seed.encode()).hexdigest().upper(),
            span=span,
            content=content,
            organizer=more.pop("organizer", "") or mailbox,
            created_at=at,
            modified_at=at,
            **more,
        )
        return self._keep("created", event, None)

    def change(self, event: Event, *, at: datetime, **changes: Any) -> Event:
        return self._keep("updated", replace(event, modified_at=at, **changes), event.span)

    def remove(self, event: Event) -> None:
        del self._events[event.mailbox][event.number]
        self._note("deleted", replace(event, change=self._steps + 1), event.span, None)

    def changes_since(self, mailbox: str, step: int) -> list[Change]:
        return [change for change in self._changes.get(mailbox, []) if change.number > step]

    def _keep(self, kind: str, event: Event, before: Span | None) -> Event:
        kept = replace(event, change=self._steps + 1)
        self._events.setdefault(kept.mailbox, {})[kept.number] = kept
        self._note(kind, kept, before, kept.span)
        return kept

    def _note(self, kind: str, event: Event, before: Span | None, after: Span | None) -> None:
        self._steps += 1
        change = Change(self._steps, kind, event, before, after)
        self._changes.setdefault(event.mailbox, []).append(change)
        self.on_change(change)


def event_id(prefix: str, seed: str, number: int) -> str:
    """Some 150 characters, the same in every run, of letters whose case matters."""
    pair, last = divmod(number, 2)
    mark = base64.urlsafe_b64encode(hashlib.sha512(f"{seed}/{pair}".encode()).digest()).decode()
    return f"{prefix}{mark.rstrip('=')}{LETTERS[2 * (pair % 26) + last]}AAA="
