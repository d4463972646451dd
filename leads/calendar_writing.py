"""Carries out "calendar" effects of the outbox: the calendar shows what our rows say."""

from dataclasses import replace
from datetime import timedelta

from django.db import transaction

from hampstead.core import outbox
from hampstead.core.clock import now
from hampstead.core.errors import CalendarError, NextStep
from hampstead.core.models import Outbox
from leads import conflicts
from leads.brief import event_draft, is_due
from leads.calendar_texts import framed, keeps_subject, merged
from leads.diary_records import forget
from leads.models import CalendarEvent, Survey
from leads.outlook import Entry, EventDraft, outlook
from leads.survey_records import ask_staff

KIND = "calendar"
DELETED = "deleted in the calendar"
INVITED = "Somebody was invited to a survey's entry"
HOW_INVITED = (
    "The brief is not written into it, because whoever is invited would read it. Remove them from "
    "the entry, or give the surveyor the brief from the page of the survey."
)
MOST_WRITES = 4  # a survey that changes under our hands is followed that often, then a little later
# An effect that is older may have been carried out by a database we were restored from.
MAY_BE_THERE_AFTER = timedelta(minutes=10)


class CalendarSender:
    """Makes a calendar show a CalendarEvent, whatever happened before: absent, outdated, or
    written by an attempt whose answer was lost. Microsoft recognises a repeat by the row's `uid`.
    """

    is_keyed = True

    def refusal(self, effect: Outbox) -> str:
        return "" if _event(effect) is not None else "the survey is gone"

    def send(self, effect: Outbox) -> str:
        """The event's uid; Microsoft's own id may be too long. Raises the calendar's errors."""
        for _ in range(MOST_WRITES):
            event = _event(effect)
            if event is None or _is_shown(event):
                return _finish(event)
            _write(event, effect)
        raise CalendarError(
            "the survey keeps changing", next_step=NextStep.RETRY, trips_breaker=False
        )

    def recorded(self, effect: Outbox, vendor_id: str) -> None:
        """Nothing is said about an entry before its id is known."""


def lose_event(event: CalendarEvent) -> None:
    """Somebody took our entry out of the calendar: staff ask whether the visit takes place."""
    _note_loss(event)
    conflicts.mark_conflict(survey=event.survey, trouble=DELETED)


def follow(survey: Survey, entry: Entry) -> bool:
    """Somebody moved our entry. False if nothing is to be done about it."""
    return conflicts.follow_calendar(
        survey=survey,
        starts_at=entry.starts,
        ends_at=entry.ends,
        is_all_day=entry.is_all_day,
    )


def shows(entry: Entry, survey: Survey) -> bool:
    return (entry.starts, entry.ends) == (survey.starts_at, survey.ends_at)


@transaction.atomic
def write_again(event: CalendarEvent) -> None:
    """Have our entry written as it should be, or removed, unless that is waiting already."""
    CalendarEvent.objects.filter(pk=event.pk, is_wanted=False).update(removed_at=None)
    waiting = Outbox.objects.filter(
        kind=KIND, payload__event=event.pk, status__in=[Outbox.Status.PENDING, Outbox.Status.HELD]
    )
    if not waiting.exists():
        outbox.enqueue(
            kind=KIND,
            lane=event.survey.lane,
            payload={"event": event.pk},
            purpose="calendar",
            subject=event.survey.subject,
        )


def _note_loss(event: CalendarEvent) -> None:
    CalendarEvent.objects.filter(pk=event.pk, removed_at__isnull=True).update(removed_at=now())


def _event(effect: Outbox) -> CalendarEvent | None:
    """As it is now: the survey may have changed during the last call."""
    events = CalendarEvent.objects.select_related(
        "surveyor", "survey__surveyor", "survey__person", "survey__lead"
    )
    return events.filter(pk=effect.payload["event"]).first()


def _is_shown(event: CalendarEvent) -> bool:
    """Nothing is left to write. A wanted entry that was removed, or that was moved where its
    survey cannot go, is a person's to decide on.
    """
    if event.removed_at is not None:
        return True
    if not event.is_wanted:
        return is_successor_missing(event)
    is_current = bool(event.event_id) and event.version >= event.survey.version
    return is_current or event.survey.trouble.startswith(conflicts.NOT_FOLLOWED)


def is_successor_missing(event: CalendarEvent) -> bool:
    """The entry of another surveyor that replaces this one is not there yet. Until then this one
    stays: better a visit in the wrong calendar than in none.
    """
    if event.is_wanted or not event.survey.is_booked:
        return False
    return event.survey.events.filter(is_wanted=True, event_id="", removed_at=None).exists()


def _finish(event: CalendarEvent | None) -> str:
    if event is None:
        return ""
    if event.is_wanted and event.removed_at is not None:
        conflicts.mark_conflict(survey=event.survey, trouble=DELETED)
    elif event.is_wanted and event.survey.status == Survey.Status.PROVISIONAL:
        conflicts.confirm_survey(survey=event.survey)
    if event.is_wanted and event.event_id:
        for old in event.survey.events.filter(is_wanted=False, removed_at=None):
            write_again(old)
    forget(event.surveyor_id)
    return str(event.uid)


def _write(event: CalendarEvent, effect: Outbox) -> None:
    """One change of the calendar, and its record."""
    if not event.is_wanted:
        _remove(event)
    elif event.event_id:
        _update(event)
    elif not (_may_be_there(effect) and _adopt(event)):
        _create(event)


def _may_be_there(effect: Outbox) -> bool:
    """Was its creation ever begun: by this effect, an earlier one, or in another life?"""
    if effect.attempts > 1 or effect.created_at < now() - MAY_BE_THERE_AFTER:
        return True
    of_event = Outbox.objects.filter(kind=KIND, payload__event=effect.payload["event"])
    earlier = of_event.filter(lane=effect.lane, claimed_at__isnull=False).exclude(pk=effect.pk)
    return earlier.exists() or outbox.was_released(effect)


def _adopt(event: CalendarEvent) -> bool:
    """Microsoft does not say how long it recognises a repeated creation; our tag lasts."""
    found = outlook().find_event(event.surveyor.mailbox, event.uid)
    if found is None or found.is_cancelled:
        return False
    CalendarEvent.objects.filter(pk=event.pk).update(event_id=found.id)
    return True


def _create(event: CalendarEvent) -> None:
    draft = event_draft(event.survey, event.uid)
    draft = replace(draft, body=framed(draft.body))
    made = outlook().create_event(event.surveyor.mailbox, draft)
    _record(event, event_id=made.id)


def _update(event: CalendarEvent) -> None:
    """Only what is ours in it, and its time only where it is to change."""
    entry = outlook().read_event(event.surveyor.mailbox, event.event_id)
    if entry is None or entry.is_cancelled:
        _note_loss(event)
        return
    if _was_moved(event, entry):
        return
    draft = _draft(event, entry)
    updated = outlook().update_event(
        event.surveyor.mailbox,
        event.event_id,
        draft,
        keeps_time=shows(entry, event.survey),
        keeps_subject=keeps_subject(entry.subject, draft.subject),
    )
    if updated is None:
        _note_loss(event)
    else:
        _record(event, event_id=event.event_id)


def _draft(event: CalendarEvent, entry: Entry) -> EventDraft:
    """The whole brief is for the surveyor alone: whoever is invited would get it too."""
    survey = event.survey
    draft = event_draft(survey, event.uid, is_short=entry.has_attendees)
    if entry.has_attendees and is_due(survey):
        ask_staff(survey, INVITED, HOW_INVITED)
    return replace(draft, body=merged(entry.body, draft.body))


def _was_moved(event: CalendarEvent, entry: Entry) -> bool:
    """Only the words of a confirmed survey are to change: where somebody has just moved its entry
    to is followed first, or we would move it back.
    """
    survey = event.survey
    if survey.status != Survey.Status.CONFIRMED or shows(entry, survey):
        return False
    return follow(survey, entry)


def _record(event: CalendarEvent, *, event_id: str) -> None:
    """What the calendar shows: the version that was drafted, even if there is a newer one now."""
    CalendarEvent.objects.filter(pk=event.pk).update(
        event_id=event_id, version=event.survey.version
    )


def _remove(event: CalendarEvent) -> None:
    """Gone is gone. Without an id, a creation whose answer was lost may still have happened."""
    mailbox, event_id = event.surveyor.mailbox, event.event_id
    if not event_id:
        found = outlook().find_event(mailbox, event.uid)
        event_id = found.id if found is not None and not found.is_cancelled else ""
    if event_id:
        outlook().delete_event(mailbox, event_id)
    CalendarEvent.objects.filter(pk=event.pk).update(event_id=event_id, removed_at=now())
