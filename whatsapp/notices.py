"""Says what is due about surveys on WhatsApp, or leaves it to staff.

A notice is claimed once: its message, its effect and the effect's name on the notice are one
commit. From then on the effect's outcome settles it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from conversations.answering import say
from conversations.models import Conversation, Message
from hampstead.core import live, stafftasks
from hampstead.core.clock import now
from hampstead.core.models import Outbox
from leads.booking import record_told
from leads.contact import ContactDecision, may_contact
from leads.models import ContactChannel, ContactPurpose, Survey, SurveyNotice
from leads.notice_texts import text_of
from leads.notices import (
    REMINDERS,
    TASK_DUE_IN,
    TELL,
    TELLING,
    expects_another_time,
    other_survey,
    plan,
    settle,
    state_words,
    telling,
    useful_until,
)
from whatsapp.models import WhatsAppIdentity

Purpose, State = SurveyNotice.Purpose, SurveyNotice.State
NOTICE, REMINDER = "survey_notice", "reminder"  # purposes of effects
CONTACT = {NOTICE: ContactPurpose.SERVICE, REMINDER: ContactPurpose.REMINDER}
ARRIVED = (Outbox.Status.SENT, Outbox.Status.DELIVERED, Outbox.Status.READ)
NOT_SENT = (Outbox.Status.FAILED, Outbox.Status.UNCERTAIN)  # as far as we know
ENDED = (*ARRIVED, *NOT_SENT, Outbox.Status.CANCELLED)
WHAT_THEY_KNOW = ("told", "told_starts_at", "told_surveyor_id", "told_at")
MOST_AT_ONCE = 500
# Nobody is reminded of what they have just been told.
TOLD_LATELY = timedelta(hours=2)
THAT_EVENING = timedelta(hours=3)  # after the reminder of the day before, in the afternoon


def sweep() -> int:
    """Settle what has gone out, then say what is due; how many were sent on their way."""
    settle_gone_out()
    settle_told_otherwise()
    for claimed in range(MOST_AT_ONCE):
        if not _claim_one(now()):
            return claimed
    return MOST_AT_ONCE


@transaction.atomic
def _claim_one(at: datetime) -> bool:
    """Decide on one due notice; False: none is left, or others have them."""
    due = SurveyNotice.objects.filter(state=State.DUE, effect="", due_at__lte=at)
    # Whoever books locks the survey and then its notices: this waits for neither.
    lock = due.exclude(purpose=Purpose.BRIEF).select_for_update(
        skip_locked=True, no_key=True, of=("self", "survey")
    )
    rows = lock.select_related("survey__person", "survey__surveyor").order_by("due_at", "pk")
    if (notice := rows.first()) is None:
        return False
    _decide(notice, at)
    return True


def _decide(notice: SurveyNotice, at: datetime) -> None:
    if why := objection(notice, at):
        settle(notice, State.SKIPPED, why)
        if telling(notice.survey) not in (None, notice.purpose):
            plan(notice.survey)  # what they know has changed since: other words are needed
        return
    decision = _permission(notice, at)
    if decision.again_at is not None:
        _put_off(notice, decision.again_at)
    elif not decision.is_allowed:
        _give_up(notice, decision.why, state=State.SKIPPED)
    elif (conversation := _open_conversation(notice, at)) is None:
        _give_up(notice, "we cannot write to them on WhatsApp now", state=State.LEFT)
    else:
        _say(notice, conversation)


def refusal(effect: Outbox) -> str:
    """Why the effect must not be sent now: it would say what is not so. Empty: it may."""
    if (notice := _notice_of(effect)) is None:
        return "its notice is gone"
    if notice.effect != _name(effect):
        return "it is said afresh"
    return objection(notice, now()) or _wrong_person(notice, effect)


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


def _wrong_person(notice: SurveyNotice, effect: Outbox) -> str:
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


def _name(effect: Outbox) -> str:
    """As a notice says which effect is its own."""
    return f"outbox:{effect.pk}"


def _notice_of(effect: Outbox) -> SurveyNotice | None:
    mine = SurveyNotice.objects.filter(pk=effect.payload.get("notice"))
    return mine.select_related("survey").first()


def _permission(notice: SurveyNotice, at: datetime) -> ContactDecision:
    return may_contact(
        person=notice.survey.person,
        channel=ContactChannel.WHATSAPP,
        purpose=CONTACT[_effect_purpose(notice)],
        at=at,
    )


def _effect_purpose(notice: SurveyNotice) -> str:
    return REMINDER if notice.purpose in REMINDERS else NOTICE


def _open_conversation(notice: SurveyNotice, at: datetime) -> Conversation | None:
    """Their chat, if its window is open; not when they expect another time, which needs a word."""
    survey = notice.survey
    if notice.purpose in REMINDERS and expects_another_time(survey):
        return None
    if not WhatsAppIdentity.objects.filter(person=survey.person_id).exists():
        return None
    return Conversation.objects.filter(
        person=survey.person_id, channel=Conversation.Channel.WHATSAPP, window_expires_at__gt=at
    ).first()


def _put_off(notice: SurveyNotice, until: datetime) -> None:
    notice.due_at, notice.effect = until, ""
    notice.save(update_fields=["due_at", "effect"])


def _say(notice: SurveyNotice, conversation: Conversation) -> None:
    message = say(
        conversation,
        text_of(notice),
        author=Message.Author.SYSTEM,
        purpose=_effect_purpose(notice),
        not_after=useful_until(notice),
    )
    assert message.effect is not None  # noqa: S101  say() has just made it
    message.effect.payload |= {"notice": notice.pk, "surveyor": notice.survey.surveyor_id}
    message.effect.save(update_fields=["payload"])
    notice.effect = _name(message.effect)
    notice.save(update_fields=["effect"])
    live.announce(conversation.subject)
    live.announce(notice.survey.subject)


def _give_up(notice: SurveyNotice, why: str, *, state: SurveyNotice.State) -> None:
    """Staff say it in another way, unless it is a reminder that comes too late for that."""
    if notice.purpose == Purpose.TWO_HOURS:
        settle(notice, State.SKIPPED, why)
        return
    settle(notice, state, why)
    if notice.purpose in TELLING or state == State.LEFT:
        _ask_staff(notice, why)


def _ask_staff(notice: SurveyNotice, why: str) -> None:
    person = notice.survey.person
    due_in = TASK_DUE_IN if notice.purpose in TELLING else THAT_EVENING
    stafftasks.open_task(
        title=TELL,
        subject=notice.survey.subject,
        detail=f"{person.display_name}, {person.spoken_phone or 'phone number not known'}.\n"
        f"Not sent on WhatsApp: {why}. Please ring. What they should hear:\n{text_of(notice)}",
        due_in=max(timedelta(0), min(due_in, useful_until(notice) - now())),
    )


# --- what became of it ------------------------------------------------------------------------
def settle_gone_out() -> int:
    """Notices whose effect has come to an end; also for a worker that died before saying so, and
    for what WhatsApp accepted and did not deliver.
    """
    lately = now() - timedelta(days=1)
    ours = SurveyNotice.objects.exclude(effect="").exclude(purpose=Purpose.BRIEF)
    named = ours.filter(starts_at__gt=lately).values_list("effect", "state")
    states = {int(name.partition(":")[2]): state for name, state in named}
    ended = Outbox.objects.filter(pk__in=states, status__in=ENDED)
    return sum(
        settle_effect(effect)
        for effect in ended
        if states[effect.pk] != State.SENT or effect.status == Outbox.Status.FAILED
    )


@transaction.atomic
def settle_effect(effect: Outbox) -> bool:
    """The notice of this effect ends as the effect did; True if that was news."""
    if (found := _notice_of(effect)) is None:
        return False
    survey = Survey.objects.select_for_update(no_key=True).get(pk=found.survey_id)
    notice = SurveyNotice.objects.select_for_update(no_key=True).get(pk=found.pk)
    notice.survey = survey
    effect.refresh_from_db()
    if notice.effect != _name(effect):
        return False
    return _settle(notice, effect)


def _settle(notice: SurveyNotice, effect: Outbox) -> bool:
    is_due, was_sent = notice.state == State.DUE, notice.state == State.SENT
    if was_sent and effect.status == Outbox.Status.FAILED:
        _undelivered(notice)
    elif effect.status in ARRIVED and not was_sent:
        _arrived(notice, effect)
    elif is_due and effect.status == Outbox.Status.CANCELLED:
        _called_back(notice, effect)
    elif is_due and effect.status in NOT_SENT:  # the outbox has asked staff
        is_refused = effect.status == Outbox.Status.FAILED
        settle(notice, State.LEFT, "WhatsApp refused it" if is_refused else "it may not be there")
    else:
        return False
    return True


def _arrived(notice: SurveyNotice, effect: Outbox) -> None:
    """They know what it says, even if that has ceased to be true while it was on its way."""
    is_stale = notice.state == State.SKIPPED
    settle(notice, State.SENT, notice.why if is_stale else "")
    if is_stale and notice.purpose in REMINDERS:
        return  # whatever made it stale is told by its own notice
    survey, is_cancelled = notice.survey, notice.purpose == Purpose.CANCELLED
    before = {name: getattr(survey, name) for name in WHAT_THEY_KNOW}
    record_told(
        survey=survey,
        told=Survey.Told.CANCELLED if is_cancelled else Survey.Told.BOOKED,
        starts_at=notice.starts_at,
        surveyor_id=effect.payload.get("surveyor"),
    )
    notice.was_told = _written({**before, "until": survey.told_at})
    notice.save(update_fields=["was_told"])
    plan(survey)


def _undelivered(notice: SurveyNotice) -> None:
    """They know what they knew before it, unless they have heard something else since."""
    before, survey = dict(notice.was_told), notice.survey
    if before and before.pop("until") == _written({"at": survey.told_at})["at"]:
        Survey.objects.filter(pk=survey.pk).update(**before, updated_at=now())
        survey.refresh_from_db()
        live.announce(survey.subject)
    notice.state = State.DUE  # so it is asked whether it should be said still
    if why := objection(notice, now()):
        settle(notice, State.SKIPPED, why)
    else:
        _give_up(notice, "WhatsApp did not deliver it", state=State.LEFT)
    plan(survey)


def _written(known: dict[str, Any]) -> dict[str, Any]:
    """For JSON; the database reads the times back as they are."""
    return {
        name: each.isoformat() if isinstance(each, datetime) else each
        for name, each in known.items()
    }


def _called_back(notice: SurveyNotice, effect: Outbox) -> None:
    """The sender refused it, or a person did: what holds now decides what comes next."""
    at = now()
    if why := objection(notice, at):
        settle(notice, State.SKIPPED, why)
        return
    decision = _permission(notice, at)
    if decision.again_at is not None:
        _put_off(notice, decision.again_at)
    elif not decision.is_allowed:
        _give_up(notice, decision.why, state=State.SKIPPED)
    elif _wrong_person(notice, effect):
        _put_off(notice, at)  # the same news, in other words
    else:
        _give_up(notice, effect.error or "it was cancelled", state=State.LEFT)


def settle_told_otherwise() -> None:
    """Staff have rung, or the assistant has said it: nothing is left to do."""
    left = SurveyNotice.objects.filter(
        state=State.LEFT, purpose__in=TELLING, starts_at__gt=now()
    ).values_list("survey", flat=True)
    for pk in set(left):
        with transaction.atomic():
            survey = Survey.objects.select_for_update(no_key=True).get(pk=pk)
            if survey.is_told:
                plan(survey)
