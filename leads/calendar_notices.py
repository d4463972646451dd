"""What Microsoft tells us of changes in a calendar: hints that a diary wants reading, nothing more.

A hint may be lost, repeated or late. So diaries are also read without one, and nothing a hint
says is believed except whose calendar it speaks of.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hampstead.core.clock import now
from hampstead.core.inbox import Post, UnreadablePostError
from leads.models import Diary

# Its own ids and our random words; anything else is not worth a look into the database.
_PLAIN = re.compile(r"[!-~]{1,255}")
_NOBODY = "0" * 64  # compared with when there is no such subscription: the same work, never equal


@dataclass(frozen=True)
class CalendarNotice:
    subscription_id: str
    client_state: str  # the secret we gave with the subscription
    lifecycle: str  # "reauthorizationRequired", "subscriptionRemoved", "missed", or empty: a change


def read_notices(body: bytes) -> tuple[CalendarNotice, ...]:
    """The notices of a post that can be read. Raises UnreadablePostError if there are none."""
    try:
        payload = json.loads(body)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise UnreadablePostError(f"{type(error).__name__}: {error}"[:200]) from error
    items = payload.get("value") if isinstance(payload, dict) else None
    if not isinstance(items, list) or not items:
        raise UnreadablePostError("no list of notices")
    notices = tuple(filter(None, map(_read_notice, items)))
    if not notices:
        raise UnreadablePostError("no notice with a subscription and a client state")
    return notices


def _read_notice(item: Any) -> CalendarNotice | None:
    if not isinstance(item, dict):
        return None
    words = [item.get(name) for name in ("subscriptionId", "clientState")]
    subscription_id, client_state = (
        word if isinstance(word, str) and _PLAIN.fullmatch(word) else "" for word in words
    )
    if not subscription_id or not client_state:
        return None
    lifecycle = item.get("lifecycleEvent")
    return CalendarNotice(
        subscription_id, client_state, lifecycle if isinstance(lifecycle, str) else ""
    )


def digest(client_state: str) -> str:
    """What we keep of the secret of a subscription."""
    return hashlib.sha256(client_state.encode()).hexdigest()


def authentic(notices: Sequence[CalendarNotice]) -> tuple[CalendarNotice, ...]:
    """Those that know the secret of their subscription. All are compared, in constant time."""
    known = dict(
        Diary.objects.filter(
            subscription_id__in={notice.subscription_id for notice in notices}
        ).values_list("subscription_id", "client_state_hash")
    )
    return tuple(
        notice
        for notice in notices
        if hmac.compare_digest(
            digest(notice.client_state), known.get(notice.subscription_id) or _NOBODY
        )
    )


def take_post(post: Post) -> None:
    """The inbox handler for Microsoft. Raises UnreadablePostError."""
    note_changes(post.body)


def note_changes(body: bytes) -> None:
    """Mark the diaries that want reading, and the subscriptions that want renewing, by the
    authentic notices of a post: Microsoft bundles, so one may have come with a stranger's.

    Nobody is called here: the sweeps `poll` and `renew` find the marks.
    """
    lifecycles: dict[str, set[str]] = {}
    for notice in authentic(read_notices(body)):
        lifecycles.setdefault(notice.subscription_id, set()).add(notice.lifecycle)
    for subscription_id in sorted(lifecycles):
        diaries = Diary.objects.filter(subscription_id=subscription_id)
        events, at = lifecycles[subscription_id], now()
        if events != {"reauthorizationRequired"}:
            diaries.update(changes_wanted_at=at)
        if "subscriptionRemoved" in events:
            diaries.update(subscription_id="", client_state_hash="", subscription_ends_at=None)
        elif "reauthorizationRequired" in events:
            diaries.update(subscription_ends_at=at)
