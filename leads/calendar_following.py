"""What changes in a surveyor's calendar mean for the surveys in it.

A change says where to look, not what is there now: it may be older than our own last write. So
whatever touches a survey is read once more before it is acted on.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from hampstead.core import lanes
from hampstead.core.clock import now, to_london
from leads.calendar_writing import DELETED, follow, lose_event, shows, write_again
from leads.conflicts import NOT_FOLLOWED, mark_conflict
from leads.diaries import takes_time
from leads.models import CalendarEvent, Survey, Surveyor, SurveyRules
from leads.outlook import Changes, Entry, outlook
from leads.slot_checks import locked
from leads.survey_records import CLASH, as_recorded, nothing_to_do, record

CLASHES = "clashes with"
Status = Survey.Status


class BeingWrittenError(Exception):
    """The sender is writing this survey's entry just now: look again a little later."""


def take_changes(surveyor: Surveyor, changes: Changes) -> None:
    """Bring our surveys in line; safe to repeat. Raises BeingWrittenError, and as Outlook does."""
    entries = {entry.id: entry for entry in changes.entries}
    for event in _own_events(surveyor, entries.values(), changes):
        _take_own(event, _entry_of(event, entries.values()))
    for event in _stuck_events(surveyor):  # what stood in the way is no change of theirs
        settle_own(event)
    if changes.is_whole:
        check_clashes(surveyor, _upcoming(surveyor), entries=list(entries.values()))
    elif entries or changes.removed:
        check_clashes(surveyor, _touched(surveyor, entries.values()))


# --- our own entries ------------------------------------------------------------------------
def _own_events(
    surveyor: Surveyor, entries: Collection[Entry], changes: Changes
) -> list[CalendarEvent]:
    """Those the changes speak of; after a whole round also those it should have spoken of."""
    ids = {entry.id for entry in entries} | set(changes.removed)
    spoken_of = Q(event_id__in=ids) | Q(uid__in=_uids(entries))
    if changes.is_whole:
        spoken_of |= Q(is_wanted=True, survey__in=_upcoming(surveyor)) & ~Q(event_id="")
    events = CalendarEvent.objects.filter(spoken_of, surveyor=surveyor)
    return list(events.select_related("survey__lead", "survey__person", "surveyor").order_by("pk"))


def _stuck_events(surveyor: Surveyor) -> QuerySet[CalendarEvent]:
    """Somebody moved them where their survey could not go."""
    stuck = _upcoming(surveyor).filter(trouble__startswith=NOT_FOLLOWED).order_by()
    events = CalendarEvent.objects.filter(is_wanted=True, surveyor=surveyor, survey__in=stuck)
    return events.exclude(event_id="").select_related("survey__lead", "surveyor").order_by("pk")


def _uids(entries: Iterable[Entry]) -> set[UUID]:
    found = set()
    for entry in entries:
        try:
            found.add(UUID(entry.uid))
        except ValueError:  # another program's own kind of key
            continue
    return found


def _entry_of(event: CalendarEvent, entries: Iterable[Entry]) -> Entry | None:
    """None: it was removed, or it is not where it was."""
    for entry in entries:
        if not entry.is_cancelled and (entry.id == event.event_id or entry.uid == str(event.uid)):
            return entry
    return None


def _take_own(event: CalendarEvent, entry: Entry | None) -> None:
    if entry is not None and not event.event_id:  # its creation's answer was lost, or our memory
        CalendarEvent.objects.filter(pk=event.pk, event_id="").update(event_id=entry.id)
        write_again(event)
    elif not event.is_wanted:
        if entry is not None:
            write_again(event)
    elif entry is not None and event.removed_at:  # somebody has brought it back
        CalendarEvent.objects.filter(pk=event.pk).update(removed_at=None)
        settle_by_itself(event.survey, DELETED)
    elif entry is None or not shows(entry, event.survey):
        settle_own(event)


def settle_own(event: CalendarEvent) -> None:
    """Follow our entry to where somebody moved it, or tell staff that it is gone.

    With the survey's lane in hand, so that nothing of ours is written meanwhile. A time that we
    have yet to write goes before what somebody did to an entry that was outdated anyway.
    """
    with lanes.holding(event.survey.lane) as hold:
        if hold is None:
            raise BeingWrittenError("its entry is being written just now")
        event = CalendarEvent.objects.select_related("surveyor", "survey__lead").get(pk=event.pk)
        survey = event.survey
        is_over = not survey.is_booked or survey.ends_at <= now()
        is_stuck = survey.trouble.startswith(NOT_FOLLOWED)
        is_settled = is_stuck or survey.status == Status.CONFIRMED
        is_ours_next = event.version < survey.version and not is_settled
        if is_over or is_ours_next or not event.is_wanted or event.removed_at:
            return
        entry = outlook().read_event(event.surveyor.mailbox, event.event_id)
        if entry is None or entry.is_cancelled:
            lose_event(event)
        elif not shows(entry, survey):
            follow(survey, entry)
        elif is_stuck:  # they put it back
            settle_by_itself(survey, NOT_FOLLOWED)


# --- other people's entries -----------------------------------------------------------------
def _upcoming(surveyor: Surveyor) -> QuerySet[Survey]:
    surveys = Survey.objects.upcoming().filter(surveyor=surveyor)
    return surveys.select_related("lead", "person", "surveyor")


def _touched(surveyor: Surveyor, entries: Collection[Entry]) -> list[Survey]:
    """Those that an entry overlaps, our own fresh one included: somebody may have written theirs
    between our last look and our booking. And those that clashed: what was removed has no time.
    """
    return [
        survey
        for survey in _upcoming(surveyor)
        if _has_clashed(survey) or any(_overlaps(entry, survey) for entry in entries)
    ]


def check_clashes(
    surveyor: Surveyor, surveys: Iterable[Survey], *, entries: Sequence[Entry] | None = None
) -> None:
    """Flag the surveys that overlap somebody's entry, and settle those that do not any more.

    `entries`: all there are, if they have just been read.
    """
    rules = SurveyRules.current()
    for survey in surveys:
        around = entries
        if around is None:
            around = outlook().entries(
                surveyor.mailbox, starts=survey.starts_at, ends=survey.ends_at
            )
        clashes = find_clashes(survey, around, rules)
        if clashes and (not survey.trouble or _has_clashed(survey)):
            mark_conflict(survey=survey, trouble=describe(clashes))
        elif not clashes and _has_clashed(survey):
            settle_by_itself(survey, CLASHES)


@transaction.atomic
def settle_by_itself(survey: Survey, trouble: str) -> bool:
    """What was wrong is wrong no more; False if something else is, or nothing was.

    Nobody has decided anything: should it come back, it is news again.
    """
    survey = locked(survey)
    if not survey.is_booked or not survey.trouble.startswith(trouble):
        return False
    before, survey.trouble = as_recorded(survey), ""
    if survey.status == Status.CONFLICT:
        is_shown = survey.events.filter(is_wanted=True, version__gte=survey.version).exists()
        survey.status = Status.CONFIRMED if is_shown else Status.PROVISIONAL
    record(survey, action="see conflict end", by=None, before=before)
    nothing_to_do(survey, CLASH)
    return True


def find_clashes(survey: Survey, entries: Iterable[Entry], rules: SurveyRules) -> list[Entry]:
    """Other people's entries at the time of the visit, by the firm's rules, in order."""
    over = [entry for entry in entries if _overlaps(entry, survey) and _blocks(entry, rules)]
    ids, uids = {entry.id for entry in over}, _uids(over)
    ours = CalendarEvent.objects.filter(Q(event_id__in=ids) | Q(uid__in=uids)) if over else []
    known = {word for event in ours for word in (event.event_id, str(event.uid))}
    others = [entry for entry in over if not {entry.id, entry.uid} & known]
    return sorted(others, key=lambda entry: (entry.starts, entry.ends))


def _blocks(entry: Entry, rules: SurveyRules) -> bool:
    is_taken = takes_time(
        entry.show_as,
        tentative_blocks=rules.tentative_blocks,
        elsewhere_blocks=rules.elsewhere_blocks,
    )
    return is_taken and not entry.is_cancelled and entry.starts < entry.ends


def _overlaps(entry: Entry, survey: Survey) -> bool:
    return entry.starts < survey.ends_at and survey.starts_at < entry.ends


def _has_clashed(survey: Survey) -> bool:
    return survey.trouble.startswith(CLASHES)


def describe(clashes: Sequence[Entry]) -> str:
    """Times only: whether its subject is private, Outlook knows and shows to whom it may."""
    first, more = clashes[0], len(clashes) - 1
    when = "of the whole day" if first.is_all_day else f"of {_span(first.starts, first.ends)}"
    others = f" and {more} more" if more else ""
    return f"{CLASHES} an entry {when} in the calendar{others}"


def _span(starts: datetime, ends: datetime) -> str:
    """As London's clock shows it, with the days where it goes over midnight."""
    begin, end = to_london(starts), to_london(ends)
    if begin.date() == end.date():
        return f"{begin:%H:%M} to {end:%H:%M}"
    return f"{begin:%a %d %b %H:%M} to {end:%a %d %b %H:%M}"
