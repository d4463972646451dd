"""What the scripted intake says: one question a message, in the assistant's voice."""

import re
from collections.abc import Sequence
from enum import StrEnum


class Topic(StrEnum):
    """What the intake asks for, in this order."""

    NAME = "name"
    WHAT = "what"
    WHERE = "where"
    BUDGET = "budget"
    WHEN = "when"
    RING = "ring"


# The second wording is for those who did not answer the first; there is no third.
QUESTIONS: dict[Topic, tuple[str, str]] = {
    Topic.NAME: ("May I take your name?", "What name may I put down for you?"),
    Topic.WHAT: (
        "What would you like to have done?",
        "Could you tell me in a few words what you would like to have done, such as a loft, a "
        "kitchen or a bathroom?",
    ),
    Topic.WHERE: (
        "What is the postcode of the property?",
        "Could you give me the postcode of the property, or its first half?",
    ),
    Topic.BUDGET: (
        "Do you have a rough budget in mind?",
        "Is there a rough figure you would like to stay within? It is fine if not.",
    ),
    Topic.WHEN: (
        "When would you like the work to start?",
        "Roughly when should the work start: in weeks, in months, or next year?",
    ),
    Topic.RING: (
        "When is the best time to ring you?",
        "Which day and time would suit you for a call?",
    ),
}
MOST_ASKED = 2
IN_WRITING = "in writing, not by phone"
SURE = "Just to be sure: do you mean"
# How the assistant itself asks for these things, in words of its own.
_ASKED_FREELY = (
    (Topic.NAME, re.compile(r"\bnames?\b|who am i|who i'm (?:speaking|talking)", re.I)),
    (Topic.WHERE, re.compile(r"\bpost ?code|\baddress|where (?:is|are|abouts)|which area", re.I)),
    (Topic.BUDGET, re.compile(r"\bbudget|\bspend|figure in mind|looking to invest", re.I)),
    (
        Topic.RING,
        re.compile(
            r"\b(?:time|day|when)\b.*\b(?:ring|call|phone|reach|speak)|"
            r"\b(?:ring|call|phone)\b.*\b(?:time|day|when)",
            re.I,
        ),
    ),
    (Topic.WHEN, re.compile(r"\bwhen\b.*\b(?:start|begin)|\bstart(?:ing)?\b|timescale", re.I)),
    (
        Topic.WHAT,
        re.compile(
            r"\bwhat\b.*\b(?:project|plan\w*|done|mind|looking|like)|type of work|kind of", re.I
        ),
    ),
)
_QUESTION = re.compile(r"[^.!?\n]{1,400}\?")

CANNOT = {
    "outage": "I'm sorry, I'm having a technical problem and can't answer questions just now.",
    "budget": "I'm sorry, I can't answer questions just now.",
}
UNDERSTOOD_NOTHING = "Sorry, I didn't quite follow that."
MOVING_ON = "Never mind, my colleague can ask you about that."
NO_PROBLEM = "That's no problem at all."
QUESTION_NOTED = "I've noted your question for my colleague."
THANK_YOU = "Thank you, I've noted that."
KEPT = "Thank you, I've kept that for my colleague."
WELCOME = "You're very welcome."


def question(topic: Topic, times_asked: int) -> str:
    return QUESTIONS[topic][min(times_asked, MOST_ASKED - 1)]


def sure_question(amount: str) -> str:
    return f"{SURE} {amount}?"


def asked_by_intake(text: str) -> Topic | None:
    """Which of our own questions a message of the intake asks."""
    if SURE in text:
        return Topic.BUDGET
    found = (topic for topic, asked in QUESTIONS.items() if any(each in text for each in asked))
    return next(found, None)


def asked_freely(text: str) -> Topic | None:
    """What the last question of any other message asks for."""
    questions = _QUESTION.findall(text)
    last = questions[-1] if questions else ""
    return next((topic for topic, words in _ASKED_FREELY if words.search(last)), None)


def opening(why: str, firm: str, due: str, *, is_first: bool) -> list[str]:
    """Honest from the first sentence on: no answers now, and a colleague who does answer."""
    hello = [f"Hello, and thank you for writing to {firm}."] if is_first else []
    cannot = CANNOT.get(why, CANNOT["outage"])
    return [*hello, cannot, f"I'll take down the details and a colleague will follow up {due}."]


def closing(name: str, due: str, wish: str) -> list[str]:
    thanks = f"Thank you, {name}" if name else "Thank you"
    return [f"{thanks}, that's everything I need.", follow_up(due), put_down(wish)]


def follow_up(due: str) -> str:
    return f"A colleague will follow up {due}."


def put_down(wish: str) -> str:
    """Repeated, so that a day or an hour we misread can be put right."""
    if wish == IN_WRITING:
        return "They will write rather than ring."
    return f"I've put down when it suits you: {wish}." if wish else ""


def opening_closing(why: str, firm: str, due: str, *, is_first: bool) -> list[str]:
    """Everything was known before the assistant had to stop answering."""
    said = opening(why, firm, due, is_first=is_first)
    return [*said[:-1], f"I have your details, and a colleague will follow up {due}."]


def together(parts: Sequence[str]) -> str:
    return " ".join(part for part in parts if part)
