"""A total deadline for one vendor call, held at the socket.

HTTP clients time out each read; a peer that drips one byte a second passes every one of them.
Here each connect, read and write of a bounded transport waits at most for what is left of the
deadline in force. Works for httpx and for httpx2, which the Anthropic SDK brings along: both
read their sockets through the same small backend interface.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Transport = TypeVar("Transport")
_ends_at: ContextVar[float | None] = ContextVar("deadline", default=None)


class DeadlineError(TimeoutError):
    """The time for the whole call is up."""


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Calls made inside end within `seconds`; an outer, earlier deadline stays in force."""
    outer = _ends_at.get()
    ends_at = time.monotonic() + seconds
    token = _ends_at.set(min(ends_at, outer) if outer is not None else ends_at)
    try:
        yield
    finally:
        _ends_at.reset(token)


def remaining(timeout: float | None) -> float | None:
    """`timeout` shortened to what is left. Raises DeadlineError when nothing is."""
    ends_at = _ends_at.get()
    if ends_at is None:
        return timeout
    left = ends_at - time.monotonic()
    if left <= 0:
        raise DeadlineError("total deadline passed")
    return left if timeout is None else min(timeout, left)


class _BoundedStream:
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return bytes(self._stream.read(max_bytes, remaining(timeout)))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, remaining(timeout))

    def start_tls(self, *args: Any, **kwargs: Any) -> "_BoundedStream":
        kwargs["timeout"] = remaining(kwargs.get("timeout"))
        return _BoundedStream(self._stream.start_tls(*args, **kwargs))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class _BoundedBackend:
    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def connect_tcp(self, *args: Any, **kwargs: Any) -> _BoundedStream:
        kwargs["timeout"] = remaining(kwargs.get("timeout"))
        return _BoundedStream(self._backend.connect_tcp(*args, **kwargs))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)


def bounded(transport: Transport) -> Transport:
    """Make an httpx or httpx2 HTTPTransport obey `deadline`. Returns the same transport.

    The connection pool takes a backend only at construction, which the transport hides; a test
    with a dripping server fails if a new version moves this attribute.
    """
    pool = transport._pool  # type: ignore[attr-defined]
    pool._network_backend = _BoundedBackend(pool._network_backend)
    return transport
