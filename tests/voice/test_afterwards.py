"""After a call: one timeline, and what was said compared with what is stored."""

import pytest

from conversations.models import AnswerCheck, Message
from hampstead.core.models import StaffTask
from tests.voice.posts import ms, report
from voice.models import Call

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults")]
CLAIM = {"artifact": {"messages": [
    {"role": "bot", "message": "Your survey is booked for Tuesday at ten.", "time": ms(3)},
]}}  # fmt: skip


def test_what_was_said_joins_the_timeline_once() -> None:
    report()
    report()
    rows = Message.objects.order_by("sent_at").values_list("author", "kind", "text")
    assert list(rows) == [
        ("ai", "call", "Hello, how can I help?"),
        ("customer", "call", "I would like a loft."),
    ]


def test_a_booking_that_nobody_made_is_a_task_for_a_person() -> None:
    report(**CLAIM)
    check = AnswerCheck.objects.get()
    assert (check.subject, check.outcome) == (Call.objects.get().subject, "flagged")
    assert "Tuesday at ten" in StaffTask.objects.get().detail


def test_a_call_without_a_false_word_passes() -> None:
    report()
    assert AnswerCheck.objects.get().outcome == "passed"
    assert not StaffTask.objects.exists()


def test_a_call_in_which_nobody_spoke_is_not_checked() -> None:
    report(artifact={"messages": []})
    assert not AnswerCheck.objects.exists()
