"""Conversations as rows, and what the model would be told in them."""

from typing import Any

from conversations import context
from conversations.models import Conversation, Message, Turn
from conversations.prompting import current_playbook
from leads.models import Lead
from tests.factories.conversations import ConversationFactory, MessageFactory, TurnFactory

Author = Message.Author


def texts_of(message: dict[str, Any]) -> list[str]:
    return [block["text"] for block in message["content"]]


def words(messages: list[dict[str, Any]]) -> list[str]:
    """All that was said, without the situation."""
    said = [text for message in messages for text in texts_of(message)]
    return [text for text in said if not text.startswith("<situation>")]


def chat(*lines: tuple[Message.Author, str], **more: Any) -> Conversation:
    """A conversation in which this was said; each line of a customer is a turn of its own."""
    conversation: Conversation = ConversationFactory(**more)
    for author, text in lines:
        say(conversation, author, text)
    return conversation


def say(conversation: Conversation, author: Message.Author, text: str) -> Message:
    turn = None
    if author == Author.CUSTOMER:
        turn = TurnFactory(conversation=conversation, status=Turn.Status.ANSWERED)
    message: Message = MessageFactory(
        conversation=conversation, author=author, text=text, turn=turn
    )
    return message


def ask(conversation: Conversation, *texts: str) -> context.TurnContext:
    """What the model is told when the customer writes this now; earlier turns are answered."""
    Turn.objects.update(status=Turn.Status.ANSWERED)
    turn = TurnFactory(conversation=conversation)
    for text in texts:
        MessageFactory(conversation=conversation, turn=turn, text=text)
    return context.build(turn, current_playbook())


def lead_of(conversation: Conversation) -> Lead:
    assert conversation.lead is not None
    return conversation.lead


def situation(told: context.TurnContext) -> str:
    return texts_of(told.messages[-1])[0]
