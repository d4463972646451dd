"""Redis wiped, stopped or hung in the middle of a conversation: nothing is lost."""

import os
import signal
import time
from collections.abc import Iterator

import pytest
from redis import Redis

from tests.stack import RunningStack

pytestmark = [pytest.mark.kills, pytest.mark.timeout(300)]


@pytest.fixture(autouse=True)
def _redis_is_back(stack: RunningStack) -> Iterator[None]:
    yield
    stack.redis.up()


def test_a_wiped_redis_loses_no_message(stack: RunningStack, number: str) -> None:
    client = Redis(unix_socket_path=str(stack.redis.socket_path))
    for _ in range(3):
        stack.sandbox.write("Hello", number=number)
        client.flushall()
    client.close()
    stack.wait_for_texts(1, number=number)
    stack.wait_until_idle()
    assert stack.rows("SELECT count(*) FROM core_inboxevent WHERE status <> 'processed'") == [(0,)]


def test_customers_are_answered_while_redis_is_stopped(stack: RunningStack, number: str) -> None:
    stack.redis.down(immediate=True)
    acknowledged = stack.sandbox.write("Hello", number=number).status_code
    texts = stack.wait_for_texts(1, number=number, within=40)
    assert (acknowledged, len(texts)) == (200, 1)


def test_customers_are_answered_while_redis_is_hung(stack: RunningStack, number: str) -> None:
    pid = stack.redis.pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    try:
        stack.rows("SELECT pg_notify('live', 'conversation:1')")
        stack.sandbox.write("Hello", number=number)
        texts = stack.wait_for_texts(1, number=number, within=60)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert len(texts) == 1


def test_acknowledgement_does_not_wait_for_a_hung_redis(stack: RunningStack, number: str) -> None:
    pid = stack.redis.pid
    assert pid
    os.kill(pid, signal.SIGSTOP)
    try:
        started = time.monotonic()
        acknowledged = stack.sandbox.write("Hello", number=number).status_code
        seconds = time.monotonic() - started
    finally:
        os.kill(pid, signal.SIGCONT)
    stack.wait_for_texts(1, number=number, within=40)
    assert (acknowledged, seconds < 4) == (200, True)
