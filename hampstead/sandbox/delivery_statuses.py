"""Status webhooks after a send: one post each, in the background, sometimes in a wrong order."""

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from hampstead.sandbox.customer_phones import envelope
from hampstead.sandbox.faults import Fault
from hampstead.sandbox.webhook_sender import Posted, WebhookSender

JsonObject = dict[str, Any]
# The response should be on its way before the first status overtakes it.
HEAD_START_SECONDS = 0.03
REDELIVERY_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)
PRICING = {
    "billable": False,
    "pricing_model": "PMP",
    "type": "free_customer_service",
    "category": "service",
}


@dataclass(frozen=True)
class SentMessage:
    wamid: str
    number: str | None
    user_id: str | None
    callback: str | None
    fault: Fault | None = None

    def status(self, name: str) -> JsonObject:
        body: JsonObject = {
            "id": self.wamid,
            "status": name,
            "timestamp": str(int(time.time())),
        }
        if self.number:
            body["recipient_id"] = self.number
        if self.user_id:
            body["recipient_user_id"] = self.user_id
        if self.callback is not None:
            body["biz_opaque_callback_data"] = self.callback
        if name == "failed":
            body["errors"] = [failure(self.fault.error_code if self.fault else 131000)]
        elif name != "read":
            body["pricing"] = PRICING
        return body

    def part(self, name: str) -> JsonObject:
        part: JsonObject = {"statuses": [self.status(name)]}
        contact = {"wa_id": self.number, "user_id": self.user_id}
        if name != "failed":
            part["contacts"] = [{key: value for key, value in contact.items() if value}]
        return part


def failure(code: int) -> JsonObject:
    titles = {131026: "Message undeliverable", 131047: "Re-engagement message"}
    title = titles.get(code, "Something went wrong")
    return {
        "code": code,
        "title": title,
        "message": title,
        "error_data": {"details": f"{title} (simulated)"},
    }


def names_for(mode: str | None) -> list[str]:
    return {
        None: ["sent", "delivered"],
        "before_response": ["sent", "delivered"],
        "off": [],
        "duplicate": ["sent", "sent", "delivered", "delivered"],
        "reversed": ["delivered", "sent"],
        "read": ["sent", "delivered", "read"],
        "failed": ["failed"],
    }[mode]


async def cancelled(tasks: set[asyncio.Task[Any]]) -> None:
    found = list(tasks)
    for task in found:
        task.cancel()
    await asyncio.gather(*found, return_exceptions=True)


class DeliveryStatuses:
    def __init__(self, sender: WebhookSender, phone_number_id: str) -> None:
        self._sender = sender
        self._phone_number_id = phone_number_id
        self._tasks: set[asyncio.Task[None]] = set()
        self._posts: set[asyncio.Task[Posted]] = set()

    def tell_later(self, message: SentMessage, names: list[str]) -> None:
        self._start(self._after_head_start(message, names))

    async def tell(self, message: SentMessage, names: list[str]) -> None:
        for name in names:
            payload = envelope(self._phone_number_id, message.part(name))
            if not (await self._post(payload)).accepted:
                self._start(self._redeliver(payload))

    async def stop(self, patience_seconds: float = 6.0) -> None:
        """Nothing more is posted afterwards; what is on its way may still arrive before."""
        await cancelled(self._tasks)
        if self._posts:
            await asyncio.wait(self._posts, timeout=patience_seconds)
        await cancelled(self._posts)

    async def _after_head_start(self, message: SentMessage, names: list[str]) -> None:
        await asyncio.sleep(HEAD_START_SECONDS)
        await self.tell(message, names)

    async def _redeliver(self, payload: JsonObject) -> None:
        for pause in REDELIVERY_SECONDS:
            await asyncio.sleep(pause)
            if (await self._post(payload)).accepted:
                return

    async def _post(self, payload: JsonObject) -> Posted:
        task = asyncio.create_task(self._sender.post(payload))
        self._posts.add(task)
        task.add_done_callback(self._posts.discard)
        # A post half on the wire could arrive after a reset, so it is never cut short.
        return await asyncio.shield(task)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
