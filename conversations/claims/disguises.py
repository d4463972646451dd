"""Texts inside a text: backwards, rot13, base64, hex. Cheap, bounded, and only for secrets."""

import base64
import binascii
import codecs
import re
from collections.abc import Iterator

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{40,}={0,2}")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}[\s:]?){30,}")
_MOST = 20


def undisguised(said: str) -> Iterator[str]:
    """The text itself, then what its usual disguises would hide."""
    yield said
    yield said[::-1]
    yield codecs.encode(said, "rot13")
    for token in _BASE64.findall(said)[:_MOST]:
        yield from _decoded(token)
    for token in _HEX.findall(said)[:_MOST]:
        digits = re.sub(r"[\s:]", "", token)
        yield bytes.fromhex(digits[: len(digits) // 2 * 2]).decode("utf-8", "replace")


def _decoded(token: str) -> Iterator[str]:
    plain = token.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        yield base64.b64decode(plain + "=" * (-len(plain) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return
