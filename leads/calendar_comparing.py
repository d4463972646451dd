"""Comparing a surveyor's calendar with our surveys, entry by entry: after a restore, or in doubt.

Reads the whole window and believes no earlier reading. Where the two differ, what is safe can be
mended; clashes with other people's entries are left to the daily reading.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from hampstead.core.clock import now
from hampstead.core.models import Outbox
from leads.calendar_following import settle_own
from leads.calendar_reading import window
from leads.calendar_writing import KIND, shows, write_again
from leads.conflicts import confirm_survey
from leads.models import CalendarEvent, Survey, Surveyor
from leads.outlook import Entry, outlook
from leads.slot_checks import locked
from leads.survey_records import awaits_approval, show_in_calendar
from leads.telling import written_time


@dataclass(frozen=True)
class Difference:
    """`words` for an operator, without anybody's name. `mend`: None if a person must decide."""

    words: str
    mend: Callable[[], object] | None


def compare(surveyor: Surveyor) -> list[Difference]:
    """What differs from now on. Changes nothing. Raises as Outlook does."""
    starts, ends = window(now())
    found = outlook().entries(surveyor.mailbox, starts=starts, ends=ends)
    entries = [entry for entry in found if not entry.is_cancelled]
    differences = [*_of_surveys(surveyor, entries)]
    differences += _of_unwanted(surveyor, entries)
    differences += _of_strangers(surveyor, entries)
    return differences


# --- surveys that should be there -----------------------------------------------------------
def _of_surveys(surveyor: Surveyor, entries: list[Entry]) -> Iterator[Difference]:
    surveys = Survey.objects.upcoming().filter(surveyor=surveyor)
    for survey in surveys.select_related("lead", "person", "surveyor"):
        event = _events().filter(survey=survey, surveyor=surveyor, is_wanted=True).first()
        if event is not None:
            found = _of_wanted(event, _entry_of(event, entries))
        elif awaits_approval(survey):
            found = None  # staff have not agreed to it yet
        else:
            found = "has no entry yet", partial(_show, survey)
        if found is not None:
            words, mend = found
            yield Difference(f"{_named(survey)}: {words}", mend)


def _of_wanted(
    event: CalendarEvent, entry: Entry | None
) -> tuple[str, Callable[[], object]] | None:
    survey, mailbox = event.survey, event.surveyor.mailbox
    if event.removed_at is not None or (event.event_id and _waits(event)):
        return None  # staff know, or our own change is on its way
    if not event.event_id:
        entry = entry or outlook().find_event(mailbox, event.uid)
        if entry is not None and not entry.is_cancelled:
            return "is in the calendar, which we did not know", partial(_adopt, event, entry)
        return None if _waits(event) else ("is not in the calendar", partial(write_again, event))
    if event.version < survey.version:
        return "the calendar shows an older state of it", partial(write_again, event)
    entry = entry or outlook().read_event(mailbox, event.event_id)
    if entry is None or entry.is_cancelled:
        return "was deleted in the calendar", partial(settle_own, event)
    if not shows(entry, survey):
        return f"the calendar has it on {written_time(entry.starts)}", partial(settle_own, event)
    return None


def _adopt(event: CalendarEvent, entry: Entry) -> None:
    """The calendar remembers what we forgot: it is ours, and where it is now is right."""
    CalendarEvent.objects.filter(pk=event.pk, event_id="").update(
        event_id=entry.id, version=event.survey.version
    )
    confirm_survey(survey=event.survey)
    settle_own(event)


@transaction.atomic
def _show(survey: Survey) -> None:
    survey = locked(survey)
    if survey.is_booked and not awaits_approval(survey):
        show_in_calendar(survey)


# --- entries that should not be there -------------------------------------------------------
def _of_unwanted(surveyor: Surveyor, entries: list[Entry]) -> Iterator[Difference]:
    """An entry of a survey that is cancelled, or is another surveyor's now."""
    for event in _events().filter(surveyor=surveyor, is_wanted=False).order_by("pk"):
        is_there = _entry_of(event, entries) is not None
        is_unfinished = event.removed_at is None and event.survey.ends_at > now()
        if (is_there or is_unfinished) and not _waits(event):
            words = "is still in the calendar" if is_there else "its entry was never removed"
            yield Difference(f"{_named(event.survey)}: {words}", partial(write_again, event))


def _of_strangers(surveyor: Surveyor, entries: list[Entry]) -> Iterator[Difference]:
    """Ours by our tag, of a survey that these rows do not know: booked after the backup."""
    for entry in entries:
        uid = _uid(entry)
        if uid is None or CalendarEvent.objects.filter(uid=uid).exists():
            continue
        if outlook().find_event(surveyor.mailbox, uid) is not None:
            when = written_time(entry.starts)
            yield Difference(f"an entry of ours on {when} belongs to no survey we know", None)


def _uid(entry: Entry) -> UUID | None:
    try:
        return UUID(entry.uid)
    except ValueError:
        return None


# --- looking --------------------------------------------------------------------------------
def _events() -> QuerySet[CalendarEvent]:
    return CalendarEvent.objects.select_related(
        "surveyor", "survey__lead", "survey__person", "survey__surveyor"
    )


def _entry_of(event: CalendarEvent, entries: list[Entry]) -> Entry | None:
    for entry in entries:
        if entry.id == event.event_id or entry.uid == str(event.uid):
            return entry
    return None


def _waits(event: CalendarEvent) -> bool:
    """Will the outbox see to it?"""
    waiting = Outbox.objects.filter(kind=KIND, payload__event=event.pk, status__in=Outbox.LIVE)
    return waiting.exists()


def _named(survey: Survey) -> str:
    return f"{survey.subject} on {written_time(survey.starts_at)}"
