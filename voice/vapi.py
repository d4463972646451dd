"""VAPI's REST interface over plain HTTP. Errors become E007 with what should happen next."""

from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx
from django.conf import settings

from hampstead.core.errors import NextStep, VapiError
from hampstead.core.vendor import Door, http_client

MOST_CALLS = 200  # of one list; older ones are asked for with the next
MOST_HOPS = 3
REDIRECTS = {301, 302, 303, 307, 308}


class CallNotKnownError(Exception):
    """VAPI has no such call, or not any more."""


class RecordingNotThereError(Exception):
    """VAPI has no recording of this call: not yet, not any more, or never."""


class RecordingTooBigError(Exception):
    """It was not read to its end."""


class Vapi:
    """One client for each process. What it reads or deletes may be asked again; `ring` must not."""

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

        seconds = settings.VAPI_RECORDING_DEADLINE_SECONDS
        self._slow_door = Door(
            vendor="vapi", error=VapiError, limit=settings.VAPI_LIMIT, deadline_seconds=seconds
        )
        # Links to recordings open without our key, and it must not reach where they lead.
        self._files = http_client(base_url="", headers={}, seconds=seconds)
        self._is_live = vendor.get("mode") == "live"

    def close(self) -> None:
        self._http.close()
        self._files.close()

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

    def begun_since(self, since: datetime) -> list[dict[str, Any]]:
        """Calls that were begun since then, by whomever; the newest `MOST_CALLS`."""
        query = {"createdAtGe": since.isoformat(), "limit": str(MOST_CALLS)}
        found = self._door.call("begun", lambda: self._get("/call", query))
        if not isinstance(found, list):
            raise VapiError("unreadable answer", next_step=NextStep.RETRY)
        return [one for one in found if isinstance(one, dict)]

    def ring(self, *, to: str, line: str, name: str, assistant: dict[str, Any]) -> str:
        """VAPI rings `to`; its id of the call. There is no key against doubles: whoever did not
        get an answer looks for the `name` first. Raises VapiError.
        """
        order: dict[str, Any] = {
            "phoneNumberId": line,
            "customer": {"number": to},
            "name": name,
            "assistant": assistant,
        }
        found = self._door.call("ring", lambda: self._post("/call", order))
        if not (isinstance(found, dict) and isinstance(found.get("id"), str) and found["id"]):
            raise VapiError("unreadable answer", next_step=NextStep.RECONCILE)
        return str(found["id"])[:64]

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        try:
            response = self._http.post(path, json=body)
        except httpx.ConnectError as error:
            raise VapiError("not reachable", next_step=NextStep.RETRY) from error
        except httpx.HTTPError as error:
            why = f"no answer: {type(error).__name__}"
            raise VapiError(why, next_step=NextStep.RECONCILE) from error
        if response.status_code >= 500:
            raise VapiError(
                f"{response.status_code}",
                next_step=NextStep.RECONCILE,
                vendor_code=str(response.status_code),
            )
        if response.status_code >= 400:
            raise _refusal(response)
        try:
            return response.json()
        except ValueError as error:
            raise VapiError("unreadable answer", next_step=NextStep.RECONCILE) from error

    def recording(self, vendor_id: str, *, most_bytes: int) -> bytes:
        """The mixed recording of both sides. Raises VapiError, RecordingNotThereError,
        RecordingTooBigError.
        """
        found = self._slow_door.call(
            "recording", lambda: self._fetched(f"/call/{vendor_id}/mono-recording", most_bytes)
        )
        if found is None:
            raise RecordingNotThereError(vendor_id)
        if len(found) > most_bytes:
            raise RecordingTooBigError(vendor_id)
        return found

    def erase(self, vendor_id: str) -> None:
        """All that VAPI keeps of a call. What it does not know is erased. Raises VapiError."""
        self._door.call("erase", lambda: self._delete(f"/call/{vendor_id}"))

    def _delete(self, path: str) -> None:
        try:
            response = self._http.delete(path)
        except httpx.HTTPError as error:
            raise _unreachable(error) from error
        if response.status_code >= 400 and response.status_code != 404:
            raise _refusal(response)

    def _fetched(self, path: str, most_bytes: int) -> bytes | None:
        """A short-lived link, followed by hand. None: there is nothing. One byte more than is
        wanted says that it is too big.
        """
        try:
            first = self._http.get(path)
            if first.status_code not in REDIRECTS:
                if first.status_code == 404:
                    return None
                raise _refusal(first)
            link = urljoin(str(first.url), first.headers.get("location", ""))
            for _ in range(MOST_HOPS):
                self._check_link(link)
                with self._files.stream("GET", link) as response:
                    if response.status_code in REDIRECTS:
                        link = urljoin(link, response.headers.get("location", ""))
                        continue
                    return _body(response, most_bytes)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise _unreachable(error) from error
        raise VapiError("the link to a recording leads in circles", next_step=NextStep.RETRY)

    def _check_link(self, link: str) -> None:
        """An address inside our own network is nowhere a recording can be."""
        parts = urlsplit(link)
        is_local = parts.hostname in settings.LOOPBACK
        if parts.scheme == "https" and not is_local:
            return
        if is_local and not self._is_live:
            return
        raise VapiError(
            "a recording's link leads to no public https address", next_step=NextStep.GIVE_UP
        )

    def _get(self, path: str, query: dict[str, str]) -> Any:
        """None: there is no such thing."""
        try:
            response = self._http.get(path, params=query)
        except httpx.HTTPError as error:
            raise _unreachable(error) from error
        if response.status_code == 404:
            return None
        if response.status_code >= 400:
            raise _refusal(response)
        try:
            return response.json()
        except ValueError as error:
            raise VapiError("unreadable answer", next_step=NextStep.RETRY) from error


def _body(response: httpx.Response, most_bytes: int) -> bytes | None:
    if response.status_code == 404:
        return None
    if response.status_code >= 300:
        # A store's refusal is about this link, never about our key: a new one may open.
        raise VapiError(
            f"the recording's link answered {response.status_code}", next_step=NextStep.RETRY
        )
    content = bytearray()
    for piece in response.iter_bytes():
        content += piece
        if len(content) > most_bytes:
            break
    return bytes(content[: most_bytes + 1])


def _unreachable(error: Exception) -> VapiError:
    return VapiError(f"not reachable: {type(error).__name__}", next_step=NextStep.RETRY)


def _refusal(response: httpx.Response) -> VapiError:
    status = response.status_code
    step = {401: NextStep.FIX_CREDENTIALS, 403: NextStep.FIX_CREDENTIALS, 429: NextStep.WAIT}
    fallback = NextStep.RETRY if status < 400 or status >= 500 else NextStep.GIVE_UP
    return VapiError(f"{status}", next_step=step.get(status, fallback), vendor_code=str(status))


@lru_cache(maxsize=1)
def vapi() -> Vapi:
    return Vapi()
