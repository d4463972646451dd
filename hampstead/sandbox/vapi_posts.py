"""Posts to our app as VAPI does: a secret, bearer or HMAC, its patience and its retries."""

import asyncio
import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from hampstead.sandbox.delivery_statuses import cancelled
from hampstead.sandbox.environment import Environment
from hampstead.sandbox.vapi_conduct import Conduct
from hampstead.sandbox.webhook_sender import LOOPBACK

JsonObject = dict[str, Any]
WEBHOOK_PATH = "/vapi/webhook"
PATIENCE_SECONDS = 20.0


@dataclass(frozen=True)
class Answer:
    """What the app said to one message; status 0 when it could not be reached in time."""

    type: str
    status: int
    raw: bytes = b""
    milliseconds: int = 0

    @property
    def is_accepted(self) -> bool:
        return 200 <= self.status < 300

    @property
    def body(self) -> Any:
        """The text itself when it is no JSON."""
        text = self.raw.decode(errors="replace")
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text

    def listing(self) -> JsonObject:
        shown = {"type": self.type, "status": self.status or None, "body": self.body}
        return {**shown, "milliseconds": self.milliseconds}


class Posts:
    def __init__(self, environment: Environment, conduct: Conduct) -> None:
        self._environment = environment
        self._conduct = conduct
        self._session: ClientSession | None = None
        self._on_wire: set[asyncio.Task[Answer]] = set()

    def start(self) -> None:
        self._session = ClientSession(trust_env=False)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def stop(self, patience_seconds: float = 6.0) -> None:
        """What is on its way may still arrive before this is over, and nothing after it."""
        if self._on_wire:
            await asyncio.wait(self._on_wire, timeout=patience_seconds)
        await cancelled(self._on_wire)

    async def send(self, message: JsonObject, patience_seconds: float) -> Answer:
        raw = json.dumps({"message": message}, ensure_ascii=False).encode()
        return await self.send_raw(raw, message["type"], patience_seconds)

    async def send_raw(
        self, raw: bytes, kind: str = "", patience_seconds: float = PATIENCE_SECONDS, path: str = ""
    ) -> Answer:
        task = asyncio.create_task(self._send(raw, kind, patience_seconds, path))
        self._on_wire.add(task)
        task.add_done_callback(self._on_wire.discard)
        # A post half on the wire could arrive after a reset, so it is never cut short.
        return await asyncio.shield(task)

    async def _send(self, raw: bytes, kind: str, patience_seconds: float, path: str) -> Answer:
        url = URL(self._environment.app_url + WEBHOOK_PATH)
        if path:
            url = url.origin().join(URL(path))
        if url.host not in LOOPBACK:
            return Answer(kind, 0, b"the sandbox posts to this machine only")
        assert self._session is not None  # noqa: S101 - set in start(), before any request
        headers = {"Content-Type": "application/json", **self._credentials(raw)}
        began = time.monotonic()
        try:
            async with self._session.post(
                url,
                data=raw,
                headers=headers,
                allow_redirects=False,
                timeout=ClientTimeout(total=patience_seconds),
            ) as answer:
                found = await answer.read()
                return Answer(kind, answer.status, found, milliseconds_since(began))
        except (ClientError, TimeoutError, OSError) as exc:
            reason = f"{type(exc).__name__}: {exc}".encode()
            return Answer(kind, 0, reason, milliseconds_since(began))

    def _credentials(self, raw: bytes) -> dict[str, str]:
        secret = self._conduct.secret or self._environment.vapi_secret
        if self._conduct.auth == "secret":
            return {"X-Vapi-Secret": secret}
        if self._conduct.auth == "bearer":
            return {"Authorization": f"Bearer {secret}"}
        if self._conduct.auth == "none":
            return {}
        stamp = str(int(time.time()))
        digest = hmac.new(secret.encode(), f"{stamp}.".encode() + raw, hashlib.sha256)
        return {"x-timestamp": stamp, "x-signature": digest.hexdigest()}


def milliseconds_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
