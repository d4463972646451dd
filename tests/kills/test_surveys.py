"""kill -9 of the worker while it books a survey: in the end one entry in the calendar, one survey,
and one word of it to the customer.
"""

import subprocess
import sys
from typing import Any

import pytest

from tests.stack import RunningStack
from tests.vendors import ROOT, eventually

pytestmark = [pytest.mark.kills, pytest.mark.timeout(300)]

ENQUIRY = (
    "Hi, I'm Odette Lamb, we'd like a loft conversion in NW3 2QG, budget 95k, in 3 months",
    "yes please, a survey would be good",
)
CHOICE = "The first one please"
BOOKED = "survey is booked for"
PROVISIONALLY = "survey is provisionally booked for"
SURVEYS = """
    SELECT s.status, s.told FROM leads_survey s JOIN leads_person p ON p.id = s.person_id
     WHERE p.phone = %s
"""
# A message may still be reported as delivered; of a calendar nobody reports anything.
WAITING = """
    SELECT (SELECT count(*) FROM core_inboxevent WHERE status = 'received')
         + (SELECT count(*) FROM core_lane WHERE due_at IS NOT NULL)
         + (SELECT count(*) FROM core_outbox
             WHERE status IN ('pending', 'sending', 'reconciling', 'held')
                OR (status = 'sent' AND kind <> 'calendar'))
"""


@pytest.fixture
def offered(stack: RunningStack, number: str) -> str:
    """The number of a customer who was offered times, and now chooses one."""
    for count, text in enumerate(ENQUIRY, start=1):
        stack.write_until_acknowledged(text, number=number)
        texts = stack.wait_for_texts(count, number=number)
    assert "I can offer" in texts[-1]
    wait_until_idle(stack)
    return number


def chosen(stack: RunningStack, number: str) -> None:
    stack.write_until_acknowledged(CHOICE, number=number)


def surveys(stack: RunningStack, number: str) -> list[tuple[Any, ...]]:
    return stack.rows(SURVEYS, f"+{number}")


def entries(stack: RunningStack) -> int:
    """In all calendars."""
    mailboxes = [mailbox for (mailbox,) in stack.rows("SELECT mailbox FROM leads_surveyor")]
    return sum(len(stack.sandbox.calendar(mailbox)) for mailbox in mailboxes)


def new_texts(stack: RunningStack, number: str) -> list[str]:
    """What the customer was sent since the offer."""
    return stack.sandbox.phone(number)[len(ENQUIRY) :]


def wait_until_idle(stack: RunningStack) -> None:
    eventually(lambda: stack.rows(WAITING) == [(0,)], within=60, what="idle")


def settled(stack: RunningStack) -> None:
    """Everything is done, also what beat would have swept when its time came."""
    wait_until_idle(stack)
    due = "UPDATE leads_surveynotice SET due_at = now() WHERE purpose = 'confirmation' RETURNING id"
    stack.rows(due)
    command = (sys.executable, "manage.py", "shell", "--verbosity", "0", "-c")
    sweep = "from whatsapp.notices import sweep; sweep()"
    subprocess.run([*command, sweep], cwd=ROOT, env=stack.environment(), check=True)
    wait_until_idle(stack)


@pytest.mark.parametrize(
    "failpoint",
    [
        "outbox.claimed",  # the survey is stored, the calendar was not asked
        "turn.before_commit",  # it is booked, and nothing of the turn is stored
    ],
)
def test_a_worker_killed_while_booking_books_once(
    stack: RunningStack, offered: str, failpoint: str
) -> None:
    before = entries(stack)
    stack.restart("worker", f"{failpoint}=kill")
    chosen(stack, offered)
    stack.wait_for_texts(len(ENQUIRY) + 1, number=offered)
    settled(stack)
    assert stack.fired(failpoint)
    assert (surveys(stack, offered), entries(stack)) == ([("confirmed", "booked")], before + 1)
    [text] = new_texts(stack, offered)
    assert BOOKED in text


def test_an_entry_whose_creation_was_never_recorded_is_found_again(
    stack: RunningStack, offered: str
) -> None:
    before = entries(stack)
    stack.sandbox.fault("microsoft", "/events", method="POST", delay_seconds=3)
    chosen(stack, offered)
    eventually(lambda: entries(stack) == before + 1, within=30, what="the entry is made")
    stack.restart("worker")
    stack.wait_for_texts(len(ENQUIRY) + 1, number=offered)
    settled(stack)
    assert (surveys(stack, offered), entries(stack)) == ([("confirmed", "booked")], before + 1)
    [text] = new_texts(stack, offered)
    assert BOOKED in text


def test_what_is_frozen_reaches_the_calendar_once_when_it_may(
    stack: RunningStack, offered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a restore: the effects wait, also for a worker that is killed."""
    before = entries(stack)
    monkeypatch.setenv("SENDING_FROZEN", "1")
    stack.restart("worker")
    chosen(stack, offered)
    held = "SELECT count(*) FROM core_outbox WHERE status = 'held' AND error = 'sending is frozen'"
    eventually(lambda: stack.rows(held) == [(2,)], within=30, what="entry and answer are held")
    assert surveys(stack, offered) == [("provisional", "provisional")]
    assert (entries(stack), new_texts(stack, offered)) == (before, [])
    monkeypatch.delenv("SENDING_FROZEN")
    stack.restart("worker")
    stack.rows("UPDATE core_outbox SET due_at = now() WHERE status = 'held' RETURNING id")
    settled(stack)
    assert (surveys(stack, offered), entries(stack)) == ([("confirmed", "booked")], before + 1)
    answer, confirmation = new_texts(stack, offered)
    assert PROVISIONALLY in answer
    assert "booked" in confirmation
    assert "provisionally" not in confirmation
