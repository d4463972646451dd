"""A call from whatever is heard of it, in any order."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from conversations.models import Conversation
from hampstead.core.models import StaffTask
from leads.models import Person
from tests.voice.posts import AT, CALL, NUMBER, report, said, status
from voice.endings import ending_of
from voice.models import Call, CallLine

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults")]
Status, Ending = Call.Status, Call.Ending


def call() -> Call:
    return Call.objects.get(vendor_id=CALL)


def test_a_call_belongs_to_the_person_who_rings() -> None:
    status("in-progress")
    found = call()
    assert (found.status, found.conversation.person.phone) == (Status.TALKING, NUMBER)
    assert found.conversation.channel == Conversation.Channel.PHONE
    assert found.started_at == AT


@pytest.mark.parametrize("number", [None, "anonymous", "Restricted"])
def test_who_withholds_the_number_is_a_person_we_do_not_know(number: str | None) -> None:
    status("in-progress", number=number)
    assert call().caller == ""
    assert Person.objects.get().phone is None


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_messages_changes_nothing(order: tuple[int, ...]) -> None:
    tell: list[Callable[[], None]] = [
        lambda: status("in-progress", at=0),
        lambda: status("ended", at=95, endedReason="customer-ended-call"),
        report,
    ]
    for number in order:
        tell[number]()
    found = call()
    assert (found.status, found.ending) == (Status.ENDED, Ending.CALLER)
    assert found.duration == timedelta(seconds=90)
    assert found.lines.count() == 2


def test_the_stale_status_inside_the_call_is_not_read() -> None:
    status("ended", endedReason="silence-timed-out")
    assert (call().status, call().ending) == (Status.ENDED, Ending.TIME)


def test_lines_are_kept_as_they_are_heard_and_once() -> None:
    said("user", "I would like a loft.", at=3)
    said("user", "I would like a loft.", at=3)
    said("assistant", "Lovely.", at=5)
    assert list(call().lines.values_list("speaker", "text")) == [
        ("caller", "I would like a loft."),
        ("assistant", "Lovely."),
    ]


def test_a_partial_line_is_not_kept() -> None:
    said("user", "I would", transcriptType="partial")
    assert not CallLine.objects.exists()


def test_a_card_number_is_masked() -> None:
    said("user", "It is 4111 1111 1111 1111")
    assert "4111" not in CallLine.objects.get().text


def test_the_report_has_the_last_word() -> None:
    said("user", "I would like a cough.", at=4)
    report()
    found = call()
    assert [line.text for line in found.lines.all()] == [
        "Hello, how can I help?",
        "I would like a loft.",
    ]
    assert (found.summary, found.cost_usd) == ("Wants a loft.", Decimal("0.1235"))
    said("user", "too late", at=5)
    assert found.lines.count() == 2


def test_a_report_without_a_transcript_leaves_what_was_heard() -> None:
    said("user", "I would like a loft.", at=4)
    report(artifact={}, analysis={})
    assert [line.text for line in call().lines.all()] == ["I would like a loft."]


def test_a_second_report_fills_what_the_first_left_open() -> None:
    report(artifact={}, analysis={}, cost=None)
    report()
    report(artifact={}, analysis={}, cost=None)
    assert (call().summary, call().cost_usd) == ("Wants a loft.", Decimal("0.1235"))
    assert call().lines.count() == 2


def test_a_call_of_no_length_is_a_call() -> None:
    report(startedAt=None, endedAt=None, artifact={"messages": []}, cost=0)
    assert call().is_over
    assert call().duration is None


def test_a_caller_whom_we_cut_off_is_rung_back_by_a_person() -> None:
    status("ended", endedReason="assistant-request-failed")
    task = StaffTask.objects.get()
    assert task.title == "A caller was cut off"
    assert "07700 900123" in task.detail


def test_whoever_rang_off_needs_nobody() -> None:
    report()
    assert not StaffTask.objects.exists()


@pytest.mark.parametrize(
    ("reason", "ending"),
    [
        ("customer-ended-call-after-warm-transfer-attempt", Ending.CALLER),
        ("call.in-progress.twilio-completed-call", Ending.CARRIER),
        ("assistant-ended-call-with-hangup-task", Ending.ASSISTANT),
        ("assistant-forwarded-call", Ending.PUT_THROUGH),
        ("call.in-progress.error-transfer-failed", Ending.NOT_PUT_THROUGH),
        ("call.forwarding.no-answer", Ending.NOT_PUT_THROUGH),
        ("exceeded-max-duration", Ending.TIME),
        ("voicemail", Ending.NOT_REACHED),
        ("call.in-progress.error-assistant-did-not-receive-customer-audio", Ending.NO_AUDIO),
        ("assistant-request-returned-invalid-assistant", Ending.OUR_SERVER),
        ("pipeline-error-custom-llm-llm-failed", Ending.OUR_SERVER),
        ("call-start-error-neither-assistant-nor-server-set", Ending.OUR_SETTINGS),
        ("call.start.error-subscription-concurrency-limit-reached", Ending.LIMIT),
        ("pipeline-error-eleven-labs-quota-exceeded", Ending.PROVIDER),
        ("call.in-progress.error-providerfault-deepgram-returning-502", Ending.PROVIDER),
        ("call.in-progress.error-vapifault-worker-died", Ending.PLATFORM),
        ("manually-canceled", Ending.MANUAL),
        ("something-of-next-year", Ending.OTHER),
        ("", Ending.NOT_YET),
    ],
)
def test_reasons_have_classes(reason: str, ending: Call.Ending) -> None:
    assert ending_of(reason) == ending
