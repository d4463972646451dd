"""Events of a mailbox: create, find by tag, read, change, cancel, delete."""

from typing import Any

from aiohttp import web

from hampstead.sandbox.door import Door
from hampstead.sandbox.microsoft_calendars import Calendars, Event
from hampstead.sandbox.microsoft_conduct import Conduct
from hampstead.sandbox.microsoft_errors import GraphRefusalError
from hampstead.sandbox.microsoft_event_body import DEFAULTS, EventBody
from hampstead.sandbox.microsoft_event_json import event_json
from hampstead.sandbox.microsoft_gate import Gate, GraphCall
from hampstead.sandbox.microsoft_wishes import Options, tag_filter
from hampstead.sandbox.reply import Reply

JsonObject = dict[str, Any]


class Events:
    def __init__(self, calendars: Calendars, conduct: Conduct) -> None:
        self._calendars = calendars
        self._conduct = conduct

    def add_routes(self, app: web.Application, door: Door, gate: Gate) -> None:
        base = "/microsoft/v1.0/users/{user}/events"
        app.add_routes(
            [
                web.post(base, gate.open(door, self.create)),
                web.get(base, gate.open(door, self.listing)),
                web.get(f"{base}/{{event}}", gate.open(door, self.show)),
                web.patch(f"{base}/{{event}}", gate.open(door, self.change)),
                web.delete(f"{base}/{{event}}", gate.open(door, self.delete)),
                web.post(f"{base}/{{event}}/cancel", gate.open(door, self.cancel)),
            ]
        )

    async def create(self, asked: GraphCall) -> Reply:
        data = asked.body()
        body = EventBody.read(data, is_new=True)
        span = body.span()
        earlier = self._earlier(asked.mailbox, body.transaction_id, data)
        event = earlier or self._calendars.add(
            asked.mailbox,
            span,
            {**DEFAULTS, **body.content},
            at=self._conduct.clock(),
            tags=body.tags,
            transaction_id=body.transaction_id,
            request=data,
        )
        return Reply(status=201, body=self._single(asked, event))

    def _earlier(self, mailbox: str, transaction_id: str, data: JsonObject) -> Event | None:
        """The event a repeated request made. Raises GraphRefusalError where it asks for another."""
        if not transaction_id:
            return None
        event = self._calendars.by_transaction(mailbox, transaction_id)
        if event is not None and event.request != data:
            text = "Your request can't be completed: the transaction id is in use."
            raise GraphRefusalError(409, "ErrorDuplicateTransactionId", text)
        return event

    async def listing(self, asked: GraphCall) -> Reply:
        options = Options.read(asked.query)
        found = self._calendars.events(asked.mailbox)
        if "$filter" in asked.query:
            name, value = tag_filter(asked.query["$filter"])
            found = [event for event in found if event.tags.get(name) == value]
        return page(asked, options, found)

    async def show(self, asked: GraphCall) -> Reply:
        return Reply(body=self._single(asked, self._wanted(asked)))

    async def change(self, asked: GraphCall) -> Reply:
        event = self._wanted(asked)
        body = EventBody.read(asked.body(), is_new=False)
        if asked.call.headers.get("if-match", "*") not in ("*", event.etag):
            raise GraphRefusalError(412)
        event = self._calendars.change(
            event,
            at=self._conduct.clock(),
            span=body.span(event.span) if body.times else event.span,
            content={**event.content, **body.content},
            tags={**event.tags, **body.tags},
        )
        return Reply(body=self._single(asked, event))

    async def cancel(self, asked: GraphCall) -> Reply:
        event = self._wanted(asked)
        if not event.is_own:
            text = "Your request can't be completed. You need to be an organizer to cancel."
            raise GraphRefusalError(400, "ErrorAccessDenied", text)
        self._calendars.remove(event)
        return Reply(status=202, body="")

    async def delete(self, asked: GraphCall) -> Reply:
        self._calendars.remove(self._wanted(asked))
        return Reply(status=204, body="")

    def _wanted(self, asked: GraphCall) -> Event:
        event = self._calendars.find(asked.mailbox, asked.call.path["event"])
        if event is None:
            raise GraphRefusalError(404)
        return event

    def _single(self, asked: GraphCall, event: Event) -> JsonObject:
        context = asked.context(f"users('{asked.mailbox}')/events/$entity")
        options = Options.read(asked.query)
        return {"@odata.context": context, **event_json(event, asked.wishes, options)}


def page(asked: GraphCall, options: Options, events: list[Event]) -> Reply:
    """One page of the events, with the link to the next where there is one."""
    size = asked.wishes.page_size or options.top
    end = options.skip + size
    body: JsonObject = {
        "@odata.context": asked.context(f"users('{asked.mailbox}')/events"),
        "value": [event_json(e, asked.wishes, options) for e in events[options.skip : end]],
    }
    if end < len(events):
        body["@odata.nextLink"] = asked.link({**asked.query, "$skip": str(end)})
    return Reply(body=body)
