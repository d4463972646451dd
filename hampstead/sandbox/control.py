"""The tests' and the demo's way in: journal, faults, customers, raw webhooks, the model."""

import asyncio
import json
from typing import Any

from aiohttp import web

from hampstead.sandbox.customer_phones import CustomerError, digits, envelope, inbound_part
from hampstead.sandbox.delivery_statuses import SentMessage
from hampstead.sandbox.dialog360 import WAMID
from hampstead.sandbox.faults import Fault, FaultError
from hampstead.sandbox.personas import ModelOrderError
from hampstead.sandbox.speech_desk import SpeechOrderError
from hampstead.sandbox.state import State
from hampstead.sandbox.vapi import VENDOR as VAPI

JsonObject = dict[str, Any]
WHATSAPP_VENDORS = ("360dialog", "whatsapp")


class Control:
    def __init__(self, state: State) -> None:
        self._state = state

    def add_routes(self, app: web.Application) -> None:
        app.add_routes(
            [
                web.get("/_health", self.health),
                web.get("/_log", self.log),
                web.get("/_faults", self.faults),
                web.post("/_faults", self.add_fault),
                web.delete("/_faults", self.clear_faults),
                web.post("/_reset", self.reset),
                web.post("/_model", self.instruct_model),
                web.post("/_speech", self.instruct_speech),
                web.post("/_customer/whatsapp", self.customer_writes),
                web.get("/_customer/whatsapp/{number}", self.customer_phone),
                web.post("/_customer/whatsapp/{number}/read", self.customer_reads),
                web.post("/_webhook/{vendor}", self.raw_webhook),
            ]
        )

    async def health(self, request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def log(self, request: web.Request) -> web.Response:
        return web.json_response(self._state.journal.listing(request.query.get("vendor")))

    async def faults(self, request: web.Request) -> web.Response:
        return web.json_response(self._state.faults.listing())

    async def add_fault(self, request: web.Request) -> web.Response:
        try:
            fault = Fault.parse(await json_of(request))
        except FaultError as exc:
            return refused(exc)
        self._state.faults.add(fault)
        return web.json_response({"waiting": len(self._state.faults.listing())})

    async def clear_faults(self, request: web.Request) -> web.Response:
        self._state.faults.clear()
        return web.json_response({"waiting": 0})

    async def reset(self, request: web.Request) -> web.Response:
        await self._state.clear()
        return web.json_response({"status": "ok"})

    async def instruct_model(self, request: web.Request) -> web.Response:
        try:
            return web.json_response(self._state.model.instruct(await json_of(request)))
        except ModelOrderError as exc:
            return refused(exc)

    async def instruct_speech(self, request: web.Request) -> web.Response:
        try:
            return web.json_response(self._state.speech.instruct(await json_of(request)))
        except SpeechOrderError as exc:
            return refused(exc)

    async def customer_writes(self, request: web.Request) -> web.Response:
        order = await json_of(request)
        if not isinstance(order, dict):
            return refused(CustomerError("a JSON object is expected"))
        state = self._state
        try:
            part = inbound_part(order, order.get("id") or state.counters.next(WAMID))
        except CustomerError as exc:
            return refused(exc)
        if order.get("user_id") and order.get("from"):
            state.phones.introduce(str(order["user_id"]), digits(str(order["from"])))
        payload = envelope(state.environment.phone_number_id, part)
        fault = state.faults.take_for_customer()
        copies = 1 + (fault.duplicate if fault else 0)
        posts = await asyncio.gather(*(state.sender.post(payload) for _ in range(copies)))
        worst = next((post for post in posts if not post.accepted), posts[0])
        answer: JsonObject = {
            "message_id": part["messages"][0]["id"],
            "app_status": worst.status or None,
            "posts": copies,
        }
        if worst.accepted:
            return web.json_response(answer)
        return web.json_response({**answer, "app_body": worst.body}, status=502)

    async def customer_phone(self, request: web.Request) -> web.Response:
        return web.json_response(self._state.phones.listing(request.match_info["number"]))

    async def customer_reads(self, request: web.Request) -> web.Response:
        phones = self._state.phones
        address = request.match_info["number"]
        number = phones.resolved(address)
        fresh = phones.open_chat(address)
        for message in fresh:
            callback = message.raw.get("biz_opaque_callback_data")
            sent = SentMessage(message.id, number, phones.user_id_of(number), callback)
            self._state.statuses.tell_later(sent, ["read"])
        return web.json_response({"read": [message.id for message in fresh]})

    async def raw_webhook(self, request: web.Request) -> web.Response:
        vendor, path = request.match_info["vendor"], request.query.get("path", "")
        raw = await request.read()
        if vendor in WHATSAPP_VENDORS:
            posted = await self._state.sender.post_raw(raw, path)
            return passed_on(posted.status, posted.body)
        if vendor == VAPI:
            answer = await self._state.vapi.posts.send_raw(raw, path=path)
            return passed_on(answer.status, answer.raw.decode(errors="replace"))
        return web.json_response({"error": "this vendor posts no webhooks"}, status=404)


def passed_on(status: int, body: str) -> web.Response:
    answer = {"app_status": status or None, "app_body": body}
    return web.json_response(answer, status=200 if status else 502)


async def json_of(request: web.Request) -> Any:
    try:
        return json.loads(await request.read())
    except ValueError:
        return None


def refused(reason: ValueError) -> web.Response:
    return web.json_response({"error": str(reason)}, status=400)
