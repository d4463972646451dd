"""What every Graph request meets first: the token, the mailbox, four calls at once, the latency."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from hampstead.sandbox.door import Call, Door, Handler
from hampstead.sandbox.microsoft_calendars import Calendars
from hampstead.sandbox.microsoft_conduct import Conduct
from hampstead.sandbox.microsoft_errors import GraphErrors, GraphRefusalError
from hampstead.sandbox.microsoft_tokens import Tokens
from hampstead.sandbox.microsoft_wishes import Wishes
from hampstead.sandbox.reply import Reply


@dataclass(frozen=True)
class GraphCall:
    """A request let in. `mailbox` is empty where the route names none."""

    call: Call
    mailbox: str
    wishes: Wishes
    query: dict[str, str]

    def body(self) -> dict[str, Any]:
        try:
            found = self.call.json()
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise GraphRefusalError(400, "BadRequest", "Unable to read JSON request payload.")
        return found

    def link(self, query: dict[str, str]) -> str:
        """This route again with another query: a nextLink or a deltaLink."""
        host = self.call.headers.get("host", "")
        return f"http://{host}/microsoft{quote(self.call.route, safe='/@')}?{urlencode(query)}"

    def context(self, of: str) -> str:
        host = self.call.headers.get("host", "")
        return f"http://{host}/microsoft/v1.0/$metadata#{of}"


Simulate = Callable[[GraphCall], Awaitable[Reply]]


class Gate:
    def __init__(
        self, errors: GraphErrors, conduct: Conduct, tokens: Tokens, calendars: Calendars
    ) -> None:
        self._errors = errors
        self._conduct = conduct
        self._tokens = tokens
        self._calendars = calendars
        self._in_flight: Counter[str] = Counter()

    def open(self, door: Door, simulate: Simulate, *, reads_free_busy: bool = False) -> Handler:
        async def guarded(call: Call) -> Reply:
            client_request_id = call.headers.get("client-request-id", "")
            try:
                asked = self._let_in(call, reads_free_busy)
                reply = await self._counted(asked, simulate)
            except GraphRefusalError as refusal:
                return self._errors.reply(refusal, client_request_id)
            ids = self._errors.ids(client_request_id)
            return replace(reply, headers={**ids, **reply.headers})

        return door.open(guarded)

    def check_mailbox(self, mailbox: str, *, reads_free_busy: bool = False) -> None:
        """Raises GraphRefusalError 404 or 403."""
        if not self._conduct.exists(mailbox):
            text = f"The requested user '{mailbox}' is invalid."
            raise GraphRefusalError(404, "ErrorInvalidUser", text)
        closed = mailbox in self._conduct.unreadable and not reads_free_busy
        if closed or not self._conduct.may_use(mailbox):
            raise GraphRefusalError(403)

    def _let_in(self, call: Call, reads_free_busy: bool) -> GraphCall:
        self._tokens.check(call.headers.get("authorization", ""))
        mailbox = self._calendars.mailbox_of(call.path.get("user", ""))
        if mailbox:
            self.check_mailbox(mailbox, reads_free_busy=reads_free_busy)
        return GraphCall(
            call, mailbox, Wishes.read(call.headers.get("prefer", "")), dict(call.query)
        )

    async def _counted(self, asked: GraphCall, simulate: Simulate) -> Reply:
        """Counts until the answer is out, so that a slow answer holds its place."""
        mailbox = asked.mailbox
        if mailbox and self._in_flight[mailbox] >= self._conduct.concurrent_calls:
            raise GraphRefusalError(429)
        self._in_flight[mailbox] += 1
        try:
            await asyncio.sleep(self._conduct.latency_seconds)
            reply = await simulate(asked)
        except BaseException:  # also a request that is given up gives its place back
            self._leave(mailbox)
            raise

        def after() -> None:
            self._leave(mailbox)
            if reply.after_answer is not None:
                reply.after_answer()

        return replace(reply, after_answer=after)

    def _leave(self, mailbox: str) -> None:
        self._in_flight[mailbox] -= 1
