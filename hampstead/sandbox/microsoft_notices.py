"""Who is told of which change, and in which words."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from hampstead.sandbox.counters import Counters
from hampstead.sandbox.microsoft_calendars import Calendars, Change, Event
from hampstead.sandbox.microsoft_conduct import Conduct
from hampstead.sandbox.microsoft_posts import Posts

JsonObject = dict[str, Any]
TENANT = "00000000-0000-4000-8000-000000000365"
LIFECYCLE = ("reauthorizationRequired", "subscriptionRemoved", "missed")


@dataclass(frozen=True)
class Subscription:
    id: str
    mailbox: str
    resource: str
    kinds: frozenset[str]
    notification_url: str
    lifecycle_url: str
    client_state: str
    expires_at: datetime
    is_immutable: bool


class Notices:
    """The subscriptions there are, and what they are told."""

    def __init__(
        self, counters: Counters, calendars: Calendars, conduct: Conduct, posts: Posts
    ) -> None:
        self._counters = counters
        self._calendars = calendars
        self._conduct = conduct
        self._posts = posts
        self._subscriptions: dict[str, Subscription] = {}

    def clear(self) -> None:
        self._subscriptions.clear()

    def live(self) -> list[Subscription]:
        at = self._conduct.clock()
        return [s for s in self._subscriptions.values() if s.expires_at > at]

    def find(self, subscription_id: str) -> Subscription | None:
        return next((s for s in self.live() if s.id == subscription_id), None)

    def of_mailbox(self, mailbox: str) -> list[Subscription]:
        return [s for s in self.live() if s.mailbox == mailbox.lower()]

    def new_id(self) -> str:
        return str(uuid5(NAMESPACE_URL, self._counters.next("subscription-")))

    def keep(self, subscription: Subscription) -> None:
        self._subscriptions[subscription.id] = subscription

    def renew(self, subscription: Subscription, expires_at: datetime) -> Subscription:
        renewed = replace(subscription, expires_at=expires_at)
        self.keep(renewed)
        return renewed

    def drop(self, subscription: Subscription) -> None:
        self._subscriptions.pop(subscription.id, None)

    def hear(self, change: Change) -> None:
        if self._conduct.is_silent:
            return
        for subscription in self.of_mailbox(change.event.mailbox):
            if change.kind in subscription.kinds:
                told = self.notice(subscription, change.event, change.kind)
                self._posts.tell_later(subscription.notification_url, [told])

    def notice(self, subscription: Subscription, event: Event, kind: str) -> JsonObject:
        event_id = event.id if subscription.is_immutable else event.folder_id
        user = self._calendars.user_id(event.mailbox)
        resource = f"Users/{user}/Events/{event_id}"
        return {
            "subscriptionId": subscription.id,
            "subscriptionExpirationDateTime": subscription.expires_at.isoformat(),
            "changeType": kind,
            "resource": resource,
            "resourceData": {
                "@odata.type": "#Microsoft.Graph.Event",
                "@odata.id": resource,
                "@odata.etag": event.etag,
                "id": event_id,
            },
            "clientState": subscription.client_state,
            "tenantId": TENANT,
        }

    def lifecycle(self, subscription: Subscription, name: str) -> JsonObject:
        return {
            "subscriptionId": subscription.id,
            "subscriptionExpirationDateTime": subscription.expires_at.isoformat(),
            "lifecycleEvent": name,
            "resource": subscription.resource,
            "clientState": subscription.client_state,
            "tenantId": TENANT,
            "organizationId": TENANT,
        }
