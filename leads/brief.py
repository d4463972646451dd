"""What the surveyor needs to know of a visit: for the calendar entry and for one printed page.

For staff alone: a customer is never an attendee of the entry, so nothing of this reaches one.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F

from hampstead.core import outbox
from hampstead.core.clock import now
from hampstead.core.subjects import admin_link
from leads.models import Fact, FactKey, Lead, Promise, Survey, SurveyNotice
from leads.notice_texts import place_of
from leads.notices import brief_due, settle
from leads.outlook import EventDraft
from leads.promises import spoken_due
from leads.sensitive import is_sensitive
from leads.telling import written_time
from leads.terms import WANTED_WORDS
from leads.wording import tidy

State = SurveyNotice.State
MAPS = "https://www.google.com/maps/search/?"
# What is asked about the work, in the order in which a surveyor reads it.
ABOUT_THE_WORK = (
    FactKey.PROJECT_TYPE,
    FactKey.REQUIREMENTS,
    FactKey.BUDGET,
    FactKey.START_WITHIN_MONTHS,
    FactKey.DECISION_MAKER,
)
LONGEST_QUOTE = 240
WITHHELD = "They told us something private: read it in the office."


@dataclass(frozen=True)
class BriefFact:
    label: str
    answer: str
    quote: str  # the customer's own words, or empty


@dataclass(frozen=True)
class Brief:
    customer: str
    phone: str
    email: str
    surveyor: str
    when: str
    minutes: int
    place: str
    map_url: str
    access_notes: str
    project: str
    wants: str
    budget: str
    facts: tuple[BriefFact, ...]
    open_questions: tuple[str, ...]
    promises: tuple[str, ...]
    band: str
    score: int | None
    reasons: tuple[str, ...]
    lead_url: str
    conversation_url: str


def brief_of(survey: Survey) -> Brief:
    """As of now. What is sensitive stays on the pages of the office."""
    facts = _facts(survey.lead)
    told = {fact.key: fact.spoken_value for fact in facts}
    band, score, reasons = _verdict(survey.lead)
    return Brief(
        customer=survey.person.display_name,
        phone=survey.person.spoken_phone,
        email=survey.person.email,
        surveyor=survey.surveyor.name,
        when=written_time(survey.starts_at),
        minutes=int((survey.ends_at - survey.starts_at) / timedelta(minutes=1)),
        place=place_of(survey),
        map_url=_map_url(place_of(survey)),
        access_notes=_unless_sensitive(survey.access_notes),
        project=told.get(FactKey.PROJECT_TYPE, ""),
        wants=told.get(FactKey.REQUIREMENTS, ""),
        budget=told.get(FactKey.BUDGET, ""),
        facts=tuple(_line(fact) for fact in facts),
        open_questions=_open_questions(survey),
        promises=_promises(survey),
        band=band,
        score=score,
        reasons=reasons,
        lead_url=_link(survey.lead.subject) if survey.lead else "",
        conversation_url=_link(survey.source),
    )


def event_draft(survey: Survey, uid: UUID, *, is_short: bool = False) -> EventDraft:
    """What the calendar shall show: a few lines until the evening before, then the whole brief.
    `is_short`: the few lines in any case.
    """
    brief = brief_of(survey)
    is_whole = is_due(survey) and not is_short
    return EventDraft(
        subject=f"Survey: {brief.customer}" + (f", {brief.project}" if brief.project else ""),
        body=_whole_text(brief) if is_whole else _short_text(brief),
        location=brief.place,
        starts=survey.starts_at,
        ends=survey.ends_at,
        uid=uid,
    )


def is_due(survey: Survey) -> bool:
    """Is it the evening before, or later?"""
    return now() >= brief_due(survey)


def write_due_briefs() -> int:
    """Have the calendar show what is known the evening before; how many were asked for."""
    done = 0
    while _write_one(now()):
        done += 1
    return done


@transaction.atomic
def _write_one(at: datetime) -> bool:
    due = SurveyNotice.objects.filter(
        purpose=SurveyNotice.Purpose.BRIEF, state=State.DUE, due_at__lte=at
    )
    # Whoever books locks the survey and then its notices: this waits for neither.
    lock = due.select_related("survey").select_for_update(
        skip_locked=True, no_key=True, of=("self", "survey")
    )
    if (notice := lock.order_by("due_at", "pk").first()) is None:
        return False
    survey = notice.survey
    event = survey.events.filter(is_wanted=True).first()
    is_true = survey.status == Survey.Status.CONFIRMED and survey.starts_at == notice.starts_at
    if event is None or not is_true or notice.starts_at <= at:
        settle(notice, State.SKIPPED, "the visit is no longer as planned, or over")
        return True
    Survey.objects.filter(pk=survey.pk).update(version=F("version") + 1)
    effect = outbox.enqueue(
        kind="calendar",
        lane=survey.lane,
        payload={"event": event.pk},
        purpose="brief",
        subject=survey.subject,
        not_after=survey.ends_at,
    )
    notice.effect = f"outbox:{effect.pk}"
    notice.save(update_fields=["effect"])
    settle(notice, State.SENT)
    return True


def _short_text(brief: Brief) -> str:
    lines = [
        _customer(brief),
        brief.project,
        f"Access: {brief.access_notes}" if brief.access_notes else "",
        "The whole brief follows here on the evening before the visit.",
        f"Lead: {brief.lead_url}" if brief.lead_url else "",
    ]
    return "\n".join(filter(None, lines))


def _whole_text(brief: Brief) -> str:
    verdict = f"{brief.band} ({brief.score} of 100)" if brief.score is not None else brief.band
    links = [
        f"Map: {brief.map_url}" if brief.map_url else "",
        f"Lead: {brief.lead_url}" if brief.lead_url else "",
        f"Chat: {brief.conversation_url}" if brief.conversation_url else "",
    ]
    parts = [
        _part("", [_customer(brief), brief.email, f"{brief.when}, {brief.minutes} minutes"]),
        _part("ADDRESS", [brief.place]),
        _part("ACCESS", [brief.access_notes]),
        _part("THE WORK", [_fact_text(fact) for fact in brief.facts]),
        _part("STILL TO FIND OUT", [f"- {line}" for line in brief.open_questions]),
        _part("WE HAVE PROMISED", [f"- {line}" for line in brief.promises]),
        _part(f"VERDICT: {verdict}" if verdict else "", [f"- {line}" for line in brief.reasons]),
        _part("", links),
    ]
    return "\n\n".join(filter(None, parts))


def _part(heading: str, lines: list[str]) -> str:
    kept = [line for line in lines if line]
    return "\n".join([heading, *kept] if heading and kept else kept)


def _customer(brief: Brief) -> str:
    return f"{brief.customer}, {brief.phone or 'phone number not known'}"


def _fact_text(fact: BriefFact) -> str:
    said = f"\n  “{fact.quote}”" if fact.quote else ""
    return f"{fact.label}: {fact.answer}{said}"


def _facts(lead: Lead | None) -> list[Fact]:
    if lead is None:
        return []
    order = {key.value: place for place, key in enumerate(ABOUT_THE_WORK)}
    rows = Fact.objects.current().filter(lead=lead, key__in=order, is_sensitive=False)
    return sorted(rows, key=lambda fact: order[fact.key])


def _line(fact: Fact) -> BriefFact:
    """A quote that only repeats the answer is left out; what staff noted quotes their reason."""
    answer = fact.spoken_value
    quote = "" if fact.is_by_staff else tidy(fact.quote, limit=LONGEST_QUOTE)
    if _says_only(quote, answer) or is_sensitive(quote):
        quote = ""
    label = "What they want" if fact.key == FactKey.REQUIREMENTS else fact.get_key_display()
    return BriefFact(label=label, answer=answer, quote=quote)


def _says_only(quote: str, answer: str) -> bool:
    """ "a kitchen extension" for "Kitchen extension" tells nobody anything."""
    said = quote.casefold().strip(" .!").removeprefix("a ").removeprefix("an ")
    return said == answer.casefold()


def _unless_sensitive(text: str) -> str:
    return WITHHELD if is_sensitive(text) else tidy(text, limit=500)


def _open_questions(survey: Survey) -> tuple[str, ...]:
    """Not whether they want a survey, and nothing that we have from elsewhere."""
    found = survey.lead.qualification if survey.lead else None
    elsewhere = {
        FactKey.WANTS_SURVEY: True,
        FactKey.CUSTOMER_NAME: bool(survey.person.name),
        FactKey.POSTCODE: bool(survey.postcode),
    }
    missing = [] if found is None else [key for key in found.missing if not elsewhere.get(key)]
    return tuple(_capital(WANTED_WORDS.get(key, str(key))) for key in missing)


def _promises(survey: Survey) -> tuple[str, ...]:
    rows = Promise.objects.open().filter(person=survey.person).order_by("due_at")
    return tuple(
        f"{row.get_kind_display()} {spoken_due(row.due_at)}"
        + (f": {row.about}" if row.about and not is_sensitive(row.about) else "")
        for row in rows
    )


def _verdict(lead: Lead | None) -> tuple[str, int | None, tuple[str, ...]]:
    """Band, score and reasons; what staff decided comes first and has no score."""
    if lead is None:
        return "", None, ()
    judged, override = lead.qualification, lead.override
    reasons = tuple(str(reason["because"]) for reason in judged.reasons) if judged else ()
    if override is not None:
        reason = _unless_sensitive(override.reason)
        return override.get_band_display(), None, (f"{override.by} decided: {reason}",)
    return (judged.get_band_display(), judged.score, reasons) if judged else ("", None, ())


def _map_url(place: str) -> str:
    return MAPS + urlencode({"api": 1, "query": place}) if place else ""


def _link(subject: str) -> str:
    path = admin_link(subject)
    return f"{settings.PUBLIC_URL}{path}" if path else ""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
