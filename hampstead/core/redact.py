"""The one redactor: what may not appear in logs, call logs and diagnostics.

Fields are allowed by name, never forbidden by name; free text loses what looks personal.
"""

import re
from collections.abc import Mapping

import phonenumbers

MASK = "[redacted]"
SAFE_HEADERS = {"content-type", "content-length", "user-agent", "retry-after", "request-id"}
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]+")  # bounded: hostile text costs no time
_KEY = re.compile(r"\b(?:sk-[\w-]{6,}|Bearer\s+\S+|eyJ[\w.-]{10,})")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}\b", re.IGNORECASE)
_DIGITS = re.compile(r"\b\d(?:[ -]?\d){9,18}\b")


def redact_text(text: str) -> str:
    """Free text without keys, e-mail addresses, full postcodes, phone and card numbers."""
    text = _KEY.sub(MASK, text)
    text = _EMAIL.sub(MASK, text)
    text = _POSTCODE.sub(MASK, text)
    for match in reversed(list(phonenumbers.PhoneNumberMatcher(text, "GB"))):
        text = text[: match.start] + MASK + text[match.end :]
    return _DIGITS.sub(MASK, text)


def safe_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The few headers worth keeping, by allow-list; names of the others are kept, not values."""
    return {
        name.lower(): value if name.lower() in SAFE_HEADERS else MASK
        for name, value in headers.items()
    }
