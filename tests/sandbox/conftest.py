import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anthropic
import httpx
import pytest

from tests.sandbox.graph import Graph
from tests.sandbox.receiver import Receiver
from tests.sandbox.vapi import Vapi
from tests.sandbox.waiting import eventually

HOOK_TOKEN = "a-token-for-tests"
SIGNING_KEY = "a-signing-key-for-tests"
VAPI_SECRET = "a-vapi-secret-for-tests"


@dataclass(frozen=True)
class Sandbox:
    """The control surface of the running sandbox, and 360dialog's API over plain HTTP."""

    http: httpx.Client

    def post(self, path: str, data: Any) -> httpx.Response:
        return self.http.post(path, json=data)

    def fault(self, vendor: str, **what: Any) -> None:
        self.post("/_faults", {"vendor": vendor, **what}).raise_for_status()

    def model(self, **order: Any) -> None:
        self.post("/_model", order).raise_for_status()

    def log(self, vendor: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get("/_log", params={"vendor": vendor}).json()
        return found

    def phone(self, number: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.http.get(f"/_customer/whatsapp/{number}").json()
        return found

    def send(self, **body: Any) -> httpx.Response:
        whole = {"messaging_product": "whatsapp", "to": "447700900123", "type": "text", **body}
        return self.http.post("/360dialog/messages", json=whole, headers={"D360-API-KEY": "key"})

    def send_text(self, text: str = "Hello", **extra: Any) -> httpx.Response:
        return self.send(text={"body": text}, **extra)


def start_sandbox(port_file: Path, **settings: str) -> tuple["subprocess.Popen[bytes]", str]:
    env = {**os.environ, "SANDBOX_PORT": "0", "SANDBOX_PORT_FILE": str(port_file), **settings}
    process = subprocess.Popen([sys.executable, "-m", "hampstead.sandbox"], env=env)
    eventually(lambda: port_file.exists() or process.poll() is not None, within_seconds=30)
    return process, f"http://127.0.0.1:{port_file.read_text().strip()}"


@pytest.fixture(scope="session")
def running_receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture(scope="session")
def sandbox_url(
    tmp_path_factory: pytest.TempPathFactory, running_receiver: Receiver
) -> Iterator[str]:
    process, url = start_sandbox(
        tmp_path_factory.mktemp("sandbox") / "port",
        SANDBOX_APP_URL=running_receiver.url,
        WHATSAPP_WEBHOOK_SECRET=HOOK_TOKEN,
        WHATSAPP_SIGNATURE_SECRET=SIGNING_KEY,
        WHATSAPP_PHONE_NUMBER_ID="",
        VAPI_WEBHOOK_SECRET=f"{VAPI_SECRET}, the-one-before",
        SANDBOX_RUN_ID="",
    )
    yield url
    process.terminate()
    process.wait(timeout=5)


@pytest.fixture
def sandbox(sandbox_url: str, running_receiver: Receiver) -> Iterator[Sandbox]:
    with httpx.Client(base_url=sandbox_url, timeout=10, trust_env=False) as http:
        http.post("/_reset").raise_for_status()
        running_receiver.clear()
        yield Sandbox(http)


@pytest.fixture
def app(sandbox: Sandbox, running_receiver: Receiver) -> Receiver:
    """What our app would receive."""
    return running_receiver


@pytest.fixture
def claude(sandbox: Sandbox, sandbox_url: str) -> Iterator[anthropic.Anthropic]:
    with anthropic.Anthropic(
        base_url=f"{sandbox_url}/anthropic", api_key="key", max_retries=0, timeout=10
    ) as client:
        yield client


@pytest.fixture
def graph(sandbox: Sandbox) -> Graph:
    return Graph(sandbox.http)


@pytest.fixture
def vapi(sandbox: Sandbox, app: Receiver) -> Vapi:
    return Vapi(sandbox.http, app)
