"""What the model is told in a turn: a stable prefix (cached), the history since the digest (cached
as it grows), and last of all the situation with what the customer has just written.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Any

from django.conf import settings

from conversations import history, surveying
from conversations.desk import open_promises
from conversations.firm_facts import FirmFacts
from conversations.history import Passage, plain
from conversations.models import Conversation, Digest, Message, Turn
from conversations.prompting import Playbook
from hampstead.core.clock import now, spoken_date
from hampstead.core.phone import spoken
from leads.models import Area, Fact, FactKey, Lead, Promise
from leads.prices import current_prices
from leads.promises import spoken_due
from leads.wording import tidy

PREFIX_MARK = {"type": "ephemeral", "ttl": "1h"}
HISTORY_MARK = {"type": "ephemeral"}
WE_BEGAN = "(The firm wrote first.)"
NO_WORDS = "(an empty message)"
LONGEST_NAME = 30
MOST_ENDED = 3


@dataclass(frozen=True)
class TurnContext:
    channel: str
    prompt_version: str
    system: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    playbook: Playbook
    secret_texts: tuple[str, ...] = ()  # what no customer may be told word for word
    firm_texts: tuple[str, ...] = ()  # what any customer may be told
    opening: tuple[tuple[int, time, time], ...] = ()
    facts: tuple[Fact, ...] = ()
    open_promises: tuple[Promise, ...] = ()
    survey_texts: tuple[str, ...] = ()  # what stands of surveys and offers, as JSON
    # All the customer has ever said, the newest first; None if part of it was not read.
    heard: tuple[str, ...] | None = None


def build(turn: Turn, playbook: Playbook) -> TurnContext:
    conversation = turn.conversation
    firm, facts = FirmFacts.read(), known_facts(conversation)
    promises = open_promises(conversation.person)
    surveys = surveying.situation_of(conversation)
    digest = Digest.objects.filter(conversation=conversation).order_by("-up_to_id").first()
    rows = history.said(conversation, after=digest.up_to_id if digest else 0)
    rows = rows.exclude(pk__in=[message.pk for message in turn.asked])
    read = history.newest(rows)
    earlier = history.passages(read)
    told = history.bounded(earlier, settings.HISTORY_TOKENS)
    situation = _situation(
        _clock(conversation, firm),
        _known(facts),
        _ended(conversation),
        _lane(conversation, playbook),
        _promised(promises),
        list(surveys.lines),
        _digest(digest, is_cut=len(told) < len(earlier)),
    )
    return TurnContext(
        channel=conversation.channel,
        prompt_version=playbook.label,
        system=[
            {
                "type": "text",
                "text": stable_text(playbook, conversation.channel, firm),
                "cache_control": PREFIX_MARK,
            }
        ],
        messages=[*_history(told), _question(situation, turn.asked)],
        playbook=playbook,
        secret_texts=secrets_of(playbook, conversation.channel),
        firm_texts=firm.texts(playbook),
        opening=firm.opening,
        facts=facts,
        open_promises=promises,
        survey_texts=surveys.texts,
        heard=None if digest or history.is_part(read) else _heard([*read, *turn.asked]),
    )


def _heard(messages: Sequence[Message]) -> tuple[str, ...]:
    return tuple(one.text for one in reversed(messages) if one.is_inbound and one.text)


def known_facts(conversation: Conversation) -> tuple[Fact, ...]:
    """Of the enquiry that is open."""
    lead = conversation.lead
    return tuple(lead.facts.current()) if lead is not None and lead.is_open else ()


def secrets_of(playbook: Playbook, channel: str) -> tuple[str, ...]:
    """The prompt's own texts."""
    instructions = (lane.instructions for lane in playbook.lanes if lane.instructions)
    return (playbook.text(channel), *instructions)


def stable_text(playbook: Playbook, channel: str, firm: FirmFacts) -> str:
    """Role, rules, lanes and the firm's data: no clock and no customer in it, always in the same
    order, so that every conversation shares one cached prefix."""
    sections = [
        playbook.text(channel),
        _lanes(playbook),
        _firm(firm),
        _price_book(firm),
        _service_area(firm),
        f"# Opening hours\n{firm.spoken_hours}",
    ]
    return "\n\n".join(section for section in sections if section)


def _lanes(playbook: Playbook) -> str:
    lines = [f"- {lane.code}: {lane.title} – {lane.instructions}" for lane in playbook.lanes]
    heading = "# Lanes (for choose_lane, when the message is not an ordinary enquiry)"
    return "\n".join([heading, *lines]) if lines else ""


def _firm(facts: FirmFacts) -> str:
    return (
        "# The firm's details\n"
        f"Name: {facts.firm.name}\n"
        f"Office phone: {spoken(facts.firm.office_phone)}\n"
        f"Emergency phone: {spoken(facts.firm.emergency_phone)}"
    )


def _price_book(facts: FirmFacts) -> str:
    prices = current_prices(facts.price_book)
    lines = [f"- {price.project_type}: {price.text}" for price in prices]
    heading = "# Price book (to say any of it, call get_price_range in the same turn)"
    return "\n".join([heading, *(lines or ["- no price may be given"])])


def _service_area(facts: FirmFacts) -> str:
    outcodes = facts.outcodes
    served = [Area.PRIMARY, Area.SECONDARY, Area.BORDERLINE]
    lines = [f"- {area.label}: {', '.join(outcodes[area])}" for area in served if area in outcodes]
    heading = "# Service area (to say that we work somewhere, call check_service_area)"
    return "\n".join([heading, *(lines or ["- the office confirms it"])])


def _history(told: list[Passage]) -> list[dict[str, Any]]:
    """User and assistant in turn, as the API expects, marked for the cache at its end."""
    messages: list[dict[str, Any]] = []
    for passage in told:
        role = "user" if passage.is_customer else "assistant"
        if not messages and role == "assistant":
            messages.append({"role": "user", "content": [_block(WE_BEGAN)]})
        if not messages or messages[-1]["role"] != role:
            messages.append({"role": role, "content": []})
        messages[-1]["content"].append(_block(passage.text))
    if messages:
        messages[-1]["content"][-1]["cache_control"] = HISTORY_MARK
    return messages


def _question(situation: str, asked: Sequence[Message]) -> dict[str, Any]:
    """What must be answered: the model's last message is the customer's."""
    texts = [plain(message.text) for message in asked if message.text.strip()]
    words = "\n".join(history.shortened(texts, settings.BURST_CHARACTERS))
    return {"role": "user", "content": [_block(situation), _block(words or NO_WORDS)]}


def _block(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _situation(*sections: list[str]) -> str:
    """Volatile, so behind all that is cached. Customers' words stay inside quotes."""
    body = "\n\n".join("\n".join(lines) for lines in sections if lines)
    return f"<situation>\n{body}\n</situation>"


def _clock(conversation: Conversation, firm: FirmFacts) -> list[str]:
    at = now()
    lines = ["# Now", f"It is {spoken_date(at)} in London."]
    lines.append(f"The office is {'open' if firm.hours.are_open(at) else 'closed'}.")
    if name := first_name(conversation.person.name):
        lines.append(f"The customer's first name, as their profile has it: {name!r}.")
    return lines


def first_name(name: str) -> str:
    """All that a profile may put into the prompt: one word."""
    words = tidy(name, limit=200).split()
    return plain(words[0])[:LONGEST_NAME] if words else ""


def _known(facts: Iterable[Fact]) -> list[str]:
    lines = [
        f"- {fact.key}: {plain(repr(fact.value))}"
        f"{' (sensitive: do not repeat it)' if fact.is_sensitive else ''}"
        for fact in sorted(facts, key=lambda fact: fact.key)
    ]
    return ["# Known facts", *(lines or ["- none yet"])]


def _ended(conversation: Conversation) -> list[str]:
    """Its messages are still among the history, its facts are no longer known."""
    ended = Lead.objects.exclude(status=Lead.Status.OPEN).filter(person=conversation.person_id)
    lines = [f"- {_project(lead)} ({lead.status})" for lead in ended.order_by("-pk")[:MOST_ENDED]]
    heading = "# Enquiries that have ended (what was said of them is not about a new one)"
    return [heading, *lines] if lines else []


def _project(lead: Lead) -> str:
    fact = lead.facts.current().filter(key=FactKey.PROJECT_TYPE).first()
    return fact.spoken_value if fact is not None else "nothing was noted"


def _lane(conversation: Conversation, playbook: Playbook) -> list[str]:
    lane = playbook.lane(conversation.enquiry_lane)
    return [f"# Lane\nThis conversation is on the lane {lane.code}."] if lane else []


def _promised(promises: Iterable[Promise]) -> list[str]:
    lines = [
        f"- {promise.get_kind_display()} {spoken_due(promise.due_at)}"
        f"{f', about {plain(repr(promise.about))}' if promise.about else ''}"
        for promise in promises
    ]
    return ["# Promised and still open", *lines] if lines else []


def _digest(digest: Digest | None, *, is_cut: bool) -> list[str]:
    """A model wrote it from customers' words: it may not look like a section of the office."""
    lines = [] if digest is None else digest.text.splitlines()
    told = [plain(line).lstrip("# ") for line in lines if line.strip("# ")]
    if is_cut:
        told.append("(The oldest messages are left out here.)")
    return ["# Earlier in this conversation", *told] if told else []
