"""Posts to our app as Microsoft does: validation calls, notices of change, again when refused."""

import asyncio
import json
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from hampstead.sandbox.delivery_statuses import cancelled
from hampstead.sandbox.webhook_sender import LOOPBACK

JsonObject = dict[str, Any]
PATIENCE = ClientTimeout(total=10)
# The answer to the request that made the change should be on its way first.
HEAD_START_SECONDS = 0.03
REDELIVERY_SECONDS = (0.5, 1.0, 2.0, 4.0, 8.0)


@dataclass(frozen=True)
class Answered:
    """What the app said; status 0 when it could not be reached."""

    status: int
    body: str = ""
    content_type: str = ""

    @property
    def is_accepted(self) -> bool:
        return 200 <= self.status < 300


class Posts:
    def __init__(self) -> None:
        self._session: ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._on_wire: set[asyncio.Task[Answered]] = set()

    def start(self) -> None:
        self._session = ClientSession(timeout=PATIENCE, trust_env=False)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def stop(self, patience_seconds: float = 6.0) -> None:
        """Nothing more is posted afterwards; what is on its way may still arrive before."""
        await cancelled(self._tasks)
        if self._on_wire:
            await asyncio.wait(self._on_wire, timeout=patience_seconds)
        await cancelled(self._on_wire)

    async def validate(self, url: str, token: str) -> bool:
        """True when the app gives the token back as plain text."""
        answer = await self._send(URL(url).update_query(validationToken=token), b"", "text/plain")
        is_plain = answer.content_type == "text/plain"
        return answer.status == 200 and is_plain and answer.body == token

    def tell_later(self, url: str, notices: list[JsonObject]) -> None:
        self._start(self._tell(url, notices))

    async def tell(self, url: str, notices: list[JsonObject]) -> Answered:
        raw = json.dumps({"value": notices}, ensure_ascii=False).encode()
        task = asyncio.create_task(self._send(URL(url), raw, "application/json; charset=utf-8"))
        self._on_wire.add(task)
        task.add_done_callback(self._on_wire.discard)
        # A post half on the wire could arrive after a reset, so it is never cut short.
        return await asyncio.shield(task)

    async def _tell(self, url: str, notices: list[JsonObject]) -> None:
        for pause in (HEAD_START_SECONDS, *REDELIVERY_SECONDS):
            await asyncio.sleep(pause)
            if (await self.tell(url, notices)).is_accepted:
                return

    async def _send(self, url: URL, raw: bytes, content_type: str) -> Answered:
        if url.host not in LOOPBACK:
            return Answered(0, f"the sandbox posts to this machine only, not to {url.host}")
        assert self._session is not None  # noqa: S101 - set in start(), before any request
        try:
            async with self._session.post(
                url, data=raw, headers={"Content-Type": content_type}, allow_redirects=False
            ) as answer:
                body = (await answer.read()).decode(errors="replace")
                return Answered(answer.status, body, answer.content_type)
        except (ClientError, TimeoutError, OSError) as exc:
            return Answered(0, f"{type(exc).__name__}: {exc}")

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
