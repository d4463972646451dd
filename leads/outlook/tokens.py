"""Tokens for Graph by msal. The only module that knows msal, which is loaded on first use: it is
heavy, and its application object calls Microsoft when it is made.
"""

import hashlib
import re
import threading
import time
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings

from hampstead.core.deadline import DeadlineError, remaining
from hampstead.core.errors import CalendarError, NextStep
from leads.outlook.shared_token import SharedToken, Token
from leads.outlook.signing_in import MICROSOFT, SignInClient, sign_in_refusal

if TYPE_CHECKING:
    from msal import ConfidentialClientApplication

SCOPES = ["https://graph.microsoft.com/.default"]
SPARE_SECONDS = 300  # msal too counts a token as expired so long before
QUEUE_SECONDS = 10.0  # within the deadline of the call
AGAIN_SECONDS = 30.0  # after an early renewal that failed, with the old token still good
_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----", re.DOTALL)


class Tokens:
    """One for each process, shared by its threads: one of them signs in, the others wait."""

    def __init__(self) -> None:
        # Here and not in the first call: loading it takes a good part of that call's deadline.
        from msal import ConfidentialClientApplication

        self._application = ConfidentialClientApplication
        vendor = settings.VENDORS["microsoft"]
        url = MICROSOFT if vendor["mode"] == "live" else f"{vendor['url']}/login"
        self._key = vendor["key"]
        self._one_at_a_time = threading.Lock()
        self._held: Token | None = None
        self._app: ConfidentialClientApplication | None = None
        self._client = SignInClient(base_url=url, seconds=settings.MICROSOFT_DEADLINE_SECONDS)
        whose = (url, settings.MICROSOFT_TENANT_ID, settings.MICROSOFT_CLIENT_ID, self._key)
        self._shared = SharedToken(hashlib.sha256(repr(whose).encode()).hexdigest()[:16])

    def close(self) -> None:
        self._client.close()
        self._shared.close()

    def forget(self) -> None:
        """The next call signs in anew, in every process that has no token in hand."""
        self._held = self._app = None
        self._shared.forget()

    def token(self, *, instead_of: str = "") -> str:
        """A token that stays good for a while; never `instead_of`, which Graph has refused.
        Raises CalendarError; nothing has happened in a calendar then.
        """
        if value := self._in_hand(instead_of):
            return value
        try:
            return self._one_renews(instead_of)
        except DeadlineError as error:
            raise CalendarError("sign-in: no answer in time") from error

    def _in_hand(self, refused: str) -> str:
        held = self._held
        return held.value if held and held.is_fresh and held.value != refused else ""

    def _one_renews(self, refused: str) -> str:
        if not self._one_at_a_time.acquire(timeout=remaining(QUEUE_SECONDS) or 0):
            raise CalendarError("sign-in: no answer in time")
        try:
            return self._in_hand(refused) or self._renew(refused)
        finally:
            self._one_at_a_time.release()

    def _renew(self, refused: str) -> str:
        old = self._held
        try:
            self._held = self._from_others(refused) or self._from_microsoft(refused)
        except CalendarError as error:
            is_final = error.next_step == NextStep.FIX_CREDENTIALS
            if is_final or old is None or old.value == refused or not old.is_alive:
                raise
            self._held = Token(old.value, time.time() + AGAIN_SECONDS, old.expires_at)
        return self._held.value

    def _from_others(self, refused: str) -> Token | None:
        shared = self._shared.load()
        return shared if shared and shared.is_fresh and shared.value != refused else None

    def _from_microsoft(self, refused: str) -> Token:
        with self._shared.turn():
            # Whoever had the turn before us may have left one.
            if found := self._from_others(refused):
                return found
            token = self._sign_in(is_refused=bool(refused))
            self._shared.save(token)
            return token

    def _sign_in(self, *, is_refused: bool) -> Token:
        app = self._app = self._app or self._new_app()
        if is_refused:
            app.remove_tokens_for_client()
        result: dict[str, Any] = app.acquire_token_for_client(SCOPES)
        value = result.get("access_token")
        if not isinstance(value, str):
            # msal replays a refusal from its memory for a minute; a new object asks anew.
            self._app = None
            raise sign_in_refusal(result)
        at, lasts = time.time(), _seconds(result.get("expires_in"))
        early = _seconds(result.get("refresh_in")) or lasts
        return Token(value, at + min(early, lasts - SPARE_SECONDS), at + lasts)

    def _new_app(self) -> "ConfidentialClientApplication":
        try:
            return self._application(
                settings.MICROSOFT_CLIENT_ID,
                client_credential=_credential(self._key),
                authority=f"{MICROSOFT}/{settings.MICROSOFT_TENANT_ID}",
                http_client=self._client,
                instance_discovery=False,
            )
        except KeyError as error:
            raise CalendarError("sign-in: unreadable answer") from error
        except ValueError as error:
            why = "The tenant is unknown, or the certificate's text cannot be read: check "
            why += "MICROSOFT_TENANT_ID and MICROSOFT_CLIENT_SECRET"
            raise CalendarError(why, next_step=NextStep.FIX_CREDENTIALS) from error


def _credential(key: str) -> str | dict[str, str]:
    """A text with a private key and a certificate is both; any other is a secret. Raises ValueError
    for a key that cannot sign.
    """
    if "-----BEGIN" not in key:
        return key
    parts: dict[str, str] = {}
    for found in _PEM.finditer(key):  # of a chain, the first certificate is the app's
        kind = "key" if found.group(1).endswith("PRIVATE KEY") else found.group(1)
        parts.setdefault(kind, found.group(0))
    private = parts.get("key", "")
    try:
        load_pem_private_key(private.encode(), password=None)
    except (TypeError, UnsupportedAlgorithm) as error:
        raise ValueError("the private key cannot be used") from error
    return {"private_key": private, "public_certificate": parts.get("CERTIFICATE", "")}


def _seconds(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
