"""After a call: one timeline, and what was said compared with what is stored."""

import json

import pytest

from conversations.honesty import SAID_ON_THE_PHONE
from conversations.models import AnswerCheck, Message, Summary
from hampstead.core.models import StaffTask
from leads.models import Fact, Lead
from tests.running import drain_lanes
from tests.vendors import Sandbox
from tests.voice.posts import ms, post, report, tool_call
from voice.models import Call

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults")]
CLAIM = {"artifact": {"messages": [
    {"role": "bot", "message": "Your survey is booked for Tuesday at ten.", "time": ms(3)},
]}}  # fmt: skip
LOFT = {"messages": [
    {"role": "bot", "message": "Hello, how can I help?", "time": ms(1)},
    {"role": "user", "message": "I want a loft in NW3 2QG, budget 80 to 90k", "time": ms(4)},
]}  # fmt: skip


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


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("A kitchen extension costs £45,000.", "£45,000"),
        ("A colleague will ring you back by ten tomorrow.", "ring you back"),
    ],
)
def test_a_price_or_promise_without_a_row_is_a_task_at_once(said: str, quoted: str) -> None:
    report(artifact={"messages": [{"role": "bot", "message": said, "time": ms(3)}]})
    assert AnswerCheck.objects.get().outcome == "flagged"
    task = StaffTask.objects.get()
    assert (task.urgency, task.title) == ("urgent", SAID_ON_THE_PHONE)
    assert quoted in task.detail


def test_a_promise_with_its_row_passes() -> None:
    call = tool_call("promise_callback", about="a loft")
    (result,) = post("tool-calls", toolCallList=[call])["results"]
    spoken = json.loads(result["result"])["text"]
    report(artifact={"messages": [{"role": "bot", "message": spoken, "time": ms(3)}]})
    assert AnswerCheck.objects.get().outcome == "passed"


def test_a_price_of_the_price_book_passes() -> None:
    call = tool_call("get_price_range", project_type="loft_conversion")
    (result,) = post("tool-calls", toolCallList=[call])["results"]
    spoken = json.loads(result["result"])["text"]
    report(artifact={"messages": [{"role": "bot", "message": spoken, "time": ms(3)}]})
    assert AnswerCheck.objects.get().outcome == "passed"


# --- the summary --------------------------------------------------------------------------


def test_the_summary_is_made_when_the_call_ends(sandbox: Sandbox) -> None:
    report(artifact=LOFT)
    drain_lanes()
    assert Summary.objects.get().lines
    facts = {row.key: row for row in Fact.objects.all()}
    assert facts["postcode"].value == "NW3 2QG"
    said = Message.objects.get(author="customer")
    assert facts["postcode"].source == f"message:{said.pk}"


def test_facts_of_a_call_make_the_verdict_anew(sandbox: Sandbox) -> None:
    post("tool-calls", toolCallList=[tool_call("note_facts", project_type="loft")])
    before = Lead.objects.get().qualification
    report(artifact=LOFT)
    drain_lanes()
    after = Lead.objects.get().qualification
    assert after is not None
    assert after != before
    assert "area-primary" in {reason["code"] for reason in after.reasons}


def test_nobody_spoke_nothing_is_summarised(sandbox: Sandbox) -> None:
    report(artifact={"messages": []})
    drain_lanes()
    assert not Summary.objects.exists()
    assert not sandbox.log("anthropic")


def test_a_call_without_a_false_word_passes() -> None:
    report()
    assert AnswerCheck.objects.get().outcome == "passed"
    assert not StaffTask.objects.exists()


def test_a_call_in_which_nobody_spoke_is_not_checked() -> None:
    report(artifact={"messages": []})
    assert not AnswerCheck.objects.exists()
