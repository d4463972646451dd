"""kill -9 of web and pump: acknowledged means stored, and what is stored gets done."""

import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.stack import SECRET, RunningStack
from tests.vendors import eventually
from tests.whatsapp.posts import envelope, text_message

pytestmark = [pytest.mark.kills, pytest.mark.timeout(300)]


@pytest.mark.parametrize("failpoint", ["inbox.before_commit", "inbox.after_commit"])
def test_a_post_that_kills_the_web_is_redelivered_and_answered_once(
    stack: RunningStack, number: str, failpoint: str
) -> None:
    stack.restart("web", f"{failpoint}=kill")
    message = {"number": number, "id": f"wamid.{number}", "timestamp": str(int(time.time()))}
    first = stack.sandbox.write("Hello", **message).status_code
    stack.write_until_acknowledged("Hello", **message)
    stack.wait_for_texts(1, number=number)
    stack.wait_until_idle()
    assert (first, len(stack.sandbox.phone(number))) == (502, 1)


def test_a_message_stored_while_the_pump_is_dead_is_answered_when_it_is_back(
    stack: RunningStack, number: str
) -> None:
    stack.kill("pump")
    acknowledged = stack.sandbox.write("Hello", number=number).status_code
    stack.start("pump")
    stack.wait_for_texts(1, number=number)
    assert acknowledged == 200


def test_a_pump_killed_between_hearing_and_hinting_loses_nothing(
    stack: RunningStack, number: str
) -> None:
    stack.restart("pump", "pump.heard=kill")
    eventually(
        lambda: stack.rows("SELECT 1 FROM pg_stat_activity WHERE query = 'LISTEN live'"),
        what="the pump listens",
    )
    stack.sandbox.write("Hello", number=number)
    eventually(lambda: stack.fired("pump.heard"), what="the pump dies")
    stack.restart("pump")
    stack.wait_for_texts(1, number=number)
    stack.wait_until_idle()
    assert len(stack.sandbox.phone(number)) == 1


def test_two_pumps_cause_no_second_answer(stack: RunningStack, number: str) -> None:
    other = stack._processes.pop("pump")
    stack.start("pump")
    try:
        stack.sandbox.write("Hello", number=number)
        stack.wait_for_texts(1, number=number)
        stack.wait_until_idle()
        assert len(stack.sandbox.phone(number)) == 1
    finally:
        other.kill()
        other.wait()


def test_the_same_message_fifty_times_at_once_gets_one_row_and_one_reply(
    stack: RunningStack, number: str
) -> None:
    stack.sandbox.write("Hello", number=number)
    stack.wait_for_texts(1, number=number)
    body = _body_of(number)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: _post(stack, body), range(50)))
    stack.wait_for_texts(2, number=number)
    stack.wait_until_idle()
    rows = stack.rows("SELECT count(*) FROM core_inboxevent WHERE dedupe_key = %s", _key(body))
    assert (set(answers), rows, len(stack.sandbox.phone(number))) == ({200}, [(1,)], 2)


def test_one_message_in_fifty_envelopes_at_once_gets_one_row_and_one_reply(
    stack: RunningStack, number: str
) -> None:
    stack.sandbox.write("Hello", number=number)
    stack.wait_for_texts(1, number=number)
    stack.wait_until_idle()
    message = text_message("Hello again", number=number)
    bodies = [json.dumps(envelope(message, delivery=n)).encode() for n in range(50)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda body: _post(stack, body), bodies))
    stack.wait_for_texts(2, number=number)
    stack.wait_until_idle(within=90)
    rows = stack.rows(
        "SELECT count(*) FROM conversations_message WHERE vendor_id = %s", message["id"]
    )
    assert (set(answers), rows, len(stack.sandbox.phone(number))) == ({200}, [(1,)], 2)


def test_a_burst_from_one_customer_gets_one_answer(stack: RunningStack, number: str) -> None:
    for text in ("Hi", "We want a loft", "in NW6"):
        stack.sandbox.write(text, number=number)
    stack.wait_for_texts(1, number=number)
    stack.wait_until_idle()
    turns = stack.rows(
        "SELECT count(*) FROM conversations_turn t JOIN conversations_conversation c"
        " ON c.id = t.conversation_id JOIN leads_person p ON p.id = c.person_id"
        " WHERE p.phone = %s",
        f"+{number}",
    )
    assert turns == [(1,)]


def test_a_reply_goes_on_from_delivered_to_read(stack: RunningStack, number: str) -> None:
    stack.sandbox.write("Hello", number=number)
    stack.wait_for_texts(1, number=number)
    read = "SELECT count(*) FROM core_outbox WHERE status = 'read' AND lane = %s"
    stack.wait_until_idle()
    page = f"{stack.sandbox.url}/_customer/whatsapp/{number}/read"
    httpx.post(page, timeout=10, trust_env=False)
    eventually(lambda: stack.rows(read, stack.lane_of(number)) == [(1,)], what="read")


def _post(stack: RunningStack, body: bytes) -> int:
    headers = {"X-Hook-Token": SECRET, "Content-Type": "application/json"}
    return httpx.post(
        f"{stack.url}/whatsapp/webhook",
        content=body,
        headers=headers,
        timeout=30,
        trust_env=False,
    ).status_code


def _body_of(number: str) -> bytes:
    return json.dumps(envelope(text_message("Hello again", number=number))).encode()


def _key(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
