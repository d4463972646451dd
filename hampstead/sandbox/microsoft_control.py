"""The way in behind Microsoft's back: people at their calendars, and how Microsoft behaves."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import Any

from aiohttp import web

from hampstead.sandbox.microsoft_api import Microsoft
from hampstead.sandbox.microsoft_calendars import Event
from hampstead.sandbox.microsoft_conduct import LOST_STATES, SETTABLE, ConductError, moment
from hampstead.sandbox.microsoft_errors import GraphRefusalError
from hampstead.sandbox.microsoft_event_body import DEFAULTS, checked
from hampstead.sandbox.microsoft_event_json import EVERY_TAG, event_json
from hampstead.sandbox.microsoft_notices import LIFECYCLE, Subscription
from hampstead.sandbox.microsoft_subscriptions import shown
from hampstead.sandbox.microsoft_times import LONDON, Span, whole_days
from hampstead.sandbox.microsoft_times import checked as checked_span
from hampstead.sandbox.microsoft_wishes import Options, Wishes

JsonObject = dict[str, Any]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
WISHES = Wishes(is_immutable=True, body_type="text")
OPTIONS = Options(tags=EVERY_TAG)
# What a person's entry may say, and where it goes.
CONTENT = {
    "subject": "subject",
    "show_as": "showAs",
    "sensitivity": "sensitivity",
    "response": "response",
}
TIMES = {"starts", "ends", "is_all_day"}
MORE = {"organizer", "is_cancelled", "location"}
ACTS = {"revoke_tokens", "lose_delta", "lose_subscriptions", "lifecycle", "notify"}


class MicrosoftControl:
    def __init__(self, microsoft: Microsoft) -> None:
        self._microsoft = microsoft

    def add_routes(self, app: web.Application) -> None:
        base = "/_calendar/{mailbox}"
        app.add_routes(
            [
                web.get("/_microsoft", self.conduct),
                web.post("/_microsoft", guarded(self.order)),
                web.get(base, self.listing),
                web.post(f"{base}/events", guarded(self.add)),
                web.patch(f"{base}/events/{{event}}", guarded(self.edit)),
                web.delete(f"{base}/events/{{event}}", guarded(self.remove)),
            ]
        )

    async def conduct(self, request: web.Request) -> web.Response:
        live = self._microsoft.notices.live()
        subscriptions = [{**shown(s), "mailbox": s.mailbox} for s in live]
        listing = self._microsoft.conduct.listing()
        return web.json_response({**listing, "subscriptions": subscriptions})

    async def order(self, request: web.Request) -> web.Response:
        wanted = await object_of(request)
        if unknown := sorted(wanted.keys() - SETTABLE - ACTS):
            raise ConductError(f"unknown fields: {', '.join(unknown)}")
        self._microsoft.conduct.order({k: v for k, v in wanted.items() if k in SETTABLE})
        if wanted.get("revoke_tokens"):
            self._microsoft.tokens.revoke_all()
        if "lose_delta" in wanted:
            self._lose_delta(wanted["lose_delta"])
        posted: list[JsonObject] = []
        if "lifecycle" in wanted:
            posted += await self._lifecycle(wanted["lifecycle"])
        if "notify" in wanted:
            posted += await self._notify(wanted["notify"])
        if wanted.get("lose_subscriptions"):
            self._microsoft.notices.clear()
        return web.json_response({"posted": posted})

    def _lose_delta(self, code: Any) -> None:
        code = LOST_STATES[0] if code is True else code
        if code not in LOST_STATES:
            raise ConductError(f"lose_delta is true or one of {', '.join(LOST_STATES)}")
        self._microsoft.view.lose(code)

    async def _lifecycle(self, order: Any) -> list[JsonObject]:
        name = order.get("event") if isinstance(order, dict) else None
        if name not in LIFECYCLE:
            raise ConductError(f"lifecycle.event must be one of {', '.join(LIFECYCLE)}")
        notices = self._microsoft.notices
        told = self._told(order)
        if name == "subscriptionRemoved":
            for subscription in told:
                notices.drop(subscription)
        return [
            await self._post(s.lifecycle_url or s.notification_url, [notices.lifecycle(s, name)])
            for s in told
        ]

    async def _notify(self, order: Any) -> list[JsonObject]:
        """A notice of a change, true or false: `change`, `with` what it holds otherwise."""
        told = self._told(order)
        mailbox, kind = order["mailbox"].lower(), order.get("change", "updated")
        event = self._event(mailbox, str(order.get("event", "")))
        changed = order.get("with") or {}
        posts = []
        for subscription in told:
            notice = {**self._microsoft.notices.notice(subscription, event, kind), **changed}
            copies = [notice] * int(order.get("times", 1))
            posts.append(self._post(subscription.notification_url, copies))
        return list(await asyncio.gather(*posts))

    def _told(self, order: Any) -> list[Subscription]:
        if not isinstance(order, dict) or not isinstance(order.get("mailbox"), str):
            raise ConductError("a mailbox is needed")
        found = self._microsoft.notices.of_mailbox(order["mailbox"])
        if not found:
            raise ConductError("nobody has subscribed to this mailbox")
        return found

    async def _post(self, url: str, notices: list[JsonObject]) -> JsonObject:
        answer = await self._microsoft.posts.tell(url, notices)
        return {"url": url, "app_status": answer.status or None, "app_body": answer.body}

    async def listing(self, request: web.Request) -> web.Response:
        events = self._microsoft.calendars.events(request.match_info["mailbox"].lower())
        return web.json_response([event_json(event, WISHES, OPTIONS) for event in events])

    async def add(self, request: web.Request) -> web.Response:
        wanted = entry_of(await object_of(request))
        event = self._microsoft.calendars.add(
            request.match_info["mailbox"].lower(),
            span_of(wanted, None),
            {**DEFAULTS, **content_of(wanted)},
            at=self._microsoft.conduct.clock(),
            organizer=str(wanted.get("organizer", "")).lower(),
            is_cancelled=wanted.get("is_cancelled") is True,
        )
        return web.json_response(event_json(event, WISHES, OPTIONS))

    async def edit(self, request: web.Request) -> web.Response:
        wanted = entry_of(await object_of(request))
        event = self._asked(request)
        event = self._microsoft.calendars.change(
            event,
            at=self._microsoft.conduct.clock(),
            span=span_of(wanted, event.span) if TIMES & wanted.keys() else event.span,
            content={**event.content, **content_of(wanted)},
            is_cancelled=wanted.get("is_cancelled", event.is_cancelled) is True,
        )
        return web.json_response(event_json(event, WISHES, OPTIONS))

    async def remove(self, request: web.Request) -> web.Response:
        self._microsoft.calendars.remove(self._asked(request))
        return web.json_response({"status": "ok"})

    def _asked(self, request: web.Request) -> Event:
        return self._event(request.match_info["mailbox"].lower(), request.match_info["event"])

    def _event(self, mailbox: str, event_id: str) -> Event:
        found = self._microsoft.calendars.find(mailbox, event_id)
        if found is None:
            raise ConductError("this mailbox has no such event")
        return found


def guarded(handler: Handler) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except (ConductError, GraphRefusalError) as exc:
            return web.json_response({"error": str(exc)}, status=400)

    return answer


async def object_of(request: web.Request) -> JsonObject:
    try:
        found = await request.json()
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ConductError("a JSON object is expected")
    return found


def entry_of(wanted: JsonObject) -> JsonObject:
    if unknown := sorted(wanted.keys() - CONTENT.keys() - TIMES - MORE):
        raise ConductError(f"unknown fields: {', '.join(unknown)}")
    return wanted


def content_of(wanted: JsonObject) -> JsonObject:
    content = {CONTENT[name]: value for name, value in wanted.items() if name in CONTENT}
    for name in content.keys() & DEFAULTS.keys():
        checked(name, content[name])
    if "location" in wanted:
        content["location"] = {"displayName": str(wanted["location"])}
    return content


def span_of(wanted: JsonObject, before: Span | None) -> Span:
    """Instants with their offset; an entry for whole days takes their days in London."""
    times = {"starts": before.starts, "ends": before.ends} if before else {}
    times |= {name: instant_of(wanted[name]) for name in ("starts", "ends") if name in wanted}
    if len(times) < 2:
        raise ConductError("starts and ends are needed")
    starts, ends = times["starts"], times["ends"]
    if not wanted.get("is_all_day", before.is_all_day if before else False):
        return checked_span(Span(starts, ends))
    return whole_days(starts.astimezone(LONDON).date(), ends.astimezone(LONDON).date())


def instant_of(value: Any) -> datetime:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        return moment(value)
    return datetime(day.year, day.month, day.day, tzinfo=LONDON)
