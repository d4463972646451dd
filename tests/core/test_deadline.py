"""A call ends within its deadline, whatever the other side does."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import httpx2
import pytest

from hampstead.core.deadline import DeadlineError, bounded, deadline, remaining
from tests.core import servers

SECONDS = 0.3


def get_with_httpx(url: str) -> Any:
    with httpx.Client(transport=bounded(httpx.HTTPTransport()), timeout=10) as client:
        return client.get(url).text


def get_with_httpx2(url: str) -> Any:
    with httpx2.Client(transport=bounded(httpx2.HTTPTransport()), timeout=10) as client:
        return client.get(url).text


CLIENTS = [get_with_httpx, get_with_httpx2]
TOO_LATE = (DeadlineError, httpx.TimeoutException, httpx2.TimeoutException)


@contextmanager
def taking_at_most(seconds: float) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds


@pytest.mark.parametrize("get", CLIENTS)
@pytest.mark.parametrize(
    "talk",
    [servers.dripping_body, servers.dripping_headers, servers.stalled_body, servers.silent],
)
def test_a_slow_server_is_cut_off(get: Callable[[str], Any], talk: servers.Talk) -> None:
    with (
        servers.serving(talk) as url,
        taking_at_most(SECONDS + 0.7),
        pytest.raises(TOO_LATE),
        deadline(SECONDS),
    ):
        get(url)


@pytest.mark.parametrize("get", CLIENTS)
def test_a_prompt_server_is_heard(get: Callable[[str], Any]) -> None:
    with servers.serving(servers.prompt) as url, deadline(5):
        assert get(url) == "ok"


def test_without_a_deadline_only_the_clients_own_timeout_counts() -> None:
    assert remaining(3.0) == 3.0
    assert remaining(None) is None


def test_a_timeout_is_cut_to_what_is_left() -> None:
    with deadline(0.5):
        assert 0 < (remaining(10) or 0) <= 0.5
        assert 0 < (remaining(None) or 0) <= 0.5


def test_an_outer_earlier_deadline_stays_in_force() -> None:
    with deadline(0.5), deadline(10):
        assert (remaining(None) or 0) <= 0.5


def test_after_the_inner_deadline_the_outer_one_counts() -> None:
    with deadline(10):
        with deadline(0.01):
            pass
        assert (remaining(None) or 0) > 1


def test_nothing_begins_once_the_time_is_up() -> None:
    with deadline(0), pytest.raises(DeadlineError):
        remaining(None)
