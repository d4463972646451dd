"""Authenticity of webhooks: constant time, over bytes, failing closed."""

import hashlib
import hmac
from collections.abc import Iterable


def secret_matches(offered: str | None, accepted: Iterable[str]) -> bool:
    """True if `offered` is one of the accepted secrets. No secret configured: never true.

    Compared as bytes: `compare_digest` raises on non-ASCII text, and a forged header must
    lead to 401, not 500. Every candidate is compared, so timing tells nothing.
    """
    given = (offered or "").encode("utf-8", "surrogateescape")
    matches = [hmac.compare_digest(given, secret.encode()) for secret in accepted if secret]
    return any(matches) and bool(given)


def signature_matches(body: bytes, offered: str | None, keys: Iterable[str]) -> bool:
    """True if `offered` is the hex HMAC-SHA256 of the raw body, with or without `sha256=`."""
    given = (offered or "").removeprefix("sha256=").lower()
    digests = (hmac.new(key.encode(), body, hashlib.sha256).hexdigest() for key in keys if key)
    return secret_matches(given, list(digests))
