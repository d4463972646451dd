"""Access tokens that carry their own expiry, so that one of before a reset stays good."""

import time

from hampstead.sandbox.microsoft_errors import GraphRefusalError

PREFIX = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9"
CODE = "InvalidAuthenticationToken"


class Tokens:
    """Expiry counts in real time: a test that freezes its own clock does not stop Microsoft's."""

    def __init__(self) -> None:
        self._issued = 0
        self._revoked_up_to = 0

    def clear(self) -> None:
        self._revoked_up_to = 0

    def issue(self, seconds: int) -> str:
        self._issued += 1
        return f"{PREFIX}.{self._issued}-{int(time.time()) + seconds}.sandbox"

    def revoke_all(self) -> None:
        self._revoked_up_to = self._issued

    def check(self, authorization: str) -> None:
        """Raises GraphRefusalError 401 for a header without a token that is still good."""
        kind, _, token = authorization.strip().partition(" ")
        if kind.lower() != "bearer" or not token:
            raise GraphRefusalError(401, CODE, "Access token is empty.")
        try:
            prefix, claims, _ = token.split(".")
            number, expires_at = (int(part) for part in claims.split("-"))
        except ValueError:
            raise GraphRefusalError(401, CODE, "CompactToken parsing failed.") from None
        if prefix != PREFIX or number <= self._revoked_up_to or expires_at <= time.time():
            raise GraphRefusalError(401, CODE, "Access token has expired or is not yet valid.")
