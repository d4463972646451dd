"""Microsoft Graph over plain HTTP, and people at their own calendars."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.sandbox.waiting import eventually

TOM = "tom@hampstead.example"
AISHA = "aisha@hampstead.example"
TAG = "String {6f1d2c1e-5d0a-4c55-9a3e-6c8f8f1f7b21} Name HampsteadSurvey"
SCOPE = "https://graph.microsoft.com/.default"
FORM = {
    "grant_type": "client_credentials",
    "client_id": "app",
    "client_secret": "s",
    "scope": SCOPE,
}
IMMUTABLE = 'IdType="ImmutableId"'
DECEMBER = {"startDateTime": "2026-12-01T00:00:00Z", "endDateTime": "2027-01-01T00:00:00Z"}


def at(time: str, zone: str = "UTC") -> dict[str, str]:
    return {"dateTime": time, "timeZone": zone}


def visit(**changes: Any) -> dict[str, Any]:
    """The body of a create: a survey at ten on 1 December."""
    body = {
        "subject": "Site survey",
        "start": at("2026-12-01T10:00:00", "Europe/London"),
        "end": at("2026-12-01T11:00:00", "Europe/London"),
    }
    return {**body, **changes}


class Graph:
    """One app at the simulated Graph."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.token = self.login().json()["access_token"]

    def login(self, **changes: Any) -> httpx.Response:
        form = {name: value for name, value in {**FORM, **changes}.items() if value is not None}
        return self.http.post("/microsoft/login/a-tenant/oauth2/v2.0/token", data=form)

    def ask(self, method: str, path: str, prefer: str = IMMUTABLE, **more: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}".strip(), "Prefer": prefer}
        headers |= more.pop("headers", {})
        url = path if path.startswith("http") else f"/microsoft/v1.0{path}"
        return self.http.request(method, url, headers=headers, **more)

    def get(self, path: str, prefer: str = IMMUTABLE, **query: str) -> httpx.Response:
        return self.ask("GET", path, prefer, params=query or None)

    def create(self, mailbox: str = TOM, **changes: Any) -> httpx.Response:
        return self.ask("POST", f"/users/{mailbox}/events", json=visit(**changes))

    def event(self, mailbox: str = TOM, **changes: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.create(mailbox, **changes).json()
        return found

    def schedules(self, *mailboxes: str, **changes: Any) -> httpx.Response:
        body = {
            "schedules": mailboxes or [TOM],
            "startTime": at("2026-12-01T09:00:00"),
            "endTime": at("2026-12-01T12:00:00"),
            "availabilityViewInterval": 60,
            **changes,
        }
        return self.ask("POST", f"/users/{TOM}/calendar/getSchedule", json=body)

    def order(self, **conduct: Any) -> dict[str, Any]:
        """POST /_microsoft"""
        answer = self.http.post("/_microsoft", json=conduct)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def person_adds(self, starts: str, ends: str, **more: Any) -> dict[str, Any]:
        entry = {"starts": starts, "ends": ends, **more}
        answer = self.http.post(f"/_calendar/{TOM}/events", json=entry)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


def error_of(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


@dataclass
class Webhook:
    """A stand-in for our webhook: gives validation tokens back and keeps what it is told."""

    url: str = ""
    has_manners: bool = True
    validated: list[str] = field(default_factory=list)
    posts: list[Any] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def take(self, path: str, read: Any) -> tuple[int, bytes]:
        token = parse_qs(urlsplit(path).query).get("validationToken")
        if token is not None:
            self.validated.append(urlsplit(path).path)
            return 200, token[0].encode() if self.has_manners else b"hello"
        self.posts.append(read)
        return (self.answers.pop(0) if self.answers else 202), b""

    def notices(self, count: int) -> list[dict[str, Any]]:
        """The first `count` notices, once they are there."""

        def found() -> list[dict[str, Any]]:
            seen = [notice for post in self.posts for notice in post["value"]]
            return seen[:count] if len(seen) >= count else []

        return eventually(found)


@contextmanager
def listening() -> Iterator[Webhook]:
    webhook = Webhook()

    class Request(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["Content-Length"]))
            status, body = webhook.take(self.path, json.loads(raw) if raw else None)
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet: the test reports what matters."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Request)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    webhook.url = f"http://127.0.0.1:{server.server_address[1]}/microsoft/webhook"
    try:
        yield webhook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
