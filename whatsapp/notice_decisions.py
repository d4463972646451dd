"""Whether a notice may be said now, and how it is put off or left to staff."""

from datetime import datetime, timedelta

from hampstead.core import stafftasks
from hampstead.core.clock import now
from hampstead.core.models import Outbox
from leads.contact import ContactDecision, may_contact
from leads.models import ContactChannel, ContactPurpose, Survey, SurveyNotice
from leads.notice_texts import text_of
from leads.notices import (
    REMINDERS,
    TASK_DUE_IN,
    TELL,
    TELLING,
    other_survey,
    settle,
    state_words,
    telling,
    useful_until,
)

Purpose, State = SurveyNotice.Purpose, SurveyNotice.State
NOTICE, REMINDER = "survey_notice", "reminder"  # purposes of effects
CONTACT = {NOTICE: ContactPurpose.SERVICE, REMINDER: ContactPurpose.REMINDER}
# Nobody is reminded of what they have just been told.
TOLD_LATELY = timedelta(hours=2)
THAT_EVENING = timedelta(hours=3)  # after the reminder of the day before, in the afternoon


def objection(notice: SurveyNotice, at: datetime) -> str:
    """Why it must not be said, in words for staff; asked again inside the claim of the send."""
    survey = notice.survey
    if notice.state in (State.SENT, State.SKIPPED):
        return notice.why or "it was said already"
    if notice.starts_at != survey.starts_at:
        return "the survey has moved"
    if useful_until(notice) <= at:
        return "too late to be useful"
    if notice.purpose in TELLING:
        return _known_or_uncertain(notice)
    if survey.status != Survey.Status.CONFIRMED:
        return f"the survey is {state_words(survey)}"
    is_fresh = survey.told_at is not None and at - survey.told_at < TOLD_LATELY
    if is_fresh and notice.purpose == Purpose.DAY_BEFORE:
        return "they were told a moment ago"
    return ""


def wrong_person(notice: SurveyNotice, effect: Outbox) -> str:
    is_right = effect.payload.get("surveyor") in (None, notice.survey.surveyor_id)
    return "" if is_right else "somebody else will come"


def _known_or_uncertain(notice: SurveyNotice) -> str:
    due = telling(notice.survey)
    if due == notice.purpose:
        return _booked_again(notice.survey) if due == Purpose.CANCELLED else ""
    if due is None and not notice.survey.is_told:
        return f"the survey is {state_words(notice.survey)}"
    return "the customer knows it already" if due is None else "other news is due"


def _booked_again(survey: Survey) -> str:
    """ "Nobody will come" would be about the visit that they have now."""
    other, known = other_survey(survey), survey.told_starts_at or survey.starts_at
    is_then = other is not None and other.starts_at == known
    return "they have booked that time again" if is_then else ""


def permission(notice: SurveyNotice, at: datetime) -> ContactDecision:
    return may_contact(
        person=notice.survey.person,
        channel=ContactChannel.WHATSAPP,
        purpose=CONTACT[effect_purpose(notice)],
        at=at,
    )


def effect_purpose(notice: SurveyNotice) -> str:
    return REMINDER if notice.purpose in REMINDERS else NOTICE


def name_of(effect: Outbox) -> str:
    """As a notice says which effect is its own."""
    return f"outbox:{effect.pk}"


def notice_of(effect: Outbox) -> SurveyNotice | None:
    mine = SurveyNotice.objects.filter(pk=effect.payload.get("notice"))
    return mine.select_related("survey").first()


def put_off(notice: SurveyNotice, until: datetime) -> None:
    notice.due_at, notice.effect = until, ""
    notice.save(update_fields=["due_at", "effect"])


def give_up(notice: SurveyNotice, why: str, *, state: SurveyNotice.State) -> None:
    """Staff say it in another way, unless it is a reminder that comes too late for that."""
    if notice.purpose == Purpose.TWO_HOURS:
        settle(notice, State.SKIPPED, why)
        return
    settle(notice, state, why)
    if notice.purpose in TELLING or state == State.LEFT:
        ask_staff(notice, why)


def ask_staff(notice: SurveyNotice, why: str) -> None:
    person = notice.survey.person
    due_in = TASK_DUE_IN if notice.purpose in TELLING else THAT_EVENING
    stafftasks.open_task(
        title=TELL,
        subject=notice.survey.subject,
        detail=f"{person.display_name}, {person.spoken_phone or 'phone number not known'}.\n"
        f"Not sent on WhatsApp: {why}. Please ring. What they should hear:\n{text_of(notice)}",
        due_in=max(timedelta(0), min(due_in, useful_until(notice) - now())),
    )
