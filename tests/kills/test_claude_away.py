"""Claude away for real: one honest sentence and the late answer, or the scripted intake."""

import pytest

from tests.stack import RunningStack

pytestmark = [pytest.mark.kills, pytest.mark.timeout(300)]

CLOSE = "UPDATE core_vendorhealth SET state = 'closed', until = NULL, failures = 0 RETURNING 1"


def test_one_holding_sentence_then_the_answer(stack: RunningStack, number: str) -> None:
    stack.sandbox.fault("anthropic", status=529, times=1000)
    stack.sandbox.write("Hello", number=number)
    held = stack.wait_for_texts(1, number=number)
    stack.sandbox.clear_faults()
    texts = stack.wait_for_texts(2, number=number, within=60)
    stack.wait_until_idle()
    assert ("technical problem" in held[0], len(texts)) == (True, 2)


def test_the_intake_asks_on_and_claude_takes_over(stack: RunningStack, number: str) -> None:
    stack.sandbox.fault("anthropic", status=401, times=1000)  # the key was revoked
    stack.sandbox.write("Hello, a loft conversion please", number=number)
    (first,) = stack.wait_for_texts(1, number=number)
    stack.sandbox.clear_faults()
    stack.rows(CLOSE)
    stack.sandbox.write("In NW3 2QG", number=number)
    stack.wait_for_texts(2, number=number, within=60)
    stack.wait_until_idle()
    by = stack.rows(
        "SELECT answered_by FROM conversations_turn WHERE conversation_id = %s ORDER BY id",
        stack.lane_of(number).partition(":")[2],
    )
    assert ("colleague" in first, by) == (True, [("intake",), ("model",)])


def test_staff_see_the_code_while_claude_is_away(stack: RunningStack, number: str) -> None:
    stack.sandbox.fault("anthropic", status=500, times=1000)
    stack.sandbox.write("Hello", number=number)
    stack.wait_for_texts(1, number=number)
    stack.sandbox.clear_faults()
    codes = stack.rows(
        "SELECT DISTINCT code FROM core_stafftask WHERE title LIKE '%%cannot answer%%'"
    )
    assert codes in ([("E003",)], [("E012",)])
