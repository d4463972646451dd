from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hampstead.core.clock import now
from hampstead.core.models import InboxEvent, Outbox
from tests.factories.conversations import ConversationFactory, TurnFactory
from tests.factories.core import (
    InboxEventFactory,
    IncidentFactory,
    OutboxFactory,
    StaffTaskFactory,
    StaffUserFactory,
    VendorHealthFactory,
)
from tests.factories.leads import LeadFactory, QualificationFactory

pytestmark = pytest.mark.django_db


def _home(client: Client) -> str:
    answer = client.get(reverse("admin:index"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_home_says_so_when_nothing_waits(admin_client: Client) -> None:
    page = _home(admin_client)
    assert "Nothing waits for a person." in page
    assert "Everything works." in page


def test_home_names_the_person_who_waits_and_how_long(admin_client: Client) -> None:
    chat = ConversationFactory(person__name="Ada Invented")
    late = now() - timedelta(minutes=25, seconds=30)
    StaffTaskFactory(subject=chat.subject, due_at=late, urgency="urgent")
    page = _home(admin_client)
    assert "Ada Invented on WhatsApp" in page
    assert "25 minutes overdue" in page
    assert "Urgent" in page


def test_urgent_tasks_come_first(admin_client: Client) -> None:
    StaffTaskFactory(title="Tidy the price book", due_at=now() - timedelta(hours=3))
    StaffTaskFactory(title="Ring them at once", urgency="urgent")
    page = _home(admin_client)
    assert page.index("Ring them at once") < page.index("Tidy the price book")


def test_each_number_leads_to_the_rows_it_counts(admin_client: Client) -> None:
    OutboxFactory(status=Outbox.Status.FAILED)
    OutboxFactory(status=Outbox.Status.READ)
    InboxEventFactory(status=InboxEvent.Status.DEAD)
    InboxEventFactory()
    TurnFactory(attempts=2)
    TurnFactory()
    StaffTaskFactory()
    StaffTaskFactory(done_at=now())
    figures = admin_client.get(reverse("admin:index")).context["figures"]
    assert [figure.count for figure in figures] == [1, 1, 1, 1]
    for figure in figures:
        assert admin_client.get(figure.url).context["cl"].result_count == 1


def test_home_shows_leads_vendors_and_incidents(admin_client: Client) -> None:
    QualificationFactory(lead=LeadFactory(person__name="Tom Imagined"), band="hot")
    VendorHealthFactory(vendor="anthropic", state="open")
    IncidentFactory(code="E012", scope="vendor:anthropic")
    page = _home(admin_client)
    for words in ("Tom Imagined", "Hot", "Paused after failures", "Sandbox", "Vendor Claude"):
        assert words in page


def test_home_costs_no_query_per_row(admin_client: Client) -> None:
    def add() -> None:
        StaffTaskFactory(subject=ConversationFactory().subject)
        QualificationFactory()
        IncidentFactory()

    add()
    _home(admin_client)
    with CaptureQueriesContext(connection) as one:
        _home(admin_client)
    for _ in range(5):
        add()
    with CaptureQueriesContext(connection) as many:
        _home(admin_client)
    assert len(many) == len(one)


def test_staff_see_only_what_they_may(client: Client) -> None:
    user = StaffUserFactory()
    user.user_permissions.set(Permission.objects.filter(codename="view_stafftask"))
    client.force_login(user)
    page = _home(client)
    assert "Needs a person now" in page
    for words in ("Newest leads", "Open incidents", "Messages not sent", "Engine room"):
        assert words not in page


def test_the_side_bar_counts_what_waits(admin_client: Client) -> None:
    assert "badge" not in admin_client.get(reverse("admin:index")).context["sidebar_navigation"][2]
    IncidentFactory()
    OutboxFactory(status=Outbox.Status.UNCERTAIN)
    groups = admin_client.get(reverse("admin:index")).context["sidebar_navigation"]
    assert groups[2]["badge"] == 2
