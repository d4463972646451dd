"""Microsoft Graph over plain HTTP: one request, its token, and what came of it.

Every failure is a CalendarError (E009) that says what should happen next.
"""

import logging
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from django.conf import settings

from hampstead.core import breaker
from hampstead.core.deadline import DeadlineError
from hampstead.core.errors import CalendarError, NextStep
from hampstead.core.logs import fields
from hampstead.core.vendor import Door, http_client
from leads.outlook.refusals import is_gone, refusal
from leads.outlook.tokens import Tokens
from leads.outlook.turnstile import passing

logger = logging.getLogger(__name__)
VENDOR = "microsoft"
# Ids that stay when an entry moves to another folder, and times in UTC: on every call, or the
# same entry would have two names.
PREFER = ('IdType="ImmutableId"', 'outlook.timezone="UTC"')
MOST_PAGES = 60
# Refused before anything was sent; the same request may be repeated.
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
Json = dict[str, Any]


@dataclass(frozen=True)
class Ask:
    """One request. `route` names it in the call log; `mailbox` is whose places it takes; `path`
    begins after the version, or is a whole link of Graph's. `may_be_gone`: a 404 is an answer.
    """

    route: str
    mailbox: str
    method: str
    path: str
    body: Json | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    prefer: tuple[str, ...] = ()
    may_be_gone: bool = False
    seconds: float | None = None

    @property
    def is_write(self) -> bool:
        return self.method != "GET" and self.route != "getSchedule"

    @property
    def is_in_mailbox(self) -> bool:
        """Somebody's own, by whatever link it is reached."""
        return "@" in self.mailbox


def user(mailbox: str) -> str:
    return f"/users/{quote(mailbox, safe='@')}"


def segment(vendor_id: str) -> str:
    return quote(vendor_id, safe="")


class Graph:
    def __init__(self) -> None:
        self._base = f"{settings.VENDORS[VENDOR]['url']}/v1.0"
        self._tokens = Tokens()
        self._door = Door(
            vendor=VENDOR,
            error=CalendarError,
            limit=f"{settings.MICROSOFT_CALLS_PER_SECOND}/second",
            deadline_seconds=settings.MICROSOFT_DEADLINE_SECONDS,
        )
        self._http = http_client(
            base_url=self._base, headers={}, seconds=settings.MICROSOFT_DEADLINE_SECONDS
        )

    def close(self) -> None:
        self._http.close()
        self._tokens.close()

    def forget_token(self) -> None:
        self._tokens.forget()

    def ask(self, ask: Ask) -> Json | None:
        """The answer's object, {} if it has none, None if what was asked for is gone.

        Raises CalendarError, BreakerOpenError or RateLimitError.
        """
        breaker.refuse_while_open(VENDOR)  # an outage takes no places
        seconds = ask.seconds or self._door.deadline_seconds
        with passing(ask.mailbox):
            door = replace(self._door, deadline_seconds=seconds)
            return door.call(ask.route, lambda: self._send(ask))

    def pages(self, ask: Ask) -> Iterator[Json]:
        """The answer and its next pages. Raises as `ask`."""
        for _ in range(MOST_PAGES):
            page = self.ask(ask)
            if page is None:
                return
            yield page
            link = page.get("@odata.nextLink")
            if link is None:
                return
            if not self.is_ours(link):
                raise CalendarError("the next page is at another host", next_step=NextStep.GIVE_UP)
            ask = replace(ask, path=link, query={})
        raise CalendarError(f"more than {MOST_PAGES} pages", next_step=NextStep.GIVE_UP)

    def is_ours(self, link: Any) -> bool:
        """Whether a link leads to the Graph we talk to: our token goes along with it."""
        if not isinstance(link, str):
            return False
        try:
            theirs, ours = urlsplit(link), urlsplit(self._base)
            same_host = (theirs.scheme, theirs.netloc) == (ours.scheme, ours.netloc)
        except ValueError:
            return False
        return same_host and theirs.path.startswith(f"{ours.path}/")

    def _send(self, ask: Ask) -> Json | None:
        token = self._tokens.token()
        response = self._exchange(ask, token)
        if response.status_code == 401:
            response = self._exchange(ask, self._tokens.token(instead_of=token))
        return _answer(ask, response)

    def _exchange(self, ask: Ask, token: str) -> httpx.Response:
        """Raises CalendarError; DeadlineError only for a write, whose outcome is then unknown."""
        our_id = str(uuid.uuid4())
        headers = {
            "Authorization": f"Bearer {token}",
            "Prefer": ", ".join((*PREFER, *ask.prefer)),
            "client-request-id": our_id,
        }
        try:
            response = self._http.request(ask.method, _url(ask), json=ask.body, headers=headers)
        except NOT_SENT as error:
            raise CalendarError(f"not reachable: {type(error).__name__}") from error
        except httpx.HTTPError as error:
            raise _unanswered(ask, f"{type(error).__name__}; {our_id}") from error
        except DeadlineError as error:
            raise _unanswered(ask, f"no answer in time; {our_id}") from error
        logger.info(
            "microsoft answered",
            extra=fields(
                route=ask.route,
                status=response.status_code,
                client_request_id=our_id,
                vendor_request_id=response.headers.get("request-id", ""),
            ),
        )
        return response


def _url(ask: Ask) -> str:
    if not ask.query:
        return ask.path
    # OData wants %20, not +, in its filters.
    pairs = (
        f"{quote(name, safe='$')}={quote(value, safe='')}" for name, value in ask.query.items()
    )
    return f"{ask.path}?{'&'.join(pairs)}"


def _unanswered(ask: Ask, why: str) -> CalendarError:
    if ask.is_write:
        return CalendarError(f"unknown outcome: {why}", next_step=NextStep.RECONCILE)
    return CalendarError(f"no answer: {why}", next_step=NextStep.RETRY)


def _answer(ask: Ask, response: httpx.Response) -> Json | None:
    status = response.status_code
    if not 200 <= status < 300:
        code, message = _error(response)
        is_in_mailbox = ask.path.startswith("/users/")
        if ask.may_be_gone and is_gone(status, code, is_in_mailbox=is_in_mailbox):
            return None
        theirs = response.headers.get("request-id", "")
        ours = response.request.headers["client-request-id"]
        raise refusal(
            status=status,
            code=code,
            message=f"{message} (request-id {theirs}, ours {ours})",
            headers=response.headers,
            is_write=ask.is_write,
            is_in_mailbox=ask.is_in_mailbox,
        )
    if not response.content and ask.method != "GET":
        return {}
    return _object(ask, response)


def _object(ask: Ask, response: httpx.Response) -> Json:
    try:
        body = response.json()
    except (ValueError, RecursionError) as error:
        raise unreadable(ask, "no JSON") from error
    if not isinstance(body, dict):
        raise unreadable(ask, "no object")
    return body


def unreadable(ask: Ask, why: str) -> CalendarError:
    """An answer of 200 that says nothing; a write may have happened all the same."""
    step = NextStep.RECONCILE if ask.is_write else NextStep.RETRY
    return CalendarError(f"unreadable answer: {why}", next_step=step)


def _error(response: httpx.Response) -> tuple[str, str]:
    try:
        error = response.json()["error"]
        return str(error["code"])[:80], str(error.get("message") or "")[:300]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "", "no readable error"
