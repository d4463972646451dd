"""The home page's card about the assistant."""

from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from conversations.models import Turn
from hampstead.core.clock import now
from hampstead.core.models import VendorUse
from tests.factories.conversations import AnswerCheckFactory, TurnFactory
from tests.factories.core import StaffUserFactory

pytestmark = pytest.mark.django_db


def home(client: Client) -> str:
    return " ".join(client.get(reverse("admin:index")).content.decode().split())


def test_todays_answers_and_what_was_wrong_with_them_are_counted(admin_client: Client) -> None:
    TurnFactory(status="answered", answered_by=Turn.AnsweredBy.INTAKE, closed_at=now())
    AnswerCheckFactory()
    page = home(admin_client)
    assert 'Answered by the intake</span><span class="office-nowrap office-title">1<' in page
    assert 'Corrected before sending</span><span class="office-nowrap office-title">1<' in page


def test_what_claude_cost_today_is_told(admin_client: Client) -> None:
    VendorUse.objects.create(vendor="anthropic", purpose="answer", cost_pence=Decimal("123.4"))
    assert "£1.23" in home(admin_client)


def test_who_may_not_open_the_checks_gets_no_link_to_them(
    client: Client, admin_client: Client
) -> None:
    reader = StaffUserFactory(is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_conversation"))
    link = reverse("admin:conversations_answercheck_changelist") + "?outcome__exact="
    assert link in home(admin_client)
    client.force_login(reader)
    page = home(client)
    assert "Corrected before sending" in page
    assert link not in page


def test_only_who_may_see_money_sees_it(client: Client) -> None:
    reader = StaffUserFactory(is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_conversation"))
    client.force_login(reader)
    page = home(client)
    assert "The assistant today" in page
    assert "Claude has cost" not in page


def test_who_may_not_read_chats_does_not_see_the_card(client: Client) -> None:
    client.force_login(StaffUserFactory(is_staff=True))
    assert "The assistant today" not in home(client)
