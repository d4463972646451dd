"""POST /whatsapp/webhook: verify, store, acknowledge. GET proves to Meta that it is ours."""

from django.conf import settings
from django.http import HttpResponse
from rest_framework.request import Request

from hampstead.core.signing import secret_matches, signature_matches
from hampstead.core.webhooks import WebhookAuthentication, WebhookView


class Dialog360Authentication(WebhookAuthentication):
    """The secret header is the lock; with a signature secret set, the HMAC is demanded as well."""

    source = "360dialog"
    max_body_bytes = settings.WHATSAPP_MAX_BODY_BYTES

    def is_authentic(self, request: Request, body: bytes) -> bool:
        headers = request.headers
        if not secret_matches(headers.get("X-Hook-Token"), settings.WHATSAPP_WEBHOOK_SECRETS):
            return False
        keys = settings.WHATSAPP_SIGNATURE_SECRETS
        offered = headers.get("X-360dialog-Signature")
        return not keys or signature_matches(body, offered, keys)


class WhatsAppWebhook(WebhookView):
    source = "360dialog"
    authentication_classes = (Dialog360Authentication,)

    def get_authenticators(self) -> list[WebhookAuthentication]:  # type: ignore[override]
        """A bare GET or HEAD is a probe; only posts carry data."""
        is_post = self.request.method == "POST"
        return [Dialog360Authentication()] if is_post else []

    def get(self, request: Request) -> HttpResponse:
        """Meta's subscription asks for its challenge back; anything else is a probe."""
        asked = request.query_params
        if asked.get("hub.mode") != "subscribe":
            return HttpResponse(b"ok", content_type="text/plain")
        if not secret_matches(asked.get("hub.verify_token"), settings.WHATSAPP_WEBHOOK_SECRETS):
            return HttpResponse(b"wrong verify token", status=403, content_type="text/plain")
        return HttpResponse(asked.get("hub.challenge", ""), content_type="text/plain")
