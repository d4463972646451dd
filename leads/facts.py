"""What we know of a lead: reading it strictly, noting it with its source."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from hampstead.core import audit
from hampstead.core.models import StaffUser
from leads.fact_values import LONGEST_NAME, ParsedFacts, parse_facts
from leads.models import Fact, FactKey, Lead, Person
from leads.places import note_place_of_lead
from leads.wording import tidy

__all__ = ["ParsedFacts", "current_facts", "hold_facts", "note_facts", "parse_facts"]

LONGEST_QUOTE = 1000


def current_facts(lead: Lead) -> dict[FactKey, Any]:
    return {FactKey(fact.key): fact.value for fact in lead.facts.current()}


def hold_facts(lead: Lead, *, is_locked: bool = False) -> dict[FactKey, Fact]:
    """What is known, and nobody else changes it until the caller's transaction ends."""
    if not is_locked:
        lead.lock()
    return {FactKey(fact.key): fact for fact in lead.facts.current()}


@transaction.atomic(savepoint=False)  # what fails here fails the turn around it
def note_facts(
    *,
    lead: Lead,
    facts: Mapping[FactKey, Any],
    source: str,
    quote: str = "",
    by: StaffUser | None = None,
    confidence: Decimal | float | None = None,
    is_sensitive: bool = False,
    held: dict[FactKey, Fact] | None = None,
) -> list[Fact]:
    """Note what is new. What staff noted stays until staff change it. Returns the new facts.

    `held`: what `hold_facts` gave in this transaction; the new facts are put in.
    """
    known = hold_facts(lead) if held is None else dict(held)
    news = {
        key: value
        for key, value in facts.items()
        if key not in known or known[key].yields_to(value, by=by)
    }
    if not news:
        return []
    if outdated := [known[key].pk for key in news if key in known]:
        lead.facts.filter(pk__in=outdated).update(superseded_at=Now())
    origin = {
        "source": source,
        "quote": tidy(quote, limit=LONGEST_QUOTE),
        "noted_by": by,
        "confidence": None if confidence is None else Decimal(str(confidence)),
        "is_sensitive": is_sensitive,
    }
    noted = Fact.objects.bulk_create(
        Fact(lead=lead, key=key, value=value, **origin) for key, value in news.items()
    )
    if held is not None:
        held.update((FactKey(fact.key), fact) for fact in noted)
    _introduce(lead.person_id, news)
    note_place_of_lead(lead, news, by=by, source=source)
    lead.mark_changed()
    if by is not None:
        _audit(lead, known, news, by=by, reason=quote)
    return noted


def _introduce(person_id: int, facts: Mapping[FactKey, Any]) -> None:
    """A person's blank name or address is filled in; what is there is left alone."""
    person = Person.objects.filter(pk=person_id)
    if name := facts.get(FactKey.CUSTOMER_NAME):
        person.filter(name="").update(name=name[:LONGEST_NAME])
    if email := facts.get(FactKey.EMAIL):
        person.filter(email="").update(email=email)


def _audit(
    lead: Lead,
    known: Mapping[FactKey, Fact],
    news: Mapping[FactKey, Any],
    *,
    by: StaffUser,
    reason: str,
) -> None:
    audit.record(
        action="note facts",
        subject=lead.subject,
        by=by,
        reason=reason,
        before={key.value: known[key].value for key in news if key in known},
        after={key.value: value for key, value in news.items()},
    )
