"""While Claude cannot be asked, a script asks on and fills the same facts."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conversations.intake import reply_to
from conversations.intake_words import QUESTIONS, Topic
from hampstead.core.clock import now
from hampstead.core.models import Outbox
from leads.models import FactKey, Lead, Promise
from leads.promises import keep_promise, spoken_due
from tests.conversations.dialogues import Dialogue, talk
from tests.factories.conversations import ConversationFactory, MessageFactory, TurnFactory
from tests.factories.leads import OfficeUserFactory

MONDAY = "2026-11-23T11:00:00+00:00"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults", "_monday")]

NAME, WHAT, WHERE = FactKey.CUSTOMER_NAME, FactKey.PROJECT_TYPE, FactKey.POSTCODE
BUDGET, WHEN, RING = FactKey.BUDGET, FactKey.START_WITHIN_MONTHS, FactKey.PREFERRED_TIME
MORE, EMAIL, ADDRESS = FactKey.REQUIREMENTS, FactKey.EMAIL, FactKey.ADDRESS
KNOWN: dict[FactKey, Any] = {
    NAME: "Ada Example", WHAT: "loft_conversion", WHERE: "NW3",
    BUDGET: {"min_pence": None, "max_pence": 9_000_000}, WHEN: 3, RING: "in the morning",
}  # fmt: skip


@pytest.fixture(name="_monday")
def monday() -> Any:
    with time_machine.travel(MONDAY, tick=False):
        yield


def pounds(low: int | None, high: int | None) -> dict[str, int | None]:
    ends = [None if end is None else end * 100 for end in (low, high)]
    return dict(zip(("min_pence", "max_pence"), ends, strict=True))


def without(*keys: FactKey) -> dict[FactKey, Any]:
    return {key: value for key, value in KNOWN.items() if key not in keys}


DIALOGUES: dict[str, tuple[list[str | tuple[str, ...]], dict[FactKey, Any]]] = {
    "a plain enquiry": (
        ["Hello", "Priya Shah", "A loft conversion", "NW3 2QG", "80 to 100k", "next spring",
         "Tuesday week at half ten"],
        {NAME: "Priya Shah", WHAT: "loft_conversion", WHERE: "NW3 2QG",
         BUDGET: pounds(80_000, 100_000), WHEN: 4, RING: "Tuesday 1 December, 10:30"},
    ),
    "everything at once": (
        ["Hi, it's Tom Lee. We'd like a side return in NW6 1AA, up to ninety grand, starting in "
         "three months. Please ring me tomorrow morning."],
        {NAME: "Tom Lee", WHAT: "side_return", WHERE: "NW6 1AA", BUDGET: pounds(None, 90_000),
         WHEN: 3, RING: "Tuesday 24 November, in the morning"},
    ),
    "one thing after the other in bursts": (
        [("Hi", "Kitchen extension please"), ("Mrs Patel", "in Muswell Hill"),
         "a hundred and twenty", "yes", "asap", ("any time", "thank you")],
        {NAME: "Mrs Patel", WHAT: "kitchen_extension", WHERE: "N10",
         BUDGET: pounds(120_000, 120_000), WHEN: 0, RING: "any time"},
    ),
    "spelled out": (
        ["hello", "this is Mr O'Connor", "bathroom", "en double-u three, two queue gee",
         "twenty five thousand", "in a fortnight", "half ten on Friday"],
        {NAME: "Mr O'Connor", WHAT: "bathroom", WHERE: "NW3 2QG", BUDGET: pounds(25_000, 25_000),
         WHEN: 1, RING: "Friday 27 November, 10:30"},
    ),
    "no budget named": (
        ["Hi", "Zoë", "basement", "N6", "I'd rather not say", "no idea yet", "after 5 tomorrow"],
        {NAME: "Zoë", WHAT: "basement", WHERE: "N6", RING: "Tuesday 24 November, after 17:00"},
    ),
    "a change of mind": (
        ["Hi, I'm Ben", "a loft", "NW8", "60k", "in six weeks",
         "Actually no, make that a side return, and 80k", "Thursday at 3"],
        {NAME: "Ben", WHAT: "side_return", WHERE: "NW8", BUDGET: pounds(80_000, 80_000), WHEN: 2,
         RING: "Thursday 26 November, 15:00"},
    ),
    "two projects": (
        ["Hi, Jo here", "a loft conversion", "and a new bathroom too, in NW11", "150k", "May",
         "noon"],
        {NAME: "Jo", WHAT: "loft_conversion", WHERE: "NW11", BUDGET: pounds(150_000, 150_000),
         WHEN: 6, RING: "12:00", MORE: "and a new bathroom too, in NW11"},
    ),
    "a couple": (
        ["Hello", "It's Tom and Priya Shah", "full refurb of our flat", "West Hampstead",
         "between 150 and 200 thousand", "in the new year", "we don't mind"],
        {NAME: "Tom and Priya Shah", WHAT: "full_renovation", WHERE: "NW6",
         BUDGET: pounds(150_000, 200_000), WHEN: 2, RING: "any time"},
    ),
    "only questions": (
        ["How much is a loft?", "Do you work on Sundays?", "Anna Wu", "NW2", "Is 70k enough?",
         "When could you start?", "next month", "mornings"],
        {NAME: "Anna Wu", WHAT: "loft_conversion", WHERE: "NW2", BUDGET: pounds(70_000, 70_000),
         WHEN: 1, RING: "in the morning"},
    ),
    "nothing but noise": (["🙂"] * 14, {}),
    "no calls please": (
        ["Hi", "Kim", "new windows please", "NW1 4AA", "5 grand", "this month",
         "please don't ring, just message me"],
        {NAME: "Kim", WHAT: "other", WHERE: "NW1 4AA", BUDGET: pounds(5_000, 5_000), WHEN: 0,
         RING: "in writing, not by phone", MORE: "new windows please"},
    ),
    "an e-mail and an address on the way": (
        ["Hello", "Sam, sam dot jones at example dot com", "rear extension",
         "12 Invented Road NW3 2QG", "£110,000", "March", "between 2 and 4 on Wednesday"],
        {NAME: "Sam", EMAIL: "sam.jones@example.com", WHAT: "rear_extension", WHERE: "NW3 2QG",
         ADDRESS: "12 Invented Road", BUDGET: pounds(110_000, 110_000), WHEN: 4,
         RING: "Wednesday 25 November, between 14:00 and 16:00"},
    ),
    "asked twice, then answered": (
        ["Hi", "??", "Lee", "stairs and the hall", "hm", "NW4", "dunno", "?", "June",
         "first thing"],
        {NAME: "Lee", WHAT: "other", MORE: "stairs and the hall", WHERE: "NW4", WHEN: 7,
         RING: "first thing"},
    ),
    "answers to other questions than the one asked": (
        ["Hi", "Fiona", "repairs to the bathroom", "Easter", "NW11 7ES", "NW11 7ES, as I said",
         "20k", "tomorrow at noon"],
        {NAME: "Fiona", WHAT: "maintenance", WHERE: "NW11 7ES", WHEN: 5,
         BUDGET: pounds(20_000, 20_000), RING: "Tuesday 24 November, 12:00"},
    ),
    "an amount put right": (
        ["hi, my name is ali", "loft", "NW10", "a ton fifty", "no, a hundred and twenty thousand",
         "2027", "weekends"],
        {NAME: "Ali", WHAT: "loft_conversion", WHERE: "NW10", BUDGET: pounds(120_000, 120_000),
         WHEN: 7, RING: "at the weekend"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DIALOGUES)
def test_a_dialogue_ends_with_what_was_said_on_the_lead(name: str) -> None:
    lines, facts = DIALOGUES[name]
    assert talk(lines).facts == facts


@pytest.mark.parametrize("name", DIALOGUES)
def test_a_dialogue_ends_with_a_promise_that_is_kept_in_a_row(name: str) -> None:
    dialogue = talk(DIALOGUES[name][0])
    newest = Promise.objects.open().order_by("-id")[0]
    assert any(spoken_due(newest.due_at) in text for text in dialogue.said)


@pytest.mark.parametrize("name", DIALOGUES)
def test_one_question_a_message_and_none_more_than_twice(name: str) -> None:
    said = talk(DIALOGUES[name][0]).said
    assert max(text.count("?") for text in said) <= 1
    asked = [text for wordings in QUESTIONS.values() for text in wordings]
    assert max(sum(question in text for text in said) for question in asked) <= 1


@pytest.mark.parametrize("why", ["outage", "budget"])
def test_the_first_sentence_is_honest_and_speaks_of_no_money(why: str) -> None:
    reply = Dialogue().says("Hello", why=why)
    assert "can't answer questions just now" in reply.text
    assert "a colleague will follow up by 13:00 on Monday 23 November" in reply.text
    assert not any(word in reply.text.lower() for word in ("budget", "limit", "spen", "£"))


def test_the_promise_stands_from_the_first_reply_on() -> None:
    reply = Dialogue().says("Hello")
    promise = Promise.objects.get()
    assert (reply.promise_kind, promise.due_at) == (Promise.Kind.CALL_BACK, reply.due_at)
    assert not reply.is_complete


@pytest.mark.parametrize(
    ("missing", "question"),
    [
        (NAME, Topic.NAME),
        (WHAT, Topic.WHAT),
        (WHERE, Topic.WHERE),
        (BUDGET, Topic.BUDGET),
        (WHEN, Topic.WHEN),
        (RING, Topic.RING),
    ],
)
def test_what_claude_has_learnt_is_not_asked_again(missing: FactKey, question: Topic) -> None:
    dialogue = Dialogue()
    dialogue.knows(without(missing))
    dialogue.assistant("Lovely. And is there anything else I should know?")
    text = dialogue.says("A few things").text
    assert [topic for topic, asked in QUESTIONS.items() if asked[0] in text] == [question]


@pytest.mark.parametrize(
    ("question", "answer", "key", "value"),
    [
        ("Do you have a rough budget in mind?", "80k", BUDGET, pounds(80_000, 80_000)),
        ("What were you hoping to spend?", "up to 75,000", BUDGET, pounds(None, 75_000)),
        ("And may I take your name?", "Priya", NAME, "Priya"),
        ("What is the postcode of the property?", "Golders Green", WHERE, "NW11"),
        ("When would you like to start?", "spring", WHEN, 4),
        ("What is the project you have in mind?", "a dormer", WHAT, "loft_conversion"),
        ("When would be a good time to call you?", "half ten", RING, "10:30"),
    ],
)
def test_an_answer_to_claudes_last_question_is_understood(
    question: str, answer: str, key: FactKey, value: Any
) -> None:
    dialogue = Dialogue()
    dialogue.assistant(f"Thank you. {question}")
    assert dialogue.says(answer).facts == {key: value}


def test_a_chat_that_was_under_way_is_not_greeted_again() -> None:
    dialogue = Dialogue()
    dialogue.assistant("Good morning. What would you like to have done?")
    assert dialogue.says("A loft").text.startswith("I'm sorry")


def test_all_known_before_the_outage_is_closed_at_once() -> None:
    dialogue = Dialogue()
    dialogue.knows(KNOWN)
    dialogue.assistant("Thank you, Ada.")
    reply = dialogue.says("Could you send me the price list?")
    assert reply.is_complete
    assert "?" not in reply.text
    assert spoken_due(Promise.objects.get().due_at) in reply.text


def closed() -> Dialogue:
    return talk(["Hi, Tom here", "a loft", "NW3", "90k", "asap", "tomorrow at 10"])


def test_thanks_after_the_end_get_one_short_sentence_and_no_new_promise() -> None:
    reply = closed().says("Great, thanks!")
    assert (reply.text, reply.promise_kind) == ("You're very welcome.", None)
    assert reply.is_complete


def test_a_question_after_the_end_is_noted_for_the_colleague() -> None:
    reply = closed().says("Do you also do bathrooms?")
    assert "I've noted your question for my colleague." in reply.text
    assert Promise.objects.open().count() == 1


def test_a_time_is_not_named_again_without_a_row_after_staff_kept_the_promise() -> None:
    dialogue = closed()
    keep_promise(promise=Promise.objects.open().get(), by=OfficeUserFactory())
    reply = dialogue.says("Could you also do the bathroom?")
    promise = Promise.objects.open().get()
    assert spoken_due(promise.due_at) in reply.text


def test_another_time_after_the_end_moves_the_promise() -> None:
    dialogue = closed()
    dialogue.says("Sorry, I meant Wednesday at 2")
    promise = Promise.objects.open().get()
    assert promise.wish == "Wednesday 25 November, 14:00"
    assert spoken_due(promise.due_at) in dialogue.said[-1]


def test_what_a_colleague_arranged_is_what_the_intake_repeats() -> None:
    dialogue = talk(["Hi", "Tom", "a loft", "NW3", "90k", "asap"])
    later = {"due_at": now() + timedelta(days=7), "made_by": OfficeUserFactory()}
    Promise.objects.update(**later)
    assert "by 11:00 on Monday 30 November" in dialogue.says("tomorrow at 10").text


def test_without_a_number_a_reply_in_writing_is_promised() -> None:
    dialogue = Dialogue(ConversationFactory(person__phone=None))
    for line in ("Hi", "Tom", "a loft", "NW3", "90k"):
        dialogue.says(line)
    reply = dialogue.says("asap")
    assert reply.is_complete
    assert reply.promise_kind == Promise.Kind.REPLY


def test_whoever_asked_not_to_be_rung_is_promised_no_call_from_then_on() -> None:
    dialogue = talk(["Hi, I'm Tom, a loft in NW3", "please don't call, just text me"])
    assert dialogue.says("about 90k").promise_kind == Promise.Kind.REPLY


def test_the_second_outage_goes_on_where_the_first_ended() -> None:
    dialogue = talk(["Hi", "Tom", "a loft"])
    dialogue.assistant("Hello Tom, I am back. Where is the property?")
    reply = dialogue.says("NW3")
    assert "can't answer questions just now" in reply.text
    assert QUESTIONS[Topic.BUDGET][0] in reply.text


def test_the_next_day_the_customer_is_told_anew() -> None:
    dialogue = talk(["Hi", "Tom"])
    dialogue.waits(hours=20)
    assert "follow up by 10:00 on Tuesday 24 November" in dialogue.says("a loft").text


def test_a_question_that_never_left_was_not_asked() -> None:
    dialogue = talk(["Hi"])
    Outbox.objects.update(status=Outbox.Status.CANCELLED)
    assert QUESTIONS[Topic.NAME][0] in dialogue.says("Hello?").text


def test_a_closed_enquiry_begins_anew() -> None:
    dialogue = closed()
    Lead.objects.update(status=Lead.Status.WON)
    dialogue.lead.refresh_from_db()
    turn = TurnFactory(conversation=dialogue.conversation)
    MessageFactory(conversation=dialogue.conversation, turn=turn, text="Hello again")
    assert QUESTIONS[Topic.NAME][0] in reply_to(turn, why="outage").text


def test_replying_writes_nothing() -> None:
    dialogue = talk(["Hi"])
    turn = TurnFactory(conversation=dialogue.conversation)
    MessageFactory(conversation=dialogue.conversation, turn=turn, text="Tom, a loft in NW3")
    before = list(dialogue.conversation.messages.values_list("id", flat=True))
    assert reply_to(turn, why="outage") == reply_to(turn, why="outage")
    assert list(dialogue.conversation.messages.values_list("id", flat=True)) == before
    assert dialogue.facts == {}


def test_the_notice_below_a_question_does_not_hide_it() -> None:
    dialogue = Dialogue()
    dialogue.assistant("May I take your name?\n\nYou are writing with an assistant. Ring us?")
    assert dialogue.says("It's Priya").facts == {NAME: "Priya"}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(st.text(max_size=80), max_size=3))
def test_no_words_break_it(texts: list[str]) -> None:
    kept = [text.replace("\x00", "") for text in texts]
    turn = TurnFactory(conversation=ConversationFactory(person__phone=None))
    for text in kept:
        text = text.encode("utf-8", "ignore").decode()
        MessageFactory(conversation=turn.conversation, turn=turn, text=text)
    assert 0 < len(reply_to(turn, why="outage").text) < 1000
