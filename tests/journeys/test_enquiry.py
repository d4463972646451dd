"""A whole enquiry on WhatsApp, from the first word to a hot lead: inbox, lanes, model, outbox."""

import json

import pytest
from django.test import Client

from conversations.models import Conversation, Message, ToolCall, Turn
from hampstead.core.models import InboxEvent, Outbox, StaffTask, VendorCall
from leads.models import Band, Fact, FactKey, Lead, Survey
from leads.telling import written_time
from tests.running import process_inbox, run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import envelope, store_status, store_text, text_message
from whatsapp.models import DeliveryStatus

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "firm_defaults")]

ENQUIRY = [
    "Hello, do you do loft conversions?",
    "We are in NW3 2QG. How much would it cost?",
    "I'm Priya Shah",
    "Our budget is about £120,000",
    "We would like to start within 2 months",
    "Yes please, a survey would be great",
]


@pytest.fixture
def lead(sandbox: Sandbox) -> Lead:
    """The enquiry, answered turn by turn."""
    for text in ENQUIRY:
        store_text(text)
        run_due()
    return Lead.objects.get()


def test_each_message_gets_one_answer(lead: Lead, sandbox: Sandbox) -> None:
    assert len(sandbox.phone()) == len(ENQUIRY)
    assert set(Turn.objects.values_list("status", flat=True)) == {Turn.Status.ANSWERED}
    assert not StaffTask.objects.exists()


def test_the_lead_is_hot_and_says_why(lead: Lead) -> None:
    verdict = lead.qualification
    assert verdict is not None
    assert lead.verdict == Band.HOT
    codes = {reason["code"] for reason in verdict.reasons}
    assert codes >= {"area-primary", "budget-over-100k", "start-within-3-months", "wants-survey"}


def test_the_facts_are_known_with_the_customers_own_words(lead: Lead) -> None:
    quotes = {fact.key: fact.quote for fact in lead.facts.current()}
    assert quotes[FactKey.PROJECT_TYPE] == ENQUIRY[0]
    assert quotes[FactKey.POSTCODE] == ENQUIRY[1]
    assert quotes[FactKey.BUDGET] == ENQUIRY[3]
    assert quotes[FactKey.WANTS_SURVEY] == ENQUIRY[5]


def test_every_fact_points_to_a_message_of_this_customer(lead: Lead) -> None:
    own = Message.objects.filter(conversation__lead=lead, author=Message.Author.CUSTOMER)
    known = {f"message:{pk}" for pk in own.values_list("pk", flat=True)}
    assert set(Fact.objects.values_list("source", flat=True)) <= known


def test_prices_and_areas_are_those_a_tool_returned(lead: Lead, sandbox: Sandbox) -> None:
    results = str(list(ToolCall.objects.values_list("result", flat=True)))
    priced = [text for text in sandbox.phone() if "£60,000" in text]
    assert len(priced) == 1
    assert "£60,000 to £120,000 including VAT at 20%" in results
    assert "Yes, we work in NW3." in results


def test_nobody_is_asked_twice_for_what_is_known(lead: Lead, sandbox: Sandbox) -> None:
    assert len(set(sandbox.phone())) == len(ENQUIRY)
    assert "postcode" not in " ".join(sandbox.phone()[2:]).lower()


def test_whoever_wants_a_survey_is_offered_times_and_can_book_one(
    lead: Lead, sandbox: Sandbox
) -> None:
    assert "I can offer " in sandbox.phone()[-1]
    store_text("The first one please, we are at 14 Frognal Lane")
    run_due()
    survey = Survey.objects.get()
    assert (survey.status, survey.told) == (Survey.Status.CONFIRMED, Survey.Told.BOOKED)
    assert f"is booked for {written_time(survey.starts_at)}" in sandbox.phone()[-1]
    (entry,) = sandbox.calendar(survey.surveyor.mailbox)
    assert entry["location"]["displayName"].startswith("14 Frognal Lane")


def test_a_redelivered_choice_books_nothing_twice(lead: Lead, sandbox: Sandbox) -> None:
    store_text("The first one please")
    run_due()
    InboxEvent.objects.update(status=InboxEvent.Status.RECEIVED)
    run_due()
    survey = Survey.objects.get()
    assert len(sandbox.calendar(survey.surveyor.mailbox)) == 1


def test_deliveries_reach_each_message(lead: Lead) -> None:
    for effect in Outbox.objects.all():
        correlation = str(effect.idem)
        for name in ("delivered", "sent", "read"):
            store_status(effect.vendor_id, name, biz_opaque_callback_data=correlation)
    process_inbox()
    assert set(Outbox.objects.values_list("status", flat=True)) == {Outbox.Status.READ}
    assert DeliveryStatus.objects.filter(effect=None).count() == 0


def test_everything_that_arrived_is_done(lead: Lead) -> None:
    done = InboxEvent.Status.PROCESSED
    assert set(InboxEvent.objects.values_list("status", flat=True)) == {done}
    conversation = Conversation.objects.get()
    assert conversation.lead == lead
    assert conversation.messages.count() == 2 * len(ENQUIRY)


def test_a_redelivery_of_everything_changes_nothing(lead: Lead, sandbox: Sandbox) -> None:
    version = Lead.objects.get().version
    InboxEvent.objects.update(status=InboxEvent.Status.RECEIVED)
    run_due()
    assert len(sandbox.phone()) == len(ENQUIRY)
    assert Lead.objects.get().version == version


def test_an_enquiry_from_outside_the_area_is_refused_politely(sandbox: Sandbox) -> None:
    store_text("Do you do kitchen extensions in SW1A 1AA?")
    run_due()
    (text,) = sandbox.phone()
    assert "Federation of Master Builders" in text
    assert Lead.objects.get().verdict == Band.OUTSIDE_AREA


def test_one_request_id_leads_from_the_webhook_to_the_reply(
    client: Client, sandbox: Sandbox
) -> None:
    body = json.dumps(envelope(text_message("Hello")))
    headers = {"X-Hook-Token": "test-webhook-secret", "X-Request-ID": "follow-me-please"}
    client.post("/whatsapp/webhook", body, content_type="application/json", headers=headers)
    run_due()
    assert Outbox.objects.get().request_id == "follow-me-please"
    assert set(VendorCall.objects.values_list("request_id", flat=True)) == {"follow-me-please"}
