"""Claude is away: silence at first, then one honest sentence, then the answer or a person."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from conversations import outages
from conversations.models import Conversation, Message, Turn
from hampstead.core import breaker
from hampstead.core.clock import now
from hampstead.core.models import Lane, Outbox, StaffTask
from leads.facts import current_facts
from leads.models import FactKey, Lead, Promise
from tests.running import make_lanes_due, process_inbox, run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import store_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "firm_defaults")]

Status = Turn.Status
TASK = "The assistant cannot answer a customer"


def claude_is_away(sandbox: Sandbox) -> None:
    sandbox.fault("anthropic", "/v1/messages", status=529, times=1000)


def claude_is_back(sandbox: Sandbox) -> None:
    sandbox.clear_faults()
    breaker.reset(vendor="anthropic", by=None)


@contextmanager
def after(seconds: float) -> Iterator[None]:
    with time_machine.travel(now() + timedelta(seconds=seconds), tick=True):
        breaker.forget_cache()
        yield


def try_again(seconds: float) -> None:
    """All waits are over and it is that much later."""
    with after(seconds):
        make_lanes_due()
        run_due()


def customer_writes(text: str = "Hello") -> None:
    store_text(text)
    run_due()


def test_a_failure_in_the_first_seconds_is_silent(sandbox: Sandbox) -> None:
    claude_is_away(sandbox)
    customer_writes()
    turn = Turn.objects.get()
    assert (turn.status, turn.attempts, turn.error_code) == (Status.OPEN, 1, "E003")
    assert sandbox.phone() == []
    assert not StaffTask.objects.exists()


def test_a_silent_try_never_sleeps_past_the_honest_sentence(sandbox: Sandbox) -> None:
    wait = {"retry-after": "600"}
    sandbox.fault("anthropic", "/v1/messages", status=429, headers=wait)
    customer_writes()
    due = Lane.objects.get().due_at
    assert due is not None
    assert due - now() <= timedelta(seconds=20)


def test_a_short_failure_is_never_noticed(sandbox: Sandbox) -> None:
    sandbox.fault("anthropic", "/v1/messages", status=529)
    customer_writes()
    try_again(2)
    (text,) = sandbox.phone()
    assert "technical problem" not in text
    assert Turn.objects.get().error_code == ""


def test_after_twenty_seconds_there_is_one_honest_sentence(sandbox: Sandbox) -> None:
    claude_is_away(sandbox)
    customer_writes()
    for seconds in (21, 60, 120):
        try_again(seconds)
    (text,) = sandbox.phone()
    assert "technical problem" in text
    assert "020 7946 0100" in text


def test_staff_see_the_code_on_the_turn_and_on_one_task(sandbox: Sandbox) -> None:
    claude_is_away(sandbox)
    customer_writes()
    for seconds in (21, 60):
        try_again(seconds)
    task, turn = StaffTask.objects.get(), Turn.objects.get()
    assert (task.title, task.code, turn.error_code) == (TASK, "E003", "E003")
    assert task.subject == turn.conversation.subject


def test_the_real_answer_follows_and_the_task_closes_itself(sandbox: Sandbox) -> None:
    claude_is_away(sandbox)
    customer_writes()
    try_again(21)
    claude_is_back(sandbox)
    try_again(60)
    assert len(sandbox.phone()) == 2
    assert Turn.objects.get().status == Status.ANSWERED
    assert StaffTask.objects.get().done_at is not None


def test_messages_during_the_outage_get_no_second_sentence(sandbox: Sandbox) -> None:
    claude_is_away(sandbox)
    customer_writes()
    try_again(21)
    with after(30):
        customer_writes("Anybody there?")
    try_again(90)
    assert len(sandbox.phone()) == 1


def test_the_sentence_is_said_once_across_two_turns_of_an_outage(sandbox: Sandbox) -> None:
    claude_is_away(sandbox)
    customer_writes()
    try_again(21)
    Turn.objects.update(status=Status.ABANDONED)
    with after(60):
        customer_writes("Hello?")
    try_again(120)
    assert Turn.objects.count() == 2
    assert len(sandbox.phone()) == 1


def test_a_new_outage_is_told_again(sandbox: Sandbox) -> None:
    for _ in range(2):
        claude_is_away(sandbox)
        customer_writes()
        try_again(21)
        claude_is_back(sandbox)
        try_again(22)
    told = ["technical problem" in text for text in sandbox.phone()]
    assert told == [True, False, True, False]


def test_what_was_written_in_an_outage_is_answered_in_one_go(sandbox: Sandbox) -> None:
    claude_is_away(sandbox)
    customer_writes("A loft")
    try_again(21)
    with after(30):
        customer_writes("in NW3")
    claude_is_back(sandbox)
    try_again(40)
    asked = sandbox.log("anthropic")[-1]["body"]["messages"]
    assert len(sandbox.phone()) == 2
    assert "A loft\nin NW3" in [block.get("text") for block in answered_blocks(asked)]


def answered_blocks(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [block for message in messages for block in message["content"] if "type" in block]


def test_after_two_hours_a_person_answers(sandbox: Sandbox) -> None:
    claude_is_away(sandbox)
    customer_writes()
    claude_is_back(sandbox)
    try_again(2 * 3600 + 60)
    task = StaffTask.objects.get(title="A message was left unanswered")
    assert (task.urgency, task.code) == ("urgent", "E003")
    assert Turn.objects.get().status == Status.ABANDONED
    assert sandbox.phone() == []


def test_just_before_two_hours_the_answer_still_goes_out(sandbox: Sandbox) -> None:
    claude_is_away(sandbox)
    customer_writes()
    claude_is_back(sandbox)
    try_again(2 * 3600 - 60)
    assert len(sandbox.phone()) == 1


def staff_reply() -> None:
    conversation = Conversation.objects.get()
    reply = Message.objects.create(
        conversation=conversation, author=Message.Author.STAFF, text="Hi, Olive here", sent_at=now()
    )
    Message.objects.filter(pk=reply.pk).update(stored_at=now() + timedelta(seconds=5))


def test_what_staff_answered_meanwhile_is_not_answered_again(sandbox: Sandbox) -> None:
    claude_is_away(sandbox)
    customer_writes()
    try_again(21)
    staff_reply()
    claude_is_back(sandbox)
    try_again(60)
    assert len(sandbox.phone()) == 1  # the honest sentence only
    assert StaffTask.objects.get().done_at is not None


def test_a_question_after_the_reply_of_staff_is_answered(sandbox: Sandbox) -> None:
    claude_is_away(sandbox)
    customer_writes()
    staff_reply()
    claude_is_back(sandbox)
    store_text("Thanks! And do you do lofts?")
    process_inbox()
    Message.objects.filter(text__startswith="Thanks").update(stored_at=now() + timedelta(minutes=1))
    try_again(70)
    assert len(sandbox.phone()) == 1


def test_an_open_breaker_is_shown_as_e012(sandbox: Sandbox) -> None:
    breaker.open_by_hand(vendor="anthropic", by=None, reason="test")
    customer_writes()
    turn = Turn.objects.get()
    assert (turn.error_code, turn.answered_by) == ("E012", Turn.AnsweredBy.INTAKE)
    assert sandbox.log("anthropic") == []


def test_enough_failures_open_the_breaker_and_spare_the_vendor(sandbox: Sandbox) -> None:
    claude_is_away(sandbox)
    customer_writes()
    for _ in range(6):
        make_lanes_due()
        run_due()
    assert len(sandbox.log("anthropic")) == breaker.FAILURES_TO_OPEN
    assert Turn.objects.get().error_code == "E012"


@pytest.mark.parametrize("fault", [{"garbage": True}, {"cut_after_events": 2}, {"status": 529}])
def test_every_kind_of_failure_ends_in_the_honest_sentence(
    sandbox: Sandbox, fault: dict[str, object]
) -> None:
    sandbox.fault("anthropic", "/v1/messages", times=1000, **fault)
    customer_writes()
    try_again(21)
    assert len(sandbox.phone()) == 1
    assert Turn.objects.get().error_code == "E003"


def test_an_honest_sentence_that_comes_too_late_is_not_sent(sandbox: Sandbox) -> None:
    claude_is_away(sandbox)
    sandbox.fault("360dialog", "/messages", status=500)
    customer_writes()
    try_again(21)
    try_again(3600)
    assert Outbox.objects.get(purpose="holding").status == Outbox.Status.CANCELLED
    assert sandbox.phone() == []


def test_the_honest_sentence_is_not_the_first_answer_with_the_notice(sandbox: Sandbox) -> None:
    claude_is_away(sandbox)
    customer_writes()
    try_again(21)
    claude_is_back(sandbox)
    try_again(60)
    assert ["AI assistant" in text for text in sandbox.phone()] == [False, True]


def test_a_later_outage_is_told_although_the_first_ended_with_staff(sandbox: Sandbox) -> None:
    claude_is_away(sandbox)
    customer_writes()
    try_again(21)
    try_again(3 * 3600)
    Conversation.objects.update(outage_notice_at=now() - timedelta(days=2))
    customer_writes("Hello again")
    try_again(30)
    assert len(sandbox.phone()) == 2


def test_leaving_a_message_to_staff_closes_the_task_of_the_outage(sandbox: Sandbox) -> None:
    claude_is_away(sandbox)
    customer_writes()
    try_again(21)
    try_again(3 * 3600)
    titles = StaffTask.objects.filter(done_at__isnull=True).values_list("title", flat=True)
    assert list(titles) == ["A message was left unanswered"]


def test_a_try_takes_only_what_is_left_of_the_silence(sandbox: Sandbox) -> None:
    claude_is_away(sandbox)
    customer_writes()
    with after(12):
        assert 5 <= outages.patience(Turn.objects.get()) <= 8


def test_a_hanging_claude_does_not_stretch_the_silence(
    sandbox: Sandbox, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SILENT_RETRY_SECONDS = 0.5
    monkeypatch.setattr(outages, "SHORTEST_TRY_SECONDS", 0.3)
    sandbox.fault("anthropic", "/v1/messages", delay_seconds=8, times=5)
    started = time.monotonic()
    customer_writes()
    seconds = time.monotonic() - started
    assert ("technical problem" in sandbox.phone()[0], seconds < 5) == (True, True)


def test_a_request_the_vendor_refuses_for_good_goes_to_the_intake(sandbox: Sandbox) -> None:
    sandbox.fault("anthropic", "/v1/messages", status=400)
    customer_writes()
    turn = Turn.objects.get()
    assert (turn.answered_by, turn.error_code) == (Turn.AnsweredBy.INTAKE, "E003")
    assert len(sandbox.phone()) == 1


def test_the_intake_asks_on_and_claude_takes_over_without_asking_twice(sandbox: Sandbox) -> None:
    breaker.open_by_hand(vendor="anthropic", by=None, reason="test")
    customer_writes("Hello, it's Priya Shah. We want a loft conversion in NW3 2QG")
    claude_is_back(sandbox)
    customer_writes("About £90,000")
    known = current_facts(Lead.objects.get())
    asked_again = "name?" in sandbox.phone()[-1] or "postcode" in sandbox.phone()[-1]
    by = list(Turn.objects.order_by("id").values_list("answered_by", flat=True))
    assert by == [Turn.AnsweredBy.INTAKE, Turn.AnsweredBy.MODEL]
    assert (known[FactKey.CUSTOMER_NAME], known[FactKey.POSTCODE]) == ("Priya Shah", "NW3 2QG")
    assert not asked_again


def test_from_its_first_words_the_intake_stands_for_a_promise(sandbox: Sandbox) -> None:
    breaker.open_by_hand(vendor="anthropic", by=None, reason="test")
    customer_writes()
    assert Promise.objects.get().kind == Promise.Kind.CALL_BACK


def test_asked_not_to_ring_the_call_that_the_intake_promised_is_called_off(
    sandbox: Sandbox,
) -> None:
    breaker.open_by_hand(vendor="anthropic", by=None, reason="test")
    customer_writes()
    customer_writes("please don't call me, just text")
    assert Promise.objects.open().get().kind == Promise.Kind.REPLY
    open_tasks = StaffTask.objects.filter(done_at__isnull=True)
    assert not open_tasks.filter(title="Ring back a customer").exists()


def test_whoever_was_told_to_wait_hears_the_intake_only_after_writing_again(
    sandbox: Sandbox,
) -> None:
    claude_is_away(sandbox)
    customer_writes()
    try_again(21)
    breaker.open_by_hand(vendor="anthropic", by=None, reason="test")
    try_again(40)
    assert len(sandbox.phone()) == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"content": [], "stop_reason": "refusal"},
        {"content": []},
        {"content": [{"type": "tool_use", "name": "note_facts", "input": {}}] * 3},
    ],
)
def test_a_model_that_never_gives_a_usable_answer_leaves_it_to_a_person(
    sandbox: Sandbox, answer: dict[str, Any]
) -> None:
    sandbox.answers(*[answer] * 60)
    customer_writes()
    for _ in range(4):
        make_lanes_due()
        run_due()
    (text,) = sandbox.phone()
    assert "a colleague will check it and reply here by " in text
    assert StaffTask.objects.filter(title="The assistant could not answer").exists()
    assert Promise.objects.get().kind == Promise.Kind.REPLY


def test_the_same_closing_words_of_the_intake_are_said_once(sandbox: Sandbox) -> None:
    breaker.open_by_hand(vendor="anthropic", by=None, reason="test")
    for _ in range(30):
        customer_writes("ok")
    assert len(sandbox.phone()) < 16
