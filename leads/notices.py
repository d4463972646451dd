"""What is to be said about a survey, and when: rows with a due time, planned with each change."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from hampstead.core import audit, outbox, stafftasks
from hampstead.core.clock import LONDON, now, to_london
from hampstead.core.models import Outbox, StaffUser
from leads.contact import quiet_until
from leads.models import Person, Survey, SurveyNotice

Purpose, State, Status, Told = (
    SurveyNotice.Purpose,
    SurveyNotice.State,
    Survey.Status,
    Survey.Told,
)
TELLING = (Purpose.CONFIRMATION, Purpose.MOVED, Purpose.CANCELLED)
REMINDERS = (Purpose.DAY_BEFORE, Purpose.TWO_HOURS)
# What was left to staff stays with them while the survey finds its way back to confirmed.
UNSETTLED = (Status.PROVISIONAL, Status.CONFLICT)
TELL = "Tell a customer about their survey"
# The answer in the chat usually says it first; then the notice is not needed.
AFTER_THE_ANSWER = timedelta(seconds=90)
DAY_BEFORE_AT = time(16)
BRIEF_AT = time(18)
SHORTLY_BEFORE = timedelta(hours=2)
STILL_USEFUL = timedelta(minutes=45)  # before the visit: whoever opens the door is on the way home
MISSED_BY = timedelta(minutes=10)
TASK_DUE_IN = timedelta(hours=1)
# An effect that goes no further by itself, or not soon.
STUCK = (
    Outbox.Status.UNCERTAIN,
    Outbox.Status.HELD,
    Outbox.Status.FAILED,
    Outbox.Status.CANCELLED,
)


class NothingToTellError(Exception):
    """The customer knows, or there is nothing certain to tell; the text says which."""


def plan(survey: Survey, *, tells: bool = True) -> None:
    """Bring the notices in line with the survey, in the transaction that changed it.

    Again and again with the same result. Due ones that no longer hold are skipped, and what is
    queued for them is cancelled. `tells=False`: nobody agreed to this change yet, such as one
    made in Outlook; the news is left to staff, who send it with `tell_customer`.
    """
    known = {
        (notice.purpose, notice.starts_at): notice
        for notice in survey.notices.select_for_update(no_key=True).order_by("pk")
    }
    dues = _dues(survey, at=now())
    for (purpose, starts_at), notice in known.items():
        is_of_now = starts_at == survey.starts_at
        waits_too = notice.state == State.LEFT and survey.status in UNSETTLED
        if not is_of_now or (purpose not in dues and not waits_too):
            _withdraw(notice, survey)
    for purpose, due_at in dues.items():
        planned = known.get((purpose, survey.starts_at))
        if purpose in TELLING and not tells:
            _leave(survey, purpose, planned)
        elif due_at is not None and (planned is None or _comes_again(planned)):
            _put(survey, purpose, due_at)
    if survey.is_told:
        stafftasks.close_by_itself(title=TELL, subject=survey.subject)


@transaction.atomic
def tell_customer(*, survey: Survey, by: StaffUser) -> SurveyNotice:
    """Staff agree that the customer hears of the survey as it is now; raises NothingToTellError."""
    survey = Survey.objects.select_for_update(no_key=True).get(pk=survey.pk)
    if (purpose := telling(survey)) is None:
        raise NothingToTellError(_why_nothing(survey))
    notice = survey.notices.filter(purpose=purpose, starts_at=survey.starts_at).first()
    if notice is None or not _is_under_way(notice):
        if notice is not None:
            _cancel_effect(notice, "it is said afresh")
        notice = _put(survey, purpose, now())
    audit.record(
        action="tell customer",
        subject=survey.subject,
        by=by,
        after={"purpose": str(purpose), "starts_at": survey.starts_at.isoformat()},
    )
    return notice


def hasten(person: Person) -> int:
    """They have rung off: no answer in a chat will say it first, so nothing is waited for."""
    waiting = SurveyNotice.objects.filter(
        survey__person=person, purpose__in=TELLING, state=State.DUE, effect="", due_at__gt=now()
    )
    return waiting.filter(due_at__lte=now() + AFTER_THE_ANSWER).update(due_at=now())


def _is_under_way(notice: SurveyNotice) -> bool:
    """It goes out by itself, or has gone out and is about to be settled."""
    if notice.state not in (State.DUE, State.LEFT):
        return False
    pk = notice.effect.partition(":")[2]
    return bool(pk) and Outbox.objects.filter(pk=pk).exclude(status__in=STUCK).exists()


def telling(survey: Survey) -> SurveyNotice.Purpose | None:
    """What the customer has yet to hear of it; None: they know, or it is not certain yet."""
    if survey.status not in (Status.CONFIRMED, Status.CANCELLED) or survey.is_told:
        return None
    if survey.status == Status.CANCELLED:
        return Purpose.CANCELLED
    is_other = expects_another_time(survey) or _expects_somebody_else(survey)
    return Purpose.MOVED if is_other else Purpose.CONFIRMATION


def expects_another_time(survey: Survey) -> bool:
    """The customer was told of a visit, at a time that is not the survey's."""
    was_told = survey.told in (Told.PROVISIONAL, Told.BOOKED)
    return was_told and survey.told_starts_at not in (None, survey.starts_at)


def _expects_somebody_else(survey: Survey) -> bool:
    was_told = survey.told in (Told.PROVISIONAL, Told.BOOKED)
    return was_told and survey.told_surveyor_id not in (None, survey.surveyor_id)


def other_survey(survey: Survey) -> Survey | None:
    """What else this person has booked: at the time they know of this one, else the next."""
    others = Survey.objects.upcoming().filter(person=survey.person_id).exclude(pk=survey.pk)
    found = list(others)
    known = survey.told_starts_at or survey.starts_at
    return next((other for other in found if other.starts_at == known), next(iter(found), None))


def useful_until(notice: SurveyNotice) -> datetime:
    """From then on saying it helps nobody."""
    if notice.purpose == Purpose.DAY_BEFORE:
        return notice.starts_at - SHORTLY_BEFORE
    if notice.purpose == Purpose.TWO_HOURS:
        return notice.starts_at - STILL_USEFUL
    return notice.starts_at


def settle(notice: SurveyNotice, state: SurveyNotice.State, why: str = "") -> None:
    """The end of a notice; `why` in words for staff."""
    notice.state, notice.settled_at, notice.why = state, now(), why[:200]
    notice.save(update_fields=["state", "settled_at", "why"])


def state_words(survey: Survey) -> str:
    """'cancelled', 'in conflict': after "the survey is"."""
    label = survey.get_status_display().lower()
    return f"in {label}" if survey.status == Status.CONFLICT else label


def brief_due(survey: Survey) -> datetime:
    """The evening before the visit."""
    return _the_day_before(survey.starts_at, BRIEF_AT)


def _dues(survey: Survey, *, at: datetime) -> Mapping[str, datetime | None]:
    """What holds for the survey as it is, with the due time; None: too late to begin with it."""
    if survey.starts_at <= at:
        return {}
    purpose = telling(survey)
    news = {} if purpose is None else {purpose.value: at + AFTER_THE_ANSWER}
    if survey.status != Status.CONFIRMED:
        return news
    return {
        **news,
        Purpose.DAY_BEFORE.value: _reminder(
            _the_day_before(survey.starts_at, DAY_BEFORE_AT), survey, at
        ),
        Purpose.TWO_HOURS.value: _reminder(survey.starts_at - SHORTLY_BEFORE, survey, at),
        Purpose.BRIEF.value: max(brief_due(survey), at),
    }


def _reminder(due_at: datetime, survey: Survey, at: datetime) -> datetime | None:
    """Out of the quiet hours, and only while it is neither missed nor pointless."""
    if due_at < at - MISSED_BY:
        return None
    due_at = (quiet_until(due_at) or due_at).astimezone(UTC)
    return None if due_at >= survey.starts_at - STILL_USEFUL else due_at


def _the_day_before(starts_at: datetime, clock: time) -> datetime:
    day: date = to_london(starts_at).date() - timedelta(days=1)
    return datetime.combine(day, clock, LONDON).astimezone(UTC)


def _comes_again(notice: SurveyNotice) -> bool:
    """Skipped for a state that has passed; or said, and something else was said after it."""
    is_news = notice.purpose in TELLING
    return notice.state == State.SKIPPED or (notice.state == State.SENT and is_news)


def _put(survey: Survey, purpose: str, due_at: datetime) -> SurveyNotice:
    notice, _ = SurveyNotice.objects.update_or_create(
        survey=survey,
        purpose=purpose,
        starts_at=survey.starts_at,
        defaults={
            "due_at": due_at,
            "state": State.DUE,
            "settled_at": None,
            "why": "",
            "effect": "",
        },
    )
    return notice


def _leave(survey: Survey, purpose: str, notice: SurveyNotice | None) -> None:
    """Staff decide whether the customer hears it, and when."""
    if notice is not None and notice.state == State.LEFT:
        return
    if notice is not None:
        _cancel_effect(notice, "staff decide first")
    left = _put(survey, purpose, now())
    settle(left, State.LEFT, "staff decide first")
    stafftasks.open_task(
        title=TELL,
        subject=survey.subject,
        detail="The visit was changed, and the customer has not heard of it. Agree it with them, "
        "or let the message go out from the page of the survey.",
        due_in=TASK_DUE_IN,
    )


def _withdraw(notice: SurveyNotice, survey: Survey) -> None:
    if notice.state not in (State.DUE, State.LEFT):
        return
    if notice.state == State.LEFT:
        stafftasks.close_by_itself(title=TELL, subject=survey.subject)
    why = _why_withdrawn(notice, survey)
    _cancel_effect(notice, why)
    settle(notice, State.SKIPPED, why)


def _why_withdrawn(notice: SurveyNotice, survey: Survey) -> str:
    if survey.status == Status.CANCELLED:
        return "the survey is cancelled"
    if notice.starts_at != survey.starts_at:
        return "the survey has moved"
    if notice.purpose in TELLING and survey.is_told:
        return "the customer knows it already"
    return f"the survey is {state_words(survey)}"


def _cancel_effect(notice: SurveyNotice, why: str) -> None:
    """What has not been claimed yet; the sender asks once more about what is being claimed now."""
    pk = notice.effect.partition(":")[2]
    waiting = [Outbox.Status.PENDING, Outbox.Status.HELD]
    if pk and (effect := Outbox.objects.filter(pk=pk, status__in=waiting).first()):
        outbox.cancel(effect=effect, by=None, reason=why)


def _why_nothing(survey: Survey) -> str:
    if survey.status in (Status.CONFIRMED, Status.CANCELLED):
        return "The customer knows this already."
    return f"The survey is {state_words(survey)}: there is nothing certain to tell."
