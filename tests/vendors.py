"""The sandbox as a test sees it: its control surface as methods."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from scripts.supervise import death_signal_setter

SECRET = "test-webhook-secret"
ROOT = Path(__file__).resolve().parent.parent


class Sandbox:
    """Control of one running sandbox process."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=20, trust_env=False)

    def close(self) -> None:
        self._http.close()

    def reset(self) -> None:
        self._http.post("/_reset").raise_for_status()

    def fault(self, vendor: str, route: str = "*", **fault: Any) -> None:
        body = {"vendor": vendor, "route": route, **fault}
        self._http.post("/_faults", json=body).raise_for_status()

    def clear_faults(self) -> None:
        self._http.delete("/_faults").raise_for_status()

    def answers(self, *answers: Any) -> None:
        """The model's next answers, exactly."""
        self._http.post("/_model", json={"answers": list(answers)}).raise_for_status()

    def persona(self, name: str) -> None:
        self._http.post("/_model", json={"persona": name}).raise_for_status()

    def limits(self, **per_minute: int) -> None:
        """How much the account may ask for, such as requests_per_minute=1."""
        self._http.post("/_model", json={"limits": per_minute}).raise_for_status()

    def log(self, vendor: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self._http.get("/_log", params={"vendor": vendor}).json()
        return entries

    def sends(self) -> list[dict[str, Any]]:
        """Bodies of the message sends that WhatsApp has seen, accepted or not."""
        return [
            entry["body"]
            for entry in self.log("360dialog")
            if entry["route"].endswith("/messages") and entry["body"].get("type")
        ]

    def write(self, text: str, *, number: str = "447700900123", **more: Any) -> httpx.Response:
        """A customer writes; 200 once the app has acknowledged."""
        body = {"from": number, "name": "Priya Shah", "text": text, **more}
        return self._http.post("/_customer/whatsapp", json=body)

    def post_raw(self, body: bytes) -> dict[str, Any]:
        result: dict[str, Any] = self._http.post("/_webhook/360dialog", content=body).json()
        return result

    def phone(self, number: str = "447700900123") -> list[str]:
        """The texts that customer's phone has received, oldest first."""
        messages = self._http.get(f"/_customer/whatsapp/{number}").json()
        return [message["text"] for message in messages]


@contextmanager
def running_sandbox(
    directory: Path, *, app_url: str = "http://127.0.0.1:9", secret: str = SECRET
) -> Iterator[Sandbox]:
    port_file = directory / "sandbox.port"
    port_file.unlink(missing_ok=True)
    env = {
        **os.environ,
        "SANDBOX_PORT": "0",
        "SANDBOX_PORT_FILE": str(port_file),
        "SANDBOX_APP_URL": app_url,
        "WHATSAPP_WEBHOOK_SECRET": secret,
        "SANDBOX_RUN_ID": f"{time.time_ns():x}",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "hampstead.sandbox"],
        env=env,
        cwd=ROOT,
        preexec_fn=death_signal_setter(),
    )
    try:
        eventually(port_file.exists, within=20, what="the sandbox is listening")
        sandbox = Sandbox(f"http://127.0.0.1:{port_file.read_text().strip()}")
        yield sandbox
        sandbox.close()
    finally:
        process.terminate()
        process.wait(timeout=10)


def eventually(check: Any, *, within: float = 10.0, what: str = "") -> Any:
    """Poll until `check` returns something true; its value. Fails with `what` after the time."""
    ends_at = time.monotonic() + within
    pause = 0.005
    while not (found := check()):
        if time.monotonic() > ends_at:
            raise AssertionError(f"not within {within:g} s: {what or check}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
    return found
