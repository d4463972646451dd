"""Staff hand a call-back to the assistant on the promise's page, and take it back on its own."""

from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from hampstead.core.clock import LONDON
from hampstead.core.models import AuditEntry
from leads.models import Promise
from tests.factories.conversations import ConversationFactory
from tests.factories.leads import OfficeUserFactory
from tests.voice.ring_backs import LINE, asked, handed, promised
from voice.models import Callback

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults")]
MONDAY = datetime(2026, 11, 23, 11, 0, tzinfo=LONDON)
HAND_OVER = "admin:leads_promise_hand_over"
CANCEL = "admin:voice_callback_cancel"


@pytest.fixture(autouse=True)
def _monday(settings: Settings) -> Iterator[None]:
    settings.VAPI_PHONE_NUMBER_ID = LINE
    with time_machine.travel(MONDAY):
        yield


@pytest.fixture
def office() -> Client:
    client = Client()
    client.force_login(OfficeUserFactory())
    return client


def page(client: Client, row: Promise | Callback) -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    answer = client.get(reverse(name, args=[row.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def press(client: Client, name: str, row: Promise | Callback, **more: str) -> None:
    address = reverse(name, args=[row.pk])
    client.post(address, {"_form_submitted": "True", **more})


def test_a_button_hands_it_over(office: Client) -> None:
    promise = asked()
    assert "Have the assistant ring back" in page(office, promise)
    press(office, HAND_OVER, promise)
    assert Callback.objects.get().promise == promise
    shown = page(office, promise)
    assert "Have the assistant ring back" not in shown
    assert "Waits for its time" in shown


def test_what_was_not_asked_for_has_no_button(office: Client) -> None:
    promise = promised(ConversationFactory())
    assert "Have the assistant ring back" not in page(office, promise)
    press(office, HAND_OVER, promise)
    assert not Callback.objects.exists()


def test_the_promise_keeps_its_other_buttons(office: Client) -> None:
    shown = page(office, promised(ConversationFactory()))
    assert "Kept" in shown
    assert "Cancel" in shown


def test_its_page_says_where_they_asked_and_takes_it_back(office: Client) -> None:
    callback = handed()
    shown = page(office, callback)
    assert "the loft" in shown
    press(office, CANCEL, callback, reason="I know her")
    callback.refresh_from_db()
    assert (callback.state, callback.why) == (Callback.State.CANCELLED, "I know her")
    assert AuditEntry.objects.filter(action="cancel call-back").exists()


def test_the_list_costs_as_many_queries_for_many(office: Client) -> None:
    handed()
    address = reverse("admin:voice_callback_changelist")
    office.get(address)
    with CaptureQueriesContext(connection) as one:
        assert "Waits for its time" in office.get(address).content.decode()
    for number in range(5):
        Callback.objects.update(state=Callback.State.LEFT)
        first = Callback.objects.earliest("pk")
        first.pk, first.why = None, f"try {number}"
        first.save(force_insert=True)
    with CaptureQueriesContext(connection) as many:
        office.get(address)
    assert len(many) == len(one)
