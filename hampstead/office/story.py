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
from leads.models import Lead

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
        self._stop_if_staff_answer()
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

    def tell_again(self) -> None:
        """The end of a story that was played before. Raises StoryError."""
        self._tell_verdict(_judged().latest("id"))

    def _stop_if_staff_answer(self) -> None:
        if _conversations().filter(owner=Conversation.Owner.STAFF).exists():
            raise StoryError(
                f"staff own the conversation with {NAME}, so the assistant is silent;"
                " hand it back in the admin"
            )

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

        def is_answered() -> bool:
            if self._answers() > before:
                return True
            self._stop_if_staff_answer()
            return False

        self._wait(is_answered, "an answer")
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
        return _conversations().select_related("lead").get()

    def _wait_for_delivery(self) -> None:
        ours = Outbox.objects.filter(
            lane=self._conversation().lane, created_at__gte=self.started_at
        )
        arrived = [Outbox.Status.DELIVERED, Outbox.Status.READ]
        self._wait(
            lambda: not ours.exclude(status__in=arrived).exists(),
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
        self.tell("")
        for title, name, pk in _pages(lead, self._conversation()):
            self.tell(f"  {title:<14}{settings.PUBLIC_URL}{reverse(name, args=[pk])}")


def _pages(lead: Lead, conversation: Conversation) -> Iterator[tuple[str, str, int]]:
    yield "Lead", "admin:leads_lead_change", lead.pk
    yield "Conversation", "admin:conversations_conversation_change", conversation.pk
    yield "Person", "admin:leads_person_change", lead.person_id


def was_played() -> bool:
    """A story that broke off has no verdict, and may be played again."""
    return _judged().exists()


def _judged() -> QuerySet[Lead]:
    return Lead.objects.filter(person__phone=NUMBER, qualifications__is_current=True)


def _conversations() -> QuerySet[Conversation]:
    return Conversation.objects.filter(person__phone=NUMBER, channel=Conversation.Channel.WHATSAPP)
