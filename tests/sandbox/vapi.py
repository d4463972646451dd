"""VAPI over plain HTTP, the customers who ring, and the answers of our app."""

import json
from typing import Any

import httpx

from tests.sandbox.receiver import Post, Receiver

NUMBER = "+447700900123"
KEY = {"Authorization": "Bearer key"}
ALL_MESSAGES = [
    "assistant.started", "conversation-update", "end-of-call-report", "hang", "speech-update",
    "status-update", "tool-calls", "transcript", "transfer-destination-request",
    "transfer-update", "user-interrupted",
]  # fmt: skip
OFFICE = {"type": "number", "number": "+442079460001", "message": "Putting you through."}
LOFTS = {"name": "check_slots", "arguments": {"postcode": "NW3 1AA"}}


def assistant(**changes: Any) -> dict[str, Any]:
    """The body of a create; it subscribes to everything."""
    body = {
        "name": "reception-uk",
        "firstMessage": "Good morning {{caller_name}}",
        "model": {"provider": "anthropic", "model": "claude-sonnet-4-6", "messages": []},
        "voice": {"provider": "11labs", "voiceId": "VOICE"},
        "server": {"url": "https://office.example/vapi/webhook", "timeoutSeconds": 20},
        "serverMessages": ALL_MESSAGES,
    }
    return {**body, **changes}


class Vapi:
    """Our app at VAPI, on both sides: what it asks, and what it answers."""

    def __init__(self, http: httpx.Client, app: Receiver) -> None:
        self.http = http
        self.app = app
        self.answers: dict[str, Any] = {"assistant-request": {"assistant": assistant()}}
        app.body_for = self._answer

    def _answer(self, post: Post) -> bytes:
        found = self.answers.get(post.message["type"], {})
        return found if isinstance(found, bytes) else json.dumps(found).encode()

    def answers_tools(self, *results: dict[str, Any]) -> None:
        self.answers["tool-calls"] = {"results": list(results)}

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self.http.request(method, f"/vapi{path}", headers=KEY, **more)

    def get(self, path: str, **query: str) -> Any:
        answer = self.ask("GET", path, params=query or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def add(self, kind: str, **fields: Any) -> dict[str, Any]:
        answer = self.ask("POST", f"/{kind}", json=fields)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def add_assistant(self, **changes: Any) -> str:
        return str(self.add("assistant", **assistant(**changes))["id"])

    def order(self, **conduct: Any) -> None:
        """POST /_vapi"""
        answer = self.http.post("/_vapi", json=conduct)
        assert answer.status_code == 200, answer.text

    def rings(self, *lines: Any, **script: Any) -> dict[str, Any]:
        body = {"from": NUMBER, "lines": list(lines), **script}
        answer = self.http.post("/_customer/call", json=body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def control(self, call_id: str, **order: Any) -> httpx.Response:
        return self.http.post(f"/vapi/control/{call_id}", json=order)

    def messages(self, kind: str = "") -> list[dict[str, Any]]:
        """What our app was told, in the order of its coming."""
        found = [post.message for post in self.app.posts]
        return [message for message in found if kind in ("", message["type"])]

    def types(self) -> list[str]:
        return [message["type"] for message in self.messages()]

    def statuses(self) -> list[str]:
        return [message["status"] for message in self.messages("status-update")]
