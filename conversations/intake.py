"""The scripted intake: asks on while Claude cannot be asked, and fills the same facts.

It keeps no state of its own. What was asked stands in the messages it sent, what was answered in
the facts of the lead, so Claude takes over in the middle, and hands over in the middle, without
anybody being asked twice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from django.db.models import Q

from conversations import intake_words as words
from conversations.intake_reading import FACT_OF, Asked, Reading, read_answer
from conversations.intake_words import MOST_ASKED, Topic
from conversations.models import Conversation, Message, Turn
from hampstead.core.clock import now, to_london
from hampstead.core.models import Outbox
from leads.facts import current_facts
from leads.models import FactKey, Firm, Promise
from leads.promises import callback_due, spoken_due, stands
from leads.spoken.text import is_unknown
from leads.wording import pounds

INTAKE = "intake"
FARTHEST_BACK = 200
# After so long a silence people are greeted anew and told anew what they may expect.
STILL_FRESH = timedelta(hours=12)
TITLES = {"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "lady", "doctor"}
_ASSISTANTS = (Message.Author.AI, Message.Author.SYSTEM)


@dataclass(frozen=True)
class IntakeReply:
    """`promise_kind` is what the text promises by `due_at`; None when it promises nothing new."""

    text: str
    facts: dict[FactKey, Any]
    is_complete: bool
    wish: str = ""
    promise_kind: Promise.Kind | None = None
    due_at: datetime | None = None


@dataclass
class _Story:
    """What the messages so far tell about the intake."""

    asked: Asked = field(default_factory=Asked)
    counts: dict[Topic, int] = field(default_factory=dict)
    declined: set[Topic] = field(default_factory=set)
    is_running: bool = False
    is_first_word: bool = True

    @property
    def is_closed(self) -> bool:
        """The intake's last word was no question."""
        return self.is_running and self.asked.topic is None

    def next_topic(self, topics: list[Topic], known: Mapping[FactKey, Any]) -> Topic | None:
        return next((topic for topic in topics if self._is_open(topic, known)), None)

    def _is_open(self, topic: Topic, known: Mapping[FactKey, Any]) -> bool:
        is_done = FACT_OF[topic] in known or topic in self.declined
        return not is_done and self.counts.get(topic, 0) < MOST_ASKED


def reply_to(turn: Turn, *, why: str) -> IntakeReply:
    """What to say and note now; `why` is "outage" or "budget". Writes nothing."""
    conversation = turn.conversation
    texts = [message.text for message in _customers(turn)]
    known, story = _known(conversation), _story(turn)
    topics = [topic for topic in Topic if topic != Topic.RING or _has_phone(conversation)]
    was_complete = story.is_closed and story.next_topic(topics, known) is None
    reading = read_answer(texts, story.asked, known, to_london(now()).date())
    if reading.is_refusal and story.asked.topic is not None:
        story.declined.add(story.asked.topic)
    known = {**known, **reading.facts}
    promise = _promise(conversation, known)
    topic = _pending(story, topics, known, reading)
    if was_complete:
        parts = _after_closing(reading, promise)
    else:
        parts = _next_words(story, reading, topic, promise, why, known)
    text = words.together(parts)
    return IntakeReply(
        text=text,
        facts=reading.facts,
        is_complete=topic is None,
        wish=promise.wish,
        promise_kind=None if was_complete and promise.due not in text else promise.kind,
        due_at=promise.due_at,
    )


def _customers(turn: Turn) -> list[Message]:
    asked = turn.messages.filter(author=Message.Author.CUSTOMER).exclude(text="")
    return list(asked.order_by("sent_at", "id"))


def _known(conversation: Conversation) -> dict[FactKey, Any]:
    lead = conversation.lead
    return current_facts(lead) if lead is not None and lead.is_open else {}


def _has_phone(conversation: Conversation) -> bool:
    return conversation.person.phone is not None


def _story(turn: Turn) -> _Story:
    """Read from the messages of this enquiry; what was cancelled, the customer never read."""
    story, declining = _Story(), None
    earlier = list(_earlier(turn))
    for message in earlier:
        if message.is_inbound:
            if declining is not None and is_unknown(message.text):
                story.declined.add(declining)
            continue
        declining = _topic_of(message)
        story.asked = Asked(declining, message.text)
        story.is_first_word = False
        if _is_intake(message) and declining is not None:
            story.counts[declining] = story.counts.get(declining, 0) + 1
    ours = [message for message in earlier if message.author in _ASSISTANTS and message.effect]
    story.is_running = bool(ours) and _is_intake(ours[-1]) and _is_fresh(ours[-1])
    return story


def _earlier(turn: Turn) -> Iterator[Message]:
    """Oldest first. An enquiry that ended takes its questions along."""
    lead = turn.conversation.lead
    if lead is not None and not lead.is_open:
        return iter(())
    said = Message.objects.filter(conversation=turn.conversation).exclude(text="")
    said = said.exclude(effect__status=Outbox.Status.CANCELLED)
    said = said.exclude(Q(turn=turn) & Q(author=Message.Author.CUSTOMER))
    newest = said.select_related("effect").order_by("-sent_at", "-id")[:FARTHEST_BACK]
    since = lead.created_at if lead is not None else None
    recent = takewhile(lambda message: since is None or message.stored_at >= since, newest)
    return reversed(list(recent))


def _is_intake(message: Message) -> bool:
    return message.effect is not None and message.effect.purpose == INTAKE


def _is_fresh(message: Message) -> bool:
    return now() - message.sent_at < STILL_FRESH


def _topic_of(message: Message) -> Topic | None:
    ask = words.asked_by_intake if _is_intake(message) else words.asked_freely
    return ask(message.text)


@dataclass(frozen=True)
class _Promised:
    kind: Promise.Kind
    due_at: datetime
    wish: str

    @property
    def due(self) -> str:
        return spoken_due(self.due_at)


def _promise(conversation: Conversation, known: Mapping[FactKey, Any]) -> _Promised:
    """The open promise as it stands, or the one that the turn's commit makes."""
    said = known.get(FactKey.PREFERRED_TIME)
    wish = said if isinstance(said, str) else ""
    rings = _has_phone(conversation) and wish != words.IN_WRITING
    kind = Promise.Kind.CALL_BACK if rings else Promise.Kind.REPLY
    opened = Promise.objects.open().filter(person=conversation.person, kind=kind).first()
    if opened is not None and stands(opened, wish):
        return _Promised(kind, opened.due_at, wish)
    return _Promised(kind, callback_due(now(), wish), wish)


def _pending(
    story: _Story, topics: list[Topic], known: Mapping[FactKey, Any], reading: Reading
) -> Topic | None:
    """What to ask next; a budget that may mean two things comes first."""
    if reading.doubt is not None and story.counts.get(Topic.BUDGET, 0) < MOST_ASKED:
        return Topic.BUDGET
    return story.next_topic(topics, known)


def _next_words(
    story: _Story,
    reading: Reading,
    topic: Topic | None,
    promise: _Promised,
    why: str,
    known: Mapping[FactKey, Any],
) -> list[str]:
    name = _first_name(known)
    if not story.is_running:
        firm, is_first = Firm.current().name, story.is_first_word
        if topic is None:
            return words.opening_closing(why, firm, promise.due, is_first=is_first)
        said = words.opening(why, firm, promise.due, is_first=is_first)
        return [*said, _ask(story, reading, topic)]
    if topic is None:
        question = words.QUESTION_NOTED if reading.is_question else ""
        return [question, *words.closing(name, promise.due, promise.wish)]
    return [_acknowledgement(story, reading, topic), _ask(story, reading, topic)]


def _ask(story: _Story, reading: Reading, topic: Topic) -> str:
    if topic == Topic.BUDGET and reading.doubt is not None:
        return words.sure_question(reading.doubt.in_words)
    return words.question(topic, story.counts.get(topic, 0))


def _acknowledgement(story: _Story, reading: Reading, topic: Topic) -> str:
    """A burst may hold a fact and a question: both are told to have arrived."""
    heard = _heard(reading)
    if reading.is_question:
        return words.together([heard, words.QUESTION_NOTED])
    if heard or reading.doubt is not None:
        return heard
    if reading.is_refusal:
        return words.NO_PROBLEM
    if reading.is_thanks or story.asked.topic is None:
        return ""
    return words.UNDERSTOOD_NOTHING if topic == story.asked.topic else words.MOVING_ON


def _heard(reading: Reading) -> str:
    """Repeats what is easily misread, so that it can be put right."""
    facts = reading.facts
    if name := _first_name(facts):
        return f"Thank you, {name}."
    if postcode := facts.get(FactKey.POSTCODE):
        return f"Thank you, I've noted {postcode}."
    if FactKey.BUDGET in facts:
        return f"Thank you, I've noted {_spoken_budget(facts[FactKey.BUDGET])}."
    return words.THANK_YOU if facts else ""


def _spoken_budget(budget: Mapping[str, int | None]) -> str:
    low, high = budget["min_pence"], budget["max_pence"]
    if low is None:
        return f"up to {pounds(high or 0)}"
    if high is None:
        return f"from {pounds(low)}"
    return pounds(low) if low == high else f"{pounds(low)} to {pounds(high)}"


def _first_name(facts: Mapping[FactKey, Any]) -> str:
    """'Priya' of 'Priya Shah', but the whole of 'Mr O'Connor' and 'Tom and Priya Shah'."""
    name = facts.get(FactKey.CUSTOMER_NAME)
    if not isinstance(name, str) or not name:
        return ""
    parts = name.split()
    is_whole = parts[0].lower().strip(".") in TITLES or "and" in parts or "&" in parts
    return name[:60] if is_whole else parts[0][:60]


def _after_closing(reading: Reading, promise: _Promised) -> list[str]:
    if FactKey.PREFERRED_TIME in reading.facts:
        return ["Thank you.", words.put_down(promise.wish), words.follow_up(promise.due)]
    if reading.is_question:
        return [_heard(reading), words.QUESTION_NOTED, words.follow_up(promise.due)]
    if reading.facts:
        return [_heard(reading), words.follow_up(promise.due)]
    if reading.is_thanks:
        return [words.WELCOME]
    return [words.KEPT, words.follow_up(promise.due)]
