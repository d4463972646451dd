"""What the vendors were asked, in order. Secrets are masked before anything is kept."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

SECRET_HEADERS = frozenset({"authorization", "x-api-key", "d360-api-key", "xi-api-key", "cookie"})
SECRET_FIELDS = frozenset({"client_secret", "client_assertion"})
FORM = "application/x-www-form-urlencoded"
JsonObject = dict[str, Any]


def now_iso() -> str:
    return datetime.now(UTC).isoformat()


@dataclass
class Entry:
    vendor: str
    route: str
    method: str
    headers: dict[str, str]
    body: Any
    query: list[tuple[str, str]] = field(default_factory=list)
    # None until answered; stays None when the connection was cut.
    status: int | None = None
    at: str = field(default_factory=now_iso)


class Journal:
    def __init__(self) -> None:
        self._entries: list[Entry] = []

    def record(
        self,
        vendor: str,
        route: str,
        method: str,
        headers: Mapping[str, str],
        raw: bytes,
        query: Iterable[tuple[str, str]] = (),
    ) -> Entry:
        body = body_of(raw, headers.get("Content-Type", ""))
        entry = Entry(vendor, route, method, masked(headers), body, list(query))
        self._entries.append(entry)
        return entry

    def listing(self, vendor: str | None = None) -> list[JsonObject]:
        return [asdict(e) for e in self._entries if vendor in (None, "", e.vendor)]

    def clear(self) -> None:
        self._entries.clear()


def masked(headers: Mapping[str, str]) -> dict[str, str]:
    return {
        name.lower(): "***" if name.lower() in SECRET_HEADERS else value
        for name, value in headers.items()
    }


def body_of(raw: bytes, kind: str) -> Any:
    if kind.startswith(FORM):
        return form(raw)
    return measured(raw) if kind.startswith("audio/") else readable(raw)


def form(raw: bytes) -> dict[str, str]:
    fields = parse_qsl(raw.decode("utf-8", errors="replace"))
    return {name: "***" if name in SECRET_FIELDS else value for name, value in fields}


def measured(raw: bytes) -> JsonObject:
    """A recording is not readable, and would fill the log."""
    return {"bytes": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}


def readable(raw: bytes) -> Any:
    if not raw:
        return None
    text = raw.decode("utf-8", errors="replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
