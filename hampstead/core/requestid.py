"""One id follows an event from the webhook through the worker to the reply."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_request_id: ContextVar[str] = ContextVar("request_id", default="-")
_SHAPE = re.compile(r"[\w.-]{6,64}", re.ASCII)


def current() -> str:
    return _request_id.get()


def new() -> str:
    return secrets.token_hex(8)


def accept(offered: str | None) -> str:
    """The caller's id if it has a sane shape, else a new one."""
    return offered if offered and _SHAPE.fullmatch(offered) else new()


@contextmanager
def following(request_id: str) -> Iterator[str]:
    """Log lines and rows written inside carry this id."""
    token = _request_id.set(request_id)
    try:
        yield request_id
    finally:
        _request_id.reset(token)
