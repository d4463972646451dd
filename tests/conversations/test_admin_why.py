"""For any answer staff can see how it came about."""

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from conversations.models import AnswerCheck, Message, Turn
from tests.factories.conversations import AnswerCheckFactory, MessageFactory, TurnFactory

pytestmark = pytest.mark.django_db

Outcome = AnswerCheck.Outcome


def answered(**turn: object) -> Message:
    made = TurnFactory(
        status=Turn.Status.ANSWERED,
        answered_by=Turn.AnsweredBy.MODEL,
        model="claude-haiku-5-5",
        input_tokens=812,
        output_tokens=96,
        cost_pence=Decimal("0.0213"),
        **turn,
    )
    message: Message = MessageFactory(
        conversation=made.conversation,
        turn=made,
        author=Message.Author.AI,
        vendor_id="",
        prompt_version="v3",
    )
    return message


def chat(client: Client, message: Message) -> str:
    url = reverse("admin:conversations_conversation_change", args=[message.conversation_id])
    return client.get(url).content.decode()


def test_version_model_tokens_and_cost_are_told(admin_client: Client) -> None:
    page = chat(admin_client, answered())
    for told in ("Claude", "v3", "claude-haiku-5-5", "812 new", "96", "0.021p"):
        assert told in page


def test_the_lane_is_told_in_words(admin_client: Client) -> None:
    assert "Off topic" in chat(admin_client, answered(enquiry_lane="off_topic"))


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (Outcome.PASSED, "nothing in it was untrue"),
        (Outcome.REPAIRED, "corrected before it was sent"),
        (Outcome.REPLACED, "a safe sentence was sent"),
    ],
)
def test_how_it_was_checked_is_told(admin_client: Client, outcome: str, told: str) -> None:
    message = answered()
    AnswerCheckFactory(turn=message.turn, outcome=outcome)
    assert told in chat(admin_client, message)


def test_what_was_stopped_can_be_read(admin_client: Client) -> None:
    message = answered()
    AnswerCheckFactory(turn=message.turn)
    page = chat(admin_client, message)
    assert "No survey is booked." in page
    assert "What it wanted to say" in page


def test_the_intake_and_fixed_texts_say_who_answered(admin_client: Client) -> None:
    message = answered()
    Turn.objects.update(answered_by=Turn.AnsweredBy.INTAKE, model="")
    assert "The scripted intake" in chat(admin_client, message)


def listed(client: Client, query: str = "") -> list[str]:
    page = client.get(reverse("admin:conversations_answercheck_changelist") + query)
    return [check.outcome for check in page.context["cl"].result_list]


def test_the_list_of_checks_shows_what_was_wrong(admin_client: Client) -> None:
    AnswerCheckFactory()
    AnswerCheckFactory(outcome=Outcome.PASSED, findings=[], refused_text="")
    assert listed(admin_client) == [Outcome.REPAIRED]


def test_the_honest_ones_are_found_by_the_filter(admin_client: Client) -> None:
    AnswerCheckFactory(outcome=Outcome.PASSED, findings=[], refused_text="")
    assert listed(admin_client, "?outcome__exact=passed") == [Outcome.PASSED]


def test_a_check_has_a_page_that_leads_to_the_chat(admin_client: Client) -> None:
    check = AnswerCheckFactory(refused_text="<b>booked</b>")
    url = reverse("admin:conversations_answercheck_change", args=[check.pk])
    page = admin_client.get(url).content.decode()
    assert reverse("admin:conversations_conversation_change", args=[check.conversation_id]) in page
    assert "<b>booked</b>" not in page
