"""Every list costs the same number of queries, however many rows it shows."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conversations.models import Turn
from tests.factories.conversations import (
    AnswerCheckFactory,
    ConversationFactory,
    MessageFactory,
    TurnFactory,
)
from tests.factories.core import (
    AuditEntryFactory,
    InboxEventFactory,
    IncidentFactory,
    OutboxFactory,
    RefusedPostsFactory,
    StaffTaskFactory,
    StaffUserFactory,
    VendorCallFactory,
    VendorHealthFactory,
)
from tests.factories.leads import QualificationFactory

pytestmark = pytest.mark.django_db


def _chat() -> Any:
    conversation = ConversationFactory()
    QualificationFactory(lead=conversation.lead)
    MessageFactory(conversation=conversation)
    TurnFactory(conversation=conversation, status=Turn.Status.OPEN, error_code="E003")
    return conversation


LISTS: dict[str, Callable[[], Any]] = {
    "conversations_answercheck": AnswerCheckFactory,
    "conversations_conversation": _chat,
    "core_auditentry": lambda: AuditEntryFactory(subject=ConversationFactory().subject),
    "core_inboxevent": InboxEventFactory,
    "core_incident": IncidentFactory,
    "core_outbox": lambda: OutboxFactory(subject=_chat().subject, error_code="E006"),
    "core_refusedposts": RefusedPostsFactory,
    "core_stafftask": lambda: StaffTaskFactory(subject=_chat().subject, code="E003"),
    "core_staffuser": StaffUserFactory,
    "core_vendorcall": lambda: VendorCallFactory(code="E003", is_ok=False),
    "core_vendorhealth": VendorHealthFactory,
}


def _queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_no_query_per_row(admin_client: Client, name: str) -> None:
    url = reverse(f"admin:{name}_changelist")
    LISTS[name]()
    admin_client.get(url)  # fills what is cached for the process
    with_one = _queries(admin_client, url)
    for _ in range(9):
        LISTS[name]()
    assert _queries(admin_client, url) == with_one


@pytest.mark.parametrize("name", [*LISTS, "django_celery_beat_periodictask", "auth_group"])
def test_staff_without_permission_do_not_see_a_list(client: Client, name: str) -> None:
    client.force_login(StaffUserFactory())
    assert client.get(reverse(f"admin:{name}_changelist")).status_code == 403


def test_a_task_is_listed_under_its_customers_name(admin_client: Client) -> None:
    chat = ConversationFactory(person__name="Ada Invented")
    StaffTaskFactory(subject=chat.subject)
    page = admin_client.get(reverse("admin:core_stafftask_changelist")).content.decode()
    assert "Ada Invented on WhatsApp" in page
    assert reverse("admin:conversations_conversation_change", args=[chat.pk]) in page


@pytest.mark.parametrize(
    "subject", ["lead:99999999999999999999", "lead:x", "nobody:1", "lead:", ""]
)
def test_a_subject_that_leads_nowhere_harms_no_list(admin_client: Client, subject: str) -> None:
    StaffTaskFactory(subject=subject)
    assert admin_client.get(reverse("admin:core_stafftask_changelist")).status_code == 200
