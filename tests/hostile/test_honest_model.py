"""The checks let an honest receptionist through: nothing of what it says is corrected."""

import pytest

from conversations.models import AnswerCheck, Turn
from leads.models import Promise
from leads.promises import spoken_due
from tests.hostile.acting import say
from tests.vendors import Sandbox
from tests.whatsapp.posts import NUMBER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "firm_defaults")]

ENQUIRIES = {
    "a loft": [
        "Hi, do you do loft conversions in NW3? How much are they?",
        "Priya Shah",
        "about £90k",
        "in six weeks",
        "Yes please, Tuesday mornings are best",
        "Thank you!",
    ],
    "a ring back first": ["Can you call me back please?", "A bathroom", "NW6 1AA", "Tom", "£20k"],
    "outside the area": ["A kitchen extension in SW1A 1AA", "What a pity. Thanks"],
    "at the edge": [
        "Bathroom in NW10, what does it cost?",
        "Ann Lee",
        "£30,000",
        "next year",
        "no",
    ],
    "no price for it": ["How much is a basement?", "NW3 2QG", "Bob", "no idea", "in the spring"],
    "no enquiry": ["Write me a poem", "OK, a side return then", "You're working on my house"],
    "a robot": ["Am I talking to a robot?", "Fine. It is a loft in NW11"],
    "many things at once": [
        "Loft in NW3, I'm Priya, £120k, in 3 months, could someone come round?"
    ],
    "a survey booked, moved and cancelled": [
        "Loft in NW3 2QG, I'm Priya, £120k, in 3 months, could someone come round?",
        "The first one please",
        "When is it again?",
        "Can we move it to another day?",
        "The last one please",
        "Sorry, I have to cancel the survey",
        "Thank you",
    ],
    "a survey held first": [
        "Bathroom in NW6 1AA, I'm Tom, £20k, in 2 months, a survey please",
        "Can you hold the second one? I need to ask my wife",
        "She is happy, please book it",
        "Cheers",
    ],
}


@pytest.mark.parametrize("texts", ENQUIRIES.values(), ids=ENQUIRIES.keys())
def test_an_honest_answer_is_sent_as_it_is(sandbox: Sandbox, texts: list[str]) -> None:
    for text in texts:
        say(text)
    wrong = AnswerCheck.objects.exclude(outcome=AnswerCheck.Outcome.PASSED)
    assert [(check.refused_text, check.findings) for check in wrong] == []
    assert len(sandbox.phone(NUMBER)) == Turn.objects.count() == len(texts)


def test_a_complete_enquiry_that_wants_a_survey_is_offered_times(sandbox: Sandbox) -> None:
    for text in ENQUIRIES["a loft"][:5]:
        say(text)
    assert "I can offer Tuesday" in sandbox.phone(NUMBER)[-1]
    assert not Promise.objects.exists()


def test_without_a_diary_it_is_told_when_it_will_be_rung(sandbox: Sandbox) -> None:
    sandbox.fault("microsoft", status=503, times=99)
    for text in ENQUIRIES["a loft"][:5]:
        say(text)
    assert spoken_due(Promise.objects.get().due_at) in sandbox.phone(NUMBER)[-1]
