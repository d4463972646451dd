"""The demo story: one enquiry on WhatsApp, from the first message to the verdict.

Everything is real but the vendors: the customer writes through the sandbox, the webhook stores,
the pump hints, the worker answers. The story waits for rows and tells what it finds in them.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import httpx
from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from conversations.models import Conversation, Message, Turn
from hampstead.core.clock import now
from hampstead.core.models import Outbox
from hampstead.core.vendor import http_client
from leads.models import Lead, Person

NUMBER = "+447700900123"
NAME = "Priya Shah"
WAIT_SECONDS = 45.0
LINES = (
    ("Hello, we would like a kitchen extension in NW3. Roughly what does that cost?",),
    (
        "That is about what we thought. I'm Priya Shah",
        "we're at NW3 2QG, and our budget is around £120k",
    ),
    (
        "We would love a utility room and underfloor heating as well. "
        "My husband and I hope to start within 3 months.",
    ),
    ("Could somebody come and survey it?",),
)


class StoryError(Exception):
    """The story did not come to its end; the message says where it stopped."""


@dataclass
class Story:
    """`tell` receives one line at a time."""

    tell: Callable[[str], None]
    started_at: datetime = field(default_factory=now)

    def play(self) -> Lead:
        """Let Priya write and tell what happens. Raises StoryError."""
        self.tell(f"{NAME} ({NUMBER}) writes on WhatsApp.")
        with http_client(base_url=settings.SANDBOX_URL, headers={}, seconds=15.0) as sandbox:
            for burst in LINES:
                self._say(sandbox, burst)
        lead = self._conversation().lead
        if lead is None:
            raise StoryError("no lead was made")
        self._wait_for_delivery()
        self._tell_verdict(lead)
        return lead

    def _say(self, sandbox: httpx.Client, burst: tuple[str, ...]) -> None:
        before = self._answers()
        for text in burst:
            self.tell(f"  {NAME.split()[0]:>9}: {text}")
            body = {"from": NUMBER, "name": NAME, "text": text}
            try:
                response = sandbox.post("/_customer/whatsapp", json=body)
            except httpx.HTTPError as error:
                raise StoryError(f"the sandbox does not answer: {error!r}") from error
            if response.status_code != 200:
                raise StoryError(f"the webhook was not acknowledged: {response.text[:300]}")
        self._wait(lambda: self._answers() > before, "an answer")
        answer = self._messages().filter(author=Message.Author.AI).latest("id")
        for number, paragraph in enumerate(answer.text.split("\n\n")):
            self.tell(f"  {'' if number else 'Assistant':>9}{' ' if number else ':'} {paragraph}")

    def _messages(self) -> QuerySet[Message]:
        return Message.objects.filter(
            conversation__person__phone=NUMBER, stored_at__gte=self.started_at
        )

    def _answers(self) -> int:
        return self._messages().filter(author=Message.Author.AI).count()

    def _conversation(self) -> Conversation:
        return Conversation.objects.select_related("lead").get(
            person__phone=NUMBER, channel=Conversation.Channel.WHATSAPP
        )

    def _wait_for_delivery(self) -> None:
        lane = self._conversation().lane
        arrived = [Outbox.Status.DELIVERED, Outbox.Status.READ]
        self._wait(
            lambda: not Outbox.objects.filter(lane=lane).exclude(status__in=arrived).exists(),
            "the delivery of all answers",
        )

    def _wait(self, check: Callable[[], bool], what: str) -> None:
        ends_at = time.monotonic() + WAIT_SECONDS
        while not check():
            if time.monotonic() > ends_at:
                raise StoryError(f"waited {WAIT_SECONDS:.0f} s for {what}{self._trouble()}")
            time.sleep(0.05)

    def _trouble(self) -> str:
        turn = Turn.objects.filter(conversation__person__phone=NUMBER).order_by("-id").first()
        return f"; last error {turn.error}" if turn and turn.error else ""

    def _tell_verdict(self, lead: Lead) -> None:
        lead.refresh_from_db()
        verdict = lead.qualification
        if verdict is None or lead.verdict is None:
            raise StoryError("the lead has no verdict")
        self.tell("")
        self.tell(f"The rules' verdict: {lead.verdict.label.upper()}, {verdict.score} of 100.")
        for reason in verdict.reasons:
            self.tell(f"  - {reason['because']}")
        self.tell("Facts on the lead, each with the message it came from:")
        for fact in lead.facts.current():
            self.tell(f"  - {fact.get_key_display()}: {fact.spoken_value}")
        conversation = self._conversation()
        self.tell("")
        for title, name, pk in _pages(lead, conversation):
            self.tell(f"  {title:<14}{settings.PUBLIC_URL}{reverse(name, args=[pk])}")


def _pages(lead: Lead, conversation: Conversation) -> Iterator[tuple[str, str, int]]:
    yield "Lead", "admin:leads_lead_change", lead.pk
    yield "Conversation", "admin:conversations_conversation_change", conversation.pk
    yield "Person", "admin:leads_person_change", lead.person_id


def was_played() -> bool:
    return Person.objects.filter(phone=NUMBER).exists()
