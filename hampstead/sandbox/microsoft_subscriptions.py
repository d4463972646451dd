"""Subscriptions to the changes of a mailbox: create with its validation call, renew, delete."""

import asyncio
import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from hampstead.sandbox.door import Door
from hampstead.sandbox.microsoft_calendars import Calendars
from hampstead.sandbox.microsoft_conduct import Conduct
from hampstead.sandbox.microsoft_errors import GraphRefusalError
from hampstead.sandbox.microsoft_gate import Gate, GraphCall
from hampstead.sandbox.microsoft_notices import Notices, Subscription
from hampstead.sandbox.microsoft_posts import Posts
from hampstead.sandbox.microsoft_times import instant
from hampstead.sandbox.reply import Reply

JsonObject = dict[str, Any]
LONGEST = timedelta(minutes=10_080)
SHORTEST = timedelta(minutes=45)
LONGEST_STATE = 128
KINDS = {"created", "updated", "deleted"}
RESOURCE = re.compile(r"/?users/(?P<user>[^/]+)/events/?", re.IGNORECASE)


class Subscriptions:
    def __init__(
        self, calendars: Calendars, conduct: Conduct, notices: Notices, posts: Posts
    ) -> None:
        self._calendars = calendars
        self._conduct = conduct
        self._notices = notices
        self._posts = posts

    def add_routes(self, app: web.Application, door: Door, gate: Gate) -> None:
        self._gate = gate
        base = "/microsoft/v1.0/subscriptions"
        app.add_routes(
            [
                web.post(base, gate.open(door, self.create)),
                web.get(base, gate.open(door, self.listing)),
                web.get(f"{base}/{{id}}", gate.open(door, self.show)),
                web.patch(f"{base}/{{id}}", gate.open(door, self.renew)),
                web.delete(f"{base}/{{id}}", gate.open(door, self.delete)),
                web.post(f"{base}/{{id}}/reauthorize", gate.open(door, self.reauthorize)),
            ]
        )

    async def create(self, asked: GraphCall) -> Reply:
        wanted = self._read(asked)
        for known in self._notices.of_mailbox(wanted.mailbox):
            if known.kinds == wanted.kinds:
                text = "Subscription already exists for the same resource and change types."
                raise GraphRefusalError(409, "Conflict", text)
        if self._conduct.validates:
            await self._validate(wanted)
        self._notices.keep(wanted)
        return Reply(status=201, body=shown(wanted, wanted.client_state))

    def _read(self, asked: GraphCall) -> Subscription:
        body = asked.body()
        for name in ("changeType", "notificationUrl", "resource", "expirationDateTime"):
            if not isinstance(body.get(name), str) or not body[name]:
                raise bad_request(f"Property '{name}' is required.")
        kinds = frozenset(part.strip() for part in body["changeType"].split(","))
        if not kinds <= KINDS:
            raise bad_request("Invalid change type.")
        client_state = str(body.get("clientState") or "")
        if len(client_state) > LONGEST_STATE:
            raise bad_request(f"clientState is limited to {LONGEST_STATE} characters.")
        return Subscription(
            id=self._notices.new_id(),
            mailbox=self._mailbox(body["resource"]),
            resource=body["resource"],
            kinds=kinds,
            notification_url=checked_url(body["notificationUrl"]),
            lifecycle_url=checked_url(body.get("lifecycleNotificationUrl") or ""),
            client_state=client_state,
            expires_at=self._expiry(body["expirationDateTime"]),
            is_immutable=asked.wishes.is_immutable,
        )

    def _mailbox(self, resource: str) -> str:
        found = RESOURCE.fullmatch(resource)
        if found is None:
            raise bad_request(f"Resource '{resource}' is not supported by the sandbox.")
        mailbox = self._calendars.mailbox_of(found["user"])
        self._gate.check_mailbox(mailbox)
        return mailbox

    def _expiry(self, text: str) -> datetime:
        at, now = instant(text, "expirationDateTime"), self._conduct.clock()
        hint = f"The sandbox's clock stands at {now.isoformat()}: POST /_microsoft sets `now`."
        if at <= now:
            raise bad_request(f"Subscription expiration can't be in the past. {hint}")
        if at > now + LONGEST:
            minutes = int(LONGEST.total_seconds() // 60)
            text = f"Subscription expiration can only be {minutes} minutes in the future. {hint}"
            raise bad_request(text)
        return max(at, now + SHORTEST)

    async def _validate(self, wanted: Subscription) -> None:
        token = f"Validation: Testing client application reachability. Request-Id: {wanted.id}"
        urls = [url for url in (wanted.notification_url, wanted.lifecycle_url) if url]
        answers = await asyncio.gather(*(self._posts.validate(url, token) for url in urls))
        if not all(answers):
            text = (
                "Subscription validation request failed. Response must exactly match "
                "validationToken query parameter."
            )
            raise GraphRefusalError(400, "ValidationError", text)

    async def listing(self, asked: GraphCall) -> Reply:
        return Reply(body={"value": [shown(s) for s in self._notices.live()]})

    async def show(self, asked: GraphCall) -> Reply:
        return Reply(body=shown(self._wanted(asked)))

    async def renew(self, asked: GraphCall) -> Reply:
        subscription, body = self._wanted(asked), asked.body()
        if set(body) != {"expirationDateTime"}:
            raise bad_request("Only expirationDateTime can be changed.")
        renewed = self._notices.renew(subscription, self._expiry(str(body["expirationDateTime"])))
        return Reply(body=shown(renewed))

    async def reauthorize(self, asked: GraphCall) -> Reply:
        self._wanted(asked)
        return Reply(status=202, body="")

    async def delete(self, asked: GraphCall) -> Reply:
        self._notices.drop(self._wanted(asked))
        return Reply(status=204, body="")

    def _wanted(self, asked: GraphCall) -> Subscription:
        found = self._notices.find(asked.call.path["id"])
        if found is None:
            raise GraphRefusalError(404, "ResourceNotFound", "The object was not found.")
        return found


def checked_url(url: str) -> str:
    if url and urlsplit(url).scheme not in ("http", "https"):
        raise bad_request("The notification URL is invalid.")
    return url


def bad_request(text: str) -> GraphRefusalError:
    return GraphRefusalError(400, "InvalidRequest", text)


def shown(subscription: Subscription, client_state: str | None = None) -> JsonObject:
    """Only the answer to the creation holds the client state."""
    return {
        "id": subscription.id,
        "resource": subscription.resource,
        "changeType": ",".join(sorted(subscription.kinds)),
        "notificationUrl": subscription.notification_url,
        "lifecycleNotificationUrl": subscription.lifecycle_url or None,
        "expirationDateTime": f"{subscription.expires_at:%Y-%m-%dT%H:%M:%S.%f}0Z",
        "clientState": client_state or None,
        "includeResourceData": None,
        "latestSupportedTlsVersion": "v1_2",
    }
