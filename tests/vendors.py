"""The sandbox as a test sees it: its control surface as methods."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
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

    def calendar(self, mailbox: str) -> list[dict[str, Any]]:
        """The mailbox's events by start in Graph's shape: UTC, immutable ids, tags too."""
        events: list[dict[str, Any]] = self._http.get(f"/_calendar/{mailbox}").json()
        return events

    def person_adds(
        self,
        mailbox: str,
        starts: datetime | date,
        ends: datetime | date,
        *,
        subject: str = "Private",
        show_as: str = "busy",
        is_all_day: bool = False,
        **more: Any,
    ) -> dict[str, Any]:
        """Somebody puts an entry into their Outlook; whole days take dates. The event."""
        entry = {"starts": starts, "ends": ends, "is_all_day": is_all_day, **more}
        entry |= {"subject": subject, "show_as": show_as}
        return self._ask("POST", f"/_calendar/{mailbox}/events", written(entry))

    def person_edits(self, mailbox: str, event_id: str, **changes: Any) -> dict[str, Any]:
        """starts, ends, is_all_day, subject, show_as, location, sensitivity, is_cancelled."""
        return self._ask("PATCH", f"/_calendar/{mailbox}/events/{event_id}", written(changes))

    def person_deletes(self, mailbox: str, event_id: str) -> None:
        self._ask("DELETE", f"/_calendar/{mailbox}/events/{event_id}")

    def microsoft(self, **order: Any) -> dict[str, Any]:
        """How Microsoft behaves from now on, such as unreadable=["tom@hampstead.example"].

        now=<datetime> sets its clock: a test that freezes ours far from today needs that before
        it subscribes, since a subscription lasts under seven days.
        """
        return self._ask("POST", "/_microsoft", written(order))

    def subscriptions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._http.get("/_microsoft").json()["subscriptions"]
        return found

    def notify(self, mailbox: str, event_id: str, change: str = "updated", **more: Any) -> Any:
        """Post a notice of change now, true or not; what the app answered, by subscription."""
        order = {"mailbox": mailbox, "event": event_id, "change": change, **more}
        return self.microsoft(notify=order)["posted"]

    def call(self, **script: Any) -> dict[str, Any]:
        """A customer rings: caller="+44...", lines=[...], tools=[[...], ...], ends="...".

        The id, the ended_reason, the transcript and the app's answers; with wait=False the id.
        `caller` stands for the script's "from"; None withholds the number.
        """
        order = {("from" if k == "caller" else k): v for k, v in script.items()}
        return self._ask("POST", "/_customer/call", written(order))

    def call_so_far(self, call_id: str) -> dict[str, Any]:
        return self._ask("GET", f"/_customer/call/{call_id}")

    def hang_up(self, call_id: str) -> None:
        """The customer ends a call that `stays` open."""
        self._ask("DELETE", f"/_customer/call/{call_id}")

    def vapi(self, **order: Any) -> dict[str, Any]:
        """How VAPI behaves from now on, such as drop=["end-of-call-report"]."""
        return self._ask("POST", "/_vapi", order)

    def s3(self, **order: Any) -> dict[str, Any]:
        """How the file store behaves from now on, such as mode="away"; what it keeps."""
        return self._ask("POST", "/_s3", order)

    def _ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        answer = self._http.request(method, path, json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


def written(values: dict[str, Any]) -> dict[str, Any]:
    """Times and days as text."""
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in values.items()}


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
