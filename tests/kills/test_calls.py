"""Whole calls at the running stack: answered at once, complete though a report is lost."""

import subprocess
import sys
from typing import Any

import pytest

from tests.stack import RunningStack
from tests.vendors import ROOT, eventually

pytestmark = [pytest.mark.kills, pytest.mark.timeout(300)]

LINES = ["We would like a loft in NW3 2QG.", "Please ring me back.", "Goodbye."]
TOOLS = [
    [{"name": "note_facts", "arguments": {"postcode": "NW3 2QG", "project_type": "loft"}}],
    [{"name": "promise_callback", "arguments": {"about": "a loft"}}],
    None,
]
CALLS = """
    SELECT c.status, c.ending, c.reported_at IS NOT NULL,
           (SELECT count(*) FROM voice_callline l WHERE l.call_id = c.id)
      FROM voice_call c WHERE c.caller = %s
"""
PROMISES = """
    SELECT count(*) FROM leads_promise p JOIN leads_person one ON one.id = p.person_id
     WHERE one.phone = %s
"""
TASK = "Ring back a customer"
SUMMARIES = """
    SELECT count(*) FROM conversations_summary s
      JOIN conversations_conversation c ON c.id = s.conversation_id
      JOIN leads_person one ON one.id = c.person_id WHERE one.phone = %s
"""
FACTS = """
    SELECT f.key, f.value #>> '{}' FROM leads_fact f JOIN leads_lead l ON l.id = f.lead_id
      JOIN leads_person one ON one.id = l.person_id WHERE one.phone = %s
"""


@pytest.fixture(autouse=True)
def vapi_behaves(stack: RunningStack) -> None:
    """What an earlier test ordered stays ordered."""
    stack.sandbox.vapi(drop=[], duplicate=[], reorder=False)


def ring(stack: RunningStack, number: str) -> dict[str, Any]:
    return stack.sandbox.call(caller=f"+{number}", lines=LINES, tools=TOOLS)


def call_of(stack: RunningStack, number: str) -> tuple[Any, ...]:
    (row,) = stack.rows(CALLS, f"+{number}")
    return row


def reconcile(stack: RunningStack) -> str:
    command = [sys.executable, str(ROOT / "manage.py"), "reconcile_calls"]
    done = subprocess.run(
        command, env=stack.environment(), cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_a_call_is_answered_and_kept(stack: RunningStack, number: str) -> None:
    told = ring(stack, number)
    asked = {one["type"]: one for one in told["answers"]}
    assert {one["status"] for one in told["answers"]} == {200}
    assert asked["assistant-request"]["body"]["assistant"]["firstMessage"]
    assert "ring" in told["transcript"]
    eventually(lambda: call_of(stack, number)[2], within=20, what="reported")
    status, ending, _, lines = call_of(stack, number)
    assert (status, ending) == ("ended", "caller")
    assert lines >= len(LINES)
    assert stack.rows(PROMISES, f"+{number}") == [(1,)]


def test_a_call_whose_report_is_lost_is_complete_after_reconciling(
    stack: RunningStack, number: str
) -> None:
    stack.sandbox.vapi(drop=["end-of-call-report"])
    ring(stack, number)
    eventually(lambda: call_of(stack, number)[0] == "ended", within=20, what="ended")
    assert not call_of(stack, number)[2]
    assert "1 completed" in reconcile(stack)
    assert call_of(stack, number)[2]


def test_a_call_that_was_not_put_through_is_owed_and_summarised_at_once(
    stack: RunningStack, number: str
) -> None:
    lines = ["I want a loft in NW3 2QG.", "Can I talk to a person?"]
    stack.sandbox.call(caller=f"+{number}", lines=lines, ends="call.forwarding.no-answer")
    owed = "SELECT count(*) FROM core_stafftask WHERE title = %s AND detail LIKE %s"
    spoken = f"%0{number[2:6]} {number[6:]}%"
    eventually(lambda: stack.rows(owed, TASK, spoken) == [(1,)], within=20, what="owed")
    assert stack.rows(PROMISES, f"+{number}") == [(1,)]
    eventually(lambda: stack.rows(SUMMARIES, f"+{number}") == [(1,)], within=30, what="summarised")
    facts = stack.rows(FACTS, f"+{number}")
    assert ("postcode", "NW3 2QG") in facts


def test_messages_doubled_and_in_disorder_make_one_call(stack: RunningStack, number: str) -> None:
    stack.sandbox.vapi(duplicate=["tool-calls", "status-update", "transcript"], reorder=True)
    ring(stack, number)
    eventually(lambda: call_of(stack, number)[2], within=20, what="reported")
    assert call_of(stack, number)[:2] == ("ended", "caller")
    assert stack.rows(PROMISES, f"+{number}") == [(1,)]
