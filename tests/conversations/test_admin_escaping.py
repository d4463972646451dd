"""Customer text is hostile: nothing a stranger can write becomes markup on a staff page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from conversations.models import Turn
from tests.factories.conversations import (
    ConversationFactory,
    HandoverFactory,
    MessageFactory,
    ToolCallFactory,
    TurnFactory,
)
from tests.factories.core import OutboxFactory, StaffTaskFactory
from tests.factories.leads import FactFactory

pytestmark = pytest.mark.django_db
CORPUS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "'><iframe srcdoc='<script>alert(1)</script>'>",
    "</textarea><script>alert(1)</script>",
    "{{ constructor.constructor('alert(1)')() }}<b>",
    "<a href='javascript:alert(1)'>x</a>",
    "<!--<script>alert(1)//-->",
    '<details open ontoggle="alert(1)">',
    "<math><mtext></style><img src onerror=alert(1)>",
]


def _chat(text: str) -> Any:
    chat = ConversationFactory(person__name=text)
    FactFactory(lead=chat.lead, key="requirements", value=text, quote=text)
    FactFactory(lead=chat.lead, key="customer_name", value=text)
    turn = TurnFactory(conversation=chat, status=Turn.Status.ANSWERED, prompt_version=text[:40])
    arguments = {"requirements": text, text: text}
    ToolCallFactory(turn=turn, arguments=arguments, result={"problems": [text]})
    ToolCallFactory(turn=turn, name=text[:64], arguments=arguments, result={"text": text})
    effect = OutboxFactory(subject=chat.subject, payload={"text": text}, error=text)
    MessageFactory(conversation=chat, author="ai", text=text, turn=turn, effect=effect)
    MessageFactory(conversation=chat, text=text, kind=text[:20])
    TurnFactory(conversation=chat, attempts=1, error=text)
    HandoverFactory(conversation=chat, reason=text)
    StaffTaskFactory(title=text, detail=text, subject=chat.subject)
    return chat


@pytest.mark.parametrize("text", CORPUS)
def test_hostile_text_stays_text_on_every_page(admin_client: Client, text: str) -> None:
    chat = _chat(text)
    urls = [reverse(f"admin:conversations_conversation_{p}", args=[chat.pk]) for p in PAGES]
    urls += [reverse(f"admin:{name}_changelist") for name in LISTS]
    urls.append(reverse("admin:index"))
    for url in urls:
        answer = admin_client.get(url)
        assert answer.status_code == 200
        assert text not in answer.content.decode()


PAGES = ("change", "thread")
LISTS = ("conversations_conversation", "core_stafftask", "core_outbox")
