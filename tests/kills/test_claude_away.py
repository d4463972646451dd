"""Claude away for real: silent tries, one honest sentence, then the answer."""

import pytest

from tests.stack import RunningStack

pytestmark = [pytest.mark.kills, pytest.mark.timeout(300)]


def test_one_holding_sentence_then_the_answer(stack: RunningStack, number: str) -> None:
    stack.sandbox.fault("anthropic", status=529, times=1000)
    stack.sandbox.write("Hello", number=number)
    held = stack.wait_for_texts(1, number=number)
    stack.sandbox.clear_faults()
    texts = stack.wait_for_texts(2, number=number, within=60)
    stack.wait_until_idle()
    assert ("technical problem" in held[0], len(texts)) == (True, 2)


def test_staff_see_the_code_while_claude_is_away(stack: RunningStack, number: str) -> None:
    stack.sandbox.fault("anthropic", status=500, times=1000)
    stack.sandbox.write("Hello", number=number)
    stack.wait_for_texts(1, number=number)
    stack.sandbox.clear_faults()
    codes = stack.rows(
        "SELECT DISTINCT code FROM core_stafftask WHERE title LIKE '%cannot answer%'"
    )
    assert codes in ([("E003",)], [("E012",)])
