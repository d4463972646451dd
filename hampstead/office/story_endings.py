"""How the demo story ends: the verdict, the survey, and where to look at them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse

from conversations.models import Conversation
from hampstead.core.clock import to_london
from leads.models import Lead, Survey
from leads.telling import written_time

Tell = Callable[[str], None]
Entry = dict[str, Any]


class StoryError(Exception):
    """The story did not come to its end; the message says where it stopped."""


def tell_verdict(lead: Lead, conversation: Conversation, tell: Tell) -> None:
    """Raises StoryError if there is none."""
    lead.refresh_from_db()
    verdict = lead.qualification
    if verdict is None or lead.verdict is None:
        raise StoryError("the lead has no verdict")
    tell("")
    tell(f"The rules' verdict: {lead.verdict.label.upper()}, {verdict.score} of 100.")
    for reason in verdict.reasons:
        tell(f"  - {reason['because']}")
    tell("Facts on the lead, each with the message it came from:")
    for fact in lead.facts.current():
        tell(f"  - {fact.get_key_display()}: {fact.spoken_value}")
    tell("")
    for title, name, pk in _pages(lead, conversation):
        tell(_link(title, name, pk))


def tell_survey(survey: Survey, calendar: Sequence[Entry] | None, tell: Tell) -> None:
    """`calendar`: what the vendor shows of it; None: not asked. Raises StoryError if it is
    missing there.
    """
    tell("")
    who = f"{survey.person.display_name}, with {survey.surveyor.name}"
    tell(f"The survey of {who}: {survey.get_status_display().lower()}.")
    tell(f"  - {written_time(survey.starts_at)}, until {to_london(survey.ends_at):%H:%M}")
    if calendar is not None:
        entry = _entry_of(survey, calendar)
        tell(f"  - in the calendar of {survey.surveyor.mailbox}: “{entry['subject']}”")
    tell(_link("Survey", "admin:leads_survey_change", survey.pk))


def _entry_of(survey: Survey, calendar: Sequence[Entry]) -> Entry:
    ours = {str(uid) for uid in survey.events.filter(is_wanted=True).values_list("uid", flat=True)}
    for entry in calendar:
        if entry.get("transactionId") in ours:
            return entry
    raise StoryError(f"the calendar of {survey.surveyor.mailbox} does not show the survey")


def _link(title: str, name: str, pk: int) -> str:
    return f"  {title:<14}{settings.PUBLIC_URL}{reverse(name, args=[pk])}"


def _pages(lead: Lead, conversation: Conversation) -> Iterator[tuple[str, str, int]]:
    yield "Lead", "admin:leads_lead_change", lead.pk
    yield "Conversation", "admin:conversations_conversation_change", conversation.pk
    yield "Person", "admin:leads_person_change", lead.person_id
