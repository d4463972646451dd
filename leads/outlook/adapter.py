"""Microsoft 365 calendars by neutral names."""

import threading
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from leads.outlook import changes, events, subscriptions
from leads.outlook.entries import KEPT_SUBJECT, KEPT_TIME
from leads.outlook.free_busy import read_free_busy
from leads.outlook.graph import Graph
from leads.outlook.shapes import Changes, Entry, EventDraft, FreeBusy, Subscription


class Outlook:
    """One for each process, shared by its threads. Every method raises CalendarError (E009),
    BreakerOpenError or RateLimitError, and nothing else of Microsoft's.
    """

    def __init__(self) -> None:
        self._graph = Graph()

    def close(self) -> None:
        self._graph.close()

    def forget_token(self) -> None:
        self._graph.forget_token()

    def free_busy(
        self,
        mailboxes: Sequence[str],
        *,
        starts: datetime,
        ends: datetime,
        seconds: float | None = None,
    ) -> dict[str, FreeBusy]:
        """By mailbox; one that cannot be read has an `error` and is not free. `seconds`: the
        deadline of a call, where the usual one does not fit.
        """
        return read_free_busy(self._graph, mailboxes, starts=starts, ends=ends, seconds=seconds)

    def entries(self, mailbox: str, *, starts: datetime, ends: datetime) -> list[Entry]:
        """Whatever touches the time between, recurring entries one by one."""
        return events.view(self._graph, mailbox, starts=starts, ends=ends)

    def create_event(self, mailbox: str, draft: EventDraft) -> Entry:
        """The entry as drafted, made once for each `draft.uid` however often this is called.
        While the outcome is unknown the error's next step is RECONCILE: call it again.
        """
        return events.create(self._graph, mailbox, draft)

    def find_event(self, mailbox: str, uid: UUID) -> Entry | None:
        return events.find(self._graph, mailbox, uid)

    def read_event(self, mailbox: str, event_id: str) -> Entry | None:
        """None: it is gone."""
        return events.read(self._graph, mailbox, event_id)

    def update_event(
        self,
        mailbox: str,
        event_id: str,
        draft: EventDraft,
        *,
        keeps_time: bool = False,
        keeps_subject: bool = False,
    ) -> Entry | None:
        """What is kept is left as somebody may have made it. None: it is gone.
        CalendarConflictError: read it again first.
        """
        kept = (*(KEPT_TIME if keeps_time else ()), *(KEPT_SUBJECT if keeps_subject else ()))
        return events.update(self._graph, mailbox, event_id, draft, kept=kept)

    def delete_event(self, mailbox: str, event_id: str) -> bool:
        """False: it was gone already."""
        return events.delete(self._graph, mailbox, event_id)

    def changes(
        self,
        mailbox: str,
        *,
        link: str = "",
        starts: datetime | None = None,
        ends: datetime | None = None,
    ) -> Changes:
        """Since `link`, or all between `starts` and `ends`. SyncStateLostError: begin anew."""
        return changes.read_changes(self._graph, mailbox, link=link, starts=starts, ends=ends)

    def subscribe(
        self, mailbox: str, *, url: str, client_state: str, ends_at: datetime
    ) -> Subscription:
        """CalendarConflictError: there is one already, and it is not ours to drop."""
        return subscriptions.subscribe(
            self._graph, mailbox, url=url, client_state=client_state, ends_at=ends_at
        )

    def renew(self, subscription_id: str, ends_at: datetime) -> Subscription | None:
        """None: it is gone."""
        return subscriptions.renew(self._graph, subscription_id, ends_at)

    def unsubscribe(self, subscription_id: str) -> bool:
        """False: it was gone already."""
        return subscriptions.unsubscribe(self._graph, subscription_id)


class _Shared:
    """The cache alone would let two threads of a cold start build one each."""

    def __init__(self) -> None:
        self._one_builds = threading.Lock()
        self._build = lru_cache(maxsize=1)(Outlook)
        self.cache_info, self.cache_clear = self._build.cache_info, self._build.cache_clear

    def __call__(self) -> Outlook:
        with self._one_builds:
            return self._build()


outlook = _Shared()
