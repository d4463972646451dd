"""A customer and the scripted intake, message by message, as a turn's commit would store it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import time_machine

from conversations.answering import say
from conversations.intake import IntakeReply, reply_to
from conversations.models import Conversation, Message, Turn
from hampstead.core.clock import now
from leads.facts import current_facts, note_facts
from leads.models import FactKey, Lead
from leads.promises import make_promise
from tests.factories.conversations import ConversationFactory, MessageFactory, TurnFactory


@dataclass
class Dialogue:
    """Each turn comes half a minute after the last one."""

    conversation: Conversation = field(default_factory=ConversationFactory)
    said: list[str] = field(default_factory=list)
    at: datetime = field(default_factory=now)

    def says(self, *texts: str, why: str = "outage") -> IntakeReply:
        """One burst of the customer's, and the intake's reply to it, carried out."""
        with self._later():
            turn = TurnFactory(conversation=self.conversation)
            for text in texts:
                MessageFactory(conversation=self.conversation, turn=turn, text=text)
            reply = reply_to(turn, why=why)
            self._carry_out(turn, reply)
        return reply

    def assistant(self, text: str) -> None:
        """Claude answered."""
        with self._later():
            say(self.conversation, text, author=Message.Author.AI, purpose="answer")

    def waits(self, **length: float) -> None:
        self.at += timedelta(**length)

    def knows(self, facts: dict[FactKey, Any]) -> None:
        note_facts(lead=self.lead, facts=facts, source="test")

    @property
    def facts(self) -> dict[FactKey, Any]:
        return current_facts(self.lead)

    @property
    def lead(self) -> Lead:
        lead = self.conversation.lead
        assert lead is not None
        return lead

    @contextmanager
    def _later(self) -> Iterator[None]:
        self.waits(seconds=30)
        with time_machine.travel(self.at, tick=False):
            yield

    def _carry_out(self, turn: Turn, reply: IntakeReply) -> None:
        self.knows(reply.facts)
        if reply.promise_kind is not None:
            make_promise(
                person=self.conversation.person,
                lead=self.conversation.lead,
                kind=reply.promise_kind,
                source=self.conversation.subject,
                wish=reply.wish,
                due_at=reply.due_at,
            )
        author = Message.Author.SYSTEM
        say(self.conversation, reply.text, author=author, turn=turn, purpose="intake")
        turn.status, turn.closed_at = Turn.Status.ANSWERED, now()
        turn.save()
        self.said.append(reply.text)


def talk(lines: Sequence[str | tuple[str, ...]]) -> Dialogue:
    """The whole dialogue, one line a turn; a tuple is a burst."""
    dialogue = Dialogue()
    for line in lines:
        dialogue.says(*((line,) if isinstance(line, str) else line))
    return dialogue
