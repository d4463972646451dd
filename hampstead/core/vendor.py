"""The one door to the outside. Every vendor call passes breaker, rate limit and total deadline,
and leaves a redacted row in the call log.

Adapters translate the vendor's words inside `send`; what comes out is a catalogue error or the
result. The door never retries: waiting is the business of rows with due times.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from django.db import Error as DatabaseFault
from django.db import connection

from hampstead.core import breaker, ratelimit, requestid
from hampstead.core.database import commits_alone
from hampstead.core.deadline import DeadlineError, bounded, deadline
from hampstead.core.errors import CatalogueError, NextStep
from hampstead.core.logs import fields
from hampstead.core.redact import redact_text

logger = logging.getLogger(__name__)
Result = TypeVar("Result")
CONNECT_SECONDS = 2.0
# Losing the last rows in a power cut is bearable; waiting for the disk after each call is not.
_LOG = """
INSERT INTO core_vendorcall
       (vendor, route, duration_ms, is_ok, http_status, code, detail, request_id)
VALUES (%(vendor)s, %(route)s, %(took)s, %(is_ok)s, %(status)s, %(code)s, %(detail)s, %(request)s)
RETURNING CASE WHEN %(is_alone)s THEN set_config('synchronous_commit', 'off', true) END
"""


@dataclass(frozen=True)
class Door:
    """`limit` is a rate such as "20/second"; `error` is the vendor's class in the catalogue."""

    vendor: str
    error: type[CatalogueError]
    limit: str
    deadline_seconds: float

    def call(self, route: str, send: Callable[[], Result]) -> Result:
        """Run `send` once. Raises BreakerOpenError, RateLimitError or this vendor's error."""
        breaker.admit(self.vendor)
        ratelimit.take(self.vendor, self.limit)
        started = time.monotonic()
        try:
            with deadline(self.deadline_seconds):
                result = send()
        except CatalogueError as error:
            self._failed(route, started, error)
            raise
        except DeadlineError as problem:
            late = self.error(
                f"no answer within {self.deadline_seconds:g} s", next_step=NextStep.RECONCILE
            )
            self._failed(route, started, late)
            raise late from problem
        self._succeeded(route, started)
        return result

    def _succeeded(self, route: str, started: float) -> None:
        """The call has happened: failing to note it must not make its result unknown."""
        try:
            row = self._row(route, started, error=None)
            breaker.record_success(self.vendor, beside=_LOG, values=row)
        except DatabaseFault:
            logger.exception("call not logged", extra=fields(vendor=self.vendor, route=route))

    def _failed(self, route: str, started: float, error: CatalogueError) -> None:
        self._log(route, started, error=error)
        breaker.record_failure(self.vendor, error)
        name = "Claude API error" if error.code == "E003" else f"{self.vendor} error"
        logger.error(name, extra=fields(code=error.code, route=route, next=error.next_step))

    def _log(self, route: str, started: float, error: CatalogueError) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_LOG, self._row(route, started, error))

    def _row(self, route: str, started: float, error: CatalogueError | None) -> dict[str, Any]:
        status = int(error.vendor_code) if error and error.vendor_code.isdigit() else None
        return {
            "vendor": self.vendor,
            "route": route,
            "took": int((time.monotonic() - started) * 1000),
            "is_ok": error is None,
            "status": status if status is not None and status < 1000 else None,
            "code": error.code if error else "",
            "detail": redact_text(error.detail)[:1000] if error else "",
            "request": requestid.current(),
            "is_alone": commits_alone(),
        }


def http_client(*, base_url: str, headers: dict[str, str], seconds: float) -> httpx.Client:
    """An httpx client whose calls obey the door's deadline; no redirects, no ambient proxies."""
    return httpx.Client(
        base_url=base_url,
        headers=headers,
        timeout=httpx.Timeout(seconds, connect=CONNECT_SECONDS),
        transport=bounded(httpx.HTTPTransport(limits=httpx.Limits(max_connections=20))),
        follow_redirects=False,
        trust_env=False,
    )
