"""Writing into the calendars what was given up: refused for good, or with an unknown outcome.

The outbox gives up on an effect; a survey that the customer was promised is not given up. Staff
hear of it, and it is tried again now and then.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from hampstead.core import outbox, stafftasks
from hampstead.core.clock import Now, now
from hampstead.core.models import Outbox, StaffTask
from leads.calendar_writing import KIND, is_successor_missing, write_again
from leads.conflicts import NOT_FOLLOWED
from leads.models import CalendarEvent, Survey
from leads.slot_checks import locked
from leads.survey_records import NOT_SHOWN, ask_staff, awaits_approval, show_in_calendar

STILL_SHOWN = "An old entry of a survey is still in a calendar"
REST = timedelta(minutes=15)  # what was refused is not asked for every minute
Status = Outbox.Status
HOW_NOT_SHOWN = (
    "The calendar does not show it as it is, and writing it was given up. It is tried again every "
    "quarter of an hour. Tell the surveyor of it; do not enter it by hand, or it is there twice."
)
HOW_STILL_SHOWN = "Remove the entry by hand if it does not go within the hour."


def mend_calendars() -> int:
    """Swept: have written again what nothing will write any more; how many surveys it was."""
    awaited = _awaited()
    missing = [one for one in _not_shown() if not _wanted_ids(one) & awaited]
    left = [event for event in _still_shown() if event.pk not in awaited]
    for survey in missing:
        ask_staff(survey, NOT_SHOWN, HOW_NOT_SHOWN, is_urgent=True)
        _show(survey)
    for event in left:
        ask_staff(event.survey, STILL_SHOWN, HOW_STILL_SHOWN, is_urgent=True)
        _write(event)
    _close(NOT_SHOWN, {survey.subject for survey in _not_shown()})
    _close(STILL_SHOWN, {event.survey.subject for event in _still_shown()})
    return len(missing) + len(left)


# --- what is wrong --------------------------------------------------------------------------
def _awaited() -> set[int]:
    """The events that the outbox will see to."""
    live = Outbox.objects.filter(kind=KIND, status__in=Outbox.LIVE)
    return set(live.values_list("payload__event", flat=True))


def _not_shown() -> list[Survey]:
    """Booked, agreed and to come, but the calendar has no entry, an old one, or never said yes.
    What a person is to decide on is left to them.
    """
    wanted = CalendarEvent.objects.filter(survey=OuterRef("pk"), is_wanted=True)
    shown = wanted.exclude(event_id="").filter(version__gte=OuterRef("version"))
    surveys = Survey.objects.upcoming().alias(
        is_shown=Exists(shown), is_lost=Exists(wanted.filter(removed_at__isnull=False))
    )
    stale = surveys.filter(Q(is_shown=False) | Q(status=Survey.Status.PROVISIONAL), is_lost=False)
    stale = stale.exclude(trouble__startswith=NOT_FOLLOWED).prefetch_related("events")
    rows = stale.select_related("lead", "person", "surveyor")
    return [survey for survey in rows if not awaits_approval(survey)]


def _wanted_ids(survey: Survey) -> set[int]:
    return {event.pk for event in survey.events.all() if event.is_wanted}


def _still_shown() -> list[CalendarEvent]:
    """To be gone from a calendar before its time comes, unless its successor is not there yet."""
    events = CalendarEvent.objects.filter(
        is_wanted=False, removed_at=None, survey__span__endswith__gt=now()
    ).select_related("survey__lead", "survey__person", "survey__surveyor")
    return [event for event in events.order_by("pk") if not is_successor_missing(event)]


# --- what is done ---------------------------------------------------------------------------
@transaction.atomic
def _show(survey: Survey) -> None:
    survey = locked(survey)
    if not survey.is_booked or awaits_approval(survey):
        return
    event = survey.events.filter(is_wanted=True).first()
    if event is None:
        show_in_calendar(survey)
    else:
        _write(event)


@transaction.atomic
def _write(event: CalendarEvent) -> None:
    """By the effect that was given up, if there is one: a new one each time would be a new task
    each time.
    """
    effects = Outbox.objects.filter(
        kind=KIND, lane=event.survey.lane, payload__event=event.pk
    ).order_by("-pk")
    if effects.filter(claimed_at__gt=Now() - REST).exists():
        return
    given_up = effects.filter(status__in=[Status.FAILED, Status.UNCERTAIN]).first()
    if given_up is None:
        write_again(event)
    else:
        outbox.release(effect=given_up, by=None, reason="the calendar does not show it yet")


def _close(title: str, still_wrong: set[str]) -> None:
    tasks = StaffTask.objects.filter(title=title, done_at=None)
    for task in tasks.exclude(subject__in=still_wrong):
        stafftasks.close_by_itself(title=title, subject=task.subject)
