"""VAPI's REST interface over plain HTTP. Errors become E007 with what should happen next."""

from datetime import datetime
from functools import lru_cache
from typing import Any

import httpx
from django.conf import settings

from hampstead.core.errors import NextStep, VapiError
from hampstead.core.vendor import Door, http_client

MOST_CALLS = 200  # of one list; older ones are asked for with the next


class CallNotKnownError(Exception):
    """VAPI has no such call, or not any more."""


class Vapi:
    """One client for each process. Only reads, so each may be asked again."""

    def __init__(self) -> None:
        vendor = settings.VENDORS["vapi"]
        self._door = Door(
            vendor="vapi",
            error=VapiError,
            limit=settings.VAPI_LIMIT,
            deadline_seconds=settings.VAPI_DEADLINE_SECONDS,
        )
        self._http = http_client(
            base_url=vendor["url"],
            headers={"Authorization": f"Bearer {vendor['key']}"},
            seconds=settings.VAPI_DEADLINE_SECONDS,
        )

    def close(self) -> None:
        self._http.close()

    def call(self, vendor_id: str) -> dict[str, Any]:
        """One call as VAPI knows it. Raises VapiError, CallNotKnownError."""
        found = self._door.call("call", lambda: self._get(f"/call/{vendor_id}", {}))
        if found is None:
            raise CallNotKnownError(vendor_id)
        if not isinstance(found, dict):
            raise VapiError("unreadable answer", next_step=NextStep.RETRY)
        return found

    def calls(self, *, updated_since: datetime, before: datetime | None) -> list[dict[str, Any]]:
        """The newest first, `MOST_CALLS` at most; `before`: only those begun earlier."""
        query = {"updatedAtGe": updated_since.isoformat(), "limit": str(MOST_CALLS)}
        if before is not None:
            query["createdAtLt"] = before.isoformat()
        found = self._door.call("calls", lambda: self._get("/call", query))
        if not isinstance(found, list):
            raise VapiError("unreadable answer", next_step=NextStep.RETRY)
        return [one for one in found if isinstance(one, dict)]

    def _get(self, path: str, query: dict[str, str]) -> Any:
        """None: there is no such thing."""
        try:
            response = self._http.get(path, params=query)
        except httpx.HTTPError as error:
            why = f"not reachable: {type(error).__name__}"
            raise VapiError(why, next_step=NextStep.RETRY) from error
        if response.status_code == 404:
            return None
        if response.status_code >= 400:
            raise _refusal(response)
        try:
            return response.json()
        except ValueError as error:
            raise VapiError("unreadable answer", next_step=NextStep.RETRY) from error


def _refusal(response: httpx.Response) -> VapiError:
    status = response.status_code
    step = {401: NextStep.FIX_CREDENTIALS, 403: NextStep.FIX_CREDENTIALS, 429: NextStep.WAIT}
    fallback = NextStep.RETRY if status >= 500 else NextStep.GIVE_UP
    return VapiError(f"{status}", next_step=step.get(status, fallback), vendor_code=str(status))


@lru_cache(maxsize=1)
def vapi() -> Vapi:
    return Vapi()
