"""Signature version 4 of Amazon's requests, as its documentation describes it."""

import hashlib
import hmac
import re
from urllib.parse import quote

from hampstead.sandbox.door import Call

AUTHORISATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([\w-]+)/s3/aws4_request, ?"
    r"SignedHeaders=([\w;-]+), ?Signature=([0-9a-f]{64})"
)
UNSIGNED = "UNSIGNED-PAYLOAD"


def fault_in(call: Call, method: str, secret: str) -> str:
    """The code of what is wrong with the proof; empty if nothing is."""
    found = AUTHORISATION.fullmatch(call.headers.get("authorization", ""))
    if found is None:
        return "AccessDenied"
    _, day, region, names, signature = found.groups()
    at, payload = (call.headers.get(f"x-amz-{name}", "") for name in ("date", "content-sha256"))
    if not at.startswith(day) or not {"host", "x-amz-date"} <= set(names.split(";")):
        return "AccessDenied"
    if payload not in (UNSIGNED, hashlib.sha256(call.raw).hexdigest()):
        return "XAmzContentSHA256Mismatch"
    scope = f"{day}/{region}/s3/aws4_request"
    request = hashlib.sha256(canonical(call, method, names, payload).encode()).hexdigest()
    text = "\n".join(("AWS4-HMAC-SHA256", at, scope, request))
    key = f"AWS4{secret}".encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    expected = hmac.digest(key, text.encode(), "sha256").hex()
    return "" if hmac.compare_digest(expected, signature) else "SignatureDoesNotMatch"


def canonical(call: Call, method: str, names: str, payload: str) -> str:
    query = sorted((quote(name, safe="~"), quote(value, safe="~")) for name, value in call.query)
    signed = [f"{name}:{' '.join(call.headers.get(name, '').split())}" for name in names.split(";")]
    return "\n".join(
        (
            method,
            quote(f"/s3{call.route}", safe="/~"),
            "&".join(f"{name}={value}" for name, value in query),
            *signed,
            "",
            names,
            payload,
        )
    )
