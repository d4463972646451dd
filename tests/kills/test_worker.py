"""kill -9 of the worker at each named point: nothing lost, nothing said twice."""

import pytest

from tests.stack import RunningStack
from tests.vendors import eventually

pytestmark = [pytest.mark.kills, pytest.mark.timeout(300)]


@pytest.mark.parametrize(
    "failpoint",
    [
        "inbox.handled",
        "turn.before_model",
        "turn.after_model",
        "turn.before_commit",
        "outbox.effect_done",
    ],
)
def test_a_killed_worker_still_answers_exactly_once(
    stack: RunningStack, number: str, failpoint: str
) -> None:
    stack.restart("worker", f"{failpoint}=kill")
    stack.sandbox.write("Do you do lofts in NW3?", number=number)
    stack.wait_for_texts(1, number=number)
    stack.wait_until_idle()
    assert (stack.fired(failpoint), len(stack.sandbox.phone(number))) == (True, 1)


def test_a_worker_killed_before_the_call_parks_the_message(
    stack: RunningStack, number: str
) -> None:
    stack.restart("worker", "outbox.claimed=kill")
    stack.sandbox.write("Hello", number=number)
    parked = "SELECT id FROM core_outbox WHERE status = 'uncertain' AND lane = %s"
    [(effect,)] = eventually(
        lambda: stack.rows(parked, stack.lane_of(number)), within=30, what="parked"
    )
    tasks = stack.rows(
        "SELECT title FROM core_stafftask"
        " WHERE title LIKE '%%may not have arrived' AND subject = %s",
        f"outbox:{effect}",
    )
    assert (len(tasks), stack.sandbox.phone(number)) == (1, [])


def test_killing_the_whole_worker_loses_nothing(stack: RunningStack, number: str) -> None:
    stack.restart("worker")
    stack.sandbox.fault("anthropic", delay_seconds=1)
    stack.sandbox.write("Hello", number=number)
    eventually(lambda: stack.sandbox.log("anthropic"), within=20, what="the model is asked")
    stack.restart("worker")
    stack.wait_for_texts(1, number=number)
    stack.wait_until_idle()
    assert len(stack.sandbox.phone(number)) == 1
