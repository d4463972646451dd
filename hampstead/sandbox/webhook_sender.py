"""Posts to our app as 360dialog does: secret header, optional HMAC, five seconds' patience."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from hampstead.sandbox.environment import Environment

WEBHOOK_PATH = "/whatsapp/webhook"
PATIENCE = ClientTimeout(total=5)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Posted:
    """What the app answered; status 0 when it could not be reached."""

    status: int
    body: str

    @property
    def accepted(self) -> bool:
        return self.status == 200


@dataclass
class WebhookConfig:
    url: str
    headers: dict[str, str] = field(default_factory=dict)


class WebhookSender:
    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._session: ClientSession | None = None
        self.config = self._default()

    def _default(self) -> WebhookConfig:
        env = self._environment
        return WebhookConfig(env.app_url + WEBHOOK_PATH, {"X-Hook-Token": env.hook_token})

    def configure(self, url: str, headers: dict[str, str]) -> None:
        self.config = WebhookConfig(url, headers)

    def clear(self) -> None:
        self.config = self._default()

    async def start(self) -> None:
        self._session = ClientSession(timeout=PATIENCE, trust_env=False)

    async def stop(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def post(self, payload: dict[str, Any]) -> Posted:
        return await self.post_raw(json.dumps(payload, ensure_ascii=False).encode())

    async def post_raw(self, raw: bytes, path: str = "") -> Posted:
        url = URL(self.config.url)
        if path:
            url = url.origin().join(URL(path))
        if url.host not in LOOPBACK:
            return Posted(0, f"the sandbox posts to this machine only, not to {url.host}")
        assert self._session is not None  # noqa: S101 - set in start(), before any request
        headers = {"Content-Type": "application/json", **self.config.headers, **self._signed(raw)}
        try:
            async with self._session.post(
                url, data=raw, headers=headers, allow_redirects=False
            ) as answer:
                return Posted(answer.status, (await answer.read()).decode(errors="replace"))
        except (ClientError, TimeoutError, OSError) as exc:
            return Posted(0, f"{type(exc).__name__}: {exc}")

    def _signed(self, raw: bytes) -> dict[str, str]:
        key = self._environment.signing_key
        if not key:
            return {}
        digest = hmac.new(key.encode(), raw, hashlib.sha256).hexdigest()
        return {"x-360dialog-signature": digest}
