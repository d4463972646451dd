"""The 360dialog messaging API for one number."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from hampstead.sandbox.counters import Counters
from hampstead.sandbox.customer_phones import Phones, digits
from hampstead.sandbox.delivery_statuses import DeliveryStatuses, SentMessage, names_for
from hampstead.sandbox.dialog360_errors import Dialog360Errors, SendRefusedError
from hampstead.sandbox.dialog360_messages import check_send
from hampstead.sandbox.door import Call, Door, Handler
from hampstead.sandbox.reply import Reply
from hampstead.sandbox.webhook_sender import WebhookSender

JsonObject = dict[str, Any]
Simulate = Callable[[Call], Awaitable[Reply]]
WAMID = "wamid.SANDBOX"


class Dialog360:
    def __init__(
        self,
        errors: Dialog360Errors,
        counters: Counters,
        phones: Phones,
        sender: WebhookSender,
        statuses: DeliveryStatuses,
    ) -> None:
        self._errors = errors
        self._counters = counters
        self._phones = phones
        self._sender = sender
        self._statuses = statuses

    def add_routes(self, app: web.Application, door: Door) -> None:
        base = "/360dialog"
        app.add_routes(
            [
                web.post(f"{base}/messages", self._open(door, self.messages)),
                web.get(f"{base}/v1/configs/webhook", self._open(door, self.show_webhook)),
                web.post(f"{base}/v1/configs/webhook", self._open(door, self.set_webhook)),
                web.get(f"{base}/v1/configs/templates", self._open(door, self.templates)),
                web.route("*", f"{base}/{{rest:.*}}", self._open(door, self.unknown_route)),
            ]
        )

    def _open(self, door: Door, simulate: Simulate) -> Handler:
        async def guarded(call: Call) -> Reply:
            if not call.headers.get("d360-api-key", "").strip():
                return self._errors.invalid_key()
            try:
                return await simulate(call)
            except SendRefusedError as refusal:
                return self._errors.meta(400, refusal)

        return door.open(guarded)

    async def messages(self, call: Call) -> Reply:
        body = check_send(read_json(call))
        if body.get("status") == "read":
            return Reply(body={"success": True})
        message = self._accept(body, call)
        mode = call.fault.statuses if call.fault else None
        names = names_for(mode)
        answer = accepted(body, message)
        if mode == "before_response":
            return Reply(body=answer, before_answer=lambda: self._statuses.tell(message, names))
        return Reply(body=answer, after_answer=lambda: self._statuses.tell_later(message, names))

    def _accept(self, body: JsonObject, call: Call) -> SentMessage:
        number = digits(str(body["to"])) if body.get("to") else None
        user_id = str(body["recipient"]) if body.get("recipient") and not number else None
        if user_id:
            number = self._phones.number_of(user_id)
        elif number:
            user_id = self._phones.user_id_of(number)
        wamid = self._counters.next(WAMID)
        failed = call.fault is not None and call.fault.statuses == "failed"
        if not failed:
            self._phones.deliver(number or user_id or "", wamid, body)
        return SentMessage(wamid, number, user_id, body.get("biz_opaque_callback_data"), call.fault)

    async def show_webhook(self, call: Call) -> Reply:
        config = self._sender.config
        return Reply(body={"url": config.url, "headers": config.headers})

    async def set_webhook(self, call: Call) -> Reply:
        body = read_json(call)
        url = body.get("url") if isinstance(body, dict) else None
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise SendRefusedError(100, "The parameter url is required.")
        headers = body.get("headers") or {}
        if not isinstance(headers, dict):
            raise SendRefusedError(100, "The parameter headers is not an object.")
        self._sender.configure(url, {str(name): str(value) for name, value in headers.items()})
        return await self.show_webhook(call)

    async def templates(self, call: Call) -> Reply:
        rows = [template(name, text) for name, text in TEMPLATES.items()]
        page = {"count": len(rows), "total": len(rows), "limit": 1000, "offset": 0}
        return Reply(body={"waba_templates": rows, **page})

    async def unknown_route(self, call: Call) -> Reply:
        return Reply(status=404, body={"error": f"the sandbox does not serve {call.route}"})


TEMPLATES = {
    "survey_reminder": "Hi {{1}}, your survey is on {{2}}. Reply here to change it.",
    "survey_confirmation": "Hi {{1}}, your survey is arranged for {{2}}. See you then.",
    "enquiry_follow_up": "Hi {{1}}, thank you for your enquiry. Reply here and we go on.",
}


def template(name: str, text: str) -> JsonObject:
    return {
        "id": f"sandbox-{name}",
        "external_id": f"sandbox-{name}",
        "name": name,
        "language": "en_GB",
        "category": "UTILITY",
        "status": "approved",
        "rejected_reason": "NONE",
        "quality_score": {"score": "GREEN"},
        "components": [{"type": "BODY", "text": text}],
    }


def accepted(body: JsonObject, message: SentMessage) -> JsonObject:
    contact: JsonObject = {"input": str(body.get("to") or body["recipient"])}
    if message.number:
        contact["wa_id"] = message.number
    if body.get("recipient") and message.user_id:
        contact["user_id"] = message.user_id
    sent: JsonObject = {"id": message.wamid}
    if body.get("type") == "template":
        sent["message_status"] = "accepted"
    return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [sent]}


def read_json(call: Call) -> Any:
    try:
        return call.json()
    except ValueError:
        raise SendRefusedError(100, "Invalid parameter", "The body is not JSON") from None
