"""May a survey take this slot? Locks, checks and refusals that all who book share.

The order of locks: the surveyors' time, the lead, the survey. Nothing here waits for a vendor
while it holds one.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Q

from hampstead.core import live
from hampstead.core.clock import now
from hampstead.core.errors import CalendarError
from hampstead.core.models import StaffUser
from leads import rosters
from leads.diaries import read_diaries
from leads.models import Person, Survey, Surveyor, SurveyRules
from leads.overrides import ReasonMissingError
from leads.slots import Busy, Refusal, Slot, refusal
from leads.telling import written_time

Result = TypeVar("Result")

NET = "one_survey_at_a_time"
# Two requests of one customer at once: repeated, the second finds the row of the first.
THE_SAME_TWICE = {"one_hold_per_person", "one_booked_survey_per_lead"}
# What a person of the firm may decide otherwise: all but a time that has passed.
OVERRULED = frozenset(Refusal) - {Refusal.PAST}
FRESH = timedelta(0)
MOST_LENGTHS = 3  # of a hold, which can be renewed


@dataclass(frozen=True)
class SlotTaken:
    """Another survey of ours has the time."""

    words: str = "That time has just been taken."


@dataclass(frozen=True)
class HeldForLong:
    """They have had it as long as anybody may without booking it."""

    words: str = "That time cannot be held any longer. Book it now, or choose another."


class SlotRefusedError(Exception):
    """`refusal` says why the slot cannot be had; its `words` are fit for customers."""

    def __init__(self, refusal: Refusal | SlotTaken | HeldForLong) -> None:
        super().__init__(refusal.words)
        self.refusal = refusal


class AlreadyBookedError(Exception):
    """They have a survey, at another time or of another enquiry: it can be moved."""

    def __init__(self, survey: Survey) -> None:
        when = written_time(survey.starts_at)
        super().__init__(f"A survey is booked already: {when}. Move it instead.")
        self.survey = survey


class NotBookedError(Exception):
    """The survey is cancelled or over, or it is not the one that waits for this decision."""


# --- locks --------------------------------------------------------------------------------
def in_one_go(act: Callable[[], Result]) -> Result:
    """`act` in a transaction of its own, inside of no other.

    Raises SlotRefusedError where only the constraint below the lock found the clash.
    """
    for is_last in (False, True):
        try:
            with transaction.atomic(durable=True):
                return act()
        except IntegrityError as error:
            violated = _constraint(error)
            if violated == NET:
                raise SlotRefusedError(SlotTaken()) from error
            if is_last or violated not in THE_SAME_TWICE:
                raise
    raise AssertionError("unreachable")


def lock_time(surveyors: Collection[int]) -> None:
    """One writer at a time for the time of these surveyors, until the transaction ends.

    Without it bookings of one slot wait for each other inside the constraint, in any order, and
    deadlock. In the order of their ids, so that two who need the same two do not.
    """
    with connection.cursor() as cursor:
        for pk in sorted(surveyors):
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"time of surveyor:{pk}"]
            )


def locked(survey: Survey) -> Survey:
    """The row as it is now, for us alone until the transaction ends."""
    if survey.lead is not None:
        survey.lead.lock()
    rows = Survey.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("person", "lead", "surveyor").get(pk=survey.pk)


def _constraint(error: IntegrityError) -> str:
    diag = getattr(error.__cause__, "diag", None)
    return getattr(diag, "constraint_name", None) or ""


# --- checks -------------------------------------------------------------------------------
@dataclass(frozen=True)
class Enquiry:
    """What is asked of a slot: by whom, and from where to where the surveyor would drive."""

    slot: Slot
    person: Person
    outcode: str
    instead_of: Survey | None = None
    despite: bool = False  # a person of the firm has decided to overrule the rules


def surveyor_of(slot: Slot) -> Surveyor:
    """With the working hours. Raises SlotRefusedError for one who surveys no more."""
    active = Surveyor.objects.filter(is_active=True).prefetch_related("hours")
    found = active.filter(pk=slot.surveyor_id).first()
    if found is None:
        raise SlotRefusedError(Refusal.DAY_OFF)
    return found


def read_busy(surveyor: Surveyor, slot: Slot, *, max_age: timedelta) -> tuple[Busy, ...]:
    """Other people's time in the calendar. Raises CalendarError: unknown is never free."""
    starts, ends = rosters.window_of(
        SurveyRules.current(), now(), starts_at=slot.starts_at, ends_at=slot.ends_at
    )
    diaries = read_diaries([surveyor], starts=starts, ends=ends, max_age=max_age)
    if surveyor.pk not in diaries:
        raise CalendarError(f"the calendar of {surveyor} could not be read")
    return diaries[surveyor.pk]


def refuse_taken(slot: Slot, person: Person) -> None:
    """The quick look: raises SlotRefusedError where somebody else has the time here."""
    others = Survey.objects.live().filter(
        surveyor=slot.surveyor_id, span__overlap=(slot.starts_at, slot.ends_at)
    )
    lapsed = Q(status=Survey.Status.HELD, hold_until__lte=now())
    if others.exclude(lapsed).exclude(person=person).exists():
        raise SlotRefusedError(SlotTaken())


def check(enquiry: Enquiry, surveyor: Surveyor, busy: Sequence[Busy] = ()) -> Refusal | None:
    """Raises SlotRefusedError unless the slot can be had; what was overruled is returned."""
    found = _found(enquiry, surveyor, busy)
    if found is None:
        return None
    if not enquiry.despite or found not in OVERRULED:
        raise SlotRefusedError(found)
    # Of several things that were overruled, the one that the calendar will speak of again.
    return Refusal.BUSY if is_busy(busy, enquiry.slot) else found


def is_busy(busy: Sequence[Busy], slot: Slot) -> bool:
    return any(one.starts_at < slot.ends_at and slot.starts_at < one.ends_at for one in busy)


def _found(enquiry: Enquiry, surveyor: Surveyor, busy: Sequence[Busy]) -> Refusal | None:
    at, slot = now(), enquiry.slot
    starts, ends = rosters.around(slot.starts_at, slot.ends_at)
    visits = rosters.visits_of(
        [surveyor],
        starts=starts,
        ends=ends,
        at=at,
        person=enquiry.person,
        instead_of=enquiry.instead_of,
    ).get(surveyor.pk, ())
    if any(each.starts_at < slot.ends_at and slot.starts_at < each.ends_at for each in visits):
        raise SlotRefusedError(SlotTaken())
    return refusal(
        rosters.roster_of(surveyor, busy=busy, visits=visits),
        rosters.terms_of(SurveyRules.current(), at),
        slot.starts_at,
        at=at,
        outcode=enquiry.outcode,
        minutes=int((slot.ends_at - slot.starts_at) / timedelta(minutes=1)),
    )


def is_overruling(*, despite: bool, by: StaffUser | None, reason: str) -> bool:
    """Only people overrule the rules, and they say why."""
    if not despite or by is None:
        return False
    if not reason.strip():
        raise ReasonMissingError("Please give a reason.")
    return True


def is_colleague(*, by: StaffUser | None, source: str) -> bool:
    """Somebody in the office; a program's token is in the name of staff, but nobody looks."""
    return by is not None and not source.startswith("api:")


# --- holds --------------------------------------------------------------------------------
def expire(holds: Sequence[Survey]) -> None:
    """They are free again."""
    for hold in holds:
        hold.status, hold.updated_at = Survey.Status.EXPIRED, now()
        hold.save(update_fields=["status", "updated_at"])
        live.announce(hold.subject)


def lapsed_holds(surveyor_id: int | None = None) -> list[Survey]:
    """Locked for us; what somebody else is just deciding on is left to them."""
    due = Survey.objects.filter(status=Survey.Status.HELD, hold_until__lte=now())
    if surveyor_id is not None:
        due = due.filter(surveyor=surveyor_id)
    return list(due.select_for_update(skip_locked=True, no_key=True))


def held_by(person: Person) -> Survey | None:
    """What this person holds, lapsed or not."""
    mine = Survey.objects.filter(person=person, status=Survey.Status.HELD)
    return mine.select_for_update(no_key=True).first()


def hold_end(survey: Survey) -> datetime:
    """Until when the hold may last, asked for once more. Raises SlotRefusedError when it was
    renewed so often that the time is due to somebody else for a while.
    """
    at, length = now(), timedelta(minutes=SurveyRules.current().hold_minutes)
    used_up = Survey.objects.filter(
        person=survey.person,
        surveyor=survey.surveyor,
        span=survey.span,
        status__in=[Survey.Status.HELD, Survey.Status.EXPIRED],
        hold_until__gte=F("created_at") + MOST_LENGTHS * length,
        hold_until__range=(at - length, at),
    )
    if used_up.exists():
        raise SlotRefusedError(HeldForLong())
    return min(at + length, survey.created_at + MOST_LENGTHS * length)


def is_for(survey: Survey, slot: Slot) -> bool:
    mine = (survey.surveyor_id, survey.starts_at, survey.ends_at)
    return mine == (slot.surveyor_id, slot.starts_at, slot.ends_at)
