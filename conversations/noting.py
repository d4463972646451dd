"""Facts onto the lead, each with the message it came from: those of a turn, and those read after
a pause. Never over what staff decided, never over what the customer has said later.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from conversations.models import Conversation, Message, Turn
from conversations.reading import ReadFact
from leads.enquiries import open_lead
from leads.facts import hold_facts, note_facts
from leads.models import Fact, FactKey, Lead
from leads.qualifying import is_judged, qualify_or_tell
from leads.sensitive import is_sensitive

SURE_ENOUGH = 0.6
NOTED = "noted"
# Of a value: shorter words stand in any message.
TELLING_WORD = re.compile(r"[^\W_]{3,}")


def note_said(turn: Turn, lead: Lead, facts: Mapping[FactKey, Any]) -> None:
    """What the customer said in this turn, and the verdict. Call inside the turn's commit, with the
    lead as `open_lead` gives it: locked.

    A paraphrase may rest on any message of a burst, so one sensitive message makes all of it so.
    """
    is_any_sensitive = any(message.is_sensitive for message in turn.asked)
    said: dict[tuple[Message | None, bool], dict[FactKey, Any]] = {}
    for key, value in facts.items():
        origin = _message_with(value, turn.asked), is_any_sensitive or is_sensitive(str(value))
        said.setdefault(origin, {})[key] = value
    news: list[Fact] = []
    held = hold_facts(lead, is_locked=True) if said else {}
    for (message, flag), values in said.items():
        source = f"message:{message.pk}" if message else turn.conversation.subject
        quote = message.text[:500] if message else ""
        news += note_facts(
            lead=lead, facts=values, source=source, quote=quote, is_sensitive=flag, held=held
        )
    if news:
        qualify_or_tell(lead=lead, noted={key: fact.value for key, fact in held.items()})
    elif not is_judged(lead):
        qualify_or_tell(lead=lead)


def _message_with(value: Any, asked: Sequence[Message]) -> Message | None:
    """The message that shares most words with the value; the last, if none does."""
    words = set(TELLING_WORD.findall(value.casefold())) if isinstance(value, str) else set()

    def shared(message: Message) -> int:
        text = message.text.casefold()
        return sum(word in text for word in words)

    return max(reversed(asked), key=shared, default=None)


def note_read_facts(
    conversation: Conversation, facts: Sequence[ReadFact], messages: Mapping[int, Message]
) -> list[dict[str, Any]]:
    """Note what holds, renew the verdict, and say of each fact what became of it. Call inside the
    summary's transaction; `messages` by their id."""
    is_first = conversation.lead is None  # none has ended: nothing can belong to an earlier one
    lead = _lead(conversation, facts)
    newest = _newest_of_each(facts)
    rows = []
    for fact in facts:
        became = _fate(fact, lead, is_newest=newest.get(fact.key) is fact)
        message = messages.get(fact.message_id or 0)
        if became == NOTED and lead and message and not is_first and _is_of_earlier(message, lead):
            became = "said in an earlier enquiry"
        if became == NOTED and lead is not None and fact.message_id is not None:
            message = messages[fact.message_id]
            note_facts(
                lead=lead,
                facts={FactKey(fact.key): fact.value},
                source=f"message:{message.pk}",
                quote=message.text,
                confidence=fact.confidence,
                is_sensitive=message.is_sensitive,
            )
        rows.append(
            {
                "key": fact.key,
                "value": fact.value,
                "message": fact.message_id,
                "confidence": fact.confidence,
                "became": became,
            }
        )
    if lead is not None and any(row["became"] == NOTED for row in rows):
        qualify_or_tell(lead=lead)
    return rows


def _is_of_earlier(message: Message, lead: Lead) -> bool:
    """Answered before this enquiry began: what was said then belongs to one that has ended."""
    at = message.turn.closed_at if message.turn is not None else None
    return at is not None and at < lead.created_at


def _is_credible(fact: ReadFact) -> bool:
    return not fact.problem and fact.confidence >= SURE_ENOUGH


def _newest_of_each(facts: Sequence[ReadFact]) -> dict[str, ReadFact]:
    """Somebody who changes their mind means the last thing they said."""
    ordered = sorted(filter(_is_credible, facts), key=lambda fact: fact.message_id or 0)
    return {fact.key: fact for fact in ordered}


def _lead(conversation: Conversation, facts: Sequence[ReadFact]) -> Lead | None:
    """The enquiry to note on. One that staff have ended is not begun anew by a summary."""
    if conversation.lead is None and any(map(_is_credible, facts)):
        conversation.lead = open_lead(person=conversation.person)
        conversation.save(update_fields=["lead"])
    if conversation.lead is None:
        return None
    conversation.lead.lock()
    conversation.lead.refresh_from_db()
    return conversation.lead if conversation.lead.is_open else None


def _fate(fact: ReadFact, lead: Lead | None, *, is_newest: bool) -> str:
    if fact.problem:
        return f"not usable: {fact.problem}"
    if fact.confidence < SURE_ENOUGH:
        return "too uncertain"
    if not is_newest:
        return "said otherwise later"
    if lead is None:
        return "the enquiry has ended"
    known = lead.facts.current().filter(key=fact.key).first()
    if known is None or known.yields_to(fact.value, by=None):
        return "said otherwise later" if known and _is_from_later(known, fact) else NOTED
    return "known already" if known.value == fact.value else "staff decided otherwise"


def _is_from_later(known: Fact, fact: ReadFact) -> bool:
    """A source that is no message cannot be dated against one: what is there stays."""
    kind, _, number = known.source.partition(":")
    if kind != "message" or not number.isdigit():
        return True
    return int(number) > (fact.message_id or 0)
