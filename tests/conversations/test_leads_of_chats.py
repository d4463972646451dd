"""Which enquiry a chat is about."""

import pytest

from conversations.models import Conversation
from leads.enquiries import set_status
from leads.models import Lead
from tests.factories.leads import OfficeUserFactory
from tests.running import run_due
from tests.vendors import Sandbox
from tests.whatsapp.posts import store_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick", "firm_defaults")]


def test_a_chat_goes_on_about_the_same_enquiry(sandbox: Sandbox) -> None:
    for text in ("Do you do lofts?", "In NW3"):
        store_text(text)
        run_due()
    assert Lead.objects.count() == 1


def test_after_a_closed_enquiry_a_new_one_begins(sandbox: Sandbox) -> None:
    store_text("Do you do lofts in NW3?")
    run_due()
    first = Lead.objects.get()
    set_status(lead=first, status=Lead.Status.WON, by=OfficeUserFactory(), reason="signed")
    store_text("Now we would like a new bathroom")
    run_due()
    assert Conversation.objects.get().lead != first
    assert Lead.objects.open().count() == 1
