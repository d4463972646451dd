"""The chat page: both sides, what was done, what went wrong, and whose turn it is."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conversations.admin import thread
from conversations.models import Conversation, Turn
from hampstead.core.clock import now
from hampstead.core.models import AuditEntry, Outbox, StaffUser, VendorUse
from tests.factories.conversations import (
    ConversationFactory,
    HandoverFactory,
    MessageFactory,
    ToolCallFactory,
    TurnFactory,
)
from tests.factories.core import OutboxFactory, StaffUserFactory
from tests.factories.leads import FactFactory, QualificationFactory

pytestmark = pytest.mark.django_db


def _url(chat: Any, page: str = "change") -> str:
    return reverse(f"admin:conversations_conversation_{page}", args=[chat.pk])


def _read(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def _staff_with(*codenames: str) -> StaffUser:
    user: Any = StaffUserFactory()
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return StaffUser.objects.get(pk=user.pk)


def test_what_the_tools_did_is_told_in_plain_words(admin_client: Client) -> None:
    chat = ConversationFactory()
    turn = TurnFactory(conversation=chat, status=Turn.Status.ANSWERED)
    ToolCallFactory(turn=turn)
    price = {"available": True, "text": "£60,000 to £120,000 including VAT."}
    asked = {"project_type": "loft_conversion"}
    ToolCallFactory(turn=turn, name="get_price_range", arguments=asked, result=price)
    MessageFactory(conversation=chat, turn=turn, author="ai")
    page = _read(admin_client, _url(chat))
    assert "Noted: name and budget" in page
    assert "Looked up price range: loft conversion" in page
    assert "£60,000 to £120,000 including VAT." in page


@pytest.mark.parametrize(
    "arguments", [[], {"project_type": ["x"]}, {"budget_min_pounds": "lots"}, {"<b>": {"a": None}}]
)
@pytest.mark.parametrize("name", ["note_facts", "get_price_range", "request_human", "<b>made up"])
def test_absurd_tool_calls_are_shown_without_an_error(
    admin_client: Client, name: str, arguments: Any
) -> None:
    chat = ConversationFactory()
    turn = TurnFactory(conversation=chat, status=Turn.Status.ANSWERED)
    ToolCallFactory(turn=turn, name=name, arguments=arguments, result=[])
    MessageFactory(conversation=chat, turn=turn, author="ai")
    assert "<b>" not in _read(admin_client, _url(chat))


@pytest.mark.parametrize("status", thread.TICKS)
def test_every_delivery_state_has_its_words(admin_client: Client, status: Any) -> None:
    chat = ConversationFactory()
    effect = OutboxFactory(status=status)
    MessageFactory(conversation=chat, author="ai", effect=effect, text="Good morning")
    assert thread.TICKS[status][0] in _read(admin_client, _url(chat))


def test_a_retried_turn_is_told_with_its_code(admin_client: Client) -> None:
    chat = ConversationFactory()
    TurnFactory(conversation=chat, attempts=3, error_code="E003", error="overloaded")
    page = _read(admin_client, _url(chat))
    assert "has tried 3 times" in page
    assert reverse("admin:error-code", args=["E003"]) in page


def test_the_side_panel_says_who_and_what_is_known(admin_client: Client) -> None:
    chat = ConversationFactory(person__name="Ada Invented", person__phone="+447700900123")
    QualificationFactory(lead=chat.lead, score=85, band="hot")
    FactFactory(lead=chat.lead, key="postcode", value="NW3 2QG")
    page = _read(admin_client, _url(chat))
    for words in ("Ada Invented", "07700 900123", "85 of 100", "Hot", "NW3 2QG"):
        assert words in page


@pytest.mark.parametrize(
    ("codenames", "is_told"),
    [(["view_conversation", "view_vendoruse"], True), (["view_conversation"], False)],
)
def test_only_who_may_see_money_sees_what_a_chat_cost(
    client: Client, codenames: list[str], is_told: bool
) -> None:
    chat, other = ConversationFactory(), ConversationFactory()
    for row, pence in ((chat, "0.8"), (chat, "0.434"), (other, "50")):
        VendorUse.objects.create(
            vendor="anthropic", purpose="answer", subject=row.subject, cost_pence=Decimal(pence)
        )
    client.force_login(_staff_with(*codenames))
    assert ("Claude has cost 1.234p" in _read(client, _url(chat))) == is_told


def test_a_chat_that_has_cost_nothing_says_nothing_of_it(admin_client: Client) -> None:
    assert "Claude has cost" not in _read(admin_client, _url(ConversationFactory()))


def test_the_window_is_counted_down_and_its_end_is_told(admin_client: Client) -> None:
    chat = ConversationFactory(window_expires_at=now() + timedelta(hours=5))
    assert "Free to write until" in _read(admin_client, _url(chat))
    Conversation.objects.update(window_expires_at=now() - timedelta(hours=1))
    assert "Closed since" in _read(admin_client, _url(chat))


def test_handovers_stand_in_the_thread(admin_client: Client) -> None:
    chat = ConversationFactory()
    HandoverFactory(conversation=chat, reason="asked for a person")
    page = _read(admin_client, _url(chat))
    assert "The assistant called a colleague: asked for a person" in page


def test_a_long_chat_is_read_page_by_page(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread, "SHOWN", 3)
    chat = ConversationFactory()
    rows = [
        MessageFactory(conversation=chat, text=f"number {n}", sent_at=now() + timedelta(minutes=n))
        for n in range(5)
    ]
    newest = _read(admin_client, _url(chat))
    assert "number 2" in newest
    assert "number 1" not in newest
    older = _read(admin_client, f"{_url(chat)}?until={rows[1].pk}")
    assert "number 1" in older
    assert "number 2" not in older


@pytest.mark.parametrize("until", ["x", "-1", "9" * 40, "0", "1 or 1=1"])
def test_an_absurd_page_is_harmless(admin_client: Client, until: str) -> None:
    chat = ConversationFactory()
    assert admin_client.get(_url(chat), {"until": until}).status_code == 200


def test_a_thread_costs_no_query_per_message(admin_client: Client) -> None:
    chat = ConversationFactory()

    def add() -> None:
        turn = TurnFactory(conversation=chat, status=Turn.Status.ANSWERED)
        ToolCallFactory(turn=turn)
        MessageFactory(conversation=chat, turn=turn, author="ai", effect=OutboxFactory())

    add()
    _read(admin_client, _url(chat))
    with CaptureQueriesContext(connection) as one:
        _read(admin_client, _url(chat, "thread"))
    for _ in range(9):
        add()
    with CaptureQueriesContext(connection) as ten:
        _read(admin_client, _url(chat, "thread"))
    assert len(ten) == len(one)


def test_taking_over_and_handing_back_are_audited(
    admin_client: Client, admin_user: StaffUser
) -> None:
    chat = ConversationFactory()
    assert admin_client.post(_url(chat, "take_over")).status_code == 302
    chat.refresh_from_db()
    assert (chat.owner, chat.taken_by) == (Conversation.Owner.STAFF, admin_user)
    admin_client.post(_url(chat, "hand_back"))
    chat.refresh_from_db()
    assert chat.owner == Conversation.Owner.AI
    actions = AuditEntry.objects.filter(by=admin_user).values_list("action", flat=True)
    assert sorted(actions) == ["hand back", "take over"]


@pytest.mark.parametrize("page", ["take_over", "hand_back"])
def test_a_chat_changes_hands_by_post_and_permission_only(client: Client, page: str) -> None:
    chat = ConversationFactory()
    client.force_login(_staff_with("view_conversation", "change_conversation"))
    assert client.get(_url(chat, page)).status_code == 405
    client.force_login(_staff_with("view_conversation"))
    assert client.post(_url(chat, page)).status_code == 403
    assert _url(chat, page) not in _read(client, _url(chat))
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("page", ["change", "thread"])
def test_only_staff_with_permission_read_a_chat(client: Client, page: str) -> None:
    chat = ConversationFactory()
    assert client.get(_url(chat, page)).status_code == 302
    client.force_login(StaffUserFactory(is_staff=False))
    assert client.get(_url(chat, page)).status_code == 302
    client.force_login(StaffUserFactory())
    assert client.get(_url(chat, page)).status_code == 403


@pytest.mark.parametrize("pk", ["999999", "9" * 40, "abc"])
def test_a_chat_that_is_not_there_is_not_found(admin_client: Client, pk: str) -> None:
    url = reverse("admin:conversations_conversation_change", args=[pk])
    assert admin_client.get(url).status_code == 404


def test_a_message_is_found_in_its_chat(admin_client: Client) -> None:
    message = MessageFactory()
    url = reverse("admin:conversations_message_change", args=[message.pk])
    expected = f"{_url(message.conversation)}#message-{message.pk}"
    assert admin_client.get(url)["Location"] == expected


def test_what_staff_write_is_on_its_way_to_the_customer(admin_client: Client) -> None:
    chat = ConversationFactory(window_expires_at=now() + timedelta(hours=1))
    admin_client.post(_url(chat, "write"), {"text": "I will ring you at ten."})
    assert Outbox.objects.get().payload == {"text": "I will ring you at ten."}
    assert Conversation.objects.get().owner == Conversation.Owner.STAFF


def test_writing_needs_the_permission_to_change_a_chat(client: Client) -> None:
    chat = ConversationFactory()
    client.force_login(_staff_with("view_conversation"))
    assert client.post(_url(chat, "write"), {"text": "Hello"}).status_code == 403


def test_outside_the_window_staff_are_told_to_ring(admin_client: Client) -> None:
    chat = ConversationFactory(window_expires_at=now() - timedelta(hours=1))
    assert "please ring them" in _read(admin_client, _url(chat))
