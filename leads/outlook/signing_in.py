"""How msal reaches Microsoft's sign-in service, and what its refusals mean.

msal insists on https and on Microsoft's own address; the simulator has neither, so this client
puts its address in. Being ours it also keeps the deadline of the call that needs the token, which
a requests session would not, and sees no proxy or certificate of the environment.
"""

from collections.abc import Mapping
from typing import Any

import httpx

from hampstead.core.errors import CalendarError, NextStep
from hampstead.core.vendor import http_client
from leads.outlook.refusals import retry_after

MICROSOFT = "https://login.microsoftonline.com"
PLAIN = {
    7000222: "The client secret has run out: make a new one in Entra and set it here",
    7000215: "The client secret is wrong: it must be the secret's value, not its id",
    700027: "The certificate is not the one registered in Entra, or it has run out",
    700016: "The tenant does not know this app: check MICROSOFT_CLIENT_ID and MICROSOFT_TENANT_ID",
    90002: "There is no such tenant: check MICROSOFT_TENANT_ID",
}
PASSING = {"temporarily_unavailable", "server_error"}


class SignInClient:
    """What msal wants of an HTTP client. Every failure is a CalendarError already: nothing has
    happened in a calendar yet, so no failure here leaves an outcome open.
    """

    def __init__(self, *, base_url: str, seconds: float) -> None:
        self._base_url = base_url
        self._http = http_client(base_url=base_url, headers={}, seconds=seconds)

    def get(self, url: str, *, params: Any = None, headers: Any = None, **_: Any) -> httpx.Response:
        return self._send("GET", url, params=params, headers=headers)

    def post(
        self, url: str, *, params: Any = None, data: Any = None, headers: Any = None, **_: Any
    ) -> httpx.Response:
        return self._send("POST", url, params=params, data=data, headers=headers)

    def close(self) -> None:
        self._http.close()

    def _send(self, method: str, url: str, **more: Any) -> httpx.Response:
        if not url.startswith(f"{MICROSOFT}/"):
            raise CalendarError("the sign-in service named another host", trips_breaker=True)
        url = self._base_url + url.removeprefix(MICROSOFT)
        given = {name: value for name, value in more.items() if value is not None}
        try:
            response = self._http.request(method, url, **given)
        except httpx.HTTPError as error:
            raise CalendarError(f"sign-in: no answer, {type(error).__name__}") from error
        _check(response)
        return response


def _check(response: httpx.Response) -> None:
    """Raises CalendarError for what msal would stumble over, or replay from its memory."""
    status = response.status_code
    if status == 429 or status >= 500:
        raise CalendarError(
            f"sign-in: {status}",
            next_step=NextStep.WAIT if status in (429, 503) else NextStep.RETRY,
            retry_after=retry_after(response.headers),
            vendor_code=str(status),
            trips_breaker=status != 429,
        )
    try:
        is_object = isinstance(response.json(), dict)
    except ValueError:
        is_object = False
    if not is_object:
        raise CalendarError(f"sign-in: unreadable answer, {status}", vendor_code=str(status))


def sign_in_refusal(result: Mapping[str, Any]) -> CalendarError:
    """From what msal returns instead of a token."""
    error = str(result.get("error") or "no token")
    codes = result.get("error_codes")
    numbers = codes if isinstance(codes, list) else []
    said = str(result.get("error_description") or "").splitlines()
    words = [PLAIN[number] for number in numbers if number in PLAIN]
    detail = ". ".join([*words, f"sign-in: {error}", *said[:1]])[:500]
    if error in PASSING:
        return CalendarError(detail)
    return CalendarError(detail, next_step=NextStep.FIX_CREDENTIALS)
