"""Turns that arrange surveys: checked against rows, told in their commit, safe when overtaken."""

from typing import Any

import pytest

from conversations import honesty, turns
from conversations.handover import take_over
from conversations.models import AnswerCheck, Conversation, Message, ToolCall, Turn
from conversations.prompting import current_playbook
from leads.models import Survey
from leads.telling import written_time
from tests.factories.leads import OfficeUserFactory, SurveyFactory
from tests.running import make_lanes_due, process_inbox, run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import store_text

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("quick", "firm_defaults", "monday"),
]

ENQUIRY = "Loft in NW3 2QG, I'm Priya Shah, £120k, in 3 months, could someone come and survey it?"
Outcome = AnswerCheck.Outcome


def write(text: str) -> None:
    store_text(text)
    run_due()


def use(name: str, **arguments: Any) -> dict[str, Any]:
    return {"content": [{"type": "tool_use", "name": name, "input": arguments}]}


@pytest.fixture
def slot(sandbox: Sandbox) -> str:
    """The first of the times offered in answer to an enquiry."""
    write(ENQUIRY)
    found: str = ToolCall.objects.get(name="find_slots").result["slots"][0]["slot"]
    return found


def offered() -> str:
    text: str = ToolCall.objects.filter(name="find_slots").latest("id").result["slots"][0]["text"]
    return text


def test_the_answer_that_goes_out_is_what_the_customer_was_told(
    sandbox: Sandbox, slot: str
) -> None:
    write("The first one please")
    survey = Survey.objects.get()
    assert (survey.told, survey.told_starts_at) == (Survey.Told.BOOKED, survey.starts_at)
    assert offered() in sandbox.phone()[-1]


def test_an_answer_that_names_no_time_tells_nothing(sandbox: Sandbox, slot: str) -> None:
    sandbox.answers(use("book_survey", slot=slot), "That's booked for you, lovely.")
    write("The first one please")
    assert Survey.objects.get().told == Survey.Told.NOTHING


def test_a_safe_sentence_tells_nothing(sandbox: Sandbox, slot: str) -> None:
    lie = f"You're booked for {offered()}, for £99."
    sandbox.answers(use("book_survey", slot=slot), lie, lie)
    write("The first one please")
    assert AnswerCheck.objects.latest("id").outcome == Outcome.REPLACED
    assert Survey.objects.get().told == Survey.Told.NOTHING


def test_what_changed_before_the_commit_is_not_noted_as_told(
    sandbox: Sandbox, slot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A surveyor moves the entry while the answer is on its way."""

    def in_dispute(point: str) -> None:
        if point == "turn.after_model":
            Survey.objects.update(status=Survey.Status.CONFLICT)

    monkeypatch.setattr(turns, "failpoint", in_dispute)
    write("The first one please")
    assert Survey.objects.get().told == Survey.Told.NOTHING


def test_a_survey_booked_in_the_turn_bears_out_the_answer(sandbox: Sandbox, slot: str) -> None:
    said = f"You're booked for {offered()}."
    sandbox.answers(use("book_survey", slot=slot), said)
    write("The first one please")
    assert AnswerCheck.objects.latest("id").outcome == Outcome.PASSED


def test_a_refused_booking_does_not(sandbox: Sandbox, slot: str) -> None:
    said = f"You're booked for {offered()}."
    sandbox.answers(use("book_survey", slot=slot[::-1]), said, "Which time would you like?")
    write("The first one please")
    assert AnswerCheck.objects.latest("id").outcome == Outcome.REPAIRED


def test_somebody_elses_survey_bears_out_nothing(sandbox: Sandbox, slot: str) -> None:
    theirs = SurveyFactory()
    sandbox.answers(f"You're booked for {written_time(theirs.starts_at)}.", "I see.")
    write("Am I booked?")
    assert AnswerCheck.objects.latest("id").outcome == Outcome.REPAIRED


def test_a_turn_that_starts_over_books_one_survey_and_tells_it(
    sandbox: Sandbox, slot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The customer writes on after the tool has acted: the first answer is dropped."""
    more = ["and we have a dog"]

    def write_on(point: str) -> None:
        if point == "turn.after_model" and more:
            store_text(more.pop())
            process_inbox()

    monkeypatch.setattr(turns, "failpoint", write_on)
    write("The first one please")
    make_lanes_due()
    run_due()
    assert Turn.objects.latest("id").restarts == 1
    survey = Survey.objects.get()
    assert survey.told == Survey.Told.BOOKED
    assert sum("booked" in text for text in sandbox.phone()) == 1


def test_a_takeover_while_the_model_thinks_stops_the_tool(
    sandbox: Sandbox, slot: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(point: str) -> None:
        if point == "turn.before_model":
            take_over(conversation=Conversation.objects.get(), by=OfficeUserFactory())

    monkeypatch.setattr(turns, "failpoint", overtaken)
    write("The first one please")
    assert not Survey.objects.exists()
    assert not Message.objects.filter(turn=Turn.objects.latest("id"), author="ai").exists()


def test_after_a_call_the_rows_of_surveys_count(sandbox: Sandbox, slot: str) -> None:
    write("The first one please")
    chat, when = Conversation.objects.get(), written_time(Survey.objects.get().starts_at)
    wrong = written_time(SurveyFactory().starts_at)

    def outcome(subject: str, said: str) -> str:
        check = honesty.review_call(
            conversation=chat,
            subject=subject,
            said=said,
            tool_texts=(),
            playbook=current_playbook(),
        )
        return check.outcome

    assert outcome("call:1", f"You are booked for {when}.") == Outcome.PASSED
    assert outcome("call:2", f"You are booked for {wrong}.") == Outcome.FLAGGED
