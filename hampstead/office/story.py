"""The demo story: one enquiry on WhatsApp, from the first message to the survey in the calendar,
and a second customer who wants the same time.

Everything is real but the vendors: the customers write through the sandbox, the webhook stores,
the pump hints, the worker answers and writes into the calendar. The story waits for rows and
tells what it finds in them.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import httpx
from django.conf import settings
from django.db.models import QuerySet

from conversations.models import Conversation, Message, Turn
from hampstead.core.clock import now
from hampstead.core.models import Outbox
from hampstead.core.vendor import http_client
from hampstead.office import story_endings
from hampstead.office.story_endings import StoryError
from hampstead.office.story_people import DANIEL, ENQUIRY, PRIYA, Burst, Customer, same_time
from leads.models import Lead, Survey

__all__ = ["WAIT_SECONDS", "Story", "StoryError", "was_played"]

WAIT_SECONDS = 45.0


@dataclass
class Story:
    """`tell` receives one line at a time."""

    tell: Callable[[str], None]
    started_at: datetime = field(default_factory=now)

    def play(self) -> Lead:
        """Let them write and tell what happens. Raises StoryError."""
        with http_client(base_url=settings.SANDBOX_URL, headers={}, seconds=15.0) as sandbox:
            self._visit(sandbox, PRIYA, ENQUIRY)
            lead = _conversation(PRIYA).lead
            if lead is None:
                raise StoryError("no lead was made")
            survey = self._survey(PRIYA)
            story_endings.tell_verdict(lead, _conversation(PRIYA), self.tell)
            story_endings.tell_survey(survey, self._entries(sandbox, survey), self.tell)
            self._tell_daniel(sandbox, survey)
        return lead

    def tell_again(self) -> None:
        """The end of a story that was played before. Raises StoryError."""
        lead = _judged().latest("id")
        story_endings.tell_verdict(lead, _conversation(PRIYA), self.tell)
        numbers = [PRIYA.number, DANIEL.number]
        for survey in Survey.objects.upcoming().filter(person__phone__in=numbers):
            story_endings.tell_survey(survey, None, self.tell)

    def _tell_daniel(self, sandbox: httpx.Client, taken: Survey) -> None:
        self.tell("")
        self._visit(sandbox, DANIEL, same_time(taken.starts_at))
        survey = self._survey(DANIEL)
        story_endings.tell_survey(survey, self._entries(sandbox, survey), self.tell)

    # --- writing --------------------------------------------------------------------------

    def _visit(self, sandbox: httpx.Client, who: Customer, bursts: Sequence[Burst]) -> None:
        self._stop_if_staff_answer(who)
        self.tell(f"{who.name} ({who.number}) writes on WhatsApp.")
        for burst in bursts:
            self._say(sandbox, who, burst)
        self._wait_for_delivery(who)

    def _say(self, sandbox: httpx.Client, who: Customer, burst: Burst) -> None:
        before = self._answers(who)
        for text in burst:
            self.tell(f"  {who.first_name:>9}: {text}")
            body = {"from": who.number, "name": who.name, "text": text}
            try:
                response = sandbox.post("/_customer/whatsapp", json=body)
            except httpx.HTTPError as error:
                raise StoryError(f"the sandbox does not answer: {error!r}") from error
            if response.status_code != 200:
                raise StoryError(f"the webhook was not acknowledged: {response.text[:300]}")

        def is_answered() -> bool:
            if self._answers(who) > before:
                return True
            self._stop_if_staff_answer(who)
            return False

        self._wait(is_answered, "an answer", who)
        answer = self._messages(who).filter(author=Message.Author.AI).latest("id")
        for number, paragraph in enumerate(answer.text.split("\n\n")):
            self.tell(f"  {'' if number else 'Assistant':>9}{' ' if number else ':'} {paragraph}")

    def _stop_if_staff_answer(self, who: Customer) -> None:
        if _conversations(who).filter(owner=Conversation.Owner.STAFF).exists():
            raise StoryError(
                f"staff own the conversation with {who.name}, so the assistant is silent;"
                " hand it back in the admin"
            )

    # --- waiting --------------------------------------------------------------------------

    def _messages(self, who: Customer) -> QuerySet[Message]:
        return Message.objects.filter(
            conversation__person__phone=who.number, stored_at__gte=self.started_at
        )

    def _answers(self, who: Customer) -> int:
        return self._messages(who).filter(author=Message.Author.AI).count()

    def _survey(self, who: Customer) -> Survey:
        """The one that the calendar has accepted."""
        theirs = Survey.objects.upcoming().filter(person__phone=who.number)
        confirmed = theirs.filter(status=Survey.Status.CONFIRMED).select_related("surveyor")
        self._wait(confirmed.exists, "a survey in the calendar", who)
        return confirmed[0]

    def _entries(self, sandbox: httpx.Client, survey: Survey) -> list[dict[str, object]]:
        """What the surveyor's calendar at the vendor shows."""
        try:
            response = sandbox.get(f"/_calendar/{survey.surveyor.mailbox}")
        except httpx.HTTPError as error:
            raise StoryError(f"the sandbox does not answer: {error!r}") from error
        found: list[dict[str, object]] = response.json()
        return found

    def _wait_for_delivery(self, who: Customer) -> None:
        lane = _conversation(who).lane
        ours = Outbox.objects.filter(lane=lane, created_at__gte=self.started_at)
        arrived = [Outbox.Status.DELIVERED, Outbox.Status.READ]
        self._wait(
            lambda: not ours.exclude(status__in=arrived).exists(),
            "the delivery of all answers",
            who,
        )

    def _wait(self, check: Callable[[], bool], what: str, who: Customer) -> None:
        ends_at = time.monotonic() + WAIT_SECONDS
        while not check():
            if time.monotonic() > ends_at:
                raise StoryError(f"waited {WAIT_SECONDS:.0f} s for {what}{_trouble(who)}")
            time.sleep(0.05)


def _trouble(who: Customer) -> str:
    turn = Turn.objects.filter(conversation__person__phone=who.number).order_by("-id").first()
    return f"; last error {turn.error}" if turn and turn.error else ""


def was_played() -> bool:
    """A story that broke off has no verdict, and may be played again."""
    return _judged().exists()


def _judged() -> QuerySet[Lead]:
    return Lead.objects.filter(person__phone=PRIYA.number, qualifications__is_current=True)


def _conversations(who: Customer) -> QuerySet[Conversation]:
    return Conversation.objects.filter(
        person__phone=who.number, channel=Conversation.Channel.WHATSAPP
    )


def _conversation(who: Customer) -> Conversation:
    return _conversations(who).select_related("lead").get()
