"""A stand-in for our app: keeps every post and answers what it is told."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.sandbox.waiting import eventually


@dataclass(frozen=True)
class Post:
    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def value(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.raw)["entry"][0]["changes"][0]["value"]
        return found

    @property
    def message(self) -> dict[str, Any]:
        """What VAPI posts."""
        found: dict[str, Any] = json.loads(self.raw)["message"]
        return found

    @property
    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = self.value["statuses"][0]
        return found


class Receiver:
    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.answers: list[int] = []
        self.body_for: Callable[[Post], bytes] | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._request_class())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def clear(self) -> None:
        self.posts.clear()
        self.answers.clear()
        self.body_for = None

    def wait_for(self, count: int) -> list[Post]:
        return eventually(lambda: self.posts[:count] if len(self.posts) >= count else [])

    def wait_for_statuses(self, count: int) -> list[str]:
        return [post.status["status"] for post in self.wait_for(count)]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _request_class(receiver) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - closes over it
        class Request(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                post = Post(self.path, headers, raw)
                receiver.posts.append(post)
                status = receiver.answers.pop(0) if receiver.answers else 200
                body = receiver.body_for(post) if receiver.body_for else b"ok"
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Quiet: the test reports what matters."""

        return Request
