"""Opting out and in: the words, and the rows they leave."""

from typing import Any

import pytest

from hampstead.core.models import AuditEntry, StaffUser
from leads.consents import (
    grant_consent,
    is_opt_in,
    is_opt_out,
    newest_consent,
    withdraw_consent,
)
from leads.models import ConsentRecord, ContactPurpose
from leads.overrides import ReasonMissingError
from tests.factories.leads import PersonFactory

STOPS = [
    "STOP",
    "Stop.",
    "stop please",
    "Please stop",
    "STOP STOP STOP",
    "Stop 🛑",
    "stop messaging me",
    "Can you stop messaging me please?",
    "Please stop texting me.",
    "stop contacting us",
    "Stop sending me messages",
    "stop sending these messages",
    "stop sending me these",
    "UNSUBSCRIBE",
    "unsubscribe please",
    "Unsubscribe me from your list",
    "I'd like to unsubscribe",
    "how do I unsubscribe?",
    "opt out",
    "OPT-OUT",
    "I want to opt out",
    "please opt me out of these messages",
    "do not contact me",
    "Do not contact me again",
    "Please don’t message me again",
    "dont message me anymore",
    "Don't text or call me again.",
    "never contact me again",
    "leave me alone",
    "Just leave us alone please",
    "remove me",
    "Remove me from your list",
    "take me off your database",
    "delete my number",
    "please remove my number from your system",
    "lose my number",
    "No more messages please",
    "I don't want any more messages",
    "I do not wish to be contacted",
    "I no longer wish to receive messages from you",
    "I don't want to hear from you again",
    "I don't want to be contacted by you",
    "I have found another builder. STOP",
    "We've gone with someone else, so please stop messaging me",
    "Not interested, remove me from your list",
    "I withdraw my consent",
    "Stop messaging me and stop calling me",
    "Don't message me",
    "I asked you to stop messaging me",
    "I've asked you not to contact me again",
    "quit texting me",
    "stop spamming me",
    "Stop the messages",
    "how do I stop these messages",
    "You need to stop contacting me",
    "arrêtez",
    "Arrêtez s'il vous plaît",
    "Ne m'écrivez plus",
    "alto",
    "No me escriban más, por favor",
    "Parar",
    "Stopp",
    "Bitte schreiben Sie mir nicht mehr",
    "basta",
    "Nie piszcie do mnie",
    "стоп",
    "הסר",
    "توقف",
    "退订",
    "Hello, please don't contact me again, thank you",
    "I don't want your marketing",
    "Stop it",
    "Will you please stop messaging me!!",
    "I said stop",
    "please unsubscribe",
    "do not ever contact me again",
    "please do not call me again",
    "leave me alone!!!",
    "Unsubcribe",
    "I told you to stop messaging me",
    "\u200bSTOP",
    "ＳＴＯＰ",
    "   stop   \n",
    "Hi\nplease stop messaging me\nThanks",
    "Stop. Not interested.",
    "STOP, wrong number",
    "stop please, we've found someone",
    "Please stop. We went with another firm",
    "STOP I am not interested",
    "Not interested any more, stop",
    "no thanks, stop",
]
NO_STOPS = [
    "They drill all day next door. Please stop.",
    "My ceiling leaks. Please stop it!",
    "There is noise from your site. Can you stop?",
    "No more.",
    'He said "leave me alone"',
    "STOP THE LEAK",
    "stop the leak",
    "Can you stop the leak?",
    "can you stop by tomorrow",
    "could you stop by on Tuesday?",
    "we are next to the bus stop",
    "The bus stop is outside",
    "we want to stop the damp",
    "don't contact my neighbour",
    "Please don't contact my neighbour again",
    "don't stop",
    "Please don't stop",
    "non-stop noise from next door",
    "Full stop.",
    "the stopcock is stuck",
    "How do I stop the water?",
    "stop, I meant Tuesday",
    "Stop, I've found a leak!",
    "Stop, that's the wrong house",
    "not interested in a loft, we want to stop the damp",
    "No. They should stop at six",
    "Don't call me before 9",
    "please don't ring me at work",
    "Don't message me on this number, use my wife's",
    "Don't message me, ring me instead",
    "don't call me, text me",
    "Please don't contact me until Tuesday",
    "don't contact me before 10",
    "stop calling me Sarah",
    "stop sending me the wrong quote",
    "my ex won't stop messaging me",
    "Our last builder stopped messaging me",
    "The builder stopped replying",
    "Leave me alone with the plans for a week",
    "Can we opt out of the VAT?",
    "remove me a wall",
    "Can you remove the wall between kitchen and diner?",
    "I want to remove my chimney",
    "remove my number 12 radiator",
    "Where do I stop?",
    "When do you stop work on Saturdays?",
    "the rain doesn't stop",
    "We can't stop the water coming through the ceiling",
    "Do I need planning permission?",
    "stop gap solution",
    "No more than 80k",
    "no more, thanks, that is all",
    "I don't want to receive a quote by email",
    "I don't want any calls before nine",
    "I do not want to be contacted by phone, WhatsApp is fine",
    "Do not text my husband",
    "please don't send the surveyor without calling",
    "Can you contact me again on Monday?",
    "I'd like you to contact me",
    "The neighbours asked us to stop building at 6",
    "how can I stop condensation",
    "We had to stop the project",
    "They told us not to contact the council again",
    "I don't want to bother you",
    "quit smoking",
    "take me off hold",
    "cancel",
    "end",
    "That's the end",
    "I am not interested in a loft, only the kitchen",
    "para la cocina",
    "hello",
    "ok",
    "delete my last message",
    "Take me to your list of prices",
    "ring me, don't message me",
    "You can message me again",
    "Drop me a message",
    "start",
    "",
    "?!",
    "🛑",
]


@pytest.mark.parametrize("text", STOPS)
def test_these_words_ask_us_to_stop(text: str) -> None:
    assert is_opt_out(text)


@pytest.mark.parametrize("text", NO_STOPS)
def test_these_words_do_not(text: str) -> None:
    assert not is_opt_out(text)


@pytest.mark.parametrize(
    "text",
    [
        "START", "start", "Start.", "UNSTOP", "opt in", "subscribe", "resume",
        "You can message me again", "yes you can contact me again",
        "please start messaging me again", "I changed my mind, you can message me again",
    ],
)  # fmt: skip
def test_these_words_allow_us_again(text: str) -> None:
    assert is_opt_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "when can you start?", "start in May", "message me again tomorrow",
        "Can you message me again with the price?", "you can message me", "stop",
        "I'd like to start with the kitchen", "contact me again on Monday",
        "don't message me again", "you can't message me again", "",
    ],
)  # fmt: skip
def test_these_words_say_nothing_about_being_allowed(text: str) -> None:
    assert not is_opt_in(text)


@pytest.mark.parametrize(
    "word", ["please ", "stop sending me these ", "i do not want to be ", "a,"]
)
def test_an_endless_text_is_read_at_once(word: str) -> None:
    assert not is_opt_out(word * 5000 + "x")


@pytest.mark.django_db
def test_an_opt_out_leaves_a_row_for_each_purpose_with_the_words() -> None:
    person = PersonFactory()
    withdraw_consent(
        person=person,
        channel="whatsapp",
        purposes=ContactPurpose,
        source="message:7",
        quote="STOP\x00",
    )
    rows = ConsentRecord.objects.filter(person=person)
    assert {row.purpose for row in rows} == set(ContactPurpose.values)
    assert {(row.is_granted, row.quote, row.source, row.by) for row in rows} == {
        (False, "STOP", "message:7", None)
    }


@pytest.mark.django_db
def test_the_same_message_is_recorded_once() -> None:
    person = PersonFactory()
    for _ in range(2):
        withdraw_consent(person=person, channel="whatsapp", purposes=["answer"], source="message:7")
    assert ConsentRecord.objects.count() == 1


@pytest.mark.django_db
def test_the_newest_row_counts() -> None:
    person = PersonFactory()
    answer: dict[str, Any] = {"channel": "whatsapp", "purposes": ["answer"]}
    withdraw_consent(person=person, source="message:7", **answer)
    grant_consent(person=person, source="message:9", quote="START", wording="May we?", **answer)
    found = newest_consent(person=person, channel="whatsapp", purpose="answer")
    assert found is not None
    assert (found.is_granted, found.wording) == (True, "May we?")


@pytest.mark.django_db
def test_what_staff_record_is_audited_with_its_reason(olive: StaffUser) -> None:
    person = PersonFactory()
    withdraw_consent(
        person=person,
        channel="phone",
        purposes=["service"],
        source=f"staff:{olive.pk}",
        by=olive,
        reason="Said so on the phone",
    )
    entry = AuditEntry.objects.get(subject=f"person:{person.pk}")
    assert (entry.action, entry.by, entry.reason) == (
        "record opt-out", olive, "Said so on the phone",
    )  # fmt: skip


@pytest.mark.django_db
def test_staff_give_a_reason(olive: StaffUser) -> None:
    person = PersonFactory()
    with pytest.raises(ReasonMissingError):
        grant_consent(
            person=person, channel="email", purposes=["marketing"], source="staff:1", by=olive
        )
    assert not ConsentRecord.objects.exists()
