"""The simulated Microsoft as a whole: login, Graph, and what they remember."""

from collections.abc import Callable

from aiohttp import web

from hampstead.sandbox.counters import Counters
from hampstead.sandbox.door import Door
from hampstead.sandbox.faults import FaultQueue
from hampstead.sandbox.journal import Journal
from hampstead.sandbox.microsoft_calendars import Calendars
from hampstead.sandbox.microsoft_conduct import Conduct
from hampstead.sandbox.microsoft_errors import GraphErrors, GraphRefusalError
from hampstead.sandbox.microsoft_events import Events
from hampstead.sandbox.microsoft_free_busy import FreeBusy
from hampstead.sandbox.microsoft_gate import Gate, GraphCall
from hampstead.sandbox.microsoft_login import Login, LoginErrors
from hampstead.sandbox.microsoft_notices import Notices
from hampstead.sandbox.microsoft_posts import Posts
from hampstead.sandbox.microsoft_subscriptions import Subscriptions
from hampstead.sandbox.microsoft_tokens import Tokens
from hampstead.sandbox.microsoft_view import View
from hampstead.sandbox.reply import Reply

VENDOR = "microsoft"


class Microsoft:
    def __init__(self, counters: Counters, run_id: str) -> None:
        self._counters = counters
        self.conduct = Conduct()
        self.tokens = Tokens()
        self.calendars = Calendars(run_id)
        self.posts = Posts()
        self.notices = Notices(counters, self.calendars, self.conduct, self.posts)
        self.view = View(self.calendars, run_id)
        self.calendars.on_change = self.notices.hear

    async def clear(self) -> None:
        await self.posts.stop()
        self.conduct.clear()
        self.tokens.clear()
        self.calendars.clear()
        self.notices.clear()
        self.view.clear()

    def add_routes(self, app: web.Application, journal: Journal, faults: FaultQueue) -> None:
        login_errors = LoginErrors(self._counters)
        login_door = Door(VENDOR, journal, faults, login_errors)
        Login(login_errors, self.conduct, self.tokens).add_routes(app, login_door)

        errors = GraphErrors(self._counters)
        door = Door(VENDOR, journal, faults, errors)
        gate = Gate(errors, self.conduct, self.tokens, self.calendars)
        subscriptions = Subscriptions(self.calendars, self.conduct, self.notices, self.posts)
        parts: list[Callable[[web.Application, Door, Gate], None]] = [
            FreeBusy(self.calendars, self.conduct).add_routes,
            self.view.add_routes,
            Events(self.calendars, self.conduct).add_routes,
            subscriptions.add_routes,
        ]
        for add_routes in parts:
            add_routes(app, door, gate)
        app.router.add_route("*", f"/{VENDOR}/{{rest:.*}}", gate.open(door, unknown_route))


async def unknown_route(asked: GraphCall) -> Reply:
    text = f"Resource not found for the segment: the sandbox does not serve {asked.call.route}"
    raise GraphRefusalError(404, "ResourceNotFound", text)
