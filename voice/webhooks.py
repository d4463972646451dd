"""POST /vapi/webhook: verify, answer what waits for an answer, store, acknowledge. Always 200 once
it is authentic and readable: VAPI reads any other code to the caller as an error.
"""

import base64
import hashlib
import hmac
import json
import re
from typing import Any

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from rest_framework.request import Request

from hampstead.core import inbox
from hampstead.core.clock import now
from hampstead.core.inbox import UnreadablePostError
from hampstead.core.redact import MASK, safe_headers
from hampstead.core.signing import secret_matches
from hampstead.core.webhooks import WebhookAuthentication, WebhookView
from voice.answers import answer
from voice.reading import read_message

TOLERANCE_SECONDS = 300
# Credentials that VAPI has been seen to send along, and links that open a recording to anybody.
SECRET_NAMES = re.compile(
    r"token|secret|api_?key|credential|password|authorization|^presigned", re.I
)
LINKS = re.compile(r"(?:recording|log|pcap|video)url$", re.I)


class VapiAuthentication(WebhookAuthentication):
    """By the way that is configured; two secrets are accepted while one is being replaced."""

    source = "vapi"
    max_body_bytes = settings.VAPI_MAX_BODY_BYTES

    def is_authentic(self, request: Request, body: bytes) -> bool:
        secrets, headers = settings.VAPI_WEBHOOK_SECRETS, request.headers
        if settings.VAPI_WEBHOOK_AUTH == "hmac":
            given = headers.get("X-Signature"), headers.get("X-Timestamp")
            return _is_signed(body, *given, secrets)
        if settings.VAPI_WEBHOOK_AUTH == "bearer":
            scheme, _, token = headers.get("Authorization", "").partition(" ")
            return scheme.lower() == "bearer" and secret_matches(token.strip(), secrets)
        return secret_matches(headers.get("X-Vapi-Secret"), secrets)


def _is_signed(
    body: bytes, signature: str | None, timestamp: str | None, secrets: list[str]
) -> bool:
    """HMAC-SHA256 of "{timestamp}.{body}" in hex, within five minutes. The unit of the timestamp
    is not documented: seconds or milliseconds.
    """
    if not signature or not timestamp or not re.fullmatch(r"\d{9,14}", timestamp):
        return False
    seconds = int(timestamp) / 1000 if int(timestamp) > 10**11 else int(timestamp)
    if abs(now().timestamp() - seconds) > TOLERANCE_SECONDS:
        return False
    signed = timestamp.encode() + b"." + body
    digests = [hmac.new(key.encode(), signed, hashlib.sha256).digest() for key in secrets if key]
    accepted = [form for one in digests for form in (one.hex(), base64.b64encode(one).decode())]
    return secret_matches(signature.removeprefix("sha256="), accepted)


class VapiWebhook(WebhookView):
    source = "vapi"
    authentication_classes = (VapiAuthentication,)

    def post(self, request: Request) -> HttpResponse:
        body = bytes(request._request.body)
        try:
            heard = read_message(body)
        except UnreadablePostError as error:
            return JsonResponse({"error": str(error)}, status=400)
        said = answer(heard)
        inbox.store(source=self.source, body=redacted(body), headers=safe_headers(request.headers))
        return JsonResponse(said or {})


def redacted(body: bytes) -> bytes:
    """The post without credentials and open links, as it is stored (and sealed besides)."""
    return json.dumps(_without_secrets(json.loads(body))).encode()


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: MASK if _is_secret(name, item) else _without_secrets(item)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_without_secrets(item) for item in value]
    return value


def _is_secret(name: str, value: Any) -> bool:
    """By its name, if there is a text or a list of such: "tokens" are counted in numbers."""
    is_named = SECRET_NAMES.search(name) or LINKS.search(name)
    return bool(is_named) and isinstance(value, str | list | dict) and bool(value)
