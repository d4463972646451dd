"""Reading what has changed in the surveyors' calendars: when told of a change, and now and then."""

import logging
from datetime import UTC, date, datetime, timedelta

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError
from django.db.models import Q, QuerySet

from hampstead.core import database, lanes
from hampstead.core.clock import now, to_london
from hampstead.core.errors import BreakerOpenError, CalendarError, RateLimitError
from hampstead.core.logs import fields
from leads.calendar_following import BeingWrittenError, take_changes
from leads.diary_records import ensure_diaries, note_success, note_trouble, recently_failed
from leads.models import Diary, Survey, Surveyor, SurveyRules
from leads.outlook import Changes, SyncStateLostError, outlook

logger = logging.getLogger(__name__)
SETTLES_AFTER = timedelta(seconds=5)  # changes come in bursts; our own writes are told of as well
LONGEST_BURST = timedelta(seconds=60)
# How old a reading may get: Microsoft tells us of changes, or it does not.
TOLD, UNTOLD = timedelta(minutes=15), timedelta(minutes=3)
REST_AFTER_FAILURE = timedelta(seconds=60)
DAYS_BEYOND = 35  # further than surveys are booked: one may be moved by hand


def poll() -> int:
    """Read the calendars that want reading; how many were read. One that fails costs only itself:
    it is on its diary, an incident, and tried again after a minute.
    """
    read = 0
    for surveyor in _due():
        try:
            read += sync(surveyor)
        except (BreakerOpenError, RateLimitError):
            break  # the others would hear the same; the next sweep tries again
        except CalendarError as error:
            logger.warning("calendar not read", extra=fields(diary=surveyor.pk, code=error.code))
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:  # whatever is wrong with one calendar costs only that one
            if isinstance(error, OperationalError | InterfaceError) and database.is_away():
                raise
            logger.exception("calendar not read", extra=fields(diary=surveyor.pk))
            trouble = f"a fault of ours: {database.described(error)}"
            note_trouble(surveyor_id=surveyor.pk, scope=_scope(surveyor), error=trouble)
    return read


def sync(surveyor: Surveyor) -> bool:
    """Read what has changed and act on it; False while another worker is at it.

    What was read is forgotten only once all of it is done. Raises CalendarError (noted on the
    diary), BreakerOpenError, RateLimitError.
    """
    with lanes.holding(f"calendar:{surveyor.pk}") as hold:
        return hold is not None and _sync(surveyor)


def _sync(surveyor: Surveyor) -> bool:
    ensure_diaries([surveyor])
    diary = Diary.objects.get(pk=surveyor.pk)
    began, scope = now(), _scope(surveyor)
    try:
        changes = _read(surveyor, diary)
        take_changes(surveyor, changes)
    except BeingWrittenError:
        return False  # the mark stays, so the next sweep reads the same changes again
    except CalendarError as error:
        note_trouble(surveyor_id=surveyor.pk, scope=scope, error=str(error))
        raise
    Diary.objects.filter(pk=diary.pk).update(
        delta_link=f"{surveyor.mailbox} {changes.link}",
        delta_day=_today(began) if changes.is_whole else diary.delta_day,
        changes_read_at=began,
        read_at=None,
    )
    Diary.objects.filter(pk=diary.pk, changes_wanted_at__lte=began).update(changes_wanted_at=None)
    note_success(surveyor_id=surveyor.pk, scope=scope)
    return True


def _scope(surveyor: Surveyor) -> str:
    return f"calendar:{surveyor.pk}"


def window(at: datetime) -> tuple[datetime, datetime]:
    """From yesterday's beginning to well beyond what may be booked, UTC."""
    today = to_london(at).replace(hour=0, minute=0, second=0, microsecond=0)
    ahead = timedelta(days=SurveyRules.current().days_ahead + DAYS_BEYOND)
    return (today - timedelta(days=1)).astimezone(UTC), (today + ahead).astimezone(UTC)


def _read(surveyor: Surveyor, diary: Diary) -> Changes:
    """The link holds its window, so each day begins with a whole reading of a new one. So does
    another mailbox: a link goes on in the one it was given for, whatever its name says.
    """
    at = now()
    mailbox, _, link = diary.delta_link.partition(" ")
    if mailbox == surveyor.mailbox and diary.delta_day == _today(at):
        try:
            return outlook().changes(mailbox, link=link)
        except SyncStateLostError:
            logger.info("reading the whole calendar anew", extra=fields(diary=diary.pk))
    starts, ends = window(at)
    return outlook().changes(surveyor.mailbox, starts=starts, ends=ends)


def _today(at: datetime) -> date:
    return to_london(at).date()


def concerned_surveyors() -> QuerySet[Surveyor]:
    """Whoever may be booked, or is."""
    upcoming = Survey.objects.upcoming().order_by().values("surveyor")
    return Surveyor.objects.filter(Q(is_active=True) | Q(pk__in=upcoming))


def _due() -> QuerySet[Surveyor]:
    """Whose diary is marked, or old; the longest unread first."""
    at, concerned = now(), concerned_surveyors()
    ensure_diaries(concerned.filter(diary__isnull=True))
    is_told = Q(diary__subscription_ends_at__gt=at) & ~Q(diary__subscription_id="")
    due = (
        Q(diary__changes_wanted_at__lte=at - SETTLES_AFTER)
        | Q(diary__changes_wanted_at__isnull=False, diary__changes_read_at__lte=at - LONGEST_BURST)
        | Q(diary__changes_read_at__isnull=True)
        | Q(diary__changes_read_at__lte=at - TOLD)
        | (Q(diary__changes_read_at__lte=at - UNTOLD) & ~is_told)
    )
    resting = recently_failed("calendar", REST_AFTER_FAILURE)
    return concerned.filter(due).exclude(pk__in=resting).order_by("diary__changes_read_at", "pk")
