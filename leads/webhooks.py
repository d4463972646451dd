"""POST /microsoft/webhook: prove that the address is ours, or verify, store, acknowledge."""

import re

from django.conf import settings
from django.http import HttpResponse
from rest_framework.request import Request

from hampstead.core import inbox
from hampstead.core.inbox import UnreadablePostError
from hampstead.core.redact import safe_headers
from hampstead.core.webhooks import WebhookAuthentication, WebhookView
from leads.calendar_notices import authentic, note_changes, read_notices

# Whoever asks gets the token back: so only what looks like one, and never as a page.
PLAUSIBLE_TOKEN = re.compile(r"[A-Za-z0-9 :._,;+/=@()|~%-]{1,1024}")


class MicrosoftAuthentication(WebhookAuthentication):
    """No signature comes with a notice: the secret of its subscription is the lock."""

    source = "microsoft"
    max_body_bytes = settings.MICROSOFT_MAX_BODY_BYTES

    def is_authentic(self, request: Request, body: bytes) -> bool:
        try:
            return bool(authentic(read_notices(body)))
        except UnreadablePostError:
            return False


class MicrosoftWebhook(WebhookView):
    source = "microsoft"
    authentication_classes = (MicrosoftAuthentication,)

    def get_authenticators(self) -> list[WebhookAuthentication]:  # type: ignore[override]
        """The handshake has nothing to prove, and stores nothing."""
        return [] if "validationToken" in self.request.GET else [MicrosoftAuthentication()]

    def post(self, request: Request) -> HttpResponse:
        token = request.query_params.get("validationToken")
        if token is not None:
            return _hand_back(token)
        body = request._request.body
        headers = safe_headers(request.headers)
        if not inbox.store(source=self.source, body=body, headers=headers):
            # Lifecycle notices carry no id of their own: the same bytes may be news.
            note_changes(body)
        return HttpResponse(b"ok", content_type="text/plain", status=202)


def _hand_back(token: str) -> HttpResponse:
    if not PLAUSIBLE_TOKEN.fullmatch(token):
        return HttpResponse(b"not a token", content_type="text/plain", status=400)
    answer = HttpResponse(token, content_type="text/plain")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
