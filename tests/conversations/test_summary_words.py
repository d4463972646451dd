"""What staff read of a conversation that paused, and asking for it again."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from conversations.models import Conversation
from hampstead.core.clock import now
from hampstead.core.models import Lane, StaffUser
from leads.models import Lead
from tests.conversations.summarising import answer, chat, fact, fail_thrice, lead_of, summarise
from tests.factories.conversations import MessageFactory
from tests.factories.core import StaffUserFactory
from tests.running import drain_lanes
from tests.vendors import Sandbox

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm_defaults")]


def page(client: Client, row: Conversation | Lead) -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    answer = client.get(reverse(name, args=[row.pk]))
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_staff_read_the_summary_beside_the_chat_and_on_the_lead(
    sandbox: Sandbox, admin_client: Client
) -> None:
    conversation = chat("In NW3 & around", "Yes.")
    moods = [{"mood": "warm", "message": 1}]
    facts = [fact("postcode", "NW3"), fact("budget_min_pounds", "purple")]
    lines = ["Wants a <b>loft</b>."]
    sandbox.answers(answer(lines=lines, moods=moods, blockers=["a party wall"], facts=facts))
    summarise(conversation)
    for shown in (page(admin_client, conversation), page(admin_client, lead_of(conversation))):
        assert "Wants a &lt;b&gt;loft&lt;/b&gt;." in shown
        assert "a party wall" in shown
        assert "90% sure, noted" in shown
        assert "not usable: budget_min_pounds must be an amount" in shown
        assert "Try again" not in shown


def test_who_may_not_read_chats_does_not_read_what_was_said_on_the_lead(
    sandbox: Sandbox, client: Client
) -> None:
    conversation = chat("In NW3", "Yes.")
    sandbox.answers(answer(lines=["Wants a loft."]))
    summarise(conversation)
    reader: StaffUser = StaffUserFactory()
    reader.user_permissions.set(Permission.objects.filter(codename="view_lead"))
    client.force_login(reader)
    shown = page(client, lead_of(conversation))
    assert 'aria-label="Verdict"' in shown
    assert "Wants a loft." not in shown


def test_staff_are_told_that_it_failed_and_try_again(
    sandbox: Sandbox, admin_client: Client
) -> None:
    conversation = chat("In NW3", "Yes.")
    fail_thrice(sandbox, conversation)
    assert "could not be summarised" in page(admin_client, conversation)
    admin_client.post(reverse("admin:conversations_summary_again", args=[conversation.pk]))
    sandbox.answers(answer())
    drain_lanes()
    assert "could not be summarised" not in page(admin_client, conversation)


def test_who_may_only_read_chats_cannot_have_one_summarised(client: Client) -> None:
    reader: StaffUser = StaffUserFactory()
    reader.user_permissions.set(Permission.objects.filter(codename="view_conversation"))
    client.force_login(reader)
    conversation = chat("In NW3", "Yes.")
    url = reverse("admin:conversations_summary_again", args=[conversation.pk])
    assert client.post(url).status_code == 403
    assert client.get(url).status_code in (403, 405)
    assert not Lane.objects.exists()


def test_a_summary_that_is_behind_says_so(sandbox: Sandbox, admin_client: Client) -> None:
    conversation = chat("In NW3", "Yes.")
    sandbox.answers(answer())
    summarise(conversation)
    with time_machine.travel(now() + timedelta(minutes=1)):
        MessageFactory(conversation=conversation, text="And a bathroom")
    assert "the customer has written since" in page(admin_client, conversation)
