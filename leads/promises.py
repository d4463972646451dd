"""Promises to customers: each a row with a due time and a task for staff."""

from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from hampstead.core import audit, stafftasks
from hampstead.core.clock import LONDON, now, to_london
from hampstead.core.models import StaffTask, StaffUser
from leads.models import Lead, Person, Promise
from leads.office_hours import Hours, Span, current_hours
from leads.overrides import ReasonMissingError
from leads.wishes import Wish, read_wish
from leads.wording import tidy

WITHIN_MINUTES = 120
FIRST_HOUR = timedelta(hours=1)
SHORTEST = timedelta(minutes=15)  # less notice than that is not fair to the office
LONGEST_WHY = 200
ROUNDED_TO = timedelta(minutes=5)
TITLES = {
    Promise.Kind.CALL_BACK: "Ring back a customer",
    Promise.Kind.REPLY: "Reply to a customer",
}
BROKEN = "not kept in time, promised anew"
MOVED = "another time was asked for"


@transaction.atomic
def make_promise(
    *,
    person: Person,
    lead: Lead | None,
    kind: Promise.Kind | str,
    source: str,
    about: str = "",
    wish: str = "",
    due_at: datetime | None = None,
    by: StaffUser | None = None,
    has_task: bool = True,
) -> Promise:
    """The same promise made again is the open one. Overdue, or asked for at another time, it is
    replaced: what a customer hears lies in the future. `has_task`: unless staff have one already.
    """
    kind, wish = Promise.Kind(kind), tidy(wish, limit=200)
    opened = _opened(person, kind)
    if opened is not None:
        why = _why_replace(opened, wish, due_at, by)
        if not why:
            if has_task:
                ensure_task(opened)
            return opened
        _cancel(opened, why)
    promise, is_new = Promise.objects.get_or_create(
        person=person,
        kind=kind,
        kept_at__isnull=True,
        cancelled_at__isnull=True,
        defaults={
            "lead": lead,
            "about": tidy(about, limit=300) or (opened.about if opened else ""),
            "wish": wish,
            "source": source,
            "due_at": due_at or callback_due(now(), wish),
            "made_by": by,
        },
    )
    if is_new and has_task:
        _tell_staff(promise, is_urgent=opened is not None and opened.cancelled_why == BROKEN)
    if is_new:
        _record("make promise", promise, by)
    return promise


def _opened(person: Person, kind: Promise.Kind) -> Promise | None:
    mine = Promise.objects.open().filter(person=person, kind=kind)
    return mine.select_for_update(no_key=True).first()


def _why_replace(opened: Promise, wish: str, due_at: datetime | None, by: StaffUser | None) -> str:
    if opened.due_at <= now():
        return BROKEN
    is_moved = due_at not in (None, opened.due_at) if by is not None else not stands(opened, wish)
    return MOVED if is_moved else ""


def stands(promise: Promise, wish: str = "") -> bool:
    """Would the machine, promising this again, get the open promise? What a colleague arranged is
    not moved by it."""
    is_same = promise.made_by_id is not None or wish in ("", promise.wish)
    return promise.is_open and promise.due_at > now() and is_same


@transaction.atomic
def keep_promise(*, promise: Promise, by: StaffUser | None) -> bool:
    """True if this call closed it, False if it was closed before. `by` None: the assistant rang."""
    done = Promise.objects.open().filter(pk=promise.pk).update(kept_at=now(), kept_by=by)
    if done:
        _close_task(promise)
        _record("keep promise", promise, by)
    return bool(done)


def keep_by_task(*, task: StaffTask, by: StaffUser) -> None:
    """Whoever marks the task done has done what was promised."""
    pk = int(task.subject.partition(":")[2])
    promise = Promise.objects.filter(pk=pk).first()
    if promise is not None and task.title == TITLES[Promise.Kind(promise.kind)]:
        keep_promise(promise=promise, by=by)


@transaction.atomic
def cancel_promise(*, promise: Promise, by: StaffUser | None, reason: str) -> bool:
    """True if this call closed it, False if it was closed before."""
    if not (reason := tidy(reason, limit=LONGEST_WHY)):
        raise ReasonMissingError("Please give a reason.")
    done = _cancel(promise, reason)
    if done:
        _record("cancel promise", promise, by, reason)
    return done


def _cancel(promise: Promise, why: str) -> bool:
    promise.cancelled_why = why
    open_one = Promise.objects.open().filter(pk=promise.pk)
    done = open_one.update(cancelled_at=now(), cancelled_why=why)
    if done:
        _close_task(promise)
    return bool(done)


def ensure_task(promise: Promise, *, note: str = "") -> None:
    """Somebody must see that it is owed; an open task is kept as it is."""
    _tell_staff(promise, is_urgent=False, note=note)


def relieve_staff(promise: Promise) -> None:
    """Somebody else has taken it on; whoever gives it back calls `ensure_task`."""
    _close_task(promise)


def _tell_staff(promise: Promise, *, is_urgent: bool, note: str = "") -> None:
    person = promise.person
    lines = [
        f"{person.display_name}, {person.spoken_phone or 'phone number not known'}.",
        f"We said {spoken_due(promise.due_at)}.",
        f"About: {promise.about}" if promise.about else "",
        f"When it suits them: {promise.wish}" if promise.wish else "",
        "An earlier promise was not kept in time." if is_urgent else "",
        note,
    ]
    stafftasks.open_task(
        title=TITLES[Promise.Kind(promise.kind)],
        subject=promise.subject,
        detail="\n".join(line for line in lines if line),
        due_in=promise.due_at - now(),
        is_urgent=is_urgent,
    )


def _close_task(promise: Promise) -> None:
    title = TITLES[Promise.Kind(promise.kind)]
    stafftasks.close_by_itself(title=title, subject=promise.subject)


def _record(action: str, promise: Promise, by: StaffUser | None, reason: str = "") -> None:
    if by is not None:
        due = {"kind": promise.kind, "due_at": promise.due_at.isoformat()}
        audit.record(action=action, subject=promise.subject, by=by, reason=reason, after=due)


def spoken_due(due_at: datetime) -> str:
    """'by 10:00 on Tuesday 24 November'"""
    local = to_london(due_at)
    return f"by {local:%H:%M} on {local:%A} {local.day} {local:%B}"


def callback_due(at: datetime, wish: str = "") -> datetime:
    """Within two office hours, or of the time that was asked for: always while we are open."""
    at = at.astimezone(UTC)
    wished = read_wish(wish, at)
    hours = current_hours().without(wished.never_on)
    due = (
        _wished_due(hours, wished, at)
        if wished.is_read
        else hours.after_minutes(at, WITHIN_MINUTES)
    )
    return _rounded(due)


def _wished_due(hours: Hours, wished: Wish, at: datetime) -> datetime:
    start = at if wished.day is None else max(at, _at(wished.day, time(0)))
    for span in hours.spans(start):
        day = to_london(span.opens).date()
        begin = _at(day, wished.begin or time(0))
        if begin > span.closes - SHORTEST:  # they are free once we have gone home
            return hours.after_minutes(begin, WITHIN_MINUTES)
        begin = max(begin, span.opens)
        end = span.closes if wished.end is None else _end(hours, span, _at(day, wished.end))
        if end - begin >= SHORTEST:
            return min(begin + timedelta(minutes=WITHIN_MINUTES), end)
    return hours.after_minutes(start, WITHIN_MINUTES)


def _end(hours: Hours, span: Span, end: datetime) -> datetime:
    """ "Before eight" to an office that opens at eight: its first hour."""
    whole = hours.on(to_london(span.opens).date()) or span
    return min(span.closes, max(end, whole.opens + FIRST_HOUR))


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, LONDON).astimezone(UTC)


def _rounded(due: datetime) -> datetime:
    """Downward, as people say times: never later than promised."""
    return due - timedelta(
        minutes=due.minute % (ROUNDED_TO.seconds // 60),
        seconds=due.second,
        microseconds=due.microsecond,
    )
